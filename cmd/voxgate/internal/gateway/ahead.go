package gateway

import (
	"context"

	"voxgate/dialog"
)

// ahead is what a dialogue finds out about a turn that has not ended, in a goroutine of its own.
type ahead struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// prepare lets the dialogue find out what a turn will need that has not ended yet. The dialogue must not be answering.
func (s *session) prepare(ctx context.Context, turn dialog.Turn) {
	thinking, ok := s.brain.(dialog.Preparer)
	if !ok || s.answer != nil {
		return
	}
	s.pause()
	ctx, cancel := context.WithCancel(ctx)
	a := &ahead{cancel, make(chan struct{})}
	s.ahead = a
	go func() {
		defer close(a.done)
		thinking.Prepare(ctx, turn)
	}()
}

// pause ends thinking ahead; what was found so far, and look-ups that are under way, remain for the turn.
func (s *session) pause() {
	if s.ahead == nil {
		return
	}
	s.ahead.cancel()
	<-s.ahead.done
	s.ahead = nil
}

// forget ends thinking ahead and drops what was found.
func (s *session) forget() {
	s.pause()
	if thinking, ok := s.brain.(dialog.Preparer); ok {
		thinking.Forget()
	}
}
