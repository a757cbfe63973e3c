package sip

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"voxgate/sip/screen"
)

const (
	// maxSources is how many peers the UDP transport remembers before it is begun anew: its table only ever grows, and
	// every forged source address makes an entry.
	maxSources = 1 << 14
	// maxConnections bounds the TCP connections that others open to us.
	maxConnections = 1024
	// patience is how long a TCP peer may take to send the rest of a message, and its first one.
	patience = 30 * time.Second
)

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
		if len(p.sources) >= maxSources {
			return 0, nil, net.ErrClosed
		}
		n, from, err := p.UDPConn.ReadFromUDPAddrPort(p.raw)
		if err != nil {
			if p.srv.isClosed() {
				return 0, nil, net.ErrClosed
			}
			// An ICMP error of some earlier packet, or a passing want of memory; the socket is as good as before.
			p.srv.log.Debug("reading UDP", "error", err)
			time.Sleep(time.Millisecond)
			continue
		}
		from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
		v := screen.Check(p.raw[:n])
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
	s.log.Info("malformed request", "source", from, "status", v.Status, "reason", v.Reason)
	answer := v.Answer(from.Addr().String(), int(from.Port()), sip.GenerateTagN(16))
	if _, err := s.udp.WriteToUDPAddrPort(answer, to); err != nil {
		s.log.Debug("answer not sent", "error", err)
	}
}

// screenedListener gives sipgo TCP connections that only sound messages come out of.
type screenedListener struct {
	net.Listener
	srv  *Server
	mu   sync.Mutex
	open int
}

func newScreenedListener(s *Server) net.Listener { return &screenedListener{Listener: s.tcp, srv: s} }

// Accept takes the next connection, and drops what is above the bound.
func (l *screenedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			if l.srv.isClosed() {
				return nil, net.ErrClosed
			}
			l.srv.log.Warn("accepting TCP", "error", err)
			time.Sleep(10 * time.Millisecond) // out of file handles: let calls end
			continue
		}
		l.mu.Lock()
		room := l.open < maxConnections
		if room {
			l.open++
		}
		l.mu.Unlock()
		if room {
			return &screenedStream{Conn: conn, srv: l.srv, release: sync.OnceFunc(l.release)}, nil
		}
		conn.Close()
	}
}

func (l *screenedListener) release() {
	l.mu.Lock()
	l.open--
	l.mu.Unlock()
}

// screenedStream cuts a TCP connection into messages and lets the sound ones through, one a Read or in parts.
type screenedStream struct {
	net.Conn
	srv     *Server
	release func()
	heard   bool   // a first message has come
	buf     []byte // read and not yet judged
	out     []byte // judged and not yet handed on
}

// Read implements net.Conn. Bytes that cannot be cut into messages end the connection.
func (c *screenedStream) Read(b []byte) (int, error) {
	for len(c.out) == 0 {
		if err := c.next(); err != nil {
			return 0, err
		}
	}
	n := copy(b, c.out)
	c.out = c.out[n:]
	return n, nil
}

func (c *screenedStream) next() error {
	c.keepAlive()
	if len(c.buf) > 0 {
		n, ok := screen.Length(c.buf)
		if !ok {
			c.judge(c.buf)
			return net.ErrClosed
		}
		if n > 0 {
			c.judge(c.buf[:n])
			c.buf = c.buf[n:]
			c.heard = true
			return nil
		}
	}
	return c.fill()
}

// keepAlive answers the ping of RFC 5626 section 3.5.1 and takes line ends between messages away.
func (c *screenedStream) keepAlive() {
	for len(c.buf) >= 2 && c.buf[0] == '\r' && c.buf[1] == '\n' {
		if len(c.buf) >= 4 && c.buf[2] == '\r' && c.buf[3] == '\n' {
			if _, err := c.Conn.Write([]byte("\r\n")); err != nil {
				c.srv.log.Debug("keep-alive not answered", "error", err)
			}
			c.buf = c.buf[2:]
		}
		c.buf = c.buf[2:]
	}
}

func (c *screenedStream) fill() error {
	var deadline time.Time
	if !c.heard || len(c.buf) > 0 {
		deadline = time.Now().Add(patience)
	}
	if err := c.Conn.SetReadDeadline(deadline); err != nil {
		return err
	}
	chunk := make([]byte, 4096)
	n, err := c.Conn.Read(chunk)
	if n > 0 {
		c.buf = append(c.buf, chunk[:n]...)
		return nil
	}
	return err
}

func (c *screenedStream) judge(raw []byte) {
	v := screen.Check(raw)
	switch v.Action {
	case screen.Pass:
		c.out = v.Message
	case screen.Reject:
		from, err := netip.ParseAddrPort(c.RemoteAddr().String())
		if err != nil || c.srv.cfg.Silent && !c.srv.trusted(from.String()) {
			return
		}
		c.srv.log.Info("malformed request", "source", from, "status", v.Status, "reason", v.Reason)
		answer := v.Answer(from.Addr().Unmap().String(), int(from.Port()), sip.GenerateTagN(16))
		if _, err := c.Conn.Write(answer); err != nil {
			c.srv.log.Debug("answer not sent", "error", err)
		}
	}
}

// Close implements net.Conn.
func (c *screenedStream) Close() error {
	c.release()
	return c.Conn.Close()
}
