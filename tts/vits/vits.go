// Package vits speaks with public neural voices of the VITS family (Kim, Kong and Son 2021, arXiv 2106.06103) on ONNX
// Runtime, in the two forms in which they are published.
//
// Piper voices are NAME.onnx with NAME.onnx.json beside it, as rhasspy/piper exports them (src/python/piper_train): inputs
// input [1, T] (phoneme numbers), input_lengths [1], scales [3] (noise, length, noise of durations) and, of voices with
// several speakers, sid [1]; the JSON numbers the IPA letters of espeak-ng, or initials, finals and tones of pinyin.
// Sherpa-onnx's form is one *.onnx with metadata, tokens.txt and lexicon.txt, as k2-fsa/sherpa-onnx (scripts/melo-tts,
// scripts/vits) and k2-fsa/icefall export MeloTTS and Chinese VITS: inputs x [1, T], x_lengths, tones [1, T] where the
// voice has them, sid, noise_scale, length_scale and noise_scale_w, or icefall's names for them. Both give samples
// between -1 and 1.
//
// A sentence is made clause by clause, as tts/text plans it; its pitch marks are not followed, for these models have no
// such input.
package vits

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"voxgate/media"
	"voxgate/tts"
	"voxgate/tts/clauses"
	"voxgate/tts/shape"
	"voxgate/tts/text"
)

var (
	// ErrBadVoice says that a folder holds no voice that can be used.
	ErrBadVoice = errors.New("voice not usable")
	// ErrSpeaker says that a voice has no such speaker.
	ErrSpeaker = errors.New("unknown speaker")
	// ErrFailed says that the model failed or took too long; another clause may well succeed.
	ErrFailed = errors.New("voice failed")
)

// Phonemizer says how a clause sounds in espeak-ng's IPA, English parts in the voice named (*espeak.Engine does).
type Phonemizer interface {
	Phonemes(ctx context.Context, clause text.Clause, english string) (string, error)
}

// Config says which voice speaks and how.
type Config struct {
	Files    fs.FS         // the voice's folder
	Phonemes Phonemizer    // needed by Piper voices of the IPA only
	Speaker  string        // name or number of a speaker; empty: the voice's first
	Rate     float64       // factor on the voice's speed, 0.5 to 2; 1 when 0
	Runs     int           // models running at a time, for all calls together; the CPUs when 0
	Timeout  time.Duration // of one clause; 10 s when 0
}

// Engine implements tts.Engine with one voice. It is safe for any number of calls at once; Close releases it.
type Engine struct {
	cfg   Config
	front front
	model *model
	slots chan struct{} // a token for each run
	ahead chan struct{} // a token for each of those that is not for an utterance's first sound: half of them at most

	runs, failures, stopped, skipped atomic.Int64
}

var _ tts.Engine = (*Engine)(nil)

// front turns clauses into what a model reads.
type front interface {
	// spell is the numbers of a clause's sounds; none where nothing of it can be said. Errors that wrap
	// tts.ErrUnspeakable say that the voice lacks a word's sounds.
	spell(ctx context.Context, clause text.Clause) (spelling, error)
	// speaker is the number of a speaker by name; false where names are not known.
	speaker(name string) (int64, bool)
}

// spelling is what one run of a model says.
type spelling struct {
	ids, tones []int64 // of equal length where the model has tones
	skipped    int     // sounds that the voice does not know
}

// New opens the voice in cfg.Files. Errors wrap ErrBadVoice, ErrSpeaker or onnx.ErrNoRuntime and say what to do.
func New(cfg Config) (*Engine, error) {
	if cfg.Rate == 0 {
		cfg.Rate = 1
	}
	if !(cfg.Rate >= 0.5 && cfg.Rate <= 2) {
		return nil, fmt.Errorf("%w: rate %g: it must lie in 0.5..2", ErrBadVoice, cfg.Rate)
	}
	if cfg.Runs == 0 {
		cfg.Runs = runtime.NumCPU()
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 10 * time.Second
	}
	if cfg.Runs < 0 || cfg.Timeout < 0 {
		return nil, fmt.Errorf("%w: %d runs, %v each: both must be positive", ErrBadVoice, cfg.Runs, cfg.Timeout)
	}
	e := &Engine{cfg: cfg, slots: make(chan struct{}, cfg.Runs), ahead: make(chan struct{}, max(1, cfg.Runs/2))}
	if err := e.open(); err != nil {
		return nil, err
	}
	if _, err := e.speaker(cfg.Speaker); err != nil {
		return nil, errors.Join(err, e.model.close())
	}
	return e, nil
}

// open reads the folder: which form it has, what is beside the model, and the model.
func (e *Engine) open() error {
	v, err := readFolder(e.cfg.Files)
	if err != nil {
		return err
	}
	if e.model, err = loadModel(v.onnx); err != nil {
		return err
	}
	if v.config != nil {
		e.front, err = newPiper(v.config, e.model, e.cfg.Phonemes)
	} else {
		e.front, err = newSpeller(v.tokens, v.lexicon, e.model)
	}
	if err == nil {
		err = e.model.try()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("%w: %w", ErrBadVoice, err), e.model.close())
	}
	return nil
}

