// Package cache keeps spoken prompts, so that a sentence said before sounds at once.
//
// It is a tts.Engine before another one: least recently used utterances leave when the byte bound is reached, and calls
// that want the same new sentence at the same moment share one synthesis.
package cache

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"

	"voxgate/media"
	"voxgate/tts"
)

// maxShare is the part of the bound that one utterance may take; longer ones are not kept.
const maxShare = 4

// Engine is a cache before another engine. It is safe for any number of calls at once.
type Engine struct {
	next  tts.Engine
	bound int64 // bytes of samples

	mu      sync.Mutex
	entries map[tts.Utterance]*list.Element // of *entry
	recent  *list.List                      // most recently used first
	flights map[tts.Utterance]*flight
	stats   Stats
}

var _ tts.Engine = (*Engine)(nil)

// Stats are counters since the start, and what is kept now.
type Stats struct {
	Hits      int64 // utterances replayed
	Misses    int64 // utterances synthesised
	Shared    int64 // utterances that joined a synthesis under way
	Evictions int64
	Failures  int64 // syntheses that ended in an error
	Entries   int
	Bytes     int64
}

// entry is one utterance kept; its samples are never changed.
type entry struct {
	key  tts.Utterance
	rate int
	pcm  []int16
}

func (en *entry) size() int64 { return 2 * int64(len(en.pcm)) }

// New is a cache of at most bound bytes of sound before next.
func New(next tts.Engine, bound int64) *Engine {
	return &Engine{next: next, bound: bound, entries: map[tts.Utterance]*list.Element{}, recent: list.New(), flights: map[tts.Utterance]*flight{}}
}

// Speak replays u if it is kept; if not it streams the synthesis, which goes on for the cache's sake as long as anyone
// listens to it, and keeps it when it is complete and in the usual voice.
func (e *Engine) Speak(ctx context.Context, u tts.Utterance) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		key := keyOf(u)
		kept, fly := e.lookUp(ctx, key)
		if kept != nil {
			replay(ctx, kept, yield)
			return
		}
		fly.listen(ctx, yield)
	}
}

// keyOf makes utterances equal that sound equal.
func keyOf(u tts.Utterance) tts.Utterance {
	if u.Lang == "" {
		u.Lang = "zh"
	}
	if u.Rate == 0 {
		u.Rate = media.Narrowband
	}
	if u.Speed == 0 {
		u.Speed = 1
	}
	return u
}

// lookUp finds what is kept, or the synthesis under way, joined, or starts one.
func (e *Engine) lookUp(ctx context.Context, key tts.Utterance) (*entry, *flight) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if element, ok := e.entries[key]; ok {
		e.recent.MoveToFront(element)
		e.stats.Hits++
		return element.Value.(*entry), nil
	}
	if fly, ok := e.flights[key]; ok && fly.join() {
		e.stats.Shared++
		return nil, fly
	}
	e.stats.Misses++
	fly := newFlight(ctx)
	e.flights[key] = fly
	go e.synthesise(key, fly)
	return nil, fly
}

// synthesise runs one flight to its end. Its goroutine is joined by the flight's last listener.
func (e *Engine) synthesise(key tts.Utterance, fly *flight) {
	defer close(fly.done)
	var err error
	standIn := false
	ctx := tts.WithStandIn(fly.ctx, func() { standIn = true })
	for frame, failure := range e.next.Speak(ctx, key) {
		if failure != nil {
			err = failure
			break
		}
		fly.add(frame)
	}
	if err == nil && fly.ctx.Err() != nil {
		err = context.Cause(fly.ctx)
	}
	e.mu.Lock()
	if e.flights[key] == fly {
		delete(e.flights, key)
	}
	if err == nil && !standIn {
		e.keep(&entry{key: key, rate: key.Rate, pcm: fly.samples()})
	} else if err != nil && !errors.Is(err, errNobody) {
		e.stats.Failures++
	}
	e.mu.Unlock()
	fly.end(err)
}

// keep stores one utterance and lets the oldest go; e.mu is held.
func (e *Engine) keep(en *entry) {
	size := en.size()
	if size == 0 || size > e.bound/maxShare {
		return
	}
	if _, twice := e.entries[en.key]; twice {
		return
	}
	for e.stats.Bytes+size > e.bound {
		oldest := e.recent.Back()
		old := e.recent.Remove(oldest).(*entry)
		delete(e.entries, old.key)
		e.stats.Bytes -= old.size()
		e.stats.Evictions++
	}
	e.entries[en.key] = e.recent.PushFront(en)
	e.stats.Bytes += size
}

// replay yields what is kept.
func replay(ctx context.Context, en *entry, yield func(media.Frame, error) bool) {
	for at := 0; at < len(en.pcm); {
		if err := context.Cause(ctx); err != nil {
			yield(media.Frame{}, err)
			return
		}
		frame := media.Frame{Rate: en.rate}
		at += copy(frame.PCM(), en.pcm[at:])
		if !yield(frame, nil) {
			return
		}
	}
}

// Warm synthesises the utterances that are not kept yet, one after the other, and logs those that fail. It returns the
// first error, or ctx's when it is cancelled.
func (e *Engine) Warm(ctx context.Context, prompts ...tts.Utterance) error {
	var first error
	for _, u := range prompts {
		for _, err := range e.Speak(ctx, u) {
			if err == nil {
				continue
			}
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			slog.Warn("prompt not synthesised in advance", "characters", len([]rune(u.Text)), "error", err)
			if first == nil {
				first = fmt.Errorf("warm %d prompts: %w", len(prompts), err)
			}
		}
	}
	return first
}

// Stats reports the counters.
func (e *Engine) Stats() Stats {
	e.mu.Lock()
	defer e.mu.Unlock()
	stats := e.stats
	stats.Entries = len(e.entries)
	return stats
}
