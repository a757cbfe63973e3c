package dialog

import (
	"context"
	"strings"
	"time"

	"voxgate/dialog/handoff"
	"voxgate/dialog/nlu"
)

// Cases are closed conversations that later agents may learn from.
type Cases interface {
	// Add keeps one, personal data masked.
	Add(c handoff.Case) error
	// Similar are those most like a note, the likest first.
	Similar(n handoff.Note) []handoff.Case
}

// Advice looks up what the knowledge base says about a matter, for the agent.
type Advice interface {
	Hits(ctx context.Context, n handoff.Note) ([]handoff.Hit, error)
}

// Assistant is a language model. It never sees personal data unmasked and is never asked for facts of an order.
type Assistant interface {
	// SmallTalk is a short sentence in lang to what is none of the hotline's business; empty for none that may be said.
	SmallTalk(ctx context.Context, line, lang string) (string, error)
	// Remark is one line for the agent about a conversation; empty for none.
	Remark(ctx context.Context, n handoff.Note) (string, error)
}

// assistWithin is how long a language model has: later than that, the conversation goes on as if there were none.
const assistWithin = 1500 * time.Millisecond

// adviseWithin is how long the knowledge base has for the agent's hits.
const adviseWithin = 300 * time.Millisecond

// advise adds to a transfer's note what others know: hits, similar cases, a remark. What was said before it is given away
// at once, so that the caller does not wait for it.
func (s *Session) advise(ctx context.Context) {
	if s.outcome == nil || s.outcome.Handoff == nil {
		return
	}
	note := s.outcome.Handoff
	if s.cases != nil {
		note.Cases = s.cases.Similar(*note)
	}
	if s.advice != nil {
		within, cancel := context.WithTimeout(ctx, adviseWithin)
		hits, err := s.advice.Hits(within, *note)
		cancel()
		if err != nil {
			s.log.Warn("no knowledge for the agent", "error", err)
		}
		note.Knowledge = hits
	}
	if s.assist == nil {
		return
	}
	s.out.flush()
	within, cancel := context.WithTimeout(ctx, assistWithin)
	defer cancel()
	remark, err := s.assist.Remark(within, *note)
	if err != nil {
		s.log.Info("no remark of the language model", "error", err)
	}
	note.Remark = remark
}

// smallTalk says a sentence of the language model to what is none of the hotline's business; false where there is none.
func (s *Session) smallTalk(ctx context.Context) bool {
	if s.assist == nil || len(s.lines) == 0 || s.upset() {
		return false
	}
	within, cancel := context.WithTimeout(ctx, assistWithin)
	defer cancel()
	text, err := ask(within, s, func(ctx context.Context) (string, error) {
		return s.assist.SmallTalk(ctx, s.lines[len(s.lines)-1], s.lang)
	})
	if err != nil || text == "" {
		s.log.Info("no small talk of the language model", "error", err)
		return false
	}
	s.out.emit(Act{Name: "oos_redirect", Say: text, Lang: s.lang})
	return true
}

// Close ends a conversation: what it was about is kept for later agents. Call it once, when no turn runs any more.
func (s *Session) Close() {
	if s.cases == nil || !nlu.Business(s.task.intent) {
		return
	}
	o := s.Hangup()
	c := handoff.Case{
		At: s.now(), Intent: s.task.intent, Matter: s.matterOf(s.task.intent), Words: append([]string{}, s.lines...),
		Tried: append([]string{}, s.tried...), Outcome: string(o.Kind),
	}
	if order, ok := s.order(s.focus); ok {
		c.Status = order.Status
	}
	c.Words = withoutKeys(c.Words)
	if err := s.cases.Add(c); err != nil {
		s.log.Error("case not kept", "error", err)
	}
}

// withoutKeys leaves out the lines that are no words: keys, and what was not recorded.
func withoutKeys(lines []string) []string {
	var out []string
	for _, line := range lines {
		if !strings.HasPrefix(line, "（") {
			out = append(out, line)
		}
	}
	return out
}
