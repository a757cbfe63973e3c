package softphone

import (
	"context"
	"fmt"
	"time"

	"voxgate/sip"
)

// answered is what came back.
type answered struct {
	began time.Time // zero: nothing came
	text  string
	err   error // errOver: the far end hung up meanwhile
}

// Waits where a Phone names none.
const (
	defaultAnswerWait = 12 * time.Second
	defaultQuiet      = 1200 * time.Millisecond
	// wordsWait is how long the recogniser may lag behind the sound.
	wordsWait = 3 * time.Second
	// transferWait is how long a transfer may follow the words that announce it.
	transferWait = 2 * time.Second
)

// answer listens until the far end has answered and fallen quiet, hung up, or said nothing for too long.
func (c *call) answer(ctx context.Context, since time.Time) answered {
	wait, quiet := orDefault(c.phone.AnswerWait, defaultAnswerWait), orDefault(c.phone.Quiet, defaultQuiet)
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		v := c.hearing.view()
		now := time.Now()
		switch {
		case v.ended || c.over():
			return answered{v.began, v.text, errOver}
		case ctx.Err() != nil:
			return answered{v.began, v.text, ctx.Err()}
		case v.began.IsZero() && now.Sub(since) > wait:
			return answered{err: ErrNoAnswer}
		case !v.began.IsZero() && now.Sub(v.last) > quiet && (!v.speaking || now.Sub(v.last) > quiet+wordsWait):
			return answered{v.began, v.text, nil}
		}
		select {
		case <-c.hearing.changed:
		case <-ticker.C:
		case <-c.leg.Done():
		case <-ctx.Done():
		}
	}
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return otherwise
}

// wasReferred waits a moment for a transfer that the last answer may have announced.
func (c *call) wasReferred() (sip.Referral, bool) {
	timer := time.NewTimer(transferWait)
	defer timer.Stop()
	select {
	case r := <-c.referred:
		return r, true
	case <-c.leg.Done():
	case <-timer.C:
	}
	select {
	case r := <-c.referred:
		return r, true
	default:
		return sip.Referral{}, false
	}
}

// follow calls the target of a transfer, reports to the transferring side how that went, and listens to the target's
// first words.
func (c *call) follow(ctx context.Context, to sip.Referral) (Result, error) {
	agent, err := c.phone.Dialer.Dial(ctx, sip.DialRequest{Target: to.Target, UserToUser: to.UserToUser})
	if reportErr := to.ReportError(ctx, err); reportErr != nil && err == nil && !c.over() {
		err = reportErr
	}
	if err != nil {
		return c.hangup(ctx, fmt.Errorf("transfer to %s: %w", to.Target, err))
	}
	if c.result, err = c.hangup(ctx, nil); err != nil {
		return c.result, err
	}
	c.leg, c.hearing = agent, nil
	c.result.Outcome = Transfer
	if c.hearing, err = startHearing(ctx, agent.Line(), c.phone); err != nil {
		return c.hangup(ctx, err)
	}
	c.result.Agent = c.answer(ctx, time.Now()).text
	return c.hangup(ctx, nil)
}
