// Package softphone is a caller: it dials, takes turns with whoever answers, and reports what it heard and how long the
// answers took. `voxgate dial` is its command line, `voxgate bench calls` runs many.
package softphone

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"voxgate/asr"
	"voxgate/media"
	"voxgate/sip"
	"voxgate/tts"
)

// Outcomes of a call as the caller sees them.
const (
	Hangup   = "hangup"   // either side hung up after talking
	Transfer = "transfer" // a REFER was followed and its target answered
	Refused  = "refused"  // the far end answered with a final error status
	Failed   = "failed"   // nobody could be reached
)

// Step is one turn of the caller: exactly one of Text, Audio and Keys is set.
type Step struct {
	Text  string        // spoken by the phone's voice
	Audio []media.Frame // played as it is, at the line's rate
	Keys  string        // sent as RFC 4733 events
	// Over makes the step begin a second into the answer to the step before, instead of after it: a barge-in.
	Over bool
}

// Said is how reports name the step.
func (s Step) Said() string {
	switch {
	case s.Text != "":
		return s.Text
	case s.Keys != "":
		return "#" + s.Keys
	}
	return "(audio)"
}

// Turn is one exchange.
type Turn struct {
	Said     string `json:"said"`
	Heard    string `json:"heard"`             // the answer as the phone's recogniser hears it
	AnswerMS int64  `json:"answer_ms"`         // from the end of what was said to the first sound of the answer; -1: no answer
	StopMS   int64  `json:"stop_ms,omitempty"` // of a barge-in: from its first sound to the far end's last
}

// Result is the whole call.
type Result struct {
	Outcome  string  `json:"outcome"`
	Duration float64 `json:"duration_s"`
	Turns    int     `json:"turns"`
	Greeting string  `json:"greeting,omitempty"`
	Agent    string  `json:"agent,omitempty"` // what the target of a transfer said first
	Error    string  `json:"error,omitempty"`
}

// Phone places calls. Ears may be nil: answers are then timed, not transcribed.
type Phone struct {
	Dialer sip.Dialer
	Voice  tts.Engine
	Ears   asr.Engine
	// Speaker names the voice of texts, so that a caller does not sound like the bot.
	Speaker string
	// AnswerWait is how long the phone waits for an answer to begin.
	AnswerWait time.Duration
	// Quiet is how much silence ends an answer.
	Quiet time.Duration
}

// ErrNoAnswer says that the far end accepted the call and then said nothing.
var ErrNoAnswer = errors.New("no sound from the far end")

// Call dials and goes through the steps; turned is told each exchange as it is over.
func (p *Phone) Call(ctx context.Context, req sip.DialRequest, steps []Step, turned func(Turn)) (Result, error) {
	at := -1
	return p.Talk(ctx, req, func() (Move, bool) {
		if at++; at >= len(steps) {
			return Move{}, false
		}
		left := steps[at+1:]
		return Move{Step: steps[at], CutShort: len(left) > 0 && left[0].Over, Last: len(left) == 0}, true
	}, turned)
}

// Move is a step and what the phone must know of the steps after it.
type Move struct {
	Step
	CutShort bool // the step after it barges into its answer
	Last     bool // there is none after it: a transfer may follow its answer
}

// Talk dials and takes the steps that next gives, until it gives none; it is asked as soon as an answer is over, so that
// a step may depend on what was heard. turned is told each exchange as it is over.
func (p *Phone) Talk(ctx context.Context, req sip.DialRequest, next func() (Move, bool), turned func(Turn)) (Result, error) {
	begun := time.Now()
	referred := make(chan sip.Referral, 1)
	req.OnRefer = func(r sip.Referral) {
		select {
		case referred <- r:
		default:
		}
	}
	leg, err := p.Dialer.Dial(ctx, req)
	if err != nil {
		return Result{Outcome: outcomeOf(err), Error: err.Error()}, err
	}
	call := &call{phone: p, leg: leg, referred: referred, turned: turned}
	result, err := call.run(ctx, next)
	result.Duration = time.Since(begun).Seconds()
	if err != nil {
		result.Error = err.Error()
	}
	return result, err
}

