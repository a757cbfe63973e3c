// Package engine is the recogniser that ships with the program: features, acoustic model, decoder and end of turn joined
// to an asr.Engine. All calls share one model and its batcher; each call has one goroutine of its own.
package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"

	"voxgate/asr"
	"voxgate/asr/decode"
	"voxgate/asr/endpoint"
	"voxgate/asr/model"
	"voxgate/models"
)

// Config says what an engine is made of. The zero value is the shipped recogniser.
type Config struct {
	Files   fs.FS          // model files; nil: those that ship
	Public  fs.FS          // directory of a public model (package zipformer) that hears the words; nil: the shipped one
	Tuning  *decode.Tuning // weights of the search; nil: the default of the model
	Workers int            // model runs at a time, 1 or 2; 0: 1
	Streams int            // calls at a time; 0: 500
	Turns   endpoint.Judge // says when a turn is over; nil: the one that ships
}

// ErrFull says that the engine listens to as many calls as it may.
var ErrFull = errors.New("recogniser: too many calls at once")

// Engine is a loaded recogniser.
type Engine struct {
	acoustic  acoustic
	base      languages // without the operator's words
	languages atomic.Pointer[languages]
	limit     int
	turns     endpoint.Judge
	counts    counters

	mu      sync.Mutex
	open    map[*stream]struct{}
	closing bool
}

// counters are what Stats reports.
type counters struct {
	frames, overruns, lost atomic.Uint64
	features, decoding     model.Meter
}

// Stats says how an engine is doing.
type Stats struct {
	Streams  int           // calls open now
	Frames   uint64        // 20 ms frames taken
	Overruns uint64        // frames dropped because decoding fell behind
	Lost     uint64        // events dropped because nobody read them
	Features time.Duration // processor time
	Decoding time.Duration
	Model    model.Stats
}

// New loads a recogniser. Errors wrap onnx.ErrNoRuntime, model.ErrBadModel, or name the file that is wrong.
func New(cfg Config) (*Engine, error) {
	files := cfg.Files
	if files == nil {
		files = models.Files("")
	}
	load, tuning := loadOwn, decode.DefaultTuning()
	if cfg.Public != nil {
		load, tuning = loadPublic, decode.PieceTuning()
	}
	if cfg.Tuning != nil {
		tuning = *cfg.Tuning
	}
	turns := cfg.Turns
	if turns == nil {
		learned, err := endpoint.NewLearned()
		if err != nil {
			return nil, fmt.Errorf("recogniser: %w", err)
		}
		turns = learned
	}
	parts, err := load(cfg, files, tuning)
	if err != nil {
		return nil, fmt.Errorf("recogniser: %w", err)
	}
	limit := cfg.Streams
	if limit <= 0 {
		limit = 500
	}
	e := &Engine{
		acoustic: parts.acoustic, base: languages{parts.zh, parts.en}, limit: limit, turns: turns, open: map[*stream]struct{}{},
	}
	e.languages.Store(&e.base)
	return e, nil
}

// Open starts listening to a call. The stream ends with Close or with the context.
func (e *Engine) Open(ctx context.Context, hints asr.Hints) (asr.Stream, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closing {
		return nil, asr.ErrClosed
	}
	if len(e.open) >= e.limit {
		return nil, fmt.Errorf("%w (%d)", ErrFull, e.limit)
	}
	s := newStream(ctx, e, hints)
	e.open[s] = struct{}{}
	return s, nil
}

func (e *Engine) forget(s *stream) {
	e.mu.Lock()
	delete(e.open, s)
	e.mu.Unlock()
}

// Stats are the counters so far.
func (e *Engine) Stats() Stats {
	e.mu.Lock()
	n := len(e.open)
	e.mu.Unlock()
	return Stats{
		Streams: n, Frames: e.counts.frames.Load(), Overruns: e.counts.overruns.Load(), Lost: e.counts.lost.Load(),
		Features: e.counts.features.Spent(), Decoding: e.counts.decoding.Spent(),
		Model: e.acoustic.Stats(),
	}
}

// Version is that of the acoustic model.
func (e *Engine) Version() string { return e.acoustic.about().version }

// Close ends all streams and releases the model.
func (e *Engine) Close() error {
	e.mu.Lock()
	e.closing = true
	open := make([]*stream, 0, len(e.open))
	for s := range e.open {
		open = append(open, s)
	}
	e.mu.Unlock()
	for _, s := range open {
		s.Close()
	}
	return e.acoustic.Close()
}
