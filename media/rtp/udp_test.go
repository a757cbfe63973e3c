package rtp

import (
	"errors"
	"net"
	"net/netip"
	"testing"

	"github.com/pion/rtp"
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

// The same address announced again, as after a hold, does not interrupt a caller behind NAT.
func TestReinviteWithTheSameAddressKeepsTheSource(t *testing.T) {
	c, p, stranger := listen(t), newPeer(t, 14), newPeer(t, 15)
	private := netip.MustParseAddrPort("192.0.2.1:4000")
	c.SetRemote(private, netip.AddrPort{})
	p.send(c, 3)
	expect(t, c, 14, 1)
	c.SetRemote(private, netip.AddrPort{})
	if c.Source() != p.addr() {
		t.Errorf("sends to %v in the meantime, want %v", c.Source(), p.addr())
	}
	stranger.send(c, 1)
	p.send(c, 1)
	expect(t, c, 14, 1)
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

// Else anyone who may call could have us send to a third party for as long as a call lasts.
func TestSilentAddressGetsNoMoreThanATrial(t *testing.T) {
	third := netip.MustParseAddrPort("127.0.0.9:9")
	spend := func(c *UDPConn) {
		c.SetRemote(third, netip.AddrPort{})
		for range trial {
			if err := c.WritePacket([]byte("x")); errors.Is(err, ErrUnproven) {
				t.Fatal("stopped before the trial was over")
			}
		}
	}
	c := listen(t)
	spend(c)
	if err := c.WritePacket([]byte("x")); !errors.Is(err, ErrUnproven) {
		t.Errorf("RTP after the trial: %v", err)
	}
	if err := c.WriteControl([]byte("x")); !errors.Is(err, ErrUnproven) {
		t.Errorf("RTCP after the trial: %v", err)
	}
	c.SetRemote(netip.MustParseAddrPort("127.0.0.10:9"), netip.AddrPort{})
	if err := c.WritePacket([]byte("x")); !errors.Is(err, ErrUnproven) {
		t.Errorf("another address begins another trial: %v", err)
	}
	p := newPeer(t, 16)
	p.send(c, 3)
	expect(t, c, 16, 1)
	if err := c.WritePacket([]byte("x")); err != nil {
		t.Errorf("a source that is heard: %v", err)
	}
	vouched := listen(t)
	vouched.Vouch(third.Addr())
	spend(vouched)
	if err := vouched.WritePacket([]byte("x")); errors.Is(err, ErrUnproven) {
		t.Error("an address that signalling vouches for is cut off")
	}
}
