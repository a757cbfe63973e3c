// Package playback is the sending half of a Line: utterances go in as fast as they are made, frames come out at the pace
// of a clock, and a cut is exact.
package playback

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync/atomic"
	"time"

	"voxgate/media"
)

// ErrPlaying: an utterance is being played already.
var ErrPlaying = errors.New("line is playing already")

// Ahead is how many frames are taken from a sequence before they are due: 160 ms, to bridge a maker that stutters.
const Ahead = 8

// stopped is the bit of utterance.state that says that no further frame may leave; the rest counts frames that left.
const stopped = 1 << 62

// Player passes one utterance at a time from the goroutine of Play to the goroutine of a clock.
type Player struct {
	rate    int
	ended   <-chan struct{}
	current atomic.Pointer[utterance]
}

// utterance is one Play on its way. Taking a frame and stopping meet in one atomic word, so that the count of frames
// that left is exact.
type utterance struct {
	frames chan media.Frame
	done   chan struct{} // closed by the clock after the last frame
	state  atomic.Int64

	finished bool // the clock's: done is closed
}

// New makes a player of frames at rate hertz whose line has ended when the channel is closed.
func New(rate int, ended <-chan struct{}) *Player { return &Player{rate: rate, ended: ended} }

// Play hands the frames of a sequence to the clock until the sequence ends, ctx is cancelled (its cause is returned), or
// the line ends (io.EOF). Cancelling drops what has not left at that instant, also while the sequence is thinking; heard
// is exact to a frame. A second Play at the same time fails with ErrPlaying.
func (p *Player) Play(ctx context.Context, frames iter.Seq2[media.Frame, error]) (heard time.Duration, err error) {
	u := &utterance{frames: make(chan media.Frame, Ahead), done: make(chan struct{})}
	if !p.current.CompareAndSwap(nil, u) {
		return 0, ErrPlaying
	}
	defer p.current.Store(nil)
	quiet := make(chan struct{})
	cancel := context.AfterFunc(ctx, func() { u.stop(); close(quiet) })
	defer func() {
		if !cancel() {
			<-quiet
		}
	}()
	for f, err := range frames {
		if err != nil {
			return p.finish(ctx, u, err)
		}
		if f.Rate != p.rate {
			return u.stop(), fmt.Errorf("play a frame at %d Hz on a line at %d Hz: resample it first", f.Rate, p.rate)
		}
		select {
		case u.frames <- f:
		case <-ctx.Done():
			return u.stop(), context.Cause(ctx)
		case <-p.ended:
			return u.stop(), io.EOF
		}
	}
	return p.finish(ctx, u, nil)
}

// finish lets what is queued leave and returns the sequence's own error.
func (p *Player) finish(ctx context.Context, u *utterance, err error) (time.Duration, error) {
	close(u.frames)
	select {
	case <-u.done:
		// Of a sequence that was cut while it thought, the clock has thrown away what was queued: that is no end.
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return u.stop(), err
	case <-ctx.Done():
		return u.stop(), context.Cause(ctx)
	case <-p.ended:
		return u.stop(), io.EOF
	}
}

// Next fetches the frame that is due now: false where none waits. Only the clock calls it.
func (p *Player) Next(dst *media.Frame) bool {
	u := p.current.Load()
	return u != nil && u.take(dst)
}

// Playing says whether an utterance is in progress, be there a frame for now or not.
func (p *Player) Playing() bool { return p.current.Load() != nil }

// Starving says that an utterance has begun and its next frame is not made yet. Only the clock calls it, after Next.
func (p *Player) Starving() bool {
	u := p.current.Load()
	if u == nil || u.finished {
		return false
	}
	left := u.state.Load()
	return left > 0 && left&stopped == 0
}

// Queued is how much of the present Play waits for its time.
func (p *Player) Queued() time.Duration {
	u := p.current.Load()
	if u == nil {
		return 0
	}
	return time.Duration(len(u.frames)) * media.FrameDuration
}

// stop lets nothing further leave and says how much did.
func (u *utterance) stop() time.Duration {
	return time.Duration(u.state.Or(stopped)&^stopped) * media.FrameDuration
}

func (u *utterance) take(dst *media.Frame) bool {
	if u.finished {
		return false
	}
	select {
	case f, open := <-u.frames:
		if !open {
			u.finished = true
			close(u.done)
			return false
		}
		n := u.state.Load()
		if n&stopped != 0 || !u.state.CompareAndSwap(n, n+1) {
			return false
		}
		*dst = f
		return true
	default:
		return false
	}
}
