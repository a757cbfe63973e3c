package cache

import (
	"context"
	"errors"
	"sync"

	"voxgate/media"
	"voxgate/tts"
)

// errNobody ends a synthesis that no one listens to any more.
var errNobody = errors.New("nobody listens")

// flight is the synthesis of one clause that any number of listeners follow, each at its own pace. Its samples are
// bounded by the length of a clause, which the engine bounds.
type flight struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	done   chan struct{} // closed when the synthesis has ended

	mu        sync.Mutex
	pcm       []int16 // only ever longer: what was read of it stays as it is
	sounding  int     // samples up to the last that is not silent
	ended     bool
	err       error
	changed   chan struct{} // closed and replaced at each change
	listeners int
}

// newFlight is a flight with one listener, whose context says for which call the work begins; it does not end with it.
func newFlight(listener context.Context) *flight {
	listener = tts.WithSaid(listener, func(int) {}) // clauses are told by who listens
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(listener))
	return &flight{ctx: ctx, cancel: cancel, done: make(chan struct{}), changed: make(chan struct{}), listeners: 1}
}

// join adds a listener; false where the flight has been given up.
func (f *flight) join() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.listeners == 0 {
		return false
	}
	f.listeners++
	return true
}

// leave takes a listener away. The last one stops the synthesis and waits for its end.
func (f *flight) leave() {
	f.mu.Lock()
	f.listeners--
	last := f.listeners == 0
	f.mu.Unlock()
	if last {
		f.cancel(errNobody)
		<-f.done
	}
}

func (f *flight) add(frame media.Frame) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, s := range frame.PCM() {
		if s != 0 {
			f.sounding = len(f.pcm) + i + 1
		}
	}
	f.pcm = append(f.pcm, frame.PCM()...)
	f.signal()
}

func (f *flight) end(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended, f.err = true, err
	f.signal()
}

// signal wakes the listeners; f.mu is held.
func (f *flight) signal() {
	close(f.changed)
	f.changed = make(chan struct{})
}

// speech is everything that was added, without the silence at its end: the pause, and the rest of the last frame.
func (f *flight) speech() []int16 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.pcm[:f.sounding:f.sounding]
}

// listen emits the sound as it comes, and the pause in the place of the silence at its end.
func (f *flight) listen(ctx context.Context, pause []int16, emit func([]int16) bool) error {
	defer f.leave()
	for n := 0; ; {
		pcm, ended, err := f.after(ctx, n)
		n += len(pcm)
		if len(pcm) > 0 && !emit(pcm) {
			return nil
		}
		if err != nil {
			return err
		}
		if ended {
			emit(pause)
			return nil
		}
	}
}

// after waits for sound behind the n samples that are known, or for the end.
func (f *flight) after(ctx context.Context, n int) (pcm []int16, ended bool, err error) {
	for {
		if err := context.Cause(ctx); err != nil {
			return nil, false, err
		}
		f.mu.Lock()
		changed := f.changed
		pcm, ended, err = f.pcm[n:f.sounding:f.sounding], f.ended, f.err
		f.mu.Unlock()
		if len(pcm) > 0 || ended {
			return pcm, ended, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}
