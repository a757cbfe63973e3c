package gateway

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"voxgate/asr"
	"voxgate/cmd/voxgate/internal/timeline"
	"voxgate/dialog"
	"voxgate/media"
)

// Outcomes of a call beyond those of the dialogue.
const (
	outcomeFailed    = "failed"    // never answered
	outcomeAbandoned = "abandoned" // the caller hung up with nothing
)

// session is one conversation: one goroutine, one select, all state its own.
type session struct {
	gateway *Gateway
	leg     Leg
	line    media.Line
	caller  Caller
	refer   referFunc
	brain   dialog.Brain
	rec     *record
	log     *slog.Logger

	ear    asr.Stream       // nil when the recogniser could not be opened
	events <-chan asr.Event // ear's; nil once it failed
	listen *listener

	answer    *answer // what the bot is saying; nil while it waits
	expect    dialog.Expect
	told      *dialog.Expect // what expect was taken from
	queued    *dialog.Turn   // what the caller did while the bot could not be interrupted
	unsaid    []utterance    // what a barge-in cut off, in case it turns out to have been no speech
	share     float64        // of the last answer that was heard
	keys      []rune
	keyPause  *time.Timer // runs between two keys
	silence   *time.Timer // runs while the bot waits and nobody speaks
	asked     bool        // the present answer is to something that the caller wanted
	reached   string      // what the caller has got so far; the outcome where he hangs up with it
	speaking  bool        // the caller is within an utterance
	began     time.Time   // when the latest utterance began
	saidFrom  time.Time   // when the utterance began that was a turn last; zero for keys
	turns     int         // turns taken so far
	private   int         // the turn since which the caller is not recorded; 0 while he is
	speechEnd time.Time   // when the utterance ended that the next answer is for; zero where there was none
}

// keyGap ends keys that no '#' and no length ends.
const keyGap = 5 * time.Second

// defaultNoInput is how long the bot waits where the dialogue says nothing.
const defaultNoInput = 6 * time.Second

func newSession(g *Gateway, leg Leg, caller Caller, refer referFunc, rec *record, ear asr.Stream) *session {
	s := &session{
		gateway: g, leg: leg, line: leg.Line(), caller: caller, refer: refer, rec: rec, log: rec.log,
		brain: g.parts.NewBrain(caller), ear: ear, share: 1, reached: outcomeAbandoned, keyPause: stoppedTimer(), silence: stoppedTimer(),
	}
	if ear != nil {
		s.events = ear.Events()
	}
	return s
}

func stoppedTimer() *time.Timer {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return t
}

// run is the session goroutine. It returns how the conversation ended.
func (s *session) run(ctx context.Context) string {
	defer s.close()
	s.startListening(ctx)
	s.take(ctx, dialog.Turn{Kind: dialog.Start})
	for {
		select {
		case <-ctx.Done():
			return s.reached
		case <-s.listen.ended:
			return s.reached
		case ev, ok := <-s.events:
			if !ok {
				s.events = nil
				continue
			}
			s.heard(ctx, ev)
		case key := <-s.line.Digits():
			s.pressed(ctx, key)
		case <-s.keyPause.C:
			s.takeKeys(ctx)
		case <-s.silence.C:
			s.take(ctx, dialog.Turn{Kind: dialog.Silence, Heard: s.share})
		case p, ok := <-s.answer.events():
			if ok {
				s.spoken(p)
				continue
			}
			if outcome, ended := s.answered(ctx); ended {
				return outcome
			}
		}
	}
}

// close joins everything the session started.
func (s *session) close() {
	s.silence.Stop()
	s.keyPause.Stop()
	s.answer.stop()
	s.answer = nil
	s.stopListening()
	s.closeEar()
	if known, ok := s.brain.(slotted); ok {
		s.rec.hideNames(known.Slots())
	}
	if closing, ok := s.brain.(closable); ok {
		closing.Close()
	}
}

// closable is a dialogue that wants to know when it is over.
type closable interface{ Close() }

// slotted is a dialogue that tells what the caller has said of himself.
type slotted interface{ Slots() map[string]string }

// closeEar ends the recogniser's stream while its last events, which nobody needs any more, are drained.
func (s *session) closeEar() {
	if s.ear == nil {
		return
	}
	closed := make(chan error, 1)
	go func() { closed <- s.ear.Close() }()
	for range s.ear.Events() {
		continue
	}
	if err := <-closed; err != nil {
		s.log.Warn("recogniser did not close cleanly", "error", err)
	}
}

// take gives the caller's turn to the dialogue and starts speaking its answer.
func (s *session) take(ctx context.Context, turn dialog.Turn) {
	s.silence.Stop()
	s.unsaid = nil
	s.turns++
	s.asked = turn.Kind == dialog.Speech || turn.Kind == dialog.Keys
	s.rec.turn(turn)
	s.say(ctx, plainActs(s.rec.traced(s.brain), turn))
}

