// Package espeak speaks through the program espeak-ng, one short process for each clause. After each, another of its kind
// is started that waits for its text, so that the next clause need not wait for a program to start: its first sound
// comes after a few milliseconds instead of some tens on a busy machine.
//
// Chinese goes to the voice cmn-latn-pinyin as toned pinyin (the voice cmn reads most hanzi as English letters), Latin
// words to en-us. The sound, 22,050 Hz, is brought to the line's rate and shaped for the telephone.
package espeak

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os/exec"
	"runtime"
	"sync/atomic"
	"time"

	"voxgate/media"
	"voxgate/tts"
	"voxgate/tts/clauses"
	"voxgate/tts/shape"
)

var (
	// ErrNotInstalled says that there is no usable espeak-ng on this machine.
	ErrNotInstalled = errors.New("espeak-ng is not usable")
	// ErrVoice says that espeak-ng has no such voice variant.
	ErrVoice = errors.New("unknown voice")
	// ErrFailed says that espeak-ng died, hung or gave no sound; another utterance may well succeed.
	ErrFailed = errors.New("espeak-ng failed")
)

// The default voice, chosen by measuring the pitch range of its tones and how well it is recognised at 8,000 Hz.
const (
	DefaultVoice = "f3"
	DefaultSpeed = 180 // words per minute as espeak-ng counts: about 4 syllables a second
	defaultPitch = 50
	defaultRange = 150 // percent of the voice's own pitch range: its tones are flat for Mandarin
)

// Config says how to speak. Its zero value is the default voice of the espeak-ng found on PATH.
type Config struct {
	Program   string        // espeak-ng, or a path to it
	Voice     string        // variant, such as "f3" or "m3"
	Speed     int           // words per minute, 80 to 450
	Pitch     int           // 1 to 99
	Range     int           // percent of the voice's pitch range, 1 to 300
	Gap       time.Duration // more silence between syllables, in steps of 10 ms; none when 0
	Band      shape.Band    // how its sound is fitted to the telephone; shape.Usual when zero
	Processes int           // at most so many at a time, for all calls together; twice the CPUs when 0
	Timeout   time.Duration // for one clause; 5 s when 0
}

// Engine implements tts.Engine. It is safe for any number of calls at once.
type Engine struct {
	cfg      Config
	program  string
	variants map[string]bool
	slots    chan struct{} // a token for each process that runs
	ahead    chan struct{} // a token for each of those that is not for an utterance's first sound: half of them at most
	spares   *spares

	processes, failures, killed atomic.Int64
}

var _ tts.Engine = (*Engine)(nil)

// New finds espeak-ng and checks that it can speak Mandarin in the voice wanted.
func New(cfg Config) (*Engine, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	program, err := exec.LookPath(cfg.Program)
	if err != nil {
		return nil, fmt.Errorf("%w: %w; install it (apt-get install espeak-ng) or set tts.program to its path", ErrNotInstalled, err)
	}
	e := &Engine{cfg: cfg, program: program, slots: make(chan struct{}, cfg.Processes), ahead: make(chan struct{}, max(1, cfg.Processes/2))}
	e.spares = &spares{program: program, started: &e.processes}
	ctx, cancel := context.WithTimeout(context.Background(), cfg.Timeout)
	defer cancel()
	if err := e.readVoices(ctx); err != nil {
		return nil, err
	}
	return e, e.checkVoice(cfg.Voice)
}

func (c Config) withDefaults() Config {
	set := func(field *int, value int) {
		if *field == 0 {
			*field = value
		}
	}
	if c.Program == "" {
		c.Program = "espeak-ng"
	}
	if c.Voice == "" {
		c.Voice = DefaultVoice
	}
	set(&c.Speed, DefaultSpeed)
	set(&c.Pitch, defaultPitch)
	set(&c.Range, defaultRange)
	set(&c.Processes, 2*runtime.NumCPU())
	if c.Band == (shape.Band{}) {
		c.Band = shape.Usual
	}
	if c.Timeout == 0 {
		c.Timeout = 5 * time.Second
	}
	return c
}

func (c Config) check() error {
	for _, limit := range []struct {
		name             string
		value, low, high int
	}{{"speed", c.Speed, 80, 450}, {"pitch", c.Pitch, 1, 99}, {"range", c.Range, 1, 300}, {"processes", c.Processes, 1, 1024}} {
		if limit.value < limit.low || limit.value > limit.high {
			return fmt.Errorf("espeak-ng %s %d: it must lie in %d..%d", limit.name, limit.value, limit.low, limit.high)
		}
	}
	if c.Gap < 0 || c.Gap > time.Second {
		return fmt.Errorf("espeak-ng gap %v: it must lie in 0 s..1 s", c.Gap)
	}
	if c.Timeout < 0 {
		return fmt.Errorf("espeak-ng timeout %v: it must be positive", c.Timeout)
	}
	return nil
}

// Speak yields u clause by clause; while one is heard the next is made. Text without anything to say yields nothing.
func (e *Engine) Speak(ctx context.Context, u tts.Utterance) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		variant := u.Voice
		if variant == "" {
			variant = e.cfg.Voice
		}
		said, rate, err := clauses.Plan(u)
		if err == nil {
			err = e.checkVoice(variant)
		}
		if err != nil {
			yield(media.Frame{}, err)
			return
		}
		clauses.Speak(ctx, said, rate, u.From, e.maker(variant, rate))(yield)
	}
}

// Close ends the processes that wait for a text. Nothing may be spoken afterwards.
func (e *Engine) Close() error {
	e.spares.close()
	return nil
}

// Identity tells its sound from that of others: program, version and settings. It fails where the program does not tell
// its version.
func (e *Engine) Identity(ctx context.Context) (string, error) {
	limited, cancel := context.WithTimeout(ctx, e.cfg.Timeout)
	defer cancel()
	version, err := e.execute(limited, "", maxSaid, "--version")
	if err != nil {
		return "", fmt.Errorf("%w: its version: %w", ErrFailed, err)
	}
	return fmt.Sprintf("%s|%s %d %d %d %v %v|shape %d", firstLine(string(version)),
		e.cfg.Voice, e.cfg.Speed, e.cfg.Pitch, e.cfg.Range, e.cfg.Gap, e.cfg.Band, shape.Version), nil
}

// Stats are counters since the start.
type Stats struct {
	Processes int64 // started
	Failures  int64 // died, hung or silent
	Killed    int64 // stopped because nobody listened any more
}

// Stats reports the counters.
func (e *Engine) Stats() Stats {
	return Stats{Processes: e.processes.Load(), Failures: e.failures.Load(), Killed: e.killed.Load()}
}
