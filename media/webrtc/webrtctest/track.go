package webrtctest

import (
	"io"
	"strings"
	"sync"

	pionrtp "github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// track is the caller's RTP, both ways.
type track struct {
	name   string
	remote chan *webrtc.TrackRemote
	ended  chan struct{}
	once   sync.Once
	end    func() error

	in *webrtc.TrackRemote // owned by the reading goroutine

	mu   sync.Mutex
	out  webrtc.TrackLocalContext
	last pionrtp.Header
}

func (t *track) ReadPacket(buf []byte) (int, error) {
	if t.in == nil {
		select {
		case t.in = <-t.remote:
		case <-t.ended:
			return 0, io.EOF
		}
	}
	n, _, err := t.in.Read(buf)
	return n, err
}

func (t *track) WritePacket(packet []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var header pionrtp.Header
	n, err := header.Unmarshal(packet)
	if err != nil || t.out == nil {
		return err
	}
	header.SSRC = uint32(t.out.SSRC())
	t.last = header
	_, err = t.out.WriteStream().WriteRTP(&header, packet[n:])
	return err
}

// inject uses up the next sequence number, so that SRTP's count of them stays in step.
func (t *track) inject(payloadType uint8, payload []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	header := t.last
	header.SequenceNumber++
	header.PayloadType = payloadType
	_, err := t.out.WriteStream().WriteRTP(&header, payload)
	return err
}

// leave ends the wait for a remote track that will not come any more.
func (t *track) leave() { t.once.Do(func() { close(t.ended) }) }

func (t *track) Close() error {
	t.leave()
	return t.end()
}

func (t *track) Bind(binding webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range binding.CodecParameters() {
		if strings.EqualFold(c.MimeType, "audio/"+t.name) {
			t.out = binding
			return c, nil
		}
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}

func (t *track) Unbind(webrtc.TrackLocalContext) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.out = nil
	return nil
}

func (t *track) ID() string                { return "microphone" }
func (t *track) RID() string               { return "" }
func (t *track) StreamID() string          { return "visitor" }
func (t *track) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeAudio }
