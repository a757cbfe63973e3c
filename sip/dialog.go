package sip

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// dialogID names a dialog from our side (RFC 3261 section 12): the remote tag is checked apart, since it is not known
// before the first answer to an INVITE of ours.
type dialogID struct{ callID, localTag string }

// dialog is the part of a call that both sides keep in step: tags, sequence numbers, route set and remote target.
type dialog struct {
	srv       *Server
	id        dialogID
	local     sip.FromHeader // with our tag
	transport string         // UDP or TCP
	source    string         // host:port that the peer's requests or responses come from
	host      string         // our address as this peer reaches it

	mu        sync.Mutex
	remote    sip.ToHeader // with the peer's tag once known
	target    sip.Uri      // the peer's Contact
	routes    []sip.Uri
	localSeq  uint32
	remoteSeq uint32
}

var errOutOfOrder = errors.New("CSeq is not above the last one")

// dialogFromRequest makes the callee's dialog (RFC 3261 section 12.1.1).
func (s *Server) dialogFromRequest(req *sip.Request) *dialog {
	tag := sip.GenerateTagN(16)
	d := &dialog{
		srv: s, id: dialogID{string(*req.CallID()), tag}, transport: req.Transport(), source: req.Source(),
		host: s.hostFor(req.Source()), remoteSeq: req.CSeq().SeqNo, remote: req.From().AsTo(), local: req.To().AsFrom(),
	}
	d.local.Params.Add("tag", tag)
	d.retarget(req)
	for _, h := range req.GetHeaders("Record-Route") {
		if rr, ok := h.(*sip.RecordRouteHeader); ok {
			d.routes = append(d.routes, *rr.Address.Clone())
		}
	}
	return d
}

// confirm completes the caller's dialog by the callee's response (RFC 3261 section 12.1.2).
func (d *dialog) confirm(res *sip.Response) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.remote = *sip.HeaderClone(res.To()).(*sip.ToHeader)
	if c := res.Contact(); c != nil {
		d.target = *c.Address.Clone()
	}
	d.routes = nil
	for _, h := range res.GetHeaders("Record-Route") {
		if rr, ok := h.(*sip.RecordRouteHeader); ok {
			d.routes = append(d.routes, *rr.Address.Clone())
		}
	}
	slices.Reverse(d.routes)
	if src := res.Source(); src != "" {
		d.source = src
	}
}

// retarget takes the peer's newest Contact (target refresh, RFC 3261 section 12.2.2).
func (d *dialog) retarget(req *sip.Request) {
	if c := req.Contact(); c != nil && c.Address.Host != "" && !c.Address.Wildcard {
		d.mu.Lock()
		d.target = *c.Address.Clone()
		d.mu.Unlock()
	}
}

// admit checks that a request within the dialog is the peer's next one.
func (d *dialog) admit(req *sip.Request) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	seq := req.CSeq().SeqNo
	if seq <= d.remoteSeq {
		return errOutOfOrder
	}
	d.remoteSeq = seq
	return nil
}

func (d *dialog) matches(remoteTag string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	tag, ok := d.remote.Params.Get("tag")
	return !ok || tag == remoteTag
}

// request builds the next request within the dialog (RFC 3261 section 12.2.1.1). An ACK or CANCEL gets its number from
// the INVITE that it belongs to.
func (d *dialog) request(method sip.RequestMethod, headers ...sip.Header) *sip.Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.localSeq++
	return d.build(method, d.localSeq, headers...)
}

// ack builds the ACK for a 2xx (RFC 3261 section 13.2.2.4).
func (d *dialog) ack(seq uint32) *sip.Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.build(sip.ACK, seq)
}

func (d *dialog) build(method sip.RequestMethod, seq uint32, headers ...sip.Header) *sip.Request {
	recipient, routes := *d.target.Clone(), d.routes
	if len(routes) > 0 && !routes[0].UriParams.Has("lr") {
		// A strict router wants its own URI in the request line and the target last (RFC 3261 section 12.2.1.1).
		recipient, routes = *routes[0].Clone(), append(slices.Clone(routes[1:]), *d.target.Clone())
	}
	req := sip.NewRequest(method, recipient)
	req.SetTransport(d.transport)
	req.AppendHeader(d.srv.via(d.transport, d.host))
	for i := range routes {
		req.AppendHeader(&sip.RouteHeader{Address: routes[i]})
	}
	maxForwards := sip.MaxForwardsHeader(70)
	req.AppendHeader(&maxForwards)
	req.AppendHeader(sip.HeaderClone(&d.local))
	req.AppendHeader(sip.HeaderClone(&d.remote))
	callID := sip.CallIDHeader(d.id.callID)
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
	req.AppendHeader(d.contact())
	for _, h := range headers {
		req.AppendHeader(h)
	}
	d.srv.brand(req, "User-Agent")
	req.SetBody(nil)
	req.SetDestination(d.destination())
	if d.transport == "UDP" {
		req.Laddr = d.srv.laddr()
	}
	return req
}

func (d *dialog) contact() *sip.ContactHeader {
	return d.srv.contact(d.local.Address.User, d.transport, d.host)
}

// destination is where the next request goes: the first route, the live TCP connection, or the Contact; a private Contact
// of a peer that is not private itself sits behind NAT, and only its source address reaches it.
func (d *dialog) destination() string {
	if d.transport != "UDP" && d.srv.connected(d.source) {
		return d.source
	}
	uri := d.target
	if len(d.routes) > 0 {
		uri = d.routes[0]
	} else if behindNAT(d.target.Host, d.source) {
		return d.source
	}
	port := uri.Port
	if port == 0 {
		port = sip.DefaultPort(d.transport)
	}
	return net.JoinHostPort(bare(uri.Host), strconv.Itoa(port))
}

func behindNAT(contact, source string) bool {
	c, err := netip.ParseAddr(bare(contact))
	if err != nil {
		return false
	}
	src, err := netip.ParseAddrPort(source)
	if err != nil || src.Addr().Unmap() == c.Unmap() {
		return false
	}
	return local(c) && !local(src.Addr())
}

func local(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast()
}

// bare takes the brackets off an IPv6 address.
func bare(host string) string {
	if len(host) > 1 && host[0] == '[' && host[len(host)-1] == ']' {
		return host[1 : len(host)-1]
	}
	return host
}

// do sends a request within the dialog and waits for its final response. A challenge is answered once.
func (d *dialog) do(ctx context.Context, req *sip.Request) (*sip.Response, error) {
	res, err := d.srv.roundTrip(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("%s within call: %w", req.Method, err)
	}
	if res.StatusCode == sip.StatusUnauthorized || res.StatusCode == sip.StatusProxyAuthRequired {
		d.mu.Lock()
		d.localSeq++
		seq := d.localSeq
		d.mu.Unlock()
		if again, ok := d.srv.authorize(req, res, seq); ok {
			if res, err = d.srv.roundTrip(ctx, again); err != nil {
				return nil, fmt.Errorf("%s within call: %w", req.Method, err)
			}
		}
	}
	return res, nil
}
