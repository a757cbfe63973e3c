package engine

import (
	"context"
	"sync"
	"time"

	"voxgate/asr"
	"voxgate/media"
)

// Bounds of a call's queues: a second of audio, and more events than a second can bring.
const (
	frameQueue = 50
	eventQueue = 64
)

// timed is a frame with the number of 20 ms frames written before it, dropped ones included.
type timed struct {
	frame media.Frame
	at    int64
}

// stream is the ear of one call with its goroutine.
type stream struct {
	engine *Engine
	frames chan *timed // by reference: the queue is nearly always empty
	events chan asr.Event
	stop   chan struct{} // closed by Close
	done   chan struct{} // closed when the goroutine has ended
	once   sync.Once

	written int64 // by the writer only

	mu    sync.Mutex
	hints *asr.Hints // to be taken at the next chance
}

func newStream(ctx context.Context, e *Engine, hints asr.Hints) *stream {
	s := &stream{
		engine: e,
		frames: make(chan *timed, frameQueue),
		events: make(chan asr.Event, eventQueue),
		stop:   make(chan struct{}),
		done:   make(chan struct{}),
	}
	go s.listen(ctx, newEar(e, hints, s.deliver))
	return s
}

// Write hands a frame to the stream's goroutine.
func (s *stream) Write(f media.Frame) error {
	select {
	case <-s.stop:
		return asr.ErrClosed
	case <-s.done:
		return asr.ErrClosed
	default:
	}
	at := s.written
	s.written++
	s.engine.counts.frames.Add(1)
	select {
	case s.frames <- &timed{f, at}:
		return nil
	default:
		s.engine.counts.overruns.Add(1)
		return asr.ErrOverrun
	}
}

// Events delivers what was heard.
func (s *stream) Events() <-chan asr.Event { return s.events }

// Expect takes new hints; they hold from the next utterance, or at once in silence.
func (s *stream) Expect(h asr.Hints) error {
	select {
	case <-s.stop:
		return asr.ErrClosed
	case <-s.done:
		return asr.ErrClosed
	default:
	}
	s.mu.Lock()
	s.hints = &h
	s.mu.Unlock()
	return nil
}

// Close ends the stream.
func (s *stream) Close() error {
	s.once.Do(func() { close(s.stop) })
	<-s.done
	return nil
}

// listen is the stream's goroutine.
func (s *stream) listen(ctx context.Context, ear *ear) {
	defer s.engine.forget(s)
	defer close(s.done)
	defer close(s.events)
	for {
		var err error
		select {
		case f := <-s.frames:
			s.takeHints(ear)
			err = ear.hear(ctx, *f)
		case <-ctx.Done():
			return
		case <-s.stop:
			err = s.drain(ctx, ear)
			if err == nil {
				return
			}
		}
		if err != nil {
			if ctx.Err() == nil {
				s.deliver(asr.Event{Kind: asr.Failed, Err: err})
			}
			return
		}
	}
}

// drain hears what was written before Close and finalises it.
func (s *stream) drain(ctx context.Context, ear *ear) error {
	for {
		select {
		case f := <-s.frames:
			if err := ear.hear(ctx, *f); err != nil {
				return err
			}
		default:
			return ear.end(ctx)
		}
	}
}

func (s *stream) takeHints(ear *ear) {
	s.mu.Lock()
	h := s.hints
	s.hints = nil
	s.mu.Unlock()
	if h != nil {
		ear.expect(*h)
	}
}

// deliver puts an event into the queue. A reader that has fallen behind loses partial readings first; where even a
// final one finds no room it waits until the stream is closed.
func (s *stream) deliver(ev asr.Event) {
	select {
	case s.events <- ev:
		return
	default:
	}
	if ev.Kind == asr.Partial || ev.Kind == asr.Speaking {
		s.engine.counts.lost.Add(1)
		return
	}
	select {
	case s.events <- ev:
	case <-s.stop:
		s.engine.counts.lost.Add(1)
	case <-time.After(5 * time.Second):
		s.engine.counts.lost.Add(1)
	}
}
