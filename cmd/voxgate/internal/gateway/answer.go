package gateway

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"time"
	"unicode/utf8"

	"voxgate/dialog"
	"voxgate/media"
	"voxgate/tts"
)

// errBargeIn stops a playback because the caller spoke or pressed a key.
var errBargeIn = errors.New("caller barged in")

// utterance is an act to speak; skip is how much of it was heard before.
type utterance struct {
	act  dialog.Act
	skip time.Duration
}

// phase is how far an act has come.
type phase int

const (
	known phase = iota + 1 // its words are known, its sound is being made
	begun                  // the first sound is on its way
	ended
)

// progress tells the session what became of one act.
type progress struct {
	act     dialog.Act
	phase   phase
	filler  bool          // it is none of the dialogue's answer
	sounded bool          // of an act that ended: it had begun
	resumed bool          // its beginning was heard before
	heard   time.Duration // of an act that ended; of one that was resumed, since then
	share   float64       // of an act that ended, 0..1; what was heard before counts
	cut     bool
}

// answer is the bot's answer to one turn, made and spoken by a goroutine of its own. The fields below the line are
// written by that goroutine and read by the session once the progress channel is closed.
type answer struct {
	progress chan progress
	fillers  chan dialog.Act         // what to say while the next act is not known
	cancel   context.CancelFunc      // stops thinking and speaking
	cutPlay  context.CancelCauseFunc // stops speaking what may be interrupted

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

// cut stops what may be interrupted, now and for the rest of the answer.
func (a *answer) cut() {
	if a != nil {
		a.cutPlay(errBargeIn)
	}
}

// fill says something while the next act is not known; where it has just become known nothing is said.
func (a *answer) fill(act dialog.Act) {
	select {
	case a.fillers <- act:
	default:
	}
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
	ctx, cancel := context.WithCancel(tts.WithCall(ctx, s.caller.ID))
	playCtx, cutPlay := context.WithCancelCause(ctx)
	a := &answer{progress: make(chan progress, 8), fillers: make(chan dialog.Act, 1), cancel: cancel, cutPlay: cutPlay}
	s.answer = a
	speaker := &speaker{answer: a, line: s.line, voice: s.gateway.parts.TTS, ctx: ctx, playCtx: playCtx}
	ahead := prepare(ctx, acts, s.gateway.parts.TTS, s.line.Rate())
	go func() {
		defer close(a.progress)
		defer ahead.join()
		defer cancel()
		defer cutPlay(nil)
		speaker.run(ahead.queue)
	}()
}

// resumeOverlap is how much is said again at most when an answer goes on after a false barge-in.
const resumeOverlap = 400 * time.Millisecond

// resume goes on with what a false barge-in cut off. As much as the silence was long is said again, so that the sentence can
// be followed.
func (s *session) resume(ctx context.Context) {
	rest := s.unsaid
	if len(rest) > 0 {
		rest[0].skip = max(0, rest[0].skip-min(resumeOverlap, time.Since(s.silent)))
	}
	s.unsaid = nil
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
	voice        tts.Engine
	ctx, playCtx context.Context
}

// run speaks what the queue brings, and fillers while it brings nothing.
func (p *speaker) run(queue <-chan prepared) {
	for {
		select {
		case next, ok := <-queue:
			if !ok {
				return
			}
			if next.err != nil {
				p.answer.err = next.err
				return
			}
			if !p.perform(next) {
				return
			}
			select {
			case <-p.answer.fillers: // what was asked for before this act is too late
			default:
			}
		case act := <-p.answer.fillers:
			if !p.fill(act) {
				return
			}
		}
	}
}

// perform speaks one act and notes what it decides; false ends the answer.
func (p *speaker) perform(next prepared) bool {
	a, u := p.answer, next.utterance
	if u.act.Expect != nil {
		a.expect = u.act.Expect
	}
	if u.act.Say == "" {
		a.outcome = u.act.Outcome
		return p.tell(progress{act: u.act, phase: ended, share: 1})
	}
	ctx := p.playCtx
	if u.act.NoBarge {
		ctx = p.ctx
	} else if p.playCtx.Err() != nil {
		a.unsaid = append(a.unsaid, u)
		a.total += estimate(u.act.Say)
		return p.tell(progress{act: u.act, phase: ended, cut: true})
	}
	return p.tell(progress{act: u.act, phase: known}) && p.speak(ctx, next)
}

func (p *speaker) speak(ctx context.Context, next prepared) bool {
	a, u := p.answer, next.utterance
	run := playback{skip: int(u.skip / media.FrameDuration), begun: func() { p.tell(progress{act: u.act, phase: begun}) }}
	heard, err := p.line.Play(ctx, run.frames(next.frames()))
	reached, total := u.skip+heard, run.length(u.act.Say)
	a.heard += min(reached, total)
	a.total += total
	cut := errors.Is(context.Cause(ctx), errBargeIn)
	if cut {
		a.unsaid = append(a.unsaid, utterance{act: u.act, skip: reached})
	} else if err != nil {
		a.err = err
		return false
	} else {
		a.outcome = u.act.Outcome // who cuts a goodbye off has more to say
	}
	return p.tell(progress{
		act: u.act, phase: ended, sounded: run.made > 0, resumed: u.skip > 0, cut: cut,
		heard: heard, share: min(1, float64(reached)/float64(max(total, 1))),
	})
}

// fill says what is no part of the answer. Where it cannot be said the answer goes on without.
func (p *speaker) fill(act dialog.Act) bool {
	if p.playCtx.Err() != nil {
		return true
	}
	run := playback{begun: func() { p.tell(progress{act: act, phase: begun, filler: true}) }}
	heard, err := p.line.Play(p.playCtx, run.frames(p.voice.Speak(p.playCtx, spoken(act, p.line.Rate()))))
	if p.ctx.Err() != nil {
		p.answer.err = err
		return false
	}
	return p.tell(progress{
		act: act, phase: ended, filler: true, sounded: run.made > 0, cut: err != nil,
		heard: heard, share: min(1, float64(heard)/float64(max(run.length(act.Say), 1))),
	})
}

// spoken is what the voice is asked to say.
func spoken(act dialog.Act, rate int) tts.Utterance {
	return tts.Utterance{Text: cmp.Or(act.Speech, act.Say), Lang: act.Lang, Rate: rate, Speed: act.Speed}
}

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

// length is the utterance's full length, what was skipped included: measured when all of it was synthesised, else estimated
// from its text.
func (r *playback) length(text string) time.Duration {
	made := time.Duration(r.skip+r.made) * media.FrameDuration
	if r.complete {
		return made
	}
	return max(made, estimate(text))
}

// estimate is how long a text takes to say at about five syllables a second.
func estimate(text string) time.Duration {
	return time.Duration(utf8.RuneCountInString(text)) * 200 * time.Millisecond
}
