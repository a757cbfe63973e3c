package device

import (
	"context"
	"io"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"voxgate/media"
	"voxgate/media/playback"
	"voxgate/media/resample"
)

const (
	captured  = 25 // frames of the microphone that wait for Recv: half a second
	keysAhead = 64
)

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
	player     *playback.Player
	ended      chan struct{}
	once       sync.Once
	closeErr   error

	ticks, lost, starved atomic.Int64
}

var _ media.Line = (*Line)(nil)

func newLine(rate int, tap media.Tap) *Line {
	ended := make(chan struct{})
	return &Line{
		rate: rate, tap: tap, close: func() error { return nil }, player: playback.New(rate, ended),
		microphone: make(chan media.Frame, captured), keys: make(chan rune, keysAhead), ended: ended,
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

// Play gives frames to the loudspeaker at its pace, with up to 160 ms waiting. Cancelling ctx drops what waits.
func (l *Line) Play(ctx context.Context, frames iter.Seq2[media.Frame, error]) (heard time.Duration, err error) {
	return l.player.Play(ctx, frames)
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
