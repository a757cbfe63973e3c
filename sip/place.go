package sip

import (
	"context"
	"errors"
	"fmt"

	"github.com/emiago/sipgo/sip"

	"voxgate/sip/sdp"
)

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
	tx, err := c.srv.request(ctx, invite)
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
			return nil, nil, c.given(ctx)
		case <-c.done:
			c.srv.spawn(func() { c.giveUp(invite, tx, provisional) })
			return nil, nil, ErrEnded
		}
	}
}

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
	c.vouch()
	ack := c.dlg.ack(invite.CSeq().SeqNo)
	if err := c.srv.write(ack); err != nil {
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
	if err := c.srv.write(d.ack(seq)); err != nil {
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
				if err := c.srv.write(c.dlg.ack(invite.CSeq().SeqNo)); err != nil {
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
