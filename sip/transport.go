package sip

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// discard swallows the library's own log lines: they hold whole messages, with numbers and names in them.
var discard = slog.New(slog.DiscardHandler)

// largestDatagram is what we are ready to send over UDP: a REFER with the whole context of a hand-off is larger than the
// 1,300 bytes after which RFC 3261 section 18.1.1 advises TCP, and fragments well on the networks that carry trunks.
const largestDatagram = 8192

// quietLibrary sets sipgo's process-wide variables once, before its first use.
var quietLibrary = sync.OnceFunc(func() {
	sip.SetDefaultLogger(discard)
	sip.UDPMTUSize = largestDatagram
})

// bind opens UDP and TCP on the same port; port 0 looks for one that both have free.
func bind(listen string) (*net.UDPConn, net.Listener, error) {
	host, portText, err := net.SplitHostPort(listen)
	if err != nil {
		return nil, nil, fmt.Errorf("sip: listen address %q: want host:port: %w", listen, err)
	}
	for range 20 {
		var udp *net.UDPConn
		if udp, err = bindUDP(listen); err != nil {
			return nil, nil, bindError("UDP", listen, err)
		}
		port := udp.LocalAddr().(*net.UDPAddr).Port
		var tcp net.Listener
		if tcp, err = net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port))); err == nil {
			return udp, tcp, nil
		}
		udp.Close()
		if portText != "0" {
			break
		}
	}
	return nil, nil, bindError("TCP", listen, err)
}

func bindUDP(listen string) (*net.UDPConn, error) {
	addr, err := net.ResolveUDPAddr("udp", listen)
	if err != nil {
		return nil, err
	}
	return net.ListenUDP("udp", addr)
}

func bindError(network, listen string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("sip: %s %s is in use by another program: stop it or choose another port to listen on: %w", network, listen, err)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("sip: %s %s may not be opened by this user: choose a port above 1023: %w", network, listen, err)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("sip: %s %s: this machine has no such address: listen on 0.0.0.0 or an address of its own: %w", network, listen, err)
	}
	return fmt.Errorf("sip: %s %s cannot be opened: %w", network, listen, err)
}

func (s *Server) serveUDP(ctx context.Context, tp *sip.TransportLayer) error {
	for ctx.Err() == nil {
		if err := tp.ServeUDP(newScreenedPackets(s)); err != nil && ctx.Err() == nil {
			return fmt.Errorf("sip: UDP: %w", err)
		}
	}
	return nil
}

func (s *Server) serveTCP(ctx context.Context, tp *sip.TransportLayer) error {
	err := tp.ServeTCP(s.streams)
	if ctx.Err() != nil || s.active.Err() != nil {
		return nil
	}
	return fmt.Errorf("sip: TCP: %w", err)
}

func (s *Server) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// bound is the address that is listened on; unspecified for all of the machine's.
func (s *Server) bound() netip.Addr {
	return s.udp.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap()
}

func (s *Server) port() int { return s.udp.LocalAddr().(*net.UDPAddr).Port }

// laddr makes requests leave by the listening socket, so that answers and NAT bindings come back to it.
func (s *Server) laddr() sip.Addr {
	a := s.udp.LocalAddr().(*net.UDPAddr)
	return sip.Addr{IP: a.IP, Port: a.Port, Zone: a.Zone}
}

// connected tells whether a TCP connection with the peer is open.
func (s *Server) connected(addr string) bool {
	conn, err := s.ua.TransportLayer().GetConnection("tcp", addr)
	if err != nil {
		return false
	}
	_, err = conn.TryClose()
	return err == nil
}

// hostFor is our address as the given peer (host:port) reaches it.
func (s *Server) hostFor(peer string) string {
	return s.addrFor(peer).String()
}

func (s *Server) addrFor(peer string) netip.Addr {
	ap, err := netip.ParseAddrPort(peer)
	loopback := err == nil && ap.Addr().Unmap().IsLoopback()
	if s.cfg.Advertise.IsValid() && !loopback {
		return s.cfg.Advertise
	}
	if bound := s.bound(); !bound.IsUnspecified() {
		return bound
	}
	// Connecting a UDP socket sends nothing; it asks the kernel which address routes to the peer.
	conn, err := net.Dial("udp", peer)
	if err != nil {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap().WithZone("")
}

func (s *Server) via(transport, host string) *sip.ViaHeader {
	v := &sip.ViaHeader{ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: transport, Host: host, Port: s.port()}
	v.Params.Add("branch", sip.GenerateBranchN(16))
	v.Params.Add("rport", "")
	return v
}

func (s *Server) contact(user, transport, host string) *sip.ContactHeader {
	uri := sip.Uri{Scheme: "sip", User: user, Host: host, Port: s.port()}
	if transport != "UDP" {
		uri.UriParams.Add("transport", strings.ToLower(transport))
	}
	return &sip.ContactHeader{Address: uri}
}

// request sends a request as it is and gives its transaction.
func (s *Server) request(ctx context.Context, req *sip.Request) (sip.ClientTransaction, error) {
	if err := s.reach(ctx, req); err != nil {
		return nil, err
	}
	return s.client.TransactionRequest(ctx, req, asBuilt)
}

// write sends a request that has no transaction: ACK of a 2xx.
func (s *Server) write(req *sip.Request) error {
	if err := s.reach(s.active, req); err != nil {
		return err
	}
	return s.client.WriteRequest(req, asBuilt)
}

// roundTrip sends a request and waits for its final response.
func (s *Server) roundTrip(ctx context.Context, req *sip.Request) (*sip.Response, error) {
	tx, err := s.request(ctx, req)
	if err != nil {
		return nil, err
	}
	defer tx.Terminate()
	for {
		select {
		case res := <-tx.Responses():
			if !res.IsProvisional() {
				return res, nil
			}
		case <-tx.Done():
			return nil, tx.Err()
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// asBuilt keeps sipgo from adding headers of its own.
func asBuilt(*sipgo.Client, *sip.Request) error { return nil }

// brand adds our product name, where the configuration lets it be told.
func (s *Server) brand(msg sip.Message, header string) {
	if s.cfg.UserAgent != "" {
		msg.AppendHeader(sip.NewHeader(header, s.cfg.UserAgent))
	}
}
