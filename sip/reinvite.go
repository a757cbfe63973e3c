package sip

import (
	"fmt"
	"time"

	"github.com/emiago/sipgo/sip"

	"voxgate/sip/sdp"
)

// onReinvite takes a change of the session: hold, resume, another address or codec. A change that cannot be is refused
// and leaves the call as it was (RFC 3261 section 14.2).
func (c *call) onReinvite(req *sip.Request, tx sip.ServerTransaction) {
	// The ACK before it may still be on its way through, or lost until our 200 is repeated.
	select {
	case <-c.settled:
	case <-time.After(sip.T2):
	}
	if refusal := c.beginChange(req); refusal != nil {
		c.srv.respond(tx, refusal)
		return
	}
	defer c.endChange()
	offer, refusal := c.srv.readOffer(req)
	if refusal != nil {
		c.srv.respond(tx, refusal)
		return
	}
	before := c.session()
	body, result, err := c.describe(offer)
	if err == nil && offer != nil {
		err = c.apply(result)
	}
	if err != nil {
		c.log.Info("re-INVITE refused", "error", err)
		c.restore(before)
		c.srv.respond(tx, c.srv.notAcceptable(req))
		return
	}
	c.dlg.retarget(req)
	res := c.answer(req, sip.StatusOK, "OK")
	attach(res, body)
	ack, err := c.sendAnswer(c.ctx, tx, res)
	if err == nil && offer == nil {
		err = c.acceptAnswer(ack)
	}
	if err != nil && c.currentPhase() == up {
		c.log.Warn("re-INVITE left without agreement, ending the call", "error", err)
		c.srv.spawn(c.abandon)
		return
	}
	c.log.Info("session changed", "held", result.Held, "codec", c.Info().Codec)
}

// beginChange admits one change at a time. One that follows on the heels of another may have overtaken its ACK, so it
// waits a little before it is sent back with 491 (RFC 3261 section 14.2).
func (c *call) beginChange(req *sip.Request) *sip.Response {
	patience := time.NewTimer(sip.T1)
	defer patience.Stop()
	for {
		before, refusal := c.tryChange(req)
		if before == nil {
			return refusal
		}
		select {
		case <-before:
		case <-c.ctx.Done():
			return c.srv.response(req, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
		case <-patience.C:
			return c.srv.response(req, sip.StatusRequestPending, "Request Pending")
		}
	}
}

// tryChange begins a change, refuses it, or names the end of the one that goes on.
func (c *call) tryChange(req *sip.Request) (before <-chan struct{}, refusal *sip.Response) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.phase == ended:
		return nil, c.srv.response(req, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
	case c.phase != up:
		return nil, c.srv.response(req, sip.StatusRequestPending, "Request Pending")
	case c.changing != nil:
		return c.changing, nil
	}
	c.changing = make(chan struct{})
	return nil, nil
}

func (c *call) endChange() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.changing)
	c.changing = nil
}

// describe writes our side of the session: the answer to an offer, or an offer where there is none. The version grows
// whenever the description differs from the one before (RFC 3264 section 8).
func (c *call) describe(offer *sdp.Session) ([]byte, sdp.Result, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	body, result, err := describe(c.local, offer)
	if err != nil {
		return nil, result, fmt.Errorf("%w: %w", ErrNoCommonCodec, err)
	}
	if c.lastSDP != "" && string(body) != c.lastSDP {
		c.local.Version++
		if body, result, err = describe(c.local, offer); err != nil {
			return nil, result, fmt.Errorf("%w: %w", ErrNoCommonCodec, err)
		}
	}
	c.lastSDP = string(body)
	return body, result, nil
}

func describe(l sdp.Local, offer *sdp.Session) ([]byte, sdp.Result, error) {
	if offer == nil {
		return sdp.Offer(l).Bytes(), sdp.Result{}, nil
	}
	answer, result, err := sdp.Answer(l, offer)
	if err != nil {
		return nil, result, err
	}
	return answer.Bytes(), result, nil
}

// acceptAnswer takes the answer that an ACK carries (offer in our 200).
func (c *call) acceptAnswer(ack *sip.Request) error {
	if len(ack.Body()) == 0 {
		return fmt.Errorf("ACK carries no answer to our offer: %w", sdp.ErrMalformed)
	}
	return c.takeAnswer(ack.Body())
}

// agreement is what a refused change goes back to.
type agreement struct {
	local   sdp.Local
	lastSDP string
}

func (c *call) session() agreement {
	c.mu.Lock()
	defer c.mu.Unlock()
	return agreement{c.local, c.lastSDP}
}

func (c *call) restore(a agreement) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.local, c.lastSDP = a.local, a.lastSDP
}
