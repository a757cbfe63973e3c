package gateway

import (
	"context"
	"encoding/json"
	"time"

	"voxgate/sip"
	"voxgate/tts"
)

// demoAgent answers calls to the demonstration agent: it says what came with the transfer and then stays on the line, so
// that a hand-over can be tried, and heard, before there are real agents.
func (g *Gateway) demoAgent(ctx context.Context, call sip.Incoming) {
	log := g.parts.Log.With("call", call.Info().ID, "agent", "demonstration")
	if err := call.Answer(ctx, sip.AnswerOptions{}); err != nil {
		log.Warn("call was not answered", "error", err)
		return
	}
	ctx, release := whileUp(ctx, call)
	defer release()
	line := call.Line()
	frames := g.parts.TTS.Speak(ctx, tts.Utterance{Text: demoAgentText(call.Info().UserToUser), Lang: "zh", Rate: line.Rate()})
	if _, err := line.Play(ctx, frames); err != nil && ctx.Err() == nil {
		log.Warn("announcement", "error", err)
	}
	stay := time.NewTimer(demoAgentStays)
	defer stay.Stop()
	select {
	case <-stay.C:
	case <-ctx.Done():
	}
}

// demoAgentStays is how long the demonstration agent listens after its words.
const demoAgentStays = 20 * time.Second

func demoAgentText(userToUser string) string {
	var note agentNote
	if err := json.Unmarshal([]byte(userToUser), &note); err != nil || note.Summary == "" {
		return "您好，我是演示坐席，没有收到前面的通话内容。"
	}
	return "您好，我是演示坐席。前面的情况我看到了：" + note.Summary
}
