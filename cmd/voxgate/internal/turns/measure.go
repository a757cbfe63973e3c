package turns

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	"voxgate/asr"
	"voxgate/media"
)

// Quiet before a turn, and after it, longer than any recogniser may wait.
const (
	before = time.Second
	after  = 3 * time.Second
)

// hush is the amplitude below which synthetic speech is no sound any more.
const hush = 150

// Bench is what is measured and with what.
type Bench struct {
	// Speak is the sound of a piece in the voice of turn number n, 8,000 Hz.
	Speak func(ctx context.Context, n int, lang, piece string) ([]int16, error)
	// Line is what arrives of it at the far end of a telephone line.
	Line func(pcm []int16, n int) ([]int16, error)
	// Hear hands over events with the moment at which each came, until it is told to stop.
	Hear func(ctx context.Context, turn Turn, heard func(at time.Duration, ev asr.Event) bool) error
	// Workers is how many turns are heard at a time; 0: 1. With more, Speak, Line and Hear are called from several goroutines.
	Workers int
	// Progress may be nil.
	Progress func(done, of int)
}

// Turn is a script as a recording.
type Turn struct {
	Script
	Number int
	PCM    []int16         // 8,000 Hz, with quiet before and after
	Starts []time.Duration // where the sound of each piece begins
	Ends   []time.Duration // and where it ends
}

// End is where the last sound ends.
func (t Turn) End() time.Duration { return t.Ends[len(t.Ends)-1] }

// Ending is one Final of a turn.
type Ending struct {
	At     time.Duration // when it came
	Text   string
	Reason string
}

// Outcome is what became of a turn.
type Outcome struct {
	Turn    Turn
	Noticed time.Duration // when its beginning was noticed; 0: never
	Endings []Ending
}

// patient is how long an unfinished turn must be waited for.
const patient = time.Second

// Early are the false endings: those that came before the last sound had ended, or too soon after an unfinished one.
func (o Outcome) Early() []Ending {
	end := o.Turn.End()
	if o.Turn.Open {
		end += patient
	}
	for i, e := range o.Endings {
		if e.At > end {
			return o.Endings[:i]
		}
	}
	return o.Endings
}

// Delay is how long after the last sound the turn ended; false where nothing ended it.
func (o Outcome) Delay() (time.Duration, string, bool) {
	rest := o.Endings[len(o.Early()):]
	if len(rest) == 0 {
		return 0, "", false
	}
	return rest[0].At - o.Turn.End(), rest[0].Reason, true
}

// Run speaks the scripts and hears them; the outcomes stand in the scripts' order.
func (b Bench) Run(ctx context.Context, scripts []Script) ([]Outcome, error) {
	all := make([]Outcome, len(scripts))
	work, running := errgroup.WithContext(ctx)
	work.SetLimit(max(b.Workers, 1))
	for n, s := range scripts {
		if running.Err() != nil {
			break
		}
		if b.Progress != nil {
			b.Progress(n, len(scripts))
		}
		work.Go(func() error {
			var err error
			if all[n], err = b.measure(running, n, s); err != nil {
				return fmt.Errorf("table line %d: %w", s.Line, err)
			}
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	return all, context.Cause(ctx)
}

// measure speaks a script and hears it until it ends.
func (b Bench) measure(ctx context.Context, n int, s Script) (Outcome, error) {
	turn, err := b.record(ctx, n, s)
	if err != nil {
		return Outcome{}, err
	}
	o := Outcome{Turn: turn}
	err = b.Hear(ctx, turn, func(at time.Duration, ev asr.Event) bool {
		switch ev.Kind {
		case asr.SpeechStarted:
			if o.Noticed == 0 {
				o.Noticed = at
			}
		case asr.Final:
			o.Endings = append(o.Endings, Ending{at, ev.Text, ev.Reason})
			_, _, ended := o.Delay()
			return !ended
		}
		return true
	})
	o.Turn.PCM = nil
	return o, err
}

// record speaks a script.
func (b Bench) record(ctx context.Context, n int, s Script) (Turn, error) {
	t := Turn{Script: s, Number: n, PCM: make([]int16, samples(before))}
	for i, piece := range s.Pieces {
		pcm, err := b.Speak(ctx, n, s.Lang, piece)
		if err != nil {
			return t, err
		}
		pcm = sounding(pcm)
		if len(pcm) == 0 {
			return t, fmt.Errorf("%q has no sound", piece)
		}
		if i > 0 {
			t.PCM = append(t.PCM, make([]int16, samples(s.Pauses[i-1]))...)
		}
		t.Starts = append(t.Starts, length(t.PCM))
		t.PCM = append(t.PCM, pcm...)
		t.Ends = append(t.Ends, length(t.PCM))
	}
	t.PCM = append(t.PCM, make([]int16, samples(after))...)
	hiss := rand.New(rand.NewPCG(uint64(n), 0x68697373))
	for i := range t.PCM {
		t.PCM[i] += int16(hiss.NormFloat64() * 8)
	}
	var err error
	t.PCM, err = b.Line(t.PCM, n)
	return t, err
}

// sounding is a recording without the quiet around it.
func sounding(pcm []int16) []int16 {
	first, last := len(pcm), 0
	for i, v := range pcm {
		if v > hush || v < -hush {
			first, last = min(first, i), i+1
		}
	}
	if first >= last {
		return nil
	}
	return pcm[first:last]
}

func samples(d time.Duration) int { return int(d * media.Narrowband / time.Second) }

func length(pcm []int16) time.Duration {
	return time.Duration(len(pcm)) * time.Second / media.Narrowband
}
