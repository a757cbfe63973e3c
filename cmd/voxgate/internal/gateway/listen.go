package gateway

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"voxgate/asr"
	"voxgate/media"
)

// listener feeds the recogniser from the line in a goroutine of its own.
type listener struct {
	cancel context.CancelFunc
	done   chan struct{} // closed when the goroutine has returned
	ended  chan struct{} // closed when the line ended by itself
	frames atomic.Int64  // written to the recogniser so far
}

// startListening begins to feed the recogniser. It must not be listening already.
func (s *session) startListening(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	l := &listener{cancel: cancel, done: make(chan struct{}), ended: make(chan struct{})}
	if s.listen != nil {
		l.frames.Store(s.listen.frames.Load())
	}
	s.listen = l
	go func() {
		defer close(l.done)
		for {
			frame, err := s.line.Recv(ctx)
			if err != nil {
				if ctx.Err() == nil {
					close(l.ended)
				}
				return
			}
			if s.ear == nil {
				continue
			}
			l.frames.Add(1)
			if err := s.ear.Write(frame); errors.Is(err, asr.ErrOverrun) {
				s.gateway.parts.Metrics.asrOverruns.Inc()
			}
		}
	}()
}

// stopListening leaves the line to somebody else.
func (s *session) stopListening() {
	s.listen.cancel()
	<-s.listen.done
}

// longestDetection bounds how far back the beginning of a sound may lie that was just noticed.
const longestDetection = 500 * time.Millisecond

// since is when a moment of the recogniser's clock was, which has come to now.
func (l *listener) since(now time.Time, moment time.Duration) time.Time {
	ago := time.Duration(l.frames.Load())*media.FrameDuration - moment
	return now.Add(-max(0, min(ago, longestDetection)))
}
