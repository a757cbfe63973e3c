package gateway

import (
	"context"
	"iter"
	"sync"

	"voxgate/media"
	"voxgate/tts"
)

// aheadFrames bounds what is synthesised before it is played: 4 s of one act.
const aheadFrames = 200

// prepared is an act whose sound is on its way, or the error that ends an answer.
type prepared struct {
	utterance
	err   error
	sound chan sound // nil where nothing is said
}

type sound struct {
	frame media.Frame
	err   error
}

// frames is the act's sound.
func (p prepared) frames() iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		for s := range p.sound {
			if !yield(s.frame, s.err) {
				return
			}
		}
	}
}

// preparation thinks one act ahead of what is being played and synthesises it meanwhile, so that there is no gap between
// two acts, and a look-up runs while the words before it are still being said.
type preparation struct {
	queue chan prepared // closed after the last act
	work  sync.WaitGroup
}

// prepare starts the preparation; it ends with ctx.
func prepare(ctx context.Context, acts func(context.Context) iter.Seq2[utterance, error], voice tts.Engine, rate int) *preparation {
	p := &preparation{queue: make(chan prepared)}
	p.work.Go(func() {
		defer close(p.queue)
		for u, err := range acts(ctx) {
			next := prepared{utterance: u, err: err}
			if err == nil && u.act.Say != "" {
				next.sound = p.synthesise(ctx, voice, spoken(u.act, rate))
			}
			select {
			case p.queue <- next:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	})
	return p
}

func (p *preparation) synthesise(ctx context.Context, voice tts.Engine, u tts.Utterance) chan sound {
	out := make(chan sound, aheadFrames)
	p.work.Go(func() {
		defer close(out)
		for frame, err := range voice.Speak(ctx, u) {
			select {
			case out <- sound{frame, err}:
			case <-ctx.Done():
				return
			}
		}
	})
	return out
}

// join waits for the preparation's end; its context has ended or its queue was drained.
func (p *preparation) join() { p.work.Wait() }
