package rtp

import (
	"context"
	"fmt"
	"io"
	"iter"
	"sync/atomic"
	"time"

	"voxgate/media"
)

// stopped is the bit of playback.state that says that no further frame may leave; the rest counts frames that left.
const stopped = 1 << 62

// playback is one utterance on its way to the clock. Taking a frame and stopping meet in one atomic word, so that the
// count of frames that left is exact.
type playback struct {
	frames chan media.Frame
	done   chan struct{} // closed by the clock after the last frame
	state  atomic.Int64

	finished bool // the clock's: done is closed
}

// stop lets nothing further leave and says how many frames did.
func (p *playback) stop() time.Duration {
	return time.Duration(p.state.Or(stopped)&^stopped) * media.FrameDuration
}

// take fetches the next frame for the wire: false where none waits. Only the clock calls it.
func (p *playback) take(dst *media.Frame) bool {
	if p.finished {
		return false
	}
	select {
	case f, open := <-p.frames:
		if !open {
			p.finished = true
			close(p.done)
			return false
		}
		n := p.state.Load()
		if n&stopped != 0 || !p.state.CompareAndSwap(n, n+1) {
			return false
		}
		*dst = f
		return true
	default:
		return false
	}
}

// Play sends frames at real-time pace. It takes up to 160 ms from the sequence before they are due. Where the sequence
// is slower than real time, silence is sent in between. Cancelling ctx drops what has not left at that instant, also
// while the sequence is thinking; heard is exact to a frame.
func (l *Line) Play(ctx context.Context, frames iter.Seq2[media.Frame, error]) (heard time.Duration, err error) {
	p := &playback{frames: make(chan media.Frame, playQueue), done: make(chan struct{})}
	if !l.playing.CompareAndSwap(nil, p) {
		return 0, ErrPlaying
	}
	defer l.playing.Store(nil)
	quiet := make(chan struct{})
	cancel := context.AfterFunc(ctx, func() { p.stop(); close(quiet) })
	defer func() {
		if !cancel() {
			<-quiet
		}
	}()
	for f, err := range frames {
		if err != nil {
			return l.finish(ctx, p, err)
		}
		if f.Rate != l.rate {
			return p.stop(), fmt.Errorf("play a frame at %d Hz on a line at %d Hz: resample it first", f.Rate, l.rate)
		}
		select {
		case p.frames <- f:
		case <-ctx.Done():
			return p.stop(), context.Cause(ctx)
		case <-l.ended:
			return p.stop(), io.EOF
		}
	}
	return l.finish(ctx, p, nil)
}

// finish lets what is queued leave and returns the sequence's own error.
func (l *Line) finish(ctx context.Context, p *playback, err error) (time.Duration, error) {
	close(p.frames)
	select {
	case <-p.done:
		return p.stop(), err
	case <-ctx.Done():
		return p.stop(), context.Cause(ctx)
	case <-l.ended:
		return p.stop(), io.EOF
	}
}

// Queued is how much of the present Play waits for its time.
func (l *Line) Queued() time.Duration {
	p := l.playing.Load()
	if p == nil {
		return 0
	}
	return time.Duration(len(p.frames)) * media.FrameDuration
}
