package rtp

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"voxgate/media"
	"voxgate/media/codec"
	"voxgate/media/mediatest"
)

var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

func ports(t testing.TB) *PortRange {
	t.Helper()
	r, err := NewPortRange(30000, 31999)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func listen(t testing.TB) *UDPConn {
	t.Helper()
	c, err := Listen(loopback, ports(t))
	if err != nil {
		t.Fatal(err)
	}
	c.Accept([]uint8{0, 101})
	t.Cleanup(func() { c.Close() })
	return c
}

// peer is a socket of somebody who sends packets to c.
type peer struct {
	*net.UDPConn
	s *sender
	t testing.TB
}

func newPeer(t testing.TB, ssrc uint32) *peer {
	t.Helper()
	c, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &peer{c, newSender(0, ssrc), t}
}

func (p *peer) addr() netip.AddrPort { return p.LocalAddr().(*net.UDPAddr).AddrPort() }

func (p *peer) send(to *UDPConn, n int) {
	p.t.Helper()
	for range n {
		if _, err := p.WriteToUDPAddrPort(p.s.next(make([]byte, 160)), to.LocalAddr()); err != nil {
			p.t.Fatal(err)
		}
	}
}

// expect reads packets of one sender.
func expect(t *testing.T, c *UDPConn, ssrc uint32, n int) {
	t.Helper()
	buf := make([]byte, 2000)
	for range n {
		size, err := c.ReadPacket(buf)
		if err != nil {
			t.Fatal(err)
		}
		var p rtp.Packet
		if err := p.Unmarshal(buf[:size]); err != nil || p.SSRC != ssrc {
			t.Fatalf("heard %v (%v), want sender %d", p.SSRC, err, ssrc)
		}
	}
}

func TestPortsComeInPairsAndGoRound(t *testing.T) {
	r, err := NewPortRange(31001, 31008)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	for range 3 { // 31002, 31004, 31006
		seen[r.take()] = true
	}
	if len(seen) != 3 || !seen[31002] || !seen[31004] || !seen[31006] {
		t.Errorf("ports handed out: %v", seen)
	}
	small, _ := NewPortRange(31100, 31103)
	var open []*UDPConn
	for range 2 {
		c, err := Listen(loopback, small)
		if err != nil {
			t.Fatal(err)
		}
		if c.LocalAddr().Port()%2 != 0 {
			t.Errorf("RTP on odd port %d", c.LocalAddr().Port())
		}
		open = append(open, c)
	}
	if _, err := Listen(loopback, small); !errors.Is(err, ErrNoPort) {
		t.Errorf("a third pair of two: %v, want ErrNoPort", err)
	}
	for _, c := range open {
		c.Close()
	}
	for _, bad := range [][2]int{{0, 100}, {2000, 2000}, {3000, 2000}, {65000, 70000}} {
		if _, err := NewPortRange(bad[0], bad[1]); err == nil {
			t.Errorf("range %v: no error", bad)
		}
	}
}

func TestAnnouncedSourceIsHeardAtOnce(t *testing.T) {
	c, p := listen(t), newPeer(t, 5)
	c.SetRemote(p.addr(), netip.AddrPort{})
	p.send(c, 1)
	expect(t, c, 5, 1)
	if c.Source() != p.addr() {
		t.Errorf("latched to %v, want %v", c.Source(), p.addr())
	}
}

// Behind NAT the packets come from elsewhere than the SDP says; three in order prove the sender, and answers go there.
func TestOtherSourceMustProveItself(t *testing.T) {
	c, p := listen(t), newPeer(t, 6)
	c.SetRemote(netip.MustParseAddrPort("192.0.2.1:4000"), netip.AddrPort{})
	p.send(c, 5)
	expect(t, c, 6, 3)
	if got := c.Foreign(); got != 2 {
		t.Errorf("%d packets kept out before the proof, want 2", got)
	}
	if err := c.WritePacket([]byte("x")); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 10)
	if n, _ := p.Read(buf); string(buf[:n]) != "x" {
		t.Errorf("the answer was %q", buf[:n])
	}
}

