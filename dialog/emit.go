package dialog

import (
	"context"
	"time"
)

// emitter hands acts to the consumer of Reply. It holds the newest act back until it is known whether it ends the turn.
type emitter struct {
	yield   func(Act, error) bool
	held    *Act
	stopped bool // the consumer has left
	spoken  string
}

func (e *emitter) emit(a Act) {
	e.flush()
	e.held = &a
	if e.spoken != "" && a.Lang == "en" {
		e.spoken += " "
	}
	e.spoken += a.Say
}

// flush gives the held act away now, because what follows may take time.
func (e *emitter) flush() {
	if e.held == nil {
		return
	}
	held := *e.held
	e.held = nil
	if !e.stopped {
		e.stopped = !e.yield(held, nil)
	}
}

// finish ends the turn: what is held gets the expectation or the outcome.
func (e *emitter) finish(expect *Expect, outcome *Outcome) {
	if e.held == nil {
		e.held = &Act{}
	}
	if outcome != nil {
		e.held.Outcome = outcome
	} else {
		e.held.Expect = expect
	}
	e.flush()
}

func (e *emitter) fail(err error) {
	if !e.stopped {
		e.stopped = !e.yield(Act{}, err)
	}
}

// ask runs a look-up at the shop. A slow one lets what was said before go first, and one that outlasts the turn's patience
// is given up with its context's error.
func ask[T any](ctx context.Context, s *Session, look func(context.Context) (T, error)) (T, error) {
	begun := time.Now()
	defer func() { passed(ctx, Step{Name: LookedUp, Took: time.Since(begun)}) }()
	ctx, cancel := context.WithDeadline(ctx, s.until)
	defer cancel()
	s.late.speaks(s.lang)
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := look(ctx)
		done <- result{value, err}
	}()
	wait := time.NewTimer(heldFor)
	defer wait.Stop()
	for {
		select {
		case r := <-done:
			return r.value, r.err
		case <-wait.C:
			s.out.flush()
			if s.out.stopped {
				cancel()
			}
		}
	}
}
