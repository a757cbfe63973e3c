package gateway

import (
	"context"
	"errors"
	"io"
	"time"

	"voxgate/dialog"
	"voxgate/sip"
	"voxgate/tts"
)

// errAgentLeft says that the agent hung up before the caller was put through.
var errAgentLeft = errors.New("the agent hung up during the whisper")

// mostWhisper bounds how long a caller waits for the whisper's sake.
const mostWhisper = 8 * time.Second

// whisperOf is what the agent is told of a call by ear; empty where there is nothing to tell.
func whisperOf(out *dialog.Outcome) string {
	if out.Handoff == nil {
		return ""
	}
	return Mask(out.Handoff.Whisper)
}

// whisper tells the agent about the caller, who does not hear it. Any key of the agent ends it. The error says that there
// is no agent any more; a whisper that could not be spoken is none.
func (s *session) whisper(ctx context.Context, agent sip.Leg, text string) error {
	up, release := whileUp(ctx, agent)
	defer release()
	playCtx, stop := context.WithTimeout(tts.WithCall(up, s.caller.ID), mostWhisper)
	defer stop()
	line := agent.Line()
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-line.Digits():
			stop()
		case <-playCtx.Done():
		}
	}()
	_, err := line.Play(playCtx, s.gateway.parts.TTS.Speak(playCtx, tts.Utterance{Text: text, Lang: "zh", Rate: line.Rate()}))
	stopped := playCtx.Err() != nil
	stop()
	<-watched
	switch {
	case ctx.Err() != nil:
		return ctx.Err() //nolint:wrapcheck // the caller has gone
	case up.Err() != nil, errors.Is(err, io.EOF):
		return errAgentLeft
	case err != nil && !stopped:
		s.voiceFailed(err)
	}
	return nil
}
