package sip

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/emiago/sipgo/sip"

	"voxgate/sip/header"
	"voxgate/sip/sdp"
)

// retryAfter is what refused callers are told to wait, in seconds (RFC 3261 section 20.33).
const retryAfter = "5"

var errTooLate = errors.New("the call has been answered or has ended")

// transactionID finds merged requests: the same request that came by two ways (RFC 3261 section 8.2.2.2).
type transactionID struct {
	callID, fromTag string
	seq             uint32
}

// onInvite takes a new call. It returns when the INVITE transaction is over; the call may live on.
func (s *Server) onInvite(req *sip.Request, tx sip.ServerTransaction) {
	offer, refusal := s.screenInvite(req)
	if refusal != nil {
		s.respond(tx, refusal)
		return
	}
	c := s.incomingCall(req, tx, offer)
	id := transactionID{callID: string(*req.CallID()), seq: req.CSeq().SeqNo}
	id.fromTag, _ = req.From().Params.Get("tag")
	if !s.claim(id, c.dlg.id) {
		s.respond(tx, s.response(req, sip.StatusLoopDetected, "Loop Detected"))
		return
	}
	defer s.release(id)
	if status, reason := s.add(c); status != 0 {
		res := s.response(req, status, reason)
		res.AppendHeader(sip.NewHeader("Retry-After", retryAfter))
		s.respond(tx, res)
		return
	}
	// The callback runs within the transaction's lock; 487 is sent by the transaction itself.
	if !tx.OnCancel(func(*sip.Request) { c.finish() }) {
		c.finish()
		s.remove(c)
		return
	}
	s.respond(tx, c.response(sip.StatusRinging, "Ringing"))
	c.log.Info("call arrives", "source", req.Source(), "transport", req.Transport())
	if !s.spawn(c.serve) {
		c.finish()
		s.remove(c)
	}
	<-c.settled
}

func (s *Server) claim(id transactionID, d dialogID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.initial[id]; taken {
		return false
	}
	s.initial[id] = d
	return true
}

func (s *Server) release(id transactionID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.initial, id)
}

// screenInvite refuses what could not become a call, before anyone is asked.
func (s *Server) screenInvite(req *sip.Request) (*sdp.Session, *sip.Response) {
	if s.handler == nil {
		return nil, s.response(req, sip.StatusTemporarilyUnavailable, "Temporarily Unavailable")
	}
	contact := req.Contact()
	if contact == nil || contact.Address.Host == "" || contact.Address.Wildcard {
		return nil, s.response(req, sip.StatusBadRequest, "Missing Contact")
	}
	if accept := headerList(req, "Accept"); len(accept) > 0 && !slices.ContainsFunc(accept, acceptsSDP) {
		return nil, s.response(req, sip.StatusNotAcceptable, "Not Acceptable")
	}
	return s.readOffer(req)
}

func acceptsSDP(accept string) bool {
	kind, _, _ := strings.Cut(accept, ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	return kind == sdp.ContentType || kind == "application/*" || kind == "*/*"
}

// readOffer reads the session description of an INVITE or re-INVITE; both nil when there is none.
func (s *Server) readOffer(req *sip.Request) (*sdp.Session, *sip.Response) {
	if res := s.refuseBody(req); res != nil {
		return nil, res
	}
	if len(req.Body()) == 0 {
		return nil, nil
	}
	offer, err := sdp.Parse(req.Body())
	if err != nil {
		s.log.Info("unreadable offer", "call", string(*req.CallID()), "error", err)
		return nil, s.response(req, sip.StatusBadRequest, "Malformed Session Description")
	}
	if _, _, err := sdp.Answer(sdp.Local{Addr: s.addrFor(req.Source()), Port: 1, Codecs: s.codecs()}, offer); err != nil {
		return nil, s.notAcceptable(req)
	}
	return offer, nil
}

// notAcceptable is 488 with the reason of RFC 3261 section 20.43.
func (s *Server) notAcceptable(req *sip.Request) *sip.Response {
	res := s.response(req, sip.StatusNotAcceptableHere, "Not Acceptable Here")
	res.AppendHeader(sip.NewHeader("Warning", `304 voxgate "no audio stream with a codec in common"`))
	return res
}

func (s *Server) incomingCall(req *sip.Request, tx sip.ServerTransaction, offer *sdp.Session) *call {
	from, d := req.From(), s.dialogFromRequest(req)
	c := s.newCall(d, Info{
		ID: string(*req.CallID()), From: from.Address.User, FromName: displayName(from.DisplayName),
		To: req.Recipient.User, Remote: req.Source(), Local: net.JoinHostPort(bare(d.host), strconv.Itoa(s.port())),
		UserToUser: userToUser(req),
	})
	c.invite, c.tx, c.offer = req, tx, offer
	return c
}

// displayName is a caller's name without quotes, quoting and what does not print.
func displayName(name string) string {
	name = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(strings.Trim(name, `"`))
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, name)
}

// userToUser is the decoded User-to-User content, empty where there is none; one that cannot be read costs no call. Phones
// that are transferred leave it in the Request-URI, as Refer-To had it, and some spoil the parameters after it.
func userToUser(req *sip.Request) string {
	value := ""
	if h := req.GetHeader(header.UserToUserName); h != nil {
		value = h.Value()
	} else {
		for _, h := range req.Recipient.Headers {
			if strings.EqualFold(h.K, header.UserToUserName) {
				value, _, _ = strings.Cut(h.V, "?")
				value, _, _ = strings.Cut(value, "%3B")
			}
		}
	}
	content, err := header.DecodeUserToUser(value)
	if err != nil {
		return ""
	}
	return content
}

// serve runs the handler and ends what it leaves behind.
func (c *call) serve() {
	defer func() {
		if c.currentPhase() == ended {
			// A far end that cancelled or hung up left nothing to say.
			c.finish()
			c.srv.remove(c)
			return
		}
		if err := c.Hangup(c.srv.active); err != nil {
			c.log.Info("hanging up", "error", err)
		}
	}()
	c.srv.handler(c.ctx, c)
}

// response answers the INVITE with the dialog's tag.
func (c *call) response(status int, reason string) *sip.Response {
	return c.answer(c.invite, status, reason)
}

// answer builds an answer to an INVITE of this dialog, first or later, with what a dialog's answers carry.
func (c *call) answer(req *sip.Request, status int, reason string) *sip.Response {
	res := c.srv.response(req, status, reason)
	tag, _ := c.dlg.local.Params.Get("tag")
	res.To().Params.Add("tag", tag)
	if status < 300 {
		res.AppendHeader(c.dlg.contact())
		res.AppendHeader(c.allow())
	}
	return res
}

// Reject implements Incoming.
func (c *call) Reject(status int, reason string) error {
	if status < 300 || status > 699 {
		return fmt.Errorf("rejecting with %d: not a final status above 2xx", status)
	}
	if reason == "" {
		reason = "Rejected"
	}
	if !c.step(ringing, ended) {
		return errTooLate
	}
	defer c.srv.remove(c)
	defer c.finish()
	res := c.response(status, reason)
	if status == sip.StatusServiceUnavailable || status == sip.StatusBusyHere || status == sip.StatusTemporarilyUnavailable {
		res.AppendHeader(sip.NewHeader("Retry-After", retryAfter))
	}
	if err := c.tx.Respond(res); err != nil {
		return fmt.Errorf("rejecting: %w", err)
	}
	return nil
}
