package espeak

import (
	"context"
	"errors"
	"fmt"
	"time"

	"voxgate/tts/clauses"
	"voxgate/tts/text"
)

// joint is the silence between two languages within a clause.
const joint = 40 * time.Millisecond

// maker makes clauses in the voice variant wanted, a piece for each language in them.
func (e *Engine) maker(variant string, lineRate int) clauses.Maker {
	return func(ctx context.Context, clause text.Clause, first bool, emit func([]int16) bool) error {
		said := e.utterances(variant, clause)
		for i, u := range said {
			pause := joint
			if i == len(said)-1 {
				pause = clause.Pause
			}
			pcm, err := e.render(ctx, u, lineRate, pause, first)
			if err != nil || !emit(pcm) {
				return err
			}
			e.spares.prepare(e.arguments(u))
			first = false
		}
		return nil
	}
}

// render is the sound of u at the line's rate with a pause after it. What sounds first goes before what can wait.
func (e *Engine) render(ctx context.Context, u utterance, lineRate int, pause time.Duration, first bool) ([]int16, error) {
	if !first {
		select {
		case e.ahead <- struct{}{}:
			defer func() { <-e.ahead }()
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	raw, rate, err := e.run(ctx, u, false)
	if errors.Is(err, errDied) {
		raw, rate, err = e.run(ctx, u, true)
	}
	if err != nil {
		return nil, err
	}
	pcm, err := e.cfg.Band.ForLine(raw, rate, lineRate, u.gain, pause)
	if err != nil {
		return nil, fmt.Errorf("%w: its sound cannot be used: %w", ErrFailed, err)
	}
	if len(pcm) == 0 {
		e.failures.Add(1)
		return nil, fmt.Errorf("%w: no sound in the voice %s", ErrFailed, u.voice)
	}
	return pcm, nil
}
