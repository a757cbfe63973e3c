package sip

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"voxgate/sip/header"
)

// transferLimit is how long a far end may take to report how its call to the transfer target went.
const transferLimit = 60 * time.Second

// transfer is a REFER of ours whose outcome is awaited.
type transfer struct {
	reports chan report // bounded: a far end that floods us with NOTIFYs loses the surplus
}

// report is one NOTIFY: the status of the far end's new call, or the end of the subscription.
type report struct {
	status int
	reason string
	over   bool
}

// Refer implements Incoming.
func (c *call) Refer(ctx context.Context, target, userToUser string) error {
	referTo, err := header.EncodeReferTo(target, userToUser)
	if err != nil {
		return fmt.Errorf("refer: %w", err)
	}
	t := &transfer{reports: make(chan report, 16)}
	if err := c.beginTransfer(t); err != nil {
		return fmt.Errorf("refer: %w", err)
	}
	defer c.endTransfer()
	req := c.dlg.request(sip.REFER, sip.NewHeader("Refer-To", referTo), c.referredBy(),
		sip.NewHeader("Accept", "message/sipfrag"))
	res, err := c.dlg.do(ctx, req)
	if err != nil {
		return fmt.Errorf("refer: %w", err)
	}
	if !res.IsSuccess() {
		return fmt.Errorf("refer: %w: %d %s", ErrReferRefused, res.StatusCode, res.Reason)
	}
	return c.follow(ctx, t)
}

// referredBy names us as who transfers (RFC 3892).
func (c *call) referredBy() sip.Header {
	return sip.NewHeader("Referred-By", "<"+c.dlg.contact().Address.String()+">")
}

// follow waits for the NOTIFYs of the implicit subscription (RFC 3515 section 2.4.4) to say how it went. A far end that
// hangs up on us after its target has begun to answer has gone over to it.
func (c *call) follow(ctx context.Context, t *transfer) error {
	limit := time.NewTimer(transferLimit)
	defer limit.Stop()
	progressed := false
	for {
		select {
		case r := <-t.reports:
			switch {
			case r.status >= 300:
				return fmt.Errorf("refer: %w", &TransferError{Status: r.status, Reason: r.reason})
			case r.status >= 200:
				return nil
			case r.over:
				return fmt.Errorf("refer: %w", &TransferError{Status: sip.StatusRequestTimeout, Reason: "far end stopped reporting"})
			}
			progressed = progressed || r.status > 100
		case <-c.done:
			return c.departed(t, progressed)
		case <-limit.C:
			return fmt.Errorf("refer: %w", &TransferError{Status: sip.StatusRequestTimeout, Reason: "no outcome reported"})
		case <-ctx.Done():
			if err := c.given(ctx); !errors.Is(err, ErrEnded) {
				return fmt.Errorf("refer: %w", err)
			}
			return c.departed(t, progressed)
		}
	}
}

// departed judges a far end that hung up while its transfer was under way; its last report may still be queued.
func (c *call) departed(t *transfer, progressed bool) error {
	for {
		select {
		case r := <-t.reports:
			switch {
			case r.status >= 300:
				return fmt.Errorf("refer: %w", &TransferError{Status: r.status, Reason: r.reason})
			case r.status >= 200:
				return nil
			}
			progressed = progressed || r.status > 100
		default:
			if progressed {
				return nil
			}
			return fmt.Errorf("refer: %w", ErrEnded)
		}
	}
}

func (c *call) beginTransfer(t *transfer) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.phase != up {
		return ErrEnded
	}
	if c.transfer != nil {
		return fmt.Errorf("%w: a transfer is under way", ErrReferRefused)
	}
	c.transfer = t
	return nil
}

func (c *call) endTransfer() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.transfer = nil
}

// onNotify takes the reports on our REFER; other events were never subscribed to.
func (c *call) onNotify(req *sip.Request, tx sip.ServerTransaction) {
	event := ""
	for _, name := range []string{"Event", "o"} {
		if h := req.GetHeader(name); h != nil {
			event, _, _ = strings.Cut(h.Value(), ";")
			break
		}
	}
	c.mu.Lock()
	t := c.transfer
	c.mu.Unlock()
	switch {
	case event == "":
		c.srv.respond(tx, c.srv.response(req, sip.StatusBadRequest, "Missing Event"))
	case !strings.EqualFold(strings.TrimSpace(event), "refer"):
		res := c.srv.response(req, 489, "Bad Event")
		res.AppendHeader(sip.NewHeader("Allow-Events", "refer"))
		c.srv.respond(tx, res)
	case t == nil:
		c.srv.respond(tx, c.srv.response(req, sip.StatusCallTransactionDoesNotExists, "Subscription Does Not Exist"))
	default:
		c.report(req, tx, t)
	}
}

func (c *call) report(req *sip.Request, tx sip.ServerTransaction, t *transfer) {
	var r report
	if h := req.GetHeader("Subscription-State"); h != nil {
		r.over = strings.HasPrefix(strings.ToLower(strings.TrimSpace(h.Value())), "terminated")
	}
	if len(req.Body()) > 0 {
		if kind := mediaType(req); kind != "message/sipfrag" {
			res := c.srv.response(req, sip.StatusUnsupportedMediaType, "Unsupported Media Type")
			res.AppendHeader(sip.NewHeader("Accept", "message/sipfrag"))
			c.srv.respond(tx, res)
			return
		}
		var err error
		if r.status, r.reason, err = header.DecodeSipfrag(req.Body()); err != nil {
			c.srv.respond(tx, c.srv.response(req, sip.StatusBadRequest, "Malformed Sipfrag"))
			return
		}
	}
	// The answer goes first: the report may lead to BYE, which must not overtake it.
	c.srv.respond(tx, c.srv.response(req, sip.StatusOK, "OK"))
	select {
	case t.reports <- r:
	default:
		c.log.Warn("report on transfer dropped", "status", r.status)
	}
}
