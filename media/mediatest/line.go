package mediatest

import (
	"context"
	"io"
	"iter"
	"sync"
	"time"

	"voxgate/media"
)

// Line is a media.Line whose far end is a script. It keeps real-time pace (instant under testing/synctest): Recv gives
// one frame each 20 ms, silence where nothing was said.
type Line struct {
	rate  int
	start time.Time
	ended chan struct{}
	once  sync.Once
	keys  chan rune

	recv int // frames given by Recv; owned by its caller

	mu     sync.Mutex
	say    []media.Frame
	played []media.Frame
}

var _ media.Line = (*Line)(nil)

// NewLine makes a line that runs from now on.
func NewLine(rate int) *Line {
	return &Line{rate: rate, start: time.Now(), ended: make(chan struct{}), keys: make(chan rune, 64)}
}

// Say appends to what the far end will be heard saying.
func (l *Line) Say(pcm []int16) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.say = append(l.say, Frames(l.rate, pcm)...)
}

// Press is the far end pressing keys; at most 64 wait unread.
func (l *Line) Press(keys string) {
	for _, k := range keys {
		select {
		case l.keys <- k:
		default:
		}
	}
}

// Hangup is the far end hanging up.
func (l *Line) Hangup() { l.once.Do(func() { close(l.ended) }) }

// Played is what the far end has heard so far.
func (l *Line) Played() []int16 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return PCM(l.played)
}

// Rate is the line's rate in hertz.
func (l *Line) Rate() int { return l.rate }

// Digits delivers what Press was given.
func (l *Line) Digits() <-chan rune { return l.keys }

// Recv waits for the next tick of the line's clock.
func (l *Line) Recv(ctx context.Context) (media.Frame, error) {
	l.recv++
	if err := l.wait(ctx, l.start.Add(time.Duration(l.recv)*media.FrameDuration)); err != nil {
		return media.Frame{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.say) == 0 {
		return media.Frame{Rate: l.rate}, nil
	}
	f := l.say[0]
	l.say = l.say[1:]
	return f, nil
}

// Play takes a frame each 20 ms from now on.
func (l *Line) Play(ctx context.Context, frames iter.Seq2[media.Frame, error]) (heard time.Duration, err error) {
	due := time.Now()
	for f, err := range frames {
		if err != nil {
			return heard, err
		}
		due = due.Add(media.FrameDuration)
		if err := l.wait(ctx, due); err != nil {
			return heard, err
		}
		l.mu.Lock()
		l.played = append(l.played, f)
		l.mu.Unlock()
		heard += media.FrameDuration
	}
	return heard, nil
}

func (l *Line) wait(ctx context.Context, due time.Time) error {
	t := time.NewTimer(time.Until(due))
	defer t.Stop()
	select {
	case <-l.ended:
		return io.EOF
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
	}
	select {
	case <-l.ended:
		return io.EOF
	default:
		return nil
	}
}
