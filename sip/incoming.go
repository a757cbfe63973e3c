package sip

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/emiago/sipgo/sip"

	"voxgate/sip/header"
	"voxgate/sip/sdp"
)

// retryAfter is what refused callers are told to wait, in seconds (RFC 3261 section 20.33).
const retryAfter = "5"

var (
	errTooLate = errors.New("the call has been answered or has ended")
	errNoACK   = errors.New("far end never acknowledged the answer")
)

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
		res.AppendHeader(sip.NewHeader("Allow", allowed))
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

// Answer implements Incoming.
func (c *call) Answer(ctx context.Context, opts AnswerOptions) error {
	if !c.step(ringing, answering) {
		return fmt.Errorf("answering: %w", ErrEnded)
	}
	defer c.settle()
	if err := c.establish(ctx, opts); err != nil {
		return fmt.Errorf("answering: %w", err)
	}
	if !c.step(answering, up) {
		return fmt.Errorf("answering: %w", ErrEnded)
	}
	c.log.Info("call up", "codec", c.Info().Codec)
	return nil
}

// establish opens the media, sends 200 and waits for the ACK.
func (c *call) establish(ctx context.Context, opts AnswerOptions) error {
	if err := c.openAudio(opts.Tap); err != nil {
		c.refuse(sip.StatusInternalServerError, "No Media Port")
		return err
	}
	body, result, err := c.describe(c.offer)
	if err == nil && c.offer != nil {
		err = c.apply(result)
	}
	if err != nil {
		c.refuse(sip.StatusNotAcceptableHere, "Not Acceptable Here")
		return err
	}
	res := c.answer(c.invite, sip.StatusOK, "OK")
	attach(res, body)
	ack, err := c.sendAnswer(ctx, c.tx, res)
	if err != nil {
		c.fail(err)
		return err
	}
	if c.offer == nil {
		if err := c.acceptAnswer(ack); err != nil {
			c.fail(err)
			return err
		}
	}
	return nil
}

// refuse gives the INVITE a final answer after Answer has begun.
func (c *call) refuse(status int, reason string) {
	c.srv.respond(c.tx, c.answer(c.invite, status, reason))
	c.finish()
	c.srv.remove(c)
}

// fail ends a call whose 200 has gone out.
func (c *call) fail(err error) {
	if errors.Is(err, sip.ErrTransactionCanceled) {
		// CANCEL won the race. The transaction now holds our 200 as the answer to repeat; it must be 487.
		c.srv.respond(c.tx, c.answer(c.invite, sip.StatusRequestTerminated, "Request Terminated"))
		c.finish()
		c.srv.remove(c)
		return
	}
	if c.step(answering, ended) {
		c.finish()
		c.srv.spawn(func() {
			if err := c.bye(); err != nil {
				c.log.Info("ending a call that was never acknowledged", "error", err)
			}
		})
	}
}

// sendAnswer sends a 2xx until its ACK comes (RFC 3261 section 13.3.1.4), with errNoACK after 64*T1.
func (c *call) sendAnswer(ctx context.Context, tx sip.ServerTransaction, res *sip.Response) (*sip.Request, error) {
	seq := res.CSeq().SeqNo
	acks := c.expectACK(seq)
	defer c.forgetACK(seq)
	if err := tx.Respond(res); err != nil {
		return nil, fmt.Errorf("sending 200: %w", err)
	}
	interval := sip.T1
	again := time.NewTimer(interval)
	defer again.Stop()
	giveUp := time.NewTimer(64 * sip.T1)
	defer giveUp.Stop()
	for {
		select {
		case ack := <-acks:
			return ack, nil
		case ack := <-tx.Acks(): // a peer that puts the INVITE's branch into its ACK
			return ack, nil
		case <-again.C:
			if err := tx.Respond(res); err != nil {
				return nil, fmt.Errorf("repeating 200: %w", err)
			}
			interval = min(2*interval, sip.T2)
			again.Reset(interval)
		case <-giveUp.C:
			return nil, errNoACK
		case <-c.done:
			return nil, ErrEnded
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// attach puts a session description into a message.
func attach(msg sip.Message, body []byte) {
	msg.AppendHeader(sip.NewHeader("Content-Type", sdp.ContentType))
	msg.SetBody(body)
}

// sessionID is a random o= session id; half of 64 bits, as some peers read it into a signed number.
func sessionID() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return binary.BigEndian.Uint64(b[:]) >> 32
}
