package sip

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"voxgate/sip/screen"
)

const (
	// maxConnections bounds the TCP connections that others open to us, maxPerPeer those of one address: nobody may take
	// them all.
	maxConnections = 1024
	maxPerPeer     = 256
	// patience is how long a TCP peer may take for a whole message, and to begin its first one.
	patience = 30 * time.Second
	// delivery is how long a TCP peer may take to read what we write.
	delivery = 5 * time.Second
	// connectLimit is how long a TCP connection may take to open.
	connectLimit = 10 * time.Second
)

// streams gives sipgo TCP connections that only sound messages come out of, those that others open and those that we open alike:
// it sees them all as accepted.
type streams struct {
	srv    *Server
	opened chan *screenedStream

	mu    sync.Mutex
	open  int
	peers map[string]int // open connections by address
}

func newStreams(s *Server) *streams {
	return &streams{srv: s, opened: make(chan *screenedStream), peers: map[string]int{}}
}

// Addr implements net.Listener.
func (l *streams) Addr() net.Addr { return l.srv.tcp.Addr() }

// Close implements net.Listener; the server closes the socket.
func (l *streams) Close() error { return nil }

// Accept implements net.Listener.
func (l *streams) Accept() (net.Conn, error) {
	select {
	case c := <-l.opened:
		return c, nil
	case <-l.srv.active.Done():
		return nil, net.ErrClosed
	}
}

// listen takes connections of others until the server ends, and drops what is above the bound.
func (l *streams) listen() {
	for {
		conn, err := l.srv.tcp.Accept()
		switch {
		case err != nil && l.srv.isClosed():
			return
		case err != nil:
			l.srv.log.Warn("accepting TCP", "error", err)
			time.Sleep(10 * time.Millisecond) // out of file handles: let calls end
		default:
			peer, _, _ := net.SplitHostPort(conn.RemoteAddr().String())
			if !l.take(peer) {
				conn.Close()
				continue
			}
			l.hand(&screenedStream{Conn: conn, srv: l.srv, release: sync.OnceFunc(func() { l.release(peer) }), reading: func() {}})
		}
	}
}

func (l *streams) hand(c *screenedStream) bool {
	select {
	case l.opened <- c:
		return true
	case <-l.srv.active.Done():
		c.Close()
		return false
	}
}

func (l *streams) take(peer string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open >= maxConnections || l.peers[peer] >= maxPerPeer {
		return false
	}
	l.open++
	l.peers[peer]++
	return true
}

func (l *streams) release(peer string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	if l.peers[peer]--; l.peers[peer] == 0 {
		delete(l.peers, peer)
	}
}

// dial opens a connection of ours and returns when the transport layer knows it.
func (l *streams) dial(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	known := make(chan struct{})
	c := &screenedStream{Conn: conn, srv: l.srv, release: func() {}, reading: sync.OnceFunc(func() { close(known) }), heard: true}
	if !l.hand(c) {
		return net.ErrClosed
	}
	select {
	case <-known:
		return nil
	case <-l.srv.active.Done():
		return net.ErrClosed
	}
}

// reach sees to it that a request over TCP has a connection to go by.
func (s *Server) reach(ctx context.Context, req *sip.Request) error {
	if req.Transport() != "TCP" {
		return nil
	}
	host, port, err := sip.ParseAddr(req.Destination())
	if err != nil {
		return fmt.Errorf("destination %q: %w", req.Destination(), err)
	}
	addr, err := resolve(ctx, sip.Uri{Host: host, Port: port})
	if err != nil {
		return err
	}
	req.SetDestination(addr)
	if s.connected(addr) {
		return nil
	}
	if err := s.streams.dial(ctx, addr); err != nil {
		return fmt.Errorf("connecting to %s: %w", addr, err)
	}
	return nil
}

// screenedStream cuts a TCP connection into messages and lets the sound ones through, one a Read or in parts.
type screenedStream struct {
	net.Conn
	srv     *Server
	release func()
	reading func()    // called at the first Read: then the transport layer knows the connection
	heard   bool      // a first message has come
	buf     []byte    // read and not yet judged
	out     []byte    // judged and not yet handed on
	until   time.Time // when the message that is being read must be there; zero between messages

	writing sync.Mutex
}

// Read implements net.Conn. Bytes that cannot be cut into messages end the connection.
func (c *screenedStream) Read(b []byte) (int, error) {
	c.reading()
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
			c.heard, c.until = true, time.Time{}
			return nil
		}
	}
	return c.fill()
}

// keepAlive answers the ping of RFC 5626 section 3.5.1 and takes line ends between messages away.
func (c *screenedStream) keepAlive() {
	for len(c.buf) >= 2 && c.buf[0] == '\r' && c.buf[1] == '\n' {
		if len(c.buf) >= 4 && c.buf[2] == '\r' && c.buf[3] == '\n' {
			if _, err := c.Write([]byte("\r\n")); err != nil {
				c.srv.log.Debug("keep-alive not answered", "error", err)
			}
			c.buf = c.buf[2:]
		}
		c.buf = c.buf[2:]
	}
}

func (c *screenedStream) fill() error {
	switch waiting := !c.heard || len(c.buf) > 0; {
	case !waiting:
		c.until = time.Time{}
	case c.until.IsZero():
		c.until = time.Now().Add(patience)
	}
	if err := c.Conn.SetReadDeadline(c.until); err != nil {
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
	if v.Action != screen.Pass {
		c.srv.malformed.Add(1)
	}
	switch v.Action {
	case screen.Pass:
		c.out = v.Message
	case screen.Reject:
		from, err := netip.ParseAddrPort(c.RemoteAddr().String())
		if err != nil || c.srv.cfg.Silent && !c.srv.trusted(from.String()) {
			return
		}
		c.srv.log.Debug("malformed request", "source", from, "status", v.Status, "reason", v.Reason)
		answer := v.Answer(from.Addr().Unmap().String(), int(from.Port()), sip.GenerateTagN(16))
		if _, err := c.Write(answer); err != nil {
			c.srv.log.Debug("answer not sent", "error", err)
		}
	}
}

// Write implements net.Conn. A peer that does not read loses its connection, so that what waits for it ends. One writes at a
// time: a deadline is the connection's, and the next writer must not put off that of the one before.
func (c *screenedStream) Write(b []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	if err := c.Conn.SetWriteDeadline(time.Now().Add(delivery)); err != nil {
		return 0, err
	}
	n, err := c.Conn.Write(b)
	if err != nil {
		c.Conn.Close()
	}
	return n, err
}

// Close implements net.Conn.
func (c *screenedStream) Close() error {
	c.release()
	return c.Conn.Close()
}
