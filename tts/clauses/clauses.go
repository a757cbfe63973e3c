// Package clauses streams an utterance clause by clause: while one is heard, the next is made.
//
// It is what engines have in common whose sound comes in whole clauses or parts of them: it starts the work, hands it on
// in frames, tells how many clauses were said (tts.Said) and ends the work when nobody listens any more.
package clauses

import (
	"cmp"
	"context"
	"fmt"
	"iter"

	"voxgate/media"
	"voxgate/tts"
	"voxgate/tts/text"
)

// Maker makes the sound of one clause at the line's rate, its pause included, in one piece or several: each goes to emit,
// which waits until there is room and says false when the work shall end. First tells that the utterance's first sound is
// waited for. It is called for each clause in order.
// A Maker returns soon after ctx is cancelled. An error ends the utterance.
type Maker func(ctx context.Context, clause text.Clause, first bool, emit func(pcm []int16) bool) error

// Speeds that callers may ask for; beyond them nothing is understood.
const slowest, fastest = 0.5, 2.0

// Plan is the clauses of u at its speed, those before u.From and from u.Until on left out, and the rate of its frames in
// hertz. Errors say which language or rate cannot be had; that of a language wraps tts.ErrUnspeakable.
func Plan(u tts.Utterance) (clauses []text.Clause, rate int, err error) {
	if rate = u.Rate; rate == 0 {
		rate = media.Narrowband
	}
	if rate != media.Narrowband && rate != media.Wideband {
		return nil, 0, fmt.Errorf("speak at %d Hz: the rate must be %d or %d", u.Rate, media.Narrowband, media.Wideband)
	}
	switch lang := text.Lang(u.Lang); lang {
	case "", text.Chinese, text.English:
		clauses = text.Plan(u.Text, lang)
	default:
		return nil, 0, fmt.Errorf("speak %q: zh and en are known: %w", u.Lang, tts.ErrUnspeakable)
	}
	end := len(clauses)
	if u.Until > 0 {
		end = min(u.Until, end)
	}
	clauses = clauses[min(max(u.From, 0), end):end]
	speed := min(max(cmp.Or(u.Speed, 1), slowest), fastest)
	for i := range clauses {
		clauses[i].Rate *= speed
	}
	return clauses, rate, nil
}

// Speak yields clauses frame by frame at rate hertz, the last frame padded with silence. From is how many clauses of the
// utterance come before them. The work runs in a goroutine that has ended when the sequence ends; it is never more than
// two pieces ahead of what is taken.
func Speak(ctx context.Context, clauses []text.Clause, rate, from int, maker Maker) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		work, stop := context.WithCancel(ctx)
		pieces := start(work, clauses, from == 0, maker)
		defer func() {
			stop()
			for range pieces {
			}
		}()
		out := framer{rate: rate, yield: yield}
		for piece := range pieces {
			if err := context.Cause(ctx); err != nil {
				yield(media.Frame{}, err)
				return
			}
			if piece.err != nil {
				if out.finish() {
					yield(media.Frame{}, piece.err)
				}
				return
			}
			if !out.add(ctx, piece.pcm) {
				return
			}
			if piece.ends {
				from++
				tts.Said(ctx, from)
			}
		}
		if err := context.Cause(ctx); err != nil {
			yield(media.Frame{}, err)
			return
		}
		out.finish()
	}
}

// piece is a part of an utterance at the line's rate, the end of a clause or what went wrong.
type piece struct {
	pcm  []int16
	ends bool
	err  error
}

// start makes the clauses in a goroutine that ends when they are made, when one fails or when ctx is cancelled.
func start(ctx context.Context, clauses []text.Clause, first bool, maker Maker) <-chan piece {
	pieces := make(chan piece, 2)
	go func() {
		defer close(pieces)
		put := func(p piece) bool {
			select {
			case pieces <- p:
				return true
			case <-ctx.Done():
				return false
			}
		}
		for _, clause := range clauses {
			err := maker(ctx, clause, first, func(pcm []int16) bool {
				first = false
				return put(piece{pcm: pcm})
			})
			if ctx.Err() != nil || !put(piece{ends: err == nil, err: err}) || err != nil {
				return
			}
		}
	}()
	return pieces
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
