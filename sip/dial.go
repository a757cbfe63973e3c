package sip

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"voxgate/sip/header"
	"voxgate/sip/sdp"
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
	c.outgoing, c.onRefered = true, r.OnRefer
	if err := c.openAudio(r.Tap); err != nil {
		c.finish()
		return nil, nil, err
	}
	invite := d.request(sip.INVITE, extra...)
	invite.SetDestination(peer)
	invite.AppendHeader(sip.NewHeader("Allow", allowed))
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

// place sends the INVITE and follows its answers until the call is up or refused.
func (c *call) place(ctx context.Context, invite *sip.Request, r DialRequest) error {
	challenged := false
	for {
		res, tx, err := c.invitation(ctx, invite, r.OnProgress)
		if err != nil {
			return err
		}
		if res.IsSuccess() {
			return c.answered(invite, res, tx)
		}
		if (res.StatusCode == sip.StatusUnauthorized || res.StatusCode == sip.StatusProxyAuthRequired) && !challenged {
			challenged = true
			c.dlg.mu.Lock()
			c.dlg.localSeq++
			seq := c.dlg.localSeq
			c.dlg.mu.Unlock()
			if again, ok := c.srv.authorize(invite, res, seq); ok {
				invite = again
				continue
			}
		}
		return &DialError{Status: res.StatusCode, Reason: res.Reason}
	}
}

// invitation is one INVITE transaction up to its final response.
func (c *call) invitation(ctx context.Context, invite *sip.Request, progress func(int)) (*sip.Response, sip.ClientTransaction, error) {
	tx, err := c.srv.client.TransactionRequest(c.srv.active, invite, asBuilt)
	if err != nil {
		return nil, nil, fmt.Errorf("sending INVITE: %w", err)
	}
	provisional := false
	for {
		select {
		case res := <-tx.Responses():
			if !res.IsProvisional() {
				return res, tx, nil
			}
			provisional = true
			c.early(res)
			if progress != nil {
				progress(res.StatusCode)
			}
		case <-tx.Done():
			if errors.Is(tx.Err(), sip.ErrTransactionTimeout) {
				return nil, nil, &DialError{Status: sip.StatusRequestTimeout, Reason: "No Answer From Peer"}
			}
			return nil, nil, fmt.Errorf("INVITE: %w", tx.Err())
		case <-ctx.Done():
			c.srv.spawn(func() { c.giveUp(invite, tx, provisional) })
			return nil, nil, context.Cause(ctx)
		case <-c.done:
			c.srv.spawn(func() { c.giveUp(invite, tx, provisional) })
			return nil, nil, ErrEnded
		}
	}
}

// asBuilt keeps sipgo from adding headers of its own.
func asBuilt(*sipgo.Client, *sip.Request) error { return nil }

// early takes the media of a 183, so that ringback and announcements are heard.
func (c *call) early(res *sip.Response) {
	if res.StatusCode == sip.StatusTrying || len(res.Body()) == 0 {
		return
	}
	if err := c.takeAnswer(res.Body()); err != nil {
		c.log.Info("early media not understood", "error", err)
	}
}

// answered acknowledges the 200 and joins the media; a session that cannot be is ended at once.
func (c *call) answered(invite *sip.Request, res *sip.Response, tx sip.ClientTransaction) error {
	c.dlg.confirm(res)
	ack := c.dlg.ack(invite.CSeq().SeqNo)
	if err := c.srv.client.WriteRequest(ack, asBuilt); err != nil {
		return fmt.Errorf("sending ACK: %w", err)
	}
	tag, _ := res.To().Params.Get("tag")
	tx.OnRetransmission(func(again *sip.Response) { c.repeated(again, tag, invite) })
	c.mu.Lock()
	c.phase = max(c.phase, answering)
	c.mu.Unlock()
	err := c.takeAnswer(res.Body())
	c.settle()
	if !c.step(answering, up) {
		return ErrEnded
	}
	if err != nil {
		c.abandon()
		return err
	}
	return nil
}

