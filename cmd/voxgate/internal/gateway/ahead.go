package gateway

import (
	"context"

	"voxgate/dialog"
	"voxgate/tts"
)

// ahead is what is done for a turn that has not ended, in a goroutine of its own: the dialogue finds out what it will
// need, and the voice makes the first words of the likely answer, which its cache then has.
type ahead struct {
	stop    context.CancelFunc // ends the thinking
	thought chan struct{}      // closed when it has ended
	hush    context.CancelFunc // ends the voice, too
	done    chan struct{}
}

// prepare gets ready for a turn that has not ended. The dialogue must not be answering.
func (s *session) prepare(ctx context.Context, turn dialog.Turn) {
	thinking, ok := s.brain.(dialog.Preparer)
	if !ok || s.answer != nil {
		return
	}
	s.hush()
	ctx, hush := context.WithCancel(tts.WithCall(ctx, s.caller.ID))
	thinkCtx, stop := context.WithCancel(ctx)
	a := &ahead{stop, make(chan struct{}), hush, make(chan struct{})}
	s.ahead = a
	voice, rate := s.gateway.parts.TTS, s.line.Rate()
	go func() {
		defer close(a.done)
		first := thinking.Prepare(thinkCtx, turn)
		close(a.thought)
		if first.Say == "" {
			return
		}
		for _, err := range voice.Speak(ctx, spoken(first, rate)) {
			if err != nil {
				return // whoever really says it is told
			}
		}
	}()
}

// pause ends thinking ahead; what was found so far, and look-ups and words that are under way, remain for the turn.
func (s *session) pause() {
	if s.ahead != nil {
		s.ahead.stop()
		<-s.ahead.thought
	}
}

// hush ends all that is done ahead.
func (s *session) hush() {
	if s.ahead == nil {
		return
	}
	s.ahead.hush()
	<-s.ahead.done
	s.ahead = nil
}

// forget ends what is done ahead and drops what was found.
func (s *session) forget() {
	s.hush()
	if thinking, ok := s.brain.(dialog.Preparer); ok {
		thinking.Forget()
	}
}
