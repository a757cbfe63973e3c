package dialog

import (
	"context"
	"log/slog"
	"maps"
	"slices"

	"voxgate/dialog/nlu"
)

var _ Preparer = (*Session)(nil)

// Prepare implements Preparer: the turn is played by a copy of the conversation that nobody hears and that can change
// nothing, and what it asks the shop is kept for the turn itself.
func (s *Session) Prepare(ctx context.Context, turn Turn) (first Act) {
	ended := s.foresight.thinking()
	c := s.copied()
	c.Engine = s.Engine.thoughtful()
	c.shop, c.foresight, c.late = guess{s.foresight}, nil, &late{}
	c.log = slog.New(slog.DiscardHandler)
	c.out = &emitter{yield: func(act Act, _ error) bool {
		if first.Say == "" {
			first = act
		}
		return ctx.Err() == nil
	}}
	c.turn(ctx, turn)
	c.out.flush()
	if ctx.Err() != nil {
		return Act{}
	}
	ended()
	return first
}

// Forget implements Preparer.
func (s *Session) Forget() {
	s.foresight.drop()
	s.foresight.work.Wait()
}

// thoughtful is an engine that sends nothing, keeps nothing and asks no language model.
func (e *Engine) thoughtful() *Engine {
	return &Engine{shop: e.shop, now: e.now, log: slog.New(slog.DiscardHandler), csat: e.csat, knows: e.knows, parser: e.parser}
}

// copied is a conversation that stands where this one does and shares nothing with it that either may change.
func (s *Session) copied() *Session {
	c := *s
	c.task = s.task.copied()
	c.suspended, c.queue = copiedTasks(s.suspended), copiedTasks(s.queue)
	c.wanted, c.sounds, c.awaited = slices.Clone(s.wanted), slices.Clone(s.sounds), slices.Clone(s.awaited)
	c.orders, c.listed = slices.Clone(s.orders), slices.Clone(s.listed)
	c.told, c.tried, c.lines = slices.Clone(s.told), slices.Clone(s.tried), slices.Clone(s.lines)
	c.toldAt, c.spoken = slices.Clone(s.toldAt), slices.Clone(s.spoken)
	c.proved, c.slots = maps.Clone(s.proved), maps.Clone(s.slots)
	c.noInput, c.noMatch, c.said = maps.Clone(s.noInput), maps.Clone(s.noMatch), maps.Clone(s.said)
	c.offered.facts = maps.Clone(s.offered.facts)
	if s.outcome != nil {
		outcome := *s.outcome
		c.outcome = &outcome
	}
	return &c
}

func copiedTasks(tasks []task) []task {
	out := slices.Clone(tasks)
	for i := range out {
		out[i] = out[i].copied()
	}
	return out
}

func (t task) copied() task {
	t.said, t.was, t.facts, t.source = maps.Clone(t.said), maps.Clone(t.was), maps.Clone(t.facts), maps.Clone(t.source)
	t.looked, t.done = maps.Clone(t.looked), maps.Clone(t.done)
	t.begun = copiedReading(t.begun)
	if t.place != nil {
		place := *t.place
		t.place = &place
	}
	return t
}

func copiedReading(r nlu.Reading) nlu.Reading {
	r.Slots, r.Invalid, r.Also = maps.Clone(r.Slots), maps.Clone(r.Invalid), slices.Clone(r.Also)
	return r
}
