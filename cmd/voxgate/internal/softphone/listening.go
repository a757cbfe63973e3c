package softphone

import (
	"context"
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
	// bargeAfter is how far into an answer a barge-in begins.
	bargeAfter = time.Second
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
		case c.cutShort && !v.began.IsZero() && now.Sub(v.began) > bargeAfter:
			return answered{v.began, v.text, nil}
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

// referral is the transfer that the far end has asked for, if it has, or does within the wait.
func (c *call) referral(wait time.Duration) (sip.Referral, bool) {
	timer := time.NewTimer(wait)
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
// first words. Where the target cannot be reached the call goes on as it was, and it returns false.
func (c *call) follow(ctx context.Context, to sip.Referral) bool {
	c.hearing.forget()
	agent, err := c.phone.Dialer.Dial(ctx, sip.DialRequest{Target: to.Target, UserToUser: to.UserToUser})
	if reportErr := to.ReportError(ctx, err); reportErr != nil && !c.over() {
		c.result.Error = reportErr.Error()
	}
	if err != nil {
		heard := c.answer(ctx, time.Now())
		c.turned(Turn{Said: "(transfer failed)", Heard: heard.text, AnswerMS: -1})
		return false
	}
	if _, err := c.hangup(ctx, nil); err != nil {
		c.result.Error = err.Error()
	}
	c.leg, c.hearing, c.result.Outcome = agent, nil, Transfer
	if c.hearing, err = startHearing(ctx, agent.Line(), c.phone); err != nil {
		c.result.Error = err.Error()
		return true
	}
	c.result.Agent = c.answer(ctx, time.Now()).text
	return true
}
