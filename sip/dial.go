package sip

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"voxgate/sip/header"
)

// DialError is the final answer that ended an outgoing call before it was up (RFC 3261 section 21).
type DialError struct {
	Status int
	Reason string
}

func (e *DialError) Error() string {
	return fmt.Sprintf("call was not answered: %d %s", e.Status, e.Reason)
}

// reserved headers are the edge's own; a DialRequest cannot set them.
var reserved = []string{"via", "v", "from", "f", "to", "t", "call-id", "i", "cseq", "contact", "m", "max-forwards", "route",
	"record-route", "content-length", "l", "content-type", "c", "content-encoding", "e", "require", "proxy-require",
	"authorization", "proxy-authorization", "user-to-user", "allow", "supported", "k", "refer-to", "r", "referred-by", "b"}

// Dial implements Dialer: it returns when the call is up, or with *DialError when the far end refuses it. A cancelled
// context gives up the call (CANCEL).
func (s *Server) Dial(ctx context.Context, req DialRequest) (Leg, error) {
	select {
	case <-s.ready:
	case <-ctx.Done():
		return nil, fmt.Errorf("sip: dial before Serve: %w", context.Cause(ctx))
	}
	c, invite, err := s.outgoingCall(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("sip: dial: %w", err)
	}
	if _, reason := s.add(c); reason != "" {
		c.finish()
		return nil, fmt.Errorf("sip: dial: %w", &DialError{Status: sip.StatusServiceUnavailable, Reason: reason})
	}
	if err := c.place(ctx, invite, req); err != nil {
		c.finish()
		s.remove(c)
		return nil, fmt.Errorf("sip: dial: %w", err)
	}
	c.log.Info("call up", "codec", c.Info().Codec)
	return c, nil
}

// outgoingCall makes the caller's dialog and its INVITE.
func (s *Server) outgoingCall(ctx context.Context, r DialRequest) (*call, *sip.Request, error) {
	target, err := parseTarget(r.Target)
	if err != nil {
		return nil, nil, err
	}
	extra, err := extraHeaders(r)
	if err != nil {
		return nil, nil, err
	}
	transport := "UDP"
	if t, ok := target.UriParams.Get("transport"); ok {
		if transport = strings.ToUpper(t); transport != "UDP" && transport != "TCP" {
			return nil, nil, fmt.Errorf("target %q: transport %s is not offered here, use udp or tcp", r.Target, t)
		}
	}
	peer, err := resolve(ctx, target)
	if err != nil {
		return nil, nil, err
	}
	d := &dialog{
		srv: s, id: dialogID{uuid.NewString(), sip.GenerateTagN(16)}, transport: transport, source: peer,
		host: s.hostFor(peer), target: target, remote: sip.ToHeader{Address: withoutParams(target)},
	}
	user := r.From
	if user == "" {
		user = "voxgate"
	}
	d.local = sip.FromHeader{Address: sip.Uri{Scheme: "sip", User: user, Host: d.host}}
	d.local.Params.Add("tag", d.id.localTag)
	c := s.newCall(d, Info{ID: d.id.callID, From: user, To: target.User, Remote: peer, Local: net.JoinHostPort(d.host, strconv.Itoa(s.port()))})
	c.outgoing, c.onReferral = true, r.OnRefer
	if err := c.openAudio(r.Tap); err != nil {
		c.finish()
		return nil, nil, err
	}
	invite := d.request(sip.INVITE, extra...)
	invite.SetDestination(peer)
	invite.AppendHeader(c.allow())
	body, _, err := c.describe(nil)
	if err != nil {
		c.finish()
		return nil, nil, err
	}
	attach(invite, body)
	return c, invite, nil
}

// parseTarget reads the URI to call.
func parseTarget(text string) (sip.Uri, error) {
	var uri sip.Uri
	if err := header.CheckURI(text); err != nil {
		return uri, fmt.Errorf("target %q: want sip:user@host[:port]: %w", text, err)
	}
	if err := sip.ParseUri(text, &uri); err != nil {
		return uri, fmt.Errorf("target %q: want sip:user@host[:port]: %w", text, err)
	}
	if uri.Scheme != "sip" || uri.Host == "" || uri.Port < 0 || uri.Port > 65535 {
		return uri, fmt.Errorf("target %q: want sip:user@host[:port]", text)
	}
	return uri, nil
}

func withoutParams(uri sip.Uri) sip.Uri {
	return sip.Uri{Scheme: uri.Scheme, User: uri.User, Host: uri.Host, Port: uri.Port}
}

// extraHeaders checks what the caller of Dial wants to add; nothing may break out of its line or touch our own headers.
func extraHeaders(r DialRequest) ([]sip.Header, error) {
	for i := range len(r.From) {
		if c := r.From[i]; (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && strings.IndexByte("+-_.!*'()#&=$,%", c) < 0 {
			return nil, fmt.Errorf("from %q: character %q cannot stand in a SIP user", r.From, c)
		}
	}
	var out []sip.Header
	for name, value := range r.Headers {
		if !header.Token(name) || slices.Contains(reserved, strings.ToLower(name)) {
			return nil, fmt.Errorf("header %q: not a name that can be added", name)
		}
		if err := header.CheckLine(value); err != nil {
			return nil, fmt.Errorf("header %s: %w", name, err)
		}
		out = append(out, sip.NewHeader(name, value))
	}
	if r.UserToUser != "" {
		value, err := header.EncodeUserToUser(r.UserToUser, "")
		if err != nil {
			return nil, err
		}
		out = append(out, sip.NewHeader(header.UserToUserName, value))
	}
	return out, nil
}

// resolve finds the peer's host:port.
func resolve(ctx context.Context, uri sip.Uri) (string, error) {
	port := uri.Port
	if port == 0 {
		port = sip.DefaultUdpPort
	}
	host := bare(uri.Host)
	if addr, err := netip.ParseAddr(host); err == nil {
		return netip.AddrPortFrom(addr, uint16(port)).String(), nil
	}
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return "", fmt.Errorf("looking up %s: %w", host, err)
	}
	best := addrs[0].Unmap()
	for _, a := range addrs {
		if a.Unmap().Is4() {
			best = a.Unmap()
			break
		}
	}
	return net.JoinHostPort(best.String(), strconv.Itoa(port)), nil
}
