package device

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"voxgate/media"
	"voxgate/media/resample"
)

const (
	captured  = 25 // frames of the microphone that wait for Recv: half a second
	prepared  = 8  // frames of an utterance that wait for the loudspeaker: 160 ms
	keysAhead = 64
)

// ErrPlaying says that a second Play was begun while one runs.
var ErrPlaying = errors.New("the line plays already")

// Line is the sound card as a media.Line.
type Line struct {
	rate  int
	tap   media.Tap
	close func() error

	// The device callback's own.
	fromDevice, toDevice *resample.Resampler
	heardIn              []int16 // microphone samples not yet a frame
	toPlay               []int16 // device samples not yet taken
	converted            []int16

	microphone chan media.Frame
	keys       chan rune
	playing    atomic.Pointer[playout]
	ended      chan struct{}
	once       sync.Once
	closeErr   error

	ticks, lost, starved atomic.Int64
}

var _ media.Line = (*Line)(nil)

func newLine(rate int, tap media.Tap) *Line {
	return &Line{
		rate: rate, tap: tap, close: func() error { return nil },
		microphone: make(chan media.Frame, captured), keys: make(chan rune, keysAhead), ended: make(chan struct{}),
	}
}

// Rate is the rate of frames in hertz, whatever the device runs at.
func (l *Line) Rate() int { return l.rate }

// Close stops the devices; Recv and Play then return io.EOF.
func (l *Line) Close() error {
	l.once.Do(func() {
		close(l.ended)
		l.closeErr = l.close()
	})
	return l.closeErr
}

// Done is closed by Close.
func (l *Line) Done() <-chan struct{} { return l.ended }

// Recv waits for the next 20 ms of the microphone.
func (l *Line) Recv(ctx context.Context) (media.Frame, error) {
	select {
	case f := <-l.microphone:
		return f, nil
	default:
	}
	select {
	case f := <-l.microphone:
		return f, nil
	case <-ctx.Done():
		return media.Frame{}, context.Cause(ctx)
	case <-l.ended:
		return media.Frame{}, io.EOF
	}
}

// Digits delivers the keys given to Press.
func (l *Line) Digits() <-chan rune { return l.keys }

// Press delivers a key typed at the computer; with 64 unread ones the oldest is dropped.
func (l *Line) Press(key rune) {
	for {
		select {
		case l.keys <- key:
			return
		default:
		}
		select {
		case <-l.keys:
		default:
		}
	}
}

// playout is one utterance on its way to the loudspeaker. Taking a frame and cutting the utterance off meet in one
// word, so that the count of what was heard is exact.
type playout struct {
	frames chan media.Frame
	done   chan struct{} // closed by the callback when the loudspeaker has taken the last frame
	state  atomic.Int64  // frames taken, and cut

	finished bool // the callback's: done is closed
}

const cut = int64(1) << 62

// stop lets nothing further out and says how much was taken.
func (p *playout) stop() time.Duration {
	return time.Duration(p.state.Or(cut)&^cut) * media.FrameDuration
}

// next is the frame that the loudspeaker takes; ok is false where none is ready.
func (p *playout) next() (f media.Frame, ok bool) {
	if p.finished {
		return f, false
	}
	select {
	case f, open := <-p.frames:
		if !open {
			p.finished = true
			close(p.done)
			return f, false
		}
		taken := p.state.Load()
		return f, taken&cut == 0 && p.state.CompareAndSwap(taken, taken+1)
	default:
		return f, false
	}
}

// Play gives frames to the loudspeaker at its pace, with up to 160 ms waiting. Cancelling ctx drops what waits.
func (l *Line) Play(ctx context.Context, frames iter.Seq2[media.Frame, error]) (heard time.Duration, err error) {
	p := &playout{frames: make(chan media.Frame, prepared), done: make(chan struct{})}
	if !l.playing.CompareAndSwap(nil, p) {
		return 0, ErrPlaying
	}
	defer l.playing.Store(nil)
	// The sequence may be thinking when ctx is cancelled: the cut is not to wait for it.
	cutDone := make(chan struct{})
	release := context.AfterFunc(ctx, func() { defer close(cutDone); p.stop() })
	defer func() {
		if !release() {
			<-cutDone
		}
	}()
	for f, err := range frames {
		if err != nil {
			return l.drain(ctx, p, err)
		}
		if f.Rate != l.rate {
			return p.stop(), fmt.Errorf("play a frame at %d Hz on a sound device at %d Hz: resample it first", f.Rate, l.rate)
		}
		select {
		case p.frames <- f:
		case <-ctx.Done():
			return p.stop(), context.Cause(ctx)
		case <-l.ended:
			return p.stop(), io.EOF
		}
	}
	return l.drain(ctx, p, nil)
}

// drain waits until the loudspeaker has taken what is queued; err is the sequence's own.
func (l *Line) drain(ctx context.Context, p *playout, err error) (time.Duration, error) {
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

// Stats count since the line was opened.
type Stats struct {
	Ticks   int64 // 20 ms steps of the device
	Lost    int64 // microphone frames dropped because Recv fell behind
	Starved int64 // ticks within an utterance without a frame ready
}

// Stats reports the counters.
func (l *Line) Stats() Stats {
	return Stats{Ticks: l.ticks.Load(), Lost: l.lost.Load(), Starved: l.starved.Load()}
}
