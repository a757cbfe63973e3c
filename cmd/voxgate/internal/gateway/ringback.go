package gateway

import (
	"context"
	"iter"
	"math"
	"time"

	"voxgate/media"
)

// Ringing as China's networks play it: 450 Hz, 1 s on, 4 s off (ITU-T E.180 supplement 2).
const (
	ringHertz = 450
	ringOn    = time.Second
	ringCycle = 5 * time.Second
	ringLevel = 3277 // -20 dBFS, as loud as speech
)

// playRingback lets the caller hear that an agent's telephone rings. The returned function stops the tone and joins it.
func (s *session) playRingback(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if _, err := s.line.Play(ctx, ringback(s.line.Rate())); err != nil && ctx.Err() == nil {
			s.log.Warn("ringing tone", "error", err)
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

func ringback(rate int) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		for n := 0; ; n++ {
			frame := media.Frame{Rate: rate}
			if time.Duration(n)*media.FrameDuration%ringCycle < ringOn {
				for i := range frame.PCM() {
					t := float64(n*frame.Len()+i) / float64(rate)
					frame.Samples[i] = int16(ringLevel * math.Sin(2*math.Pi*ringHertz*t))
				}
			}
			if !yield(frame, nil) {
				return
			}
		}
	}
}
