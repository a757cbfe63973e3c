package messages

import (
	"math"
	"sync"
	"time"
)

// mostSenders bounds the memory of rates: beyond it those are forgotten who have been quiet for a minute.
const mostSenders = 50_000

// rates lets each sender send so many messages a minute, with bursts up to a third of it.
type rates struct {
	every time.Duration // one message is earned
	burst time.Duration // of messages that were earned before
	now   func() time.Time

	mu    sync.Mutex
	empty map[string]time.Time // when the sender had nothing left
}

func newRates(perMinute int, now func() time.Time) *rates {
	every := time.Minute / time.Duration(perMinute)
	return &rates{every: every, burst: max(time.Minute/3, every), now: now, empty: map[string]time.Time{}}
}

// take takes one message from a sender's account; wait is the seconds until the next where there is none.
func (r *rates) take(sender string) (wait int, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if len(r.empty) >= mostSenders {
		for who, at := range r.empty {
			if now.Sub(at) > time.Minute {
				delete(r.empty, who)
			}
		}
	}
	empty, known := r.empty[sender]
	if full := now.Add(-r.burst); !known || empty.Before(full) {
		empty = full
	}
	if next := empty.Add(r.every); next.After(now) {
		return int(math.Ceil(next.Sub(now).Seconds())), false
	}
	if !known && len(r.empty) >= mostSenders {
		return 1, false // all of them are busy: nobody new
	}
	r.empty[sender] = empty.Add(r.every)
	return 0, true
}
