package sip

import (
	"net"
	"net/netip"
	"time"

	"github.com/emiago/sipgo/sip"

	"voxgate/sip/screen"
)

// defaultSources is how many peers the UDP transport remembers before it is begun anew: its table only ever grows, and
// every forged source address makes an entry.
const defaultSources = 1 << 14

// changeover is how long requests that are in the library's hands have to find the socket before its table is emptied; one that
// does not find it gets a socket of its own. What comes meanwhile waits in the socket's buffer.
const changeover = 20 * time.Millisecond

// screenedPackets is the UDP socket as sipgo sees it: only sound messages come out of it.
type screenedPackets struct {
	*net.UDPConn
	srv     *Server
	sources map[netip.AddrPort]struct{}
	raw     []byte
}

func newScreenedPackets(s *Server) net.PacketConn {
	return &screenedPackets{UDPConn: s.udp, srv: s, sources: map[netip.AddrPort]struct{}{}, raw: make([]byte, 65536)}
}

// ReadFrom gives the next sound message. With net.ErrClosed it ends this round of serving, not the socket.
func (p *screenedPackets) ReadFrom(b []byte) (int, net.Addr, error) {
	p.srv.started()
	for {
		if len(p.sources) >= p.srv.maxSources {
			time.Sleep(changeover)
			return 0, nil, net.ErrClosed
		}
		n, from, err := p.UDPConn.ReadFromUDPAddrPort(p.raw)
		if err != nil {
			if p.srv.isClosed() {
				time.Sleep(changeover)
				return 0, nil, net.ErrClosed
			}
			// An ICMP error of some earlier packet, or a passing want of memory; the socket is as good as before.
			p.srv.log.Debug("reading UDP", "error", err)
			time.Sleep(time.Millisecond)
			continue
		}
		from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
		v := screen.Check(p.raw[:n])
		if v.Action != screen.Pass && !screen.KeepAlive(p.raw[:n]) {
			p.srv.malformed.Add(1)
		}
		switch {
		case v.Action == screen.Reject:
			p.srv.rejectPacket(v, from)
		case v.Action == screen.Pass && len(v.Message) <= len(b):
			p.sources[from] = struct{}{}
			return copy(b, v.Message), net.UDPAddrFromAddrPort(from), nil
		}
	}
}

// Close leaves the socket to the server, which serves it again.
func (p *screenedPackets) Close() error { return nil }

// rejectPacket answers a malformed request (RFC 3261 section 18.2.2: to its source, or to the port that Via names).
func (s *Server) rejectPacket(v screen.Verdict, from netip.AddrPort) {
	if s.cfg.Silent && !s.trusted(from.String()) {
		return
	}
	to := from
	if port, symmetric := v.ViaPort(); !symmetric {
		if port == 0 {
			port = sip.DefaultUdpPort
		}
		to = netip.AddrPortFrom(from.Addr(), uint16(port))
	}
	s.log.Debug("malformed request", "source", from, "status", v.Status, "reason", v.Reason)
	answer := v.Answer(from.Addr().String(), int(from.Port()), sip.GenerateTagN(16))
	if _, err := s.udp.WriteToUDPAddrPort(answer, to); err != nil {
		s.log.Debug("answer not sent", "error", err)
	}
}
