package gateway

import (
	"context"
	"errors"
	"iter"
	"time"

	"voxgate/dialog"
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
	speaker := &speaker{answer: a, line: s.line, voice: s.gateway.parts.TTS, failed: s.voiceFailed, ctx: ctx, playCtx: playCtx}
	ahead := prepare(ctx, acts, s.gateway.parts.TTS, s.line.Rate())
	go func() {
		defer close(a.progress)
		defer ahead.join()
		defer cancel()
		defer cutPlay(nil)
		speaker.run(ahead.queue)
	}()
}

// voiceFailed counts an utterance that the voice did not end. Any goroutine may call it.
func (s *session) voiceFailed(err error) {
	s.gateway.parts.Metrics.engineFailures.WithLabelValues("tts").Inc()
	s.log.Warn("voice failed", "error", err)
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
