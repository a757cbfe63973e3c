package gateway

import (
	"context"
	"errors"

	"voxgate/asr"
)

// listener feeds the recogniser from the line in a goroutine of its own.
type listener struct {
	cancel context.CancelFunc
	done   chan struct{} // closed when the goroutine has returned
	ended  chan struct{} // closed when the line ended by itself
}

// startListening begins to feed the recogniser. It must not be listening already.
func (s *session) startListening(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	l := &listener{cancel: cancel, done: make(chan struct{}), ended: make(chan struct{})}
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