func TestThirdPartiesAreNeitherHeardNorAnswered(t *testing.T) {
	c, p, attacker := listen(t), newPeer(t, 7), newPeer(t, 7)
	c.SetRemote(p.addr(), netip.AddrPort{})
	p.send(c, 1)
	expect(t, c, 7, 1)
	attacker.send(c, 200)
	p.send(c, 1)
	expect(t, c, 7, 1)
	if c.Foreign() != 200 || c.Source() != p.addr() {
		t.Errorf("%d foreign packets, latched to %v", c.Foreign(), c.Source())
	}
}

func TestJunkDoesNotLatch(t *testing.T) {
	c, attacker, p := listen(t), newPeer(t, 8), newPeer(t, 9)
	c.SetRemote(netip.MustParseAddrPort("192.0.2.1:4000"), netip.AddrPort{})
	junk := func(change func(b []byte) []byte) {
		for range 5 {
			if _, err := attacker.WriteToUDPAddrPort(change(attacker.s.next(make([]byte, 160))), c.LocalAddr()); err != nil {
				t.Fatal(err)
			}
		}
	}
	junk(func(b []byte) []byte { return b[:11] })
	junk(func(b []byte) []byte { b[0] = 0; return b })                // version 0
	junk(func(b []byte) []byte { b[1] = 18; return b })               // a payload type of somebody else
	junk(func(b []byte) []byte { b[11]++; b[10] = b[3]; return b })   // an SSRC that changes with each packet
	junk(func(b []byte) []byte { b[2], b[3] = b[3], b[2]; return b }) // in no order
	junk(func(b []byte) []byte { b[1] = 200; return b })              // RTCP before anybody is known
	p.send(c, 3)
	expect(t, c, 9, 1)
	if c.Source() != p.addr() {
		t.Errorf("latched to %v, want %v", c.Source(), p.addr())
	}
}

// Whoever comes first loses to the address that signalling announced.
func TestAnnouncedSourceOutranksAStranger(t *testing.T) {
	c, p, stranger := listen(t), newPeer(t, 10), newPeer(t, 11)
	c.SetRemote(p.addr(), netip.AddrPort{})
	stranger.send(c, 3)
	expect(t, c, 11, 1)
	p.send(c, 1)
	expect(t, c, 10, 1)
	stranger.send(c, 5)
	p.send(c, 1)
	expect(t, c, 10, 1)
}

func TestReinviteOpensTheLatch(t *testing.T) {
	c, p, moved := listen(t), newPeer(t, 12), newPeer(t, 13)
	c.SetRemote(p.addr(), netip.AddrPort{})
	p.send(c, 1)
	expect(t, c, 12, 1)
	c.SetRemote(moved.addr(), netip.AddrPort{})
	if err := c.WritePacket([]byte("y")); err != nil { // goes to the new address before it has sent anything
		t.Fatal(err)
	}
	buf := make([]byte, 10)
	if n, _ := moved.Read(buf); string(buf[:n]) != "y" {
		t.Errorf("the new address got %q", buf[:n])
	}
	moved.send(c, 1)
	expect(t, c, 13, 1)
	p.send(c, 4)
	moved.send(c, 1)
	expect(t, c, 13, 1)
}

func TestNowhereToSend(t *testing.T) {
	c := listen(t)
	if err := c.WritePacket(nil); !errors.Is(err, ErrNoRemote) {
		t.Errorf("no remote: %v", err)
	}
	c.SetRemote(netip.MustParseAddrPort("0.0.0.0:4000"), netip.AddrPort{}) // the old way to hold
	if err := c.WritePacket(nil); !errors.Is(err, ErrNoRemote) {
		t.Errorf("unspecified address: %v", err)
	}
}

