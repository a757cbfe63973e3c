package gateway

import (
	"context"
	"slices"
	"strings"
	"time"

	"voxgate/asr"
	"voxgate/cmd/voxgate/internal/floor"
	"voxgate/cmd/voxgate/internal/timeline"
	"voxgate/dialog"
)

// waiting is a dialogue that has something to say while its answer is made. Filler may be called while Reply runs; an act
// without words says nothing.
type waiting interface{ Filler(n int) dialog.Act }

// happened tells the floor what happened and does what it decides. It returns how the conversation ended, if it did.
func (s *session) happened(ctx context.Context, ev floor.Event) (outcome string, ended bool) {
	ev.At = time.Now()
	ev.Voice = s.watch.weigh()
	for _, c := range slices.Clone(s.floor.Handle(ev)) {
		s.log.Debug("floor", "do", c.Do, "reason", c.Reason, "state", s.floor.State())
		switch c.Do {
		case floor.Take:
			s.take(ctx, c.Turn)
		case floor.Stop:
			s.answer.cut()
			s.silent = ev.At
			s.noteDecision(timeline.Stop, c)
		case floor.Drop:
			s.answer.cut()
		case floor.Suppress:
			s.noteDecision(timeline.StopSuppressed, c)
		case floor.Resume:
			s.rec.event(timeline.Event{Kind: timeline.Resume, Reason: c.Reason})
			s.resume(ctx)
		case floor.Fill:
			if w, ok := s.brain.(waiting); ok && s.answer != nil {
				if act := w.Filler(c.N); act.Say != "" {
					s.answer.fill(act)
				}
			}
		case floor.Fail:
			s.log.Error("the dialogue gives no answer", "after", floor.GiveUp)
			s.answer.stop()
			s.answer = nil
			return s.breakDown(ctx)
		case floor.Prepare:
			s.prepare(ctx, c.Turn)
		case floor.Forget:
			s.forget()
		case floor.Miss:
			s.rec.event(timeline.Event{Kind: timeline.NoInput})
		}
	}
	return "", false
}

// noteDecision keeps why the bot fell silent, or did not.
func (s *session) noteDecision(kind string, c floor.Command) {
	s.log.Info(strings.ReplaceAll(kind, "_", " "), "reason", c.Reason, "score", c.Voice.Score, "delay", c.Voice.Delay, "after", c.After)
	s.rec.event(timeline.Event{Kind: kind, Reason: c.Reason, Score: c.Voice.Score, Delay: c.Voice.Delay, Clip: s.watch.clips.take()})
}

// heard deals with an event of the recogniser.
func (s *session) heard(ctx context.Context, ev asr.Event) (outcome string, ended bool) {
	s.watch.heard(ev)
	switch ev.Kind {
	case asr.SpeechStarted:
		now := time.Now()
		s.began = s.listen.since(now, ev.Start)
		s.rec.event(timeline.Event{Kind: timeline.SpeechStarted, Delay: now.Sub(s.began)})
		return s.happened(ctx, floor.Event{Kind: floor.Speech, Began: s.began})
	case asr.Partial:
		s.rec.event(timeline.Event{Kind: timeline.Partial, Text: ev.Text})
		s.rec.caption("caller", ev.Text, false)
		return s.happened(ctx, floor.Event{Kind: floor.Words, Text: ev.Text})
	case asr.Final:
		s.rec.event(timeline.Event{Kind: timeline.Final, Text: ev.Text, Score: ev.Confidence})
		s.rec.event(timeline.Event{Kind: timeline.EndOfTurn, Reason: ev.Reason, Delay: ev.Silence})
		s.rec.caption("caller", ev.Text, true)
		if ev.Text != "" && s.unheeded.IsZero() {
			s.unheeded = s.began // a turn may have to wait, and its caller goes on
		}
		s.ended = time.Now().Add(-ev.Silence)
		defer func() { s.ended = time.Time{} }()
		return s.happened(ctx, floor.Event{Kind: floor.Said, Turn: dialog.Turn{
			Kind: dialog.Speech, Text: ev.Text, Pinyin: ev.Pinyin, Confidence: ev.Clarity(), Others: ev.Others,
		}})
	case asr.Failed:
		s.log.Error("recogniser failed; keys only from here", "error", ev.Err)
		s.gateway.parts.Metrics.engineFailures.WithLabelValues("asr").Inc()
		return s.happened(ctx, floor.Event{Kind: floor.Deaf})
	}
	return "", false
}

// spoken notes the progress of an act.
func (s *session) spoken(ctx context.Context, p progress) (outcome string, ended bool) {
	switch p.phase {
	case known:
		s.keepPrivate(p.act) // also where the caller hangs up before the first sound
		return s.happened(ctx, floor.Event{Kind: floor.Ready})
	case begun:
		if p.filler {
			s.rec.event(timeline.Event{Kind: timeline.Filler, Text: p.act.Say})
			s.rec.caption("bot", p.act.Say, false)
		} else {
			s.expecting(p.act.Expect)
			s.rec.began(p.act, s.speechEnd)
			s.speechEnd = time.Time{}
		}
		return s.happened(ctx, floor.Event{Kind: floor.Began, Prompt: promptOf(p), Expect: p.act.Expect})
	}
	if p.cut {
		p.act.Say = floor.Heard(p.act.Say, p.share)
	}
	if p.sounded {
		s.rec.caption("bot", p.act.Say, true)
	}
	if !p.filler {
		s.rec.act(p)
		s.reach(p)
	}
	if !p.sounded {
		return "", false
	}
	return s.happened(ctx, floor.Event{Kind: floor.Ended})
}

// promptOf is what the floor needs to know of an act that begins.
func promptOf(p progress) floor.Prompt {
	prompt := floor.Prompt{Filler: p.filler, NoBarge: p.act.NoBarge}
	if p.act.Expect != nil && !p.resumed {
		// A little early: nobody's answer is lost by it.
		prompt.Question = estimate(p.act.Say[:len(p.act.Say)-len(question(p.act.Say))]) * 4 / 5
	}
	return prompt
}

// question is the last sentence of a text.
func question(text string) string {
	trimmed := strings.TrimRight(text, "。！？.!? ")
	at := strings.LastIndexAny(trimmed, "。！？!?")
	if at < 0 {
		return text
	}
	rest := text[at:]
	_, after, _ := strings.Cut(rest, string([]rune(rest)[:1]))
	return after
}

// reach keeps what the caller has got of what was said to the end.
func (s *session) reach(p progress) {
	if !s.asked || p.cut {
		return
	}
	switch p.act.Name {
	case "inform":
		s.reached = string(dialog.OutcomeAnswer)
	case "action":
		s.reached = string(dialog.OutcomeAction)
	case "ticket":
		s.reached = string(dialog.OutcomeTicket)
	}
}
