package cache

import (
	"context"
	"errors"
	"sync"

	"voxgate/media"
)

// errNobody ends a synthesis that no one listens to any more.
var errNobody = errors.New("nobody listens")

// flight is one synthesis that any number of listeners follow, each at its own pace. Its frames are bounded by the
// length of an utterance, which the engine bounds.
type flight struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	done   chan struct{} // closed when the synthesis has ended

	mu        sync.Mutex
	frames    []media.Frame
	ended     bool
	err       error
	changed   chan struct{} // closed and replaced at each change
	listeners int
}

// newFlight is a flight with one listener, whose context says for which call the work begins; it does not end with it.
func newFlight(listener context.Context) *flight {
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
	f.frames = append(f.frames, frame)
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

// samples is everything that was added.
func (f *flight) samples() []int16 {
	f.mu.Lock()
	defer f.mu.Unlock()
	var pcm []int16
	for i := range f.frames {
		pcm = append(pcm, f.frames[i].PCM()...)
	}
	return pcm
}

// listen yields the frames as they come.
func (f *flight) listen(ctx context.Context, yield func(media.Frame, error) bool) {
	defer f.leave()
	for n := 0; ; n++ {
		frame, ok, err := f.frame(ctx, n)
		if err != nil {
			yield(media.Frame{}, err)
			return
		}
		if !ok || !yield(frame, nil) {
			return
		}
	}
}

// frame waits for the n-th frame; ok is false after the last one.
func (f *flight) frame(ctx context.Context, n int) (frame media.Frame, ok bool, err error) {
	for {
		if err := context.Cause(ctx); err != nil {
			return frame, false, err
		}
		f.mu.Lock()
		changed := f.changed
		have, ended, failure := n < len(f.frames), f.ended, f.err
		if have {
			frame = f.frames[n]
		}
		f.mu.Unlock()
		switch {
		case have:
			return frame, true, nil
		case ended:
			return frame, false, failure
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}
