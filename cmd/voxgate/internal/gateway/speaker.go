package gateway

import (
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"time"
	"unicode/utf8"

	"voxgate/dialog"
	"voxgate/media"
	"voxgate/tts"
)

// speaker is the answering goroutine's own state.
type speaker struct {
	answer       *answer
	line         media.Line
	voice        tts.Engine
	failed       func(error) // told what went wrong with the voice
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
	heard, err := p.play(ctx, run.frames(next.frames()))
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

// play says frames to the line, and where the voice broke off, that it did.
func (p *speaker) play(ctx context.Context, frames iter.Seq2[media.Frame, error]) (heard time.Duration, err error) {
	heard, err = p.line.Play(ctx, frames)
	if err != nil && ctx.Err() == nil && !errors.Is(err, io.EOF) {
		p.failed(err)
	}
	return heard, err //nolint:wrapcheck // the line's or the voice's own
}

// fill says what is no part of the answer. Where it cannot be said the answer goes on without.
func (p *speaker) fill(act dialog.Act) bool {
	if p.playCtx.Err() != nil {
		return true
	}
	run := playback{begun: func() { p.tell(progress{act: act, phase: begun, filler: true}) }}
	heard, err := p.play(p.playCtx, run.frames(p.voice.Speak(p.playCtx, spoken(act, p.line.Rate()))))
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
