package espeak

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"voxgate/media"
	"voxgate/media/resample"
	"voxgate/tts/shape"
)

// joint is the silence between two languages within a clause.
const joint = 40 * time.Millisecond

// piece is a part of an utterance at the line's rate, with the pause after it.
type piece struct {
	pcm []int16
	err error
}

// start makes the pieces of j in a goroutine that ends when they are made, when one fails or when ctx is cancelled.
// The channel is bounded: no more than two clauses are made ahead of what is heard.
func (e *Engine) start(ctx context.Context, j job) <-chan piece {
	pieces := make(chan piece, 1)
	go func() {
		defer close(pieces)
		first := true
		for _, clause := range j.clauses {
			said := e.utterances(j.voice, clause)
			for i, u := range said {
				pause := joint
				if i == len(said)-1 {
					pause = clause.Pause
				}
				pcm, err := e.render(ctx, u, j.rate, pause, first)
				first = false
				if ctx.Err() != nil {
					return
				}
				select {
				case pieces <- piece{pcm, err}:
				case <-ctx.Done():
					return
				}
				if err != nil {
					return
				}
			}
		}
	}()
	return pieces
}

// render is the sound of u at the line's rate with a pause after it. What sounds first goes before what can wait.
func (e *Engine) render(ctx context.Context, u utterance, lineRate int, pause time.Duration, first bool) ([]int16, error) {
	if !first {
		select {
		case e.ahead <- struct{}{}:
			defer func() { <-e.ahead }()
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	raw, rate, err := e.run(ctx, u)
	if errors.Is(err, errDied) {
		raw, rate, err = e.run(ctx, u)
	}
	if err != nil {
		return nil, err
	}
	converter, err := resample.New(rate, lineRate)
	if err != nil {
		return nil, fmt.Errorf("%w: its sound cannot be used: %w", ErrFailed, err)
	}
	pcm := converter.Flush(converter.Process(nil, raw))
	pcm = amplify(shape.Telephone(pcm, lineRate), u.gain)
	if len(pcm) == 0 {
		e.failures.Add(1)
		return nil, fmt.Errorf("%w: no sound in the voice %s", ErrFailed, u.voice)
	}
	return append(pcm, make([]int16, int(pause.Seconds()*float64(lineRate)))...), nil
}

// amplify changes the level of pcm by gain dB, in place; what is too loud is clipped.
func amplify(pcm []int16, gain float64) []int16 {
	if gain == 0 {
		return pcm
	}
	factor := math.Pow(10, gain/20)
	for i, sample := range pcm {
		pcm[i] = int16(min(max(math.Round(float64(sample)*factor), math.MinInt16), math.MaxInt16))
	}
	return pcm
}

// framer cuts samples into frames.
type framer struct {
	rate  int
	yield func(media.Frame, error) bool
	frame media.Frame
	n     int // samples in frame
}

// add yields the frames that pcm fills, and keeps the rest; false when nobody listens any more.
func (f *framer) add(ctx context.Context, pcm []int16) bool {
	f.frame.Rate = f.rate
	for len(pcm) > 0 {
		took := copy(f.frame.PCM()[f.n:], pcm)
		pcm = pcm[took:]
		if f.n += took; f.n < f.frame.Len() {
			return true
		}
		if err := context.Cause(ctx); err != nil {
			f.yield(media.Frame{}, err)
			return false
		}
		if !f.yield(f.frame, nil) {
			return false
		}
		f.frame, f.n = media.Frame{Rate: f.rate}, 0
	}
	return true
}

// finish yields what is left, padded with silence.
func (f *framer) finish() bool {
	if f.n == 0 {
		return true
	}
	f.n = 0
	return f.yield(f.frame, nil)
}
