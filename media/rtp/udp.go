package rtp

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
)

// ErrNoRemote: there is no address to send to yet.
var ErrNoRemote = errors.New("far end's media address is not known yet")

// ErrUnproven: nothing was ever heard from the address that the SDP names, so it gets no more packets. Anyone can name a
// third party there.
var ErrUnproven = errors.New("nothing was ever heard from the far end's media address")

// trial is how many packets of a call may go to addresses that have not shown that they belong to it: 15 s.
const trial = 750

// ErrNoPort: every port of the range is taken.
var ErrNoPort = errors.New("no free RTP port")

// PortRange hands out pairs of ports, RTP on an even one and RTCP on the next (RFC 3550 section 11). It starts at a
// random place and goes round, so that a port is used again as late as possible: packets of an ended call then meet no new one.
type PortRange struct {
	low, pairs int

	mu   sync.Mutex
	next int
}

// NewPortRange covers the ports from low to high, both included.
func NewPortRange(low, high int) (*PortRange, error) {
	first := low + low%2
	pairs := (high - first + 1) / 2
	if low < 1024 || high > 65535 || pairs < 1 {
		return nil, fmt.Errorf("RTP port range %d-%d: want at least one even and odd pair within 1024-65535", low, high)
	}
	return &PortRange{low: first, pairs: pairs, next: rand.IntN(pairs)}, nil
}

func (r *PortRange) take() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	port := r.low + 2*r.next
	r.next = (r.next + 1) % r.pairs
	return port
}

// UDPConn is the pair of sockets of one leg. It sends to the address of the SDP until the first valid source is heard,
// then to that source and to nobody else (symmetric RTP, RFC 4961): a caller behind NAT is reached, and a third party is
// neither heard nor answered.
type UDPConn struct {
	rtp, rtcp *net.UDPConn
	remote    atomic.Pointer[remote]
	source    atomic.Pointer[source] // nil before the latch
	accepted  atomic.Pointer[[128]bool]
	foreign   atomic.Int64
	vouched   atomic.Pointer[netip.Addr]
	blind     atomic.Int64 // packets sent to addresses that are not proved

	latch latch // the reader's
}

// remote is what the SDP said, as one value so that a change is seen whole.
type remote struct{ rtp, rtcp netip.AddrPort }

// Listen opens a pair of sockets on a local address. It fails with ErrNoPort when the whole range is in use.
func Listen(local netip.Addr, ports *PortRange) (*UDPConn, error) {
	local = local.Unmap()
	network := "udp6"
	if local.Is4() {
		network = "udp4"
	}
	var last error
	for range ports.pairs {
		port := ports.take()
		a, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(local, uint16(port))))
		if err != nil {
			last = err
			continue
		}
		b, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(local, uint16(port+1))))
		if err != nil {
			last = err
			a.Close()
			continue
		}
		return &UDPConn{rtp: a, rtcp: b}, nil
	}
	return nil, fmt.Errorf("%w on %v in %d-%d (%w): widen the range or check that the address is this machine's",
		ErrNoPort, local, ports.low, ports.low+2*ports.pairs-1, last)
}

// LocalAddr is the address of the RTP socket.
func (c *UDPConn) LocalAddr() netip.AddrPort { return c.rtp.LocalAddr().(*net.UDPAddr).AddrPort() }

// SetRemote sets the far end's addresses as its SDP gives them, and opens the latch anew. An rtcp without port means the
// RTP port plus one.
func (c *UDPConn) SetRemote(rtp, rtcp netip.AddrPort) {
	if rtcp.Port() == 0 && rtp.IsValid() {
		rtcp = netip.AddrPortFrom(rtp.Addr(), rtp.Port()+1)
	}
	c.remote.Store(&remote{unmap(rtp), unmap(rtcp)})
}

// Vouch says that an address is known to take part in the call, as signalling went there and came back. Media may go to it even
// while none comes from it.
func (c *UDPConn) Vouch(addr netip.Addr) {
	addr = addr.Unmap()
	c.vouched.Store(&addr)
}

// proved tells whether an address has shown that it belongs to the call.
func (c *UDPConn) proved(addr netip.Addr) bool {
	v := c.vouched.Load()
	return v != nil && *v == addr
}

// Accept sets the payload types that a valid source may send. A Line calls it.
func (c *UDPConn) Accept(payloadTypes []uint8) {
	var set [128]bool
	for _, t := range payloadTypes {
		set[t&0x7F] = true
	}
	c.accepted.Store(&set)
}

// Foreign counts packets of others, dropped.
func (c *UDPConn) Foreign() int { return int(c.foreign.Load()) }

// Source is where packets come from; invalid before the latch, and when another address was announced since.
func (c *UDPConn) Source() netip.AddrPort {
	s, said := c.source.Load(), c.remote.Load()
	if s == nil || s.under != said && (s.under == nil || said == nil || s.under.rtp != said.rtp) {
		return netip.AddrPort{}
	}
	return s.addr
}

// ReadPacket waits for the next packet of the valid source.
func (c *UDPConn) ReadPacket(buf []byte) (int, error) {
	for {
		n, from, err := c.rtp.ReadFromUDPAddrPort(buf)
		if err != nil {
			return 0, err
		}
		if c.admit(buf[:n], unmap(from)) {
			return n, nil
		}
		c.foreign.Add(1)
	}
}

// WritePacket sends to the source, or to the SDP's address before there is one. It fails with ErrUnproven when that address has
// been silent for too long and nobody vouches for it.
func (c *UDPConn) WritePacket(b []byte) error {
	to := c.Source()
	if r := c.remote.Load(); !to.IsValid() && r != nil {
		to = r.rtp
		if !c.proved(to.Addr()) && c.blind.Add(1) > trial {
			return ErrUnproven
		}
	}
	return send(c.rtp, b, to)
}

// ReadControl waits for the next RTCP packet from the machine that the call's RTP comes from.
func (c *UDPConn) ReadControl(buf []byte) (int, error) {
	for {
		n, from, err := c.rtcp.ReadFromUDPAddrPort(buf)
		if err != nil {
			return 0, err
		}
		r := c.remote.Load()
		ip := unmap(from).Addr()
		announced := r != nil && ip == r.rtcp.Addr()
		if announced {
			c.Vouch(ip)
		}
		if announced || ip == c.Source().Addr() {
			return n, nil
		}
		c.foreign.Add(1)
	}
}

// WriteControl sends RTCP: beside the source's RTP port when that is not where the SDP said, as NAT then moved both.
func (c *UDPConn) WriteControl(b []byte) error {
	r, source := c.remote.Load(), c.Source()
	if r == nil {
		return ErrNoRemote
	}
	to := r.rtcp
	if !source.IsValid() && c.blind.Load() > trial && !c.proved(to.Addr()) {
		return ErrUnproven
	}
	if source.IsValid() && source != r.rtp {
		to = netip.AddrPortFrom(source.Addr(), source.Port()+1)
	}
	return send(c.rtcp, b, to)
}

func send(conn *net.UDPConn, b []byte, to netip.AddrPort) error {
	if !to.IsValid() || to.Port() == 0 || to.Addr().IsUnspecified() {
		return ErrNoRemote
	}
	_, err := conn.WriteToUDPAddrPort(b, to)
	return err
}

// Close closes both sockets.
func (c *UDPConn) Close() error { return errors.Join(c.rtp.Close(), c.rtcp.Close()) }

func unmap(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }
