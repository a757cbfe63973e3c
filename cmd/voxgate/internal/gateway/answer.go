package gateway

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"voxgate/dialog"
	"voxgate/media"
)

// errBargeIn stops a playback because the caller spoke or pressed a key.
var errBargeIn = errors.New("caller barged in")

// utterance is an act to speak; skip is how much of it was heard before.
type utterance struct {
	act  dialog.Act
	skip time.Duration
}

// progress tells the session what became of one act.
type progress struct {
	act   dialog.Act
	begun bool          // the first sound is on its way; false: the act has ended
	heard time.Duration // of an act that ended
	share float64       // of an act that ended, 0..1
	cut   bool
}

// answer is the bot's answer to one turn, made and spoken by a goroutine of its own. The fields below the line are
// written by that goroutine and read by the session once the progress channel is closed.
type answer struct {
	progress chan progress
	cancel   context.CancelFunc      // stops thinking and speaking
	cutPlay  context.CancelCauseFunc // stops speaking what may be interrupted
	resume   bool                    // session's: the barge-in was no speech
	audible  atomic.Bool             // something that may be interrupted is playing

	outcome      *dialog.Outcome
	expect       *dialog.Expect
	err          error
	unsaid       []utterance
	heard, total time.Duration
}

// events is nil, which a select never takes, while nothing is being said.
func (a *answer) events() <-chan progress {
	if a == nil {
		return nil
	}
	return a.progress
}

// cut stops what may be interrupted and reports whether anything was.
func (a *answer) cut() bool {
	if a == nil || !a.audible.CompareAndSwap(true, false) {
		return false
	}
	a.cutPlay(errBargeIn)
	return true
}

// stop ends the answer and joins its goroutine.
func (a *answer) stop() {
	if a == nil {
		return
	}
	a.cancel()
	for range a.progress {
		// Nobody is told any more.
	}
}

// share is how much of the answer the caller heard, 0..1.
func (a *answer) share() float64 {
	if a.total <= 0 {
		return 1
	}
	return min(1, float64(a.heard)/float64(a.total))
}

// plainActs are a dialogue's acts as utterances from their beginning.
func plainActs(brain dialog.Brain, turn dialog.Turn) func(context.Context) iter.Seq2[utterance, error] {
	return func(ctx context.Context) iter.Seq2[utterance, error] {
		return func(yield func(utterance, error) bool) {
			for act, err := range brain.Reply(ctx, turn) {
				if !yield(utterance{act: act}, err) {
					return
				}
			}
		}
	}
}

// say starts an answer. The session has none at that moment.
func (s *session) say(ctx context.Context, acts func(context.Context) iter.Seq2[utterance, error]) {
	ctx, cancel := context.WithCancel(ctx)
	playCtx, cutPlay := context.WithCancelCause(ctx)
	a := &answer{progress: make(chan progress, 8), cancel: cancel, cutPlay: cutPlay}
	s.answer = a
	speaker := &speaker{answer: a, line: s.line, ctx: ctx, playCtx: playCtx}
	ahead := prepare(ctx, acts, s.gateway.parts.TTS, s.line.Rate())
	go func() {
		defer close(a.progress)
		defer ahead.join()
		defer cancel()
		defer cutPlay(nil)
		for p := range ahead.queue {
			if p.err != nil {
				a.err = p.err
				return
			}
			if !speaker.perform(p) {
				return
			}
		}
	}()
}

// resume goes on with what a false barge-in cut off.
func (s *session) resume(ctx context.Context) {
	rest := s.unsaid
	s.unsaid = nil
	s.rec.resumed()
	s.say(ctx, func(context.Context) iter.Seq2[utterance, error] {
		return func(yield func(utterance, error) bool) {
			for _, u := range rest {
				if !yield(u, nil) {
					return
				}
			}
		}
	})
}

// speaker is the answering goroutine's own state.
type speaker struct {
	answer       *answer
	line         media.Line
	ctx, playCtx context.Context
}

// perform speaks one act and notes what it decides; false ends the answer.
func (p *speaker) perform(next prepared) bool {
	a, u := p.answer, next.utterance
	if u.act.Expect != nil {
		a.expect = u.act.Expect
	}
	if u.act.Outcome != nil {
		a.outcome = u.act.Outcome
	}
	if u.act.Say == "" {
		return p.tell(progress{act: u.act, share: 1})
	}
	ctx := p.playCtx
	if u.act.NoBarge {
		ctx = p.ctx
	} else if p.playCtx.Err() != nil {
		a.unsaid = append(a.unsaid, u)
		a.total += estimate(u.act.Say)
		return p.tell(progress{act: u.act, cut: true})
	}
	return p.speak(ctx, next)
}

func (p *speaker) speak(ctx context.Context, next prepared) bool {
	a, u := p.answer, next.utterance
	run := playback{skip: int(u.skip / media.FrameDuration), begun: func() {
		a.audible.Store(!u.act.NoBarge)
		p.tell(progress{act: u.act, begun: true})
	}}
	heard, err := p.line.Play(ctx, run.frames(next.frames()))
	a.audible.Store(false)
	total := run.length(u.act.Say)
	a.heard += min(heard, total)
	a.total += total
	cut := errors.Is(context.Cause(ctx), errBargeIn)
	if cut {
		// A little is said again, so that the sentence can be followed.
		a.unsaid = append(a.unsaid, utterance{act: u.act, skip: max(0, u.skip+heard-resumeOverlap)})
	} else if err != nil {
		a.err = err
		return false
	}
	return p.tell(progress{act: u.act, heard: heard, share: min(1, float64(heard)/float64(max(total, 1))), cut: cut})
}

// resumeOverlap is how much is said again when an answer goes on after a false barge-in.
const resumeOverlap = 400 * time.Millisecond

func (p *speaker) tell(what progress) bool {
	select {
	case p.answer.progress <- what:
		return true
	case <-p.ctx.Done():
		return false
	}
}

// playback counts the frames of one utterance on their way to the line.
type playback struct {
	skip     int
	begun    func()
	made     int
	complete bool
}

func (r *playback) frames(source iter.Seq2[media.Frame, error]) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		n := 0
		for frame, err := range source {
			n++
			if err == nil && n <= r.skip {
				continue
			}
			if err == nil {
				if r.made++; r.made == 1 {
					r.begun()
				}
			}
			if !yield(frame, err) {
				return
			}
		}
		r.complete = true
	}
}

// length is the utterance's full length: measured when all of it was synthesised, else estimated from its text.
func (r *playback) length(text string) time.Duration {
	made := time.Duration(r.made) * media.FrameDuration
	if r.complete {
		return made
	}
	return max(made, estimate(text))
}

// estimate is how long a text takes to say at about five syllables a second.
func estimate(text string) time.Duration {
	return time.Duration(utf8.RuneCountInString(text)) * 200 * time.Millisecond
}

// spoken notes the progress of an act. One that begins while the caller is still speaking gives way at once.
func (s *session) spoken(p progress) {
	if p.begun {
		s.keepPrivate(p.act)
		s.expecting(p.act.Expect)
		if s.speaking && s.answer.cut() {
			s.rec.bargeIn()
		}
		s.rec.began(p.act, s.speechEnd)
		s.speechEnd = time.Time{}
		return
	}
	s.rec.act(p)
	if !s.asked || p.cut {
		return
	}
	switch p.act.Name {
	case "inform":
		s.reached = string(dialog.OutcomeAnswer)
	case "action":
		s.reached = string(dialog.OutcomeAction)
	case "ticket":
		s.reached = string(dialog.OutcomeTicket)
	}
}