func outcomeOf(err error) string {
	var status *sip.DialError
	if errors.As(err, &status) {
		return Refused
	}
	return Failed
}

// call is one call in progress; its goroutine owns all of it.
type call struct {
	phone    *Phone
	leg      sip.Leg
	referred chan sip.Referral
	turned   func(Turn)
	hearing  *hearing
	cutShort bool // the next step barges into the answer that is awaited now
	result   Result
}

var errOver = errors.New("the far end hung up")

// run takes steps until there is none, the far end hangs up or it transfers the call.
func (c *call) run(ctx context.Context, next func() (Move, bool)) (Result, error) {
	c.result.Outcome = Hangup
	var err error
	if c.hearing, err = startHearing(ctx, c.leg.Line(), c.phone); err != nil {
		return c.hangup(ctx, err)
	}
	greeted := c.answer(ctx, time.Now())
	c.result.Greeting = greeted.text
	if greeted.err != nil && !errors.Is(greeted.err, errOver) {
		return c.hangup(ctx, greeted.err)
	}
	for !c.over() {
		move, ok := next()
		if !ok {
			break
		}
		c.cutShort = move.CutShort
		if err := c.take(ctx, move.Step); err != nil && !errors.Is(err, errOver) {
			return c.hangup(ctx, err)
		}
		wait := time.Duration(0)
		if move.Last {
			wait = transferWait
		}
		if target, ok := c.referral(wait); ok && c.follow(ctx, target) {
			break
		}
	}
	return c.hangup(ctx, nil)
}

// take says one step and listens to the answer.
func (c *call) take(ctx context.Context, step Step) error {
	if !step.Over {
		c.hearing.forget()
	}
	begun := time.Now()
	if err := c.perform(ctx, step); err != nil {
		return err
	}
	said, stopped := time.Now(), c.hearing.view().last
	c.hearing.forget()
	heard := c.answer(ctx, said)
	turn := Turn{Said: step.Said(), Heard: heard.text, AnswerMS: -1}
	if step.Over {
		turn.StopMS = max(1, stopped.Sub(begun).Milliseconds())
	}
	if !heard.began.IsZero() {
		turn.AnswerMS = max(0, heard.began.Sub(said).Milliseconds())
	}
	c.result.Turns++
	c.turned(turn)
	if errors.Is(heard.err, ErrNoAnswer) {
		return nil
	}
	return heard.err
}

// keySender is a line that can send keys (RFC 4733).
type keySender interface {
	SendDigits(ctx context.Context, digits string) error
}

func (c *call) perform(ctx context.Context, step Step) error {
	line := c.leg.Line()
	var frames iter.Seq2[media.Frame, error]
	switch {
	case step.Keys != "":
		sender, ok := line.(keySender)
		if !ok {
			return errors.New("this line cannot send keys")
		}
		return sender.SendDigits(ctx, step.Keys)
	case step.Text != "":
		frames = c.phone.Voice.Speak(ctx, tts.Utterance{Text: step.Text, Voice: c.phone.Speaker, Rate: line.Rate()})
	default:
		frames = sequence(step.Audio)
	}
	if _, err := line.Play(ctx, frames); err != nil {
		if c.over() {
			return errOver
		}
		return fmt.Errorf("speaking: %w", err)
	}
	return nil
}

func sequence(frames []media.Frame) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		for _, f := range frames {
			if !yield(f, nil) {
				return
			}
		}
	}
}

func (c *call) over() bool {
	select {
	case <-c.leg.Done():
		return true
	default:
		return false
	}
}

// hangup ends the call from our side and joins the listening.
func (c *call) hangup(ctx context.Context, err error) (Result, error) {
	bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), hangupWait)
	defer cancel()
	if byeErr := c.leg.Hangup(bye); byeErr != nil && err == nil && !errors.Is(byeErr, sip.ErrEnded) {
		err = fmt.Errorf("hanging up: %w", byeErr)
	}
	if c.hearing != nil {
		c.hearing.stop()
	}
	if err != nil {
		c.result.Outcome = Failed
	}
	return c.result, err
}

// hangupWait bounds the wait for the answer to BYE.
const hangupWait = 5 * time.Second
