package rtp

import (
	"context"
	"io"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"

	"voxgate/media"
	"voxgate/media/codec"
	"voxgate/media/mediatest"
)

// pipe is a PacketConn of the test: what is put in is read by the line, what the line writes is kept.
type pipe struct {
	in   chan []byte
	once sync.Once
	done chan struct{}

	mu  sync.Mutex
	out []sent
}

type sent struct {
	at     time.Time
	packet rtp.Packet
}

func newPipe() *pipe { return &pipe{in: make(chan []byte, 1000), done: make(chan struct{})} }

func (p *pipe) ReadPacket(buf []byte) (int, error) {
	select {
	case b := <-p.in:
		return copy(buf, b), nil
	case <-p.done:
		return 0, io.EOF
	}
}

func (p *pipe) WritePacket(b []byte) error {
	var packet rtp.Packet
	if err := packet.Unmarshal(append([]byte(nil), b...)); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out = append(p.out, sent{time.Now(), packet})
	return nil
}

func (p *pipe) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipe) written() []sent {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]sent(nil), p.out...)
}

// heard decodes the PCMU that was written.
func (p *pipe) heard(t *testing.T) []int16 {
	t.Helper()
	dec, _ := codec.PCMU.NewDecoder()
	var pcm []int16
	for _, s := range p.written() {
		if s.packet.PayloadType == 0 {
			var err error
			if pcm, err = dec.Decode(pcm, s.packet.Payload); err != nil {
				t.Fatal(err)
			}
		}
	}
	return pcm
}

// sender makes the far end's packets.
type sender struct {
	header rtp.Header
	step   uint32
}

func newSender(payloadType uint8, ssrc uint32) *sender {
	return &sender{rtp.Header{Version: 2, PayloadType: payloadType, SSRC: ssrc, SequenceNumber: 65530, Timestamp: 1<<32 - 500}, 160}
}

func (s *sender) next(payload []byte) []byte {
	b, err := (&rtp.Packet{Header: s.header, Payload: payload}).Marshal()
	if err != nil {
		panic(err)
	}
	s.header.SequenceNumber++
	s.header.Timestamp += s.step
	return b
}

func muLaw(pcm []int16) []byte {
	enc, _ := codec.PCMU.NewEncoder()
	b, _ := enc.Encode(nil, pcm)
	return b
}

// start runs a line; the returned function ends it and waits.
func start(t *testing.T, conn PacketConn, cfg Config) (*Line, func() error) {
	t.Helper()
	if cfg.Codec.Name == "" {
		cfg.Codec = codec.PCMU
	}
	line, err := NewLine(conn, cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	go func() { result <- line.Run(ctx) }()
	return line, func() error {
		cancel()
		return <-result
	}
}

// speak feeds a signal to the line in real time.
func speak(p *pipe, s *sender, pcm []int16) {
	for _, f := range mediatest.Frames(8000, pcm) {
		p.in <- s.next(muLaw(f.PCM()))
		time.Sleep(media.FrameDuration)
	}
}

func peerAddr(i int) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}), 4000)
}
