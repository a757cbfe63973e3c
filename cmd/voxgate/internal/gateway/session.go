package gateway

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"voxgate/asr"
	"voxgate/cmd/voxgate/internal/floor"
	"voxgate/cmd/voxgate/internal/timeline"
	"voxgate/dialog"
	"voxgate/media"
	"voxgate/tts"
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
	watch  *watch

	floor  *floor.Machine
	timer  *time.Timer    // for the floor's next deadline
	answer *answer        // what the bot is saying; nil while it waits
	ahead  *ahead         // what is thought about a turn that has not ended; nil: nothing
	told   *dialog.Expect // what the recogniser was told to listen for
	unsaid []utterance    // what a barge-in cut off, in case it turns out to have been no speech
	silent time.Time      // since when, because of it

	asked     bool      // the present answer is to something that the caller wanted
	reached   string    // what the caller has got so far; the outcome where he hangs up with it
	began     time.Time // when the latest utterance began
	unheeded  time.Time // when the first words began that the dialogue has not been given; zero: there are none
	saidFrom  time.Time // when the words began that were a turn last; zero for keys
	turns     int       // turns taken so far
	broken    bool      // an engine failed and a human was asked to take over
	private   int       // the turn since which the caller is not recorded; 0 while he is
	ended     time.Time // when the utterance ended whose reading has just come; zero while none has
	speechEnd time.Time // when the utterance ended that the next answer is for; zero where there was none
}

func newSession(g *Gateway, leg Leg, caller Caller, refer referFunc, rec *record, watch *watch, ear asr.Stream) *session {
	s := &session{
		gateway: g, leg: leg, line: leg.Line(), caller: caller, refer: refer, rec: rec, watch: watch, log: rec.log,
		brain: g.parts.NewBrain(caller), ear: ear, floor: floor.New(), reached: outcomeAbandoned, timer: time.NewTimer(time.Hour),
	}
	if ear != nil {
		s.events = ear.Events()
	}
	return s
}

// run is the session goroutine. It returns how the conversation ended.
func (s *session) run(ctx context.Context) string {
	defer s.close()
	s.startListening(ctx)
	outcome, ended := s.happened(ctx, floor.Event{Kind: floor.Started})
	for !ended {
		s.wake()
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
			outcome, ended = s.heard(ctx, ev)
		case key := <-s.line.Digits():
			s.rec.event(timeline.Event{Kind: timeline.Key}) // which it was is nobody's affair: it may be of a card
			outcome, ended = s.happened(ctx, floor.Event{Kind: floor.Key, Key: key})
		case <-s.timer.C:
			outcome, ended = s.happened(ctx, floor.Event{Kind: floor.Tick})
		case p, ok := <-s.answer.events():
			if ok {
				outcome, ended = s.spoken(ctx, p)
			} else {
				outcome, ended = s.answered(ctx)
			}
		}
	}
	return outcome
}

// wake sets the timer to the floor's next deadline.
func (s *session) wake() {
	if at, ok := s.floor.Deadline(); ok {
		s.timer.Reset(time.Until(at))
	} else {
		s.timer.Stop()
	}
}

// close joins everything the session started.
func (s *session) close() {
	s.timer.Stop()
	s.answer.stop()
	s.answer = nil
	s.forget()
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
	s.pause()
	s.unsaid = nil
	s.turns++
	s.asked = turn.Kind == dialog.Speech || turn.Kind == dialog.Keys
	s.saidFrom, s.speechEnd = time.Time{}, time.Time{}
	if turn.Kind == dialog.Speech {
		s.saidFrom, s.speechEnd = s.unheeded, s.ended
	}
	s.unheeded = time.Time{}
	s.rec.turn(turn)
	s.say(ctx, plainActs(s.rec.traced(s.brain), turn))
}

// answered follows the end of the bot's answer: an outcome is carried out, else the floor decides who is next.
func (s *session) answered(ctx context.Context) (outcome string, ended bool) {
	done := s.answer
	s.answer, s.unsaid = nil, done.unsaid
	if done.outcome != nil {
		return s.carryOut(ctx, done.outcome)
	}
	if errors.Is(done.err, io.EOF) {
		return s.reached, true
	}
	if done.err != nil && ctx.Err() == nil {
		s.log.Error("answer broke off", "error", done.err)
		return s.breakDown(ctx)
	}
	s.expecting(done.expect)
	return s.happened(ctx, floor.Event{Kind: floor.Answered, Expect: done.expect, Share: done.share(), Unsaid: len(done.unsaid) > 0})
}

// expecting tells the recogniser what to listen for as soon as the bot begins to ask, since callers answer before it has
// ended.
func (s *session) expecting(what *dialog.Expect) {
	if what == nil || what == s.told || s.events == nil {
		return
	}
	s.told = what
	if err := s.ear.Expect(what.Hints); err != nil {
		s.log.Warn("recogniser did not take the hints", "error", err)
	}
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
	return s.happened(ctx, floor.Event{Kind: floor.Returned, Reason: reason})
}

// polite is a dialogue with words for a conversation that cannot go on.
type polite interface{ LastWords() dialog.Act }

// mostLastWords bounds how long a caller waits for them.
const mostLastWords = 8 * time.Second

// breakDown hands over a conversation whose engines broke. The words before it may sound although no voice speaks any
// more, where they are kept. Who comes back from a human in vain finds nobody here a second time.
func (s *session) breakDown(ctx context.Context) (outcome string, ended bool) {
	if s.broken {
		return s.reached, true
	}
	s.broken = true
	if brain, ok := s.brain.(polite); ok {
		act := brain.LastWords()
		play, stop := context.WithTimeout(tts.WithCall(ctx, s.caller.ID), mostLastWords)
		heard, err := s.line.Play(play, s.gateway.parts.TTS.Speak(play, spoken(act, s.line.Rate())))
		if err == nil {
			s.rec.caption("bot", act.Say, true)
			s.rec.act(progress{act: act, heard: heard, share: 1})
		} else if ctx.Err() == nil {
			s.log.Warn("no last words", "error", err)
		}
		stop()
	}
	return s.carryOut(ctx, systemFailure(s.caller))
}

// systemFailure is the outcome of a conversation whose engines broke: only a human can go on.
func systemFailure(caller Caller) *dialog.Outcome {
	return &dialog.Outcome{Kind: dialog.OutcomeTransfer, Handoff: &dialog.Handoff{
		CallID: caller.ID, Caller: MaskNumber(caller.Number), Verified: "no", Reason: "system_error",
		Summary: "系统出错，机器人没能接着服务，来电人的问题还没有解决。",
	}}
}