// heard deals with an event of the recogniser.
func (s *session) heard(ctx context.Context, ev asr.Event) {
	switch ev.Kind {
	case asr.SpeechStarted:
		s.speaking, s.began = true, time.Now()
		s.rec.event(timeline.Event{Kind: timeline.SpeechStarted})
		s.silence.Stop()
		if s.answer.cut() {
			s.rec.bargeIn()
		}
	case asr.Partial:
		s.rec.event(timeline.Event{Kind: timeline.Partial, Text: ev.Text})
		s.rec.caption("caller", ev.Text, false)
	case asr.Final:
		s.utteranceEnded(ctx, ev)
	case asr.Failed:
		s.speaking = false
		s.log.Error("recogniser failed; keys only from here", "error", ev.Err)
		s.gateway.parts.Metrics.engineFailures.WithLabelValues("asr").Inc()
	}
}

// utteranceEnded turns a final reading into a turn. A reading without words after a barge-in was a cough or a
// passing car: the bot then goes on where it stopped.
func (s *session) utteranceEnded(ctx context.Context, ev asr.Event) {
	s.speaking = false
	s.rec.event(timeline.Event{Kind: timeline.Final, Text: ev.Text, Score: ev.Confidence})
	s.rec.event(timeline.Event{Kind: timeline.EndOfTurn, Reason: ev.Reason, Delay: ev.Silence})
	if ev.Text == "" {
		switch {
		case s.answer != nil:
			s.answer.resume = true
		case len(s.unsaid) > 0:
			s.resume(ctx)
		default:
			s.armSilence()
		}
		return
	}
	s.stopKeys()
	s.saidFrom = s.began
	s.speechEnd = time.Now().Add(-ev.Silence)
	s.rec.caption("caller", ev.Text, true)
	s.offer(ctx, dialog.Turn{
		Kind: dialog.Speech, Text: ev.Text, Pinyin: ev.Pinyin, Confidence: ev.Clarity(), Others: ev.Others,
	})
}

// offer takes a turn now, or as soon as what the bot is saying has ended.
func (s *session) offer(ctx context.Context, turn dialog.Turn) {
	turn.Heard = s.share
	if s.answer != nil {
		s.queued, s.speechEnd = &turn, time.Time{}
		return
	}
	s.take(ctx, turn)
}

// answered follows the end of the bot's answer: an outcome is carried out, else the bot waits for the caller.
func (s *session) answered(ctx context.Context) (outcome string, ended bool) {
	done := s.answer
	s.answer = nil
	s.share, s.unsaid = done.share(), done.unsaid
	if done.outcome != nil {
		return s.carryOut(ctx, done.outcome)
	}
	if errors.Is(done.err, io.EOF) {
		return s.reached, true
	}
	if done.err != nil && ctx.Err() == nil {
		s.log.Error("answer broke off", "error", done.err)
		return s.carryOut(ctx, systemFailure(s.caller))
	}
	s.expecting(done.expect)
	switch {
	case s.queued != nil:
		turn := *s.queued
		s.queued, turn.Heard = nil, s.share
		s.take(ctx, turn)
	case done.resume && len(s.unsaid) > 0:
		s.resume(ctx)
	default:
		s.armSilence()
	}
	return "", false
}

// expecting takes what the bot waits for as soon as it begins to ask, since callers answer before it has ended.
func (s *session) expecting(what *dialog.Expect) {
	if what == nil || what == s.told {
		return
	}
	s.told, s.expect = what, *what
	if s.events == nil {
		return
	}
	if err := s.ear.Expect(s.expect.Hints); err != nil {
		s.log.Warn("recogniser did not take the hints", "error", err)
	}
}

// armSilence starts to wait for the caller, who must not be speaking already.
func (s *session) armSilence() {
	if s.speaking {
		return
	}
	wait := time.Duration(s.expect.NoInput) * time.Millisecond
	if wait <= 0 {
		wait = defaultNoInput
	}
	s.silence.Reset(wait)
}

// carryOut does what the dialogue decided. A transfer that fails comes back to the dialogue as a turn.
func (s *session) carryOut(ctx context.Context, out *dialog.Outcome) (outcome string, ended bool) {
	s.rec.outcome(out)
	if out.Kind != dialog.OutcomeTransfer {
		return string(out.Kind), true
	}
	reason := s.handOver(ctx, out)
	if reason == "" || ctx.Err() != nil {
		return string(out.Kind), true
	}
	s.startListening(ctx)
	s.take(ctx, dialog.Turn{Kind: dialog.Failed, Reason: reason, Heard: 1})
	return "", false
}

// systemFailure is the outcome of a conversation whose engines broke: only a human can go on.
func systemFailure(caller Caller) *dialog.Outcome {
	return &dialog.Outcome{Kind: dialog.OutcomeTransfer, Handoff: &dialog.Handoff{
		CallID: caller.ID, Caller: MaskNumber(caller.Number), Verified: "no", Reason: "system_error",
		Summary: "系统出错，机器人没能接着服务，来电人的问题还没有解决。",
	}}
}
