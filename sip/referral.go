package sip

import (
	"context"
	"errors"
	"fmt"

	"github.com/emiago/sipgo/sip"

	"voxgate/sip/header"
)

// Referral is a transfer that the far end of an outgoing call asks for (RFC 3515): call Target in its place.
type Referral struct {
	Target     string // SIP URI
	UserToUser string // decoded content for the new call, "" for none
	ReferredBy string
	leg        *call
}

// Report tells the far end how the call to Target is going: 180 while it rings, a final status at its end. The last
// report ends the subscription.
func (r Referral) Report(ctx context.Context, status int, reason string) error {
	state := "active;expires=60"
	if status >= 200 {
		state = "terminated;reason=noresource"
	}
	req := r.leg.dlg.request(sip.NOTIFY, sip.NewHeader("Event", "refer"), sip.NewHeader("Subscription-State", state),
		sip.NewHeader("Content-Type", "message/sipfrag;version=2.0"))
	req.SetBody(header.EncodeSipfrag(status, reason))
	res, err := r.leg.dlg.do(ctx, req)
	if err != nil {
		return fmt.Errorf("reporting on transfer: %w", err)
	}
	if !res.IsSuccess() {
		return fmt.Errorf("reporting on transfer: far end answered %d", res.StatusCode)
	}
	return nil
}

// ReportError is Report for the error that Dial gave; nil is 200.
func (r Referral) ReportError(ctx context.Context, err error) error {
	var refused *DialError
	switch {
	case err == nil:
		return r.Report(ctx, sip.StatusOK, "OK")
	case errors.As(err, &refused):
		return r.Report(ctx, refused.Status, refused.Reason)
	}
	return r.Report(ctx, sip.StatusServiceUnavailable, "Service Unavailable")
}

// onRefer takes a transfer where whoever placed the call wants that, and refuses it everywhere else: a caller must not
// be able to make us call (toll fraud).
func (c *call) onRefer(req *sip.Request, tx sip.ServerTransaction) {
	c.mu.Lock()
	take, live := c.onReferral, c.phase == up
	c.mu.Unlock()
	if take == nil || !live {
		c.srv.respond(tx, c.srv.response(req, sip.StatusForbidden, "Forbidden"))
		return
	}
	r, err := c.referral(req)
	if err != nil {
		c.log.Info("REFER refused", "error", err)
		c.srv.respond(tx, c.srv.response(req, sip.StatusBadRequest, "Bad Refer-To"))
		return
	}
	res := c.srv.response(req, sip.StatusAccepted, "Accepted")
	res.AppendHeader(c.dlg.contact())
	c.srv.respond(tx, res)
	c.log.Info("far end transfers the call", "to", header.Mask(r.Target))
	c.srv.spawn(func() {
		if err := r.Report(c.ctx, sip.StatusTrying, "Trying"); err != nil {
			c.log.Info("transfer", "error", err)
		}
		take(r)
	})
}

func (c *call) referral(req *sip.Request) (Referral, error) {
	values := req.GetHeaders("Refer-To")
	values = append(values, req.GetHeaders("r")...)
	if len(values) != 1 {
		return Referral{}, fmt.Errorf("%d Refer-To headers", len(values))
	}
	to, err := header.DecodeReferTo(values[0].Value())
	if err != nil {
		return Referral{}, err
	}
	r := Referral{Target: to.URI, UserToUser: to.UserToUser, leg: c}
	if h := req.GetHeader("Referred-By"); h != nil {
		r.ReferredBy = h.Value()
	}
	return r, nil
}