// speaker is the number of a speaker; an empty name is the voice's first.
func (e *Engine) speaker(name string) (int64, error) {
	if name == "" {
		return e.model.first, nil
	}
	if n, ok := e.front.speaker(name); ok {
		return n, nil
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 0 && n < max(1, e.model.speakers) {
		return int64(n), nil
	}
	return 0, fmt.Errorf("%w %q: the voice has %d, numbered from 0: %w", ErrSpeaker, name, max(1, e.model.speakers), tts.ErrUnspeakable)
}

// Languages are those that the voice speaks, "zh" and "en".
func (e *Engine) Languages() []string { return e.model.languages }

// SampleRate is the model's own rate in hertz.
func (e *Engine) SampleRate() int { return e.model.rate }

// Close waits for runs under way and releases the model. Speak fails afterwards.
func (e *Engine) Close() error { return e.model.close() }

// Speak yields u clause by clause; while one is heard the next is made. u.Voice is a speaker's name or number. Text
// without anything to say yields nothing.
func (e *Engine) Speak(ctx context.Context, u tts.Utterance) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		said, rate, err := clauses.Plan(u)
		if lang := cmp.Or(u.Lang, string(text.Chinese)); err == nil && !slices.Contains(e.Languages(), lang) {
			err = fmt.Errorf("speak %s: this voice speaks %s: %w", lang, strings.Join(e.Languages(), " and "), tts.ErrUnspeakable)
		}
		var speaker int64
		if err == nil {
			speaker, err = e.speaker(cmp.Or(u.Voice, e.cfg.Speaker))
		}
		if err != nil {
			yield(media.Frame{}, err)
			return
		}
		clauses.Speak(ctx, said, rate, u.From, e.maker(speaker, rate))(yield)
	}
}

// maker makes clauses in the voice of a speaker. What sounds first goes before what can wait.
func (e *Engine) maker(speaker int64, lineRate int) clauses.Maker {
	return func(ctx context.Context, clause text.Clause, first bool, emit func([]int16) bool) error {
		if !first {
			select {
			case e.ahead <- struct{}{}:
				defer func() { <-e.ahead }()
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		pcm, err := e.render(ctx, clause, speaker, lineRate)
		if err == nil && len(pcm) > 0 {
			emit(pcm)
		}
		return err
	}
}

// render is the sound of one clause at the line's rate with the pause after it.
func (e *Engine) render(ctx context.Context, clause text.Clause, speaker int64, lineRate int) ([]int16, error) {
	limited, cancel := context.WithTimeout(ctx, e.cfg.Timeout)
	defer cancel()
	raw, err := e.run(limited, clause, speaker)
	if cause := context.Cause(ctx); cause != nil {
		e.stopped.Add(1)
		return nil, cause
	}
	if err == nil && len(raw) == 0 {
		return nil, nil
	}
	var pcm []int16
	if err == nil {
		pcm, err = shape.ForLine(raw, e.model.rate, lineRate, clause.Gain, clause.Pause)
	}
	if err == nil && len(pcm) == 0 {
		err = errors.New("it gave silence")
	}
	if err == nil || errors.Is(err, tts.ErrUnspeakable) {
		return pcm, err
	}
	e.failures.Add(1)
	if errors.Is(limited.Err(), context.DeadlineExceeded) {
		return nil, fmt.Errorf("%w: no sound within %v", ErrFailed, e.cfg.Timeout)
	}
	return nil, fmt.Errorf("%w: %w", ErrFailed, err)
}

// run is the clause's sound at the model's rate; none where the clause holds nothing to say.
func (e *Engine) run(ctx context.Context, clause text.Clause, speaker int64) ([]int16, error) {
	said, err := e.front.spell(ctx, clause)
	e.skipped.Add(int64(said.skipped))
	if err != nil || len(said.ids) == 0 {
		return nil, err
	}
	select {
	case e.slots <- struct{}{}:
		defer func() { <-e.slots }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	pace := e.cfg.Rate
	if clause.Rate > 0 {
		pace *= clause.Rate
	}
	e.runs.Add(1)
	return e.model.run(ctx, said, speaker, pace)
}

// Stats are counters since the start.
type Stats struct {
	Runs     int64 // of the model
	Failures int64 // clauses that gave an error
	Stopped  int64 // clauses that nobody listened to any more
	Skipped  int64 // sounds that the voice does not know and left out
}

// Stats reports the counters.
func (e *Engine) Stats() Stats {
	return Stats{Runs: e.runs.Load(), Failures: e.failures.Load(), Stopped: e.stopped.Load(), Skipped: e.skipped.Load()}
}
