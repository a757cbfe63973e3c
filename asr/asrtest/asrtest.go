// Package asrtest is a recogniser for tests: it hears what a script says, when the audio written to it reaches that time.
package asrtest

import (
	"context"
	"sync"
	"time"

	"voxgate/asr"
	"voxgate/media"
)

// queue bounds the events that wait for a reader; a scripted stream drops what does not fit.
const queue = 256

// Engine is a scripted asr.Engine. Each Open takes the next script; the last one serves all further streams.
type Engine struct {
	mu      sync.Mutex
	scripts [][]asr.Event
	streams []*Stream
	opened  chan *Stream
}

// Script makes an engine whose streams all hear the given events. An event is delivered as soon as the audio written
// reaches its time: Start for a SpeechStarted, End+Silence for everything else.
func Script(events ...asr.Event) *Engine { return Scripts(events) }

// Scripts makes an engine whose first stream hears the first script, the second the second, and so on.
func Scripts(scripts ...[]asr.Event) *Engine {
	return &Engine{scripts: scripts, opened: make(chan *Stream, queue)}
}

// Open starts a scripted stream.
func (e *Engine) Open(ctx context.Context, hints asr.Hints) (asr.Stream, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	s := &Stream{events: make(chan asr.Event, queue), hints: []asr.Hints{hints}}
	if n := len(e.scripts); n > 0 {
		s.script = e.scripts[min(len(e.streams), n-1)]
	}
	e.streams = append(e.streams, s)
	select {
	case e.opened <- s:
	default:
	}
	return s, nil
}

// Opened delivers each stream as it is opened, so that a test can speak into it with Stream.Hear.
func (e *Engine) Opened() <-chan *Stream { return e.opened }

// Streams are all streams opened so far.
func (e *Engine) Streams() []*Stream {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]*Stream(nil), e.streams...)
}

// Stream is one scripted ear.
type Stream struct {
	events chan asr.Event

	mu      sync.Mutex
	script  []asr.Event
	hints   []asr.Hints
	elapsed time.Duration
	dropped int
	closed  bool
}

// Write advances the script by the frame's length.
func (s *Stream) Write(f media.Frame) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return asr.ErrClosed
	}
	if f.Rate > 0 {
		s.elapsed += time.Duration(f.Len()) * time.Second / time.Duration(f.Rate)
	}
	for len(s.script) > 0 && due(s.script[0]) <= s.elapsed {
		s.emit(s.script[0])
		s.script = s.script[1:]
	}
	return nil
}

func due(ev asr.Event) time.Duration {
	if ev.Kind == asr.SpeechStarted {
		return ev.Start
	}
	return ev.End + ev.Silence
}

// emit runs under the lock; after a Failed event the stream is over.
func (s *Stream) emit(ev asr.Event) {
	if s.closed {
		return
	}
	select {
	case s.events <- ev:
	default:
		s.dropped++
	}
	if ev.Kind == asr.Failed {
		s.closed = true
		close(s.events)
	}
}

// Emit delivers events at once, whatever the script says.
func (s *Stream) Emit(events ...asr.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ev := range events {
		s.emit(ev)
	}
}

// Hear delivers a whole utterance at once: SpeechStarted, then a Final of confidence 0.9.
func (s *Stream) Hear(text string) {
	s.mu.Lock()
	at := s.elapsed
	s.mu.Unlock()
	s.Emit(
		asr.Event{Kind: asr.SpeechStarted, Start: at, End: at},
		asr.Event{Kind: asr.Final, Text: text, Confidence: 0.9, Start: at, End: at, Reason: "silence"},
	)
}

// Events delivers the script.
func (s *Stream) Events() <-chan asr.Event { return s.events }

// Expect records the hints.
func (s *Stream) Expect(h asr.Hints) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return asr.ErrClosed
	}
	s.hints = append(s.hints, h)
	return nil
}

// Hints are all hints given so far, those of Open first.
func (s *Stream) Hints() []asr.Hints {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]asr.Hints(nil), s.hints...)
}

// Heard is the length of the audio written so far.
func (s *Stream) Heard() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.elapsed
}

// Dropped is the number of events that found the queue full.
func (s *Stream) Dropped() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropped
}

// Close ends the stream; what the script still held is not delivered.
func (s *Stream) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.closed = true
		close(s.events)
	}
	return nil
}

// Utterance is a script of one spoken sentence: speech from start to end, its Final 600 ms later.
func Utterance(start, end time.Duration, text string) []asr.Event {
	const silence = 600 * time.Millisecond
	return []asr.Event{
		{Kind: asr.SpeechStarted, Start: start, End: start},
		{Kind: asr.Final, Text: text, Confidence: 0.9, Start: start, End: end, Silence: silence, Reason: "silence"},
	}
}