// repeated acknowledges a 2xx that comes again. One from another branch of a fork is taken and ended (RFC 3261 section 13.2.2.4).
func (c *call) repeated(res *sip.Response, tag string, invite *sip.Request) {
	if !res.IsSuccess() {
		return
	}
	seq := invite.CSeq().SeqNo
	d := c.dlg
	other, _ := res.To().Params.Get("tag")
	if other != tag {
		d = &dialog{srv: c.srv, id: c.dlg.id, local: c.dlg.local, transport: c.dlg.transport, host: c.dlg.host, localSeq: seq}
		d.confirm(res)
	}
	if err := c.srv.client.WriteRequest(d.ack(seq), asBuilt); err != nil {
		c.log.Info("repeating ACK", "error", err)
	}
	if other != tag {
		c.srv.spawn(func() {
			if _, err := d.do(c.srv.active, d.request(sip.BYE)); err != nil {
				c.log.Info("ending a second branch", "error", err)
			}
		})
	}
}

// giveUp cancels an INVITE (RFC 3261 section 9.1): only after a provisional answer, and with BYE where a 200 crossed it.
func (c *call) giveUp(invite *sip.Request, tx sip.ClientTransaction, provisional bool) {
	defer tx.Terminate()
	cancelled := false
	for {
		if provisional && !cancelled {
			cancelled = true
			c.srv.spawn(func() {
				if _, err := c.srv.roundTrip(c.srv.active, cancelRequest(invite)); err != nil {
					c.log.Info("cancelling", "error", err)
				}
			})
		}
		select {
		case res := <-tx.Responses():
			switch {
			case res.IsProvisional():
				provisional = true
				continue
			case res.IsSuccess():
				c.dlg.confirm(res)
				if err := c.srv.client.WriteRequest(c.dlg.ack(invite.CSeq().SeqNo), asBuilt); err != nil {
					c.log.Info("acknowledging a call that was given up", "error", err)
				}
				if _, err := c.dlg.do(c.srv.active, c.dlg.request(sip.BYE)); err != nil {
					c.log.Info("ending a call that was given up", "error", err)
				}
			}
			return
		case <-tx.Done():
			return
		case <-c.srv.active.Done():
			return
		}
	}
}

// cancelRequest builds the CANCEL of an INVITE: same Via branch, same number.
func cancelRequest(invite *sip.Request) *sip.Request {
	req := sip.NewRequest(sip.CANCEL, invite.Recipient)
	req.AppendHeader(sip.HeaderClone(invite.Via()))
	for _, h := range invite.GetHeaders("Route") {
		req.AppendHeader(sip.HeaderClone(h))
	}
	maxForwards := sip.MaxForwardsHeader(70)
	req.AppendHeader(&maxForwards)
	req.AppendHeader(sip.HeaderClone(invite.From()))
	req.AppendHeader(sip.HeaderClone(invite.To()))
	req.AppendHeader(sip.HeaderClone(invite.CallID()))
	req.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: sip.CANCEL})
	req.SetBody(nil)
	req.SetTransport(invite.Transport())
	req.SetDestination(invite.Destination())
	req.Laddr = invite.Laddr
	return req
}

// roundTrip sends a request and waits for its final response.
func (s *Server) roundTrip(ctx context.Context, req *sip.Request) (*sip.Response, error) {
	tx, err := s.client.TransactionRequest(ctx, req, asBuilt)
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

// takeAnswer joins the media to the far end's answer to our offer.
func (c *call) takeAnswer(body []byte) error {
	answer, err := sdp.Parse(body)
	if err != nil {
		return err
	}
	c.mu.Lock()
	l := c.local
	c.mu.Unlock()
	result, err := sdp.Accept(l, answer)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoCommonCodec, err)
	}
	return c.apply(result)
}