// Two lines over real sockets: sound, keys and the goodbye.
func TestTwoLinesTalk(t *testing.T) {
	a, b := listen(t), listen(t)
	a.SetRemote(b.LocalAddr(), netip.AddrPort{})
	b.SetRemote(a.LocalAddr(), netip.AddrPort{})
	cfg := Config{Format: Format{Codec: codec.PCMA, EventType: 101}}
	lineA, stopA := start(t, a, cfg)
	lineB, stopB := start(t, b, cfg)
	tone := mediatest.Frames(8000, mediatest.Tone(8000, 700, 0.4, 600*time.Millisecond))
	played := make(chan error, 1)
	go func() {
		_, err := lineA.Play(context.Background(), mediatest.Sequence(tone))
		if err == nil {
			err = lineA.SendDigits(context.Background(), "42")
		}
		played <- err
	}()
	var heard []media.Frame
	keys := ""
	for len(keys) < 2 {
		f, err := lineB.Recv(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		heard = append(heard, f)
		select {
		case k := <-lineB.Digits():
			keys += string(k)
		default:
		}
	}
	if err := <-played; err != nil || keys != "42" {
		t.Errorf("played with %v, keys %q", err, keys)
	}
	if level := mediatest.Level(mediatest.PCM(heard), 8000, 700); level < 0.1 {
		t.Errorf("tone heard at %.3f", level)
	}
	if err := errors.Join(stopA(), stopB()); err != nil {
		t.Error(err)
	}
	if _, err := lineA.Play(t.Context(), mediatest.Sequence(tone)); !errors.Is(err, io.EOF) {
		t.Errorf("Play after the end: %v, want io.EOF", err)
	}
}

// The far end of a call that ends gets an RTCP BYE with a report.
func TestGoodbye(t *testing.T) {
	c := listen(t)
	control, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, 0)))
	if err != nil {
		t.Fatal(err)
	}
	defer control.Close()
	p := newPeer(t, 20)
	c.SetRemote(p.addr(), control.LocalAddr().(*net.UDPAddr).AddrPort())
	line, stop := start(t, c, Config{})
	p.send(c, 3)
	for line.LastReceived().Equal(line.start) {
		if _, err := line.Recv(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 2000)
	n, err := control.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	packets, err := rtcp.Unmarshal(buf[:n])
	if err != nil || len(packets) != 3 {
		t.Fatalf("%v, %v; want a report, a description and a goodbye", packets, err)
	}
	report, ok := packets[0].(*rtcp.SenderReport)
	if !ok || len(report.Reports) != 1 || report.Reports[0].SSRC != 20 || report.PacketCount == 0 {
		t.Errorf("report %+v", packets[0])
	}
	if _, ok := packets[2].(*rtcp.Goodbye); !ok {
		t.Errorf("last packet is %T", packets[2])
	}
}

// Loss, jitter, reordering and duplicates at once, over real sockets: the tone is still there, nearly without gaps.
func TestLineOverABadNetwork(t *testing.T) {
	a, b := listen(t), listen(t)
	faults := mediatest.Impairment{
		Loss: 0.05, Duplicate: 0.05, Reorder: 0.05, Hold: 30 * time.Millisecond, Jitter: 40 * time.Millisecond, Seed: 3,
	}
	relay, err := mediatest.NewRelay(b.LocalAddr(), faults)
	if err != nil {
		t.Fatal(err)
	}
	defer relay.Close()
	a.SetRemote(relay.Near(), netip.AddrPort{})
	b.SetRemote(netip.AddrPort{}, netip.AddrPort{}) // knows nobody: the relay has to prove itself
	lineA, stopA := start(t, a, Config{})
	lineB, stopB := start(t, b, Config{})
	heard := recvAll(lineB)
	tone := mediatest.Tone(8000, 350, 0.4, 3*time.Second)
	if _, err := lineA.Play(t.Context(), mediatest.Sequence(mediatest.Frames(8000, tone))); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(stopA(), stopB()); err != nil {
		t.Fatal(err)
	}
	pcm := <-heard
	sounding := 0
	for at := 0; at+160 <= len(pcm); at += 160 {
		if mediatest.Level(pcm[at:at+160], 8000, 350) > 0.2 {
			sounding++
		}
	}
	if sounding < 120 {
		t.Errorf("the tone sounds in %d of 150 frames", sounding)
	}
	if s := lineB.Stats(); s.Jitter.Duplicates == 0 || s.Jitter.Reordered == 0 || s.Jitter.Concealed == 0 || s.Source.Jitter < 5*time.Millisecond {
		t.Errorf("%+v", s)
	}
}
