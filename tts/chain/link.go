package chain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"voxgate/media"
	"voxgate/tts"
)

const (
	failuresToRest = 2 // in a row
	firstRest      = 15 * time.Second
	longestRest    = 5 * time.Minute

	leaveWait = 300 * time.Millisecond // for an engine to end that is not listened to any more
	closeWait = 5 * time.Second        // for those that hung
)

// link is one engine with its health.
type link struct {
	name     string
	engine   tts.Engine
	patience time.Duration

	mu       sync.Mutex
	failures int           // in a row
	until    time.Time     // rests until then
	rest     time.Duration // the last one
	hanging  []*run        // given up, not ended yet
}

// result is how an engine did.
type result struct {
	ended bool // the utterance needs nobody any more: said, cancelled or not listened to
	said  int  // clauses of the utterance that were said wholly
	err   error
}

// run is one utterance of one engine.
type run struct {
	items chan item
	said  atomic.Int64 // clauses said wholly, as far as items tell
	done  chan struct{}
}

type item struct {
	frame media.Frame
	err   error
}

// start lets the engine speak in a goroutine, which leave or join wait for.
func (l *link) start(ctx context.Context, u tts.Utterance) *run {
	r := &run{items: make(chan item), done: make(chan struct{})}
	r.said.Store(int64(u.From))
	ctx = tts.WithSaid(ctx, func(clauses int) { r.said.Store(int64(clauses)) })
	go func() {
		defer close(r.done)
		defer close(r.items)
		for frame, err := range l.engine.Speak(ctx, u) {
			select {
			case r.items <- item{frame, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return r
}

// speak yields u from this engine, as far as it goes. It waits for each frame as long as patience.
func (l *link) speak(ctx context.Context, u tts.Utterance, patience time.Duration, yield func(media.Frame, error) bool) result {
	work, stop := context.WithCancelCause(ctx)
	r := l.start(work, u)
	defer l.leave(r, stop)
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		var next item
		more := true
		select {
		case next, more = <-r.items:
		case <-timer.C:
			next.err = fmt.Errorf("%w: nothing came for %v", ErrHung, patience)
		case <-ctx.Done():
		}
		said := int(r.said.Load())
		switch cause := context.Cause(ctx); {
		case cause != nil:
			yield(media.Frame{}, cause)
			return result{ended: true, said: said}
		case next.err != nil:
			l.failed(next.err)
			return result{said: said, err: next.err}
		case !more:
			l.succeeded()
			return result{ended: true, said: said}
		}
		if !yield(next.frame, nil) {
			l.succeeded()
			return result{ended: true, said: said}
		}
		timer.Reset(patience)
	}
}

// leave ends a run. One that does not end is kept in mind, and the engine rests until it does.
func (l *link) leave(r *run, stop context.CancelCauseFunc) {
	stop(errLeft)
	limit := time.NewTimer(leaveWait)
	defer limit.Stop()
	select {
	case <-r.done:
	case <-limit.C:
		l.mu.Lock()
		defer l.mu.Unlock()
		l.hanging = append(l.hanging, r)
	}
}

// errLeft is why an engine's context is cancelled that is not listened to any more.
var errLeft = errors.New("nobody listens")

// failed notes a failure; what the engine cannot say at all is none of its health.
func (l *link) failed(err error) {
	if errors.Is(err, tts.ErrUnspeakable) {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failures++; l.failures >= failuresToRest {
		l.rest = min(max(2*l.rest, firstRest), longestRest)
		l.until = time.Now().Add(l.rest)
	}
}

func (l *link) succeeded() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failures, l.rest, l.until = 0, 0, time.Time{}
}

// tried notes that the engine is asked. After a rest one utterance tries it; others go on without it until that one has
// ended well.
func (l *link) tried(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failures >= failuresToRest && !now.Before(l.until) {
		l.until = now.Add(l.rest)
	}
}

// resting says whether the engine rests now.
func (l *link) resting(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.restsLocked(now)
}

// restsLocked says whether the engine rests or still hangs; l.mu is held.
func (l *link) restsLocked(now time.Time) bool {
	l.hanging = slices.DeleteFunc(l.hanging, func(r *run) bool {
		select {
		case <-r.done:
			return true
		default:
			return false
		}
	})
	return len(l.hanging) > 0 || now.Before(l.until)
}

func (l *link) health(now time.Time) Health {
	l.mu.Lock()
	defer l.mu.Unlock()
	resting := l.restsLocked(now)
	return Health{Name: l.name, Failures: l.failures, Resting: resting, Hanging: len(l.hanging)}
}

// join waits for the runs that hang until limit ends.
func (l *link) join(limit context.Context) error {
	l.mu.Lock()
	hanging := slices.Clone(l.hanging)
	l.mu.Unlock()
	for _, r := range hanging {
		select {
		case <-r.done:
		case <-limit.Done():
			return fmt.Errorf("%s: %w, and did not end in %v", l.name, ErrHung, closeWait)
		}
	}
	return nil
}
