package wav

import (
	"context"
	"io"
	"iter"
	"sync"
	"time"

	"voxgate/media"
	"voxgate/media/resample"
)

// Line is a media.Line whose far end is a sound file: Recv gives its frames, then io.EOF; what is played is kept. It
// shows a whole conversation engine a recording, in real time or as fast as it is read.
type Line struct {
	rate   int
	paced  bool
	start  time.Time
	frames []media.Frame
	at     int // next frame of Recv; owned by its caller
	ended  chan struct{}
	end    sync.Once
	keys   chan rune

	mu     sync.Mutex
	played []int16
}

var _ media.Line = (*Line)(nil)

// NewLine makes a line at rate (8,000 or 16,000 Hz) from a sound of any rate. Paced makes Recv and Play keep real time
// from now on; else Recv never waits, and Play takes everything at once.
func NewLine(a Audio, rate int, paced bool) (*Line, error) {
	convert, err := resample.New(a.Rate, rate)
	if err != nil {
		return nil, err
	}
	pcm := convert.Flush(convert.Process(nil, a.Mono()))
	return &Line{
		rate: rate, paced: paced, start: time.Now(), frames: media.Frames(rate, pcm), ended: make(chan struct{}), keys: make(chan rune),
	}, nil
}

// Rate is the line's rate in hertz.
func (l *Line) Rate() int { return l.rate }

// Digits delivers nothing: files press no keys.
func (l *Line) Digits() <-chan rune { return l.keys }

// Recv gives the next frame of the file. The end of the file is the caller hanging up.
func (l *Line) Recv(ctx context.Context) (media.Frame, error) {
	if l.at == len(l.frames) {
		l.end.Do(func() { close(l.ended) })
		return media.Frame{}, io.EOF
	}
	if err := l.wait(ctx, l.start.Add(time.Duration(l.at+1)*media.FrameDuration)); err != nil {
		return media.Frame{}, err
	}
	l.at++
	return l.frames[l.at-1], nil
}

// Play keeps the frames, at the line's pace.
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
		l.played = append(l.played, f.PCM()...)
		l.mu.Unlock()
		heard += media.FrameDuration
	}
	return heard, nil
}

// Played is what was played so far.
func (l *Line) Played() Audio {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Audio{Rate: l.rate, Channels: 1, Samples: append([]int16(nil), l.played...)}
}

func (l *Line) wait(ctx context.Context, due time.Time) error {
	select {
	case <-l.ended:
		return io.EOF
	default:
	}
	if !l.paced || time.Until(due) <= 0 {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-l.ended:
		return io.EOF
	}
}
