package dialog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"voxgate/asr"
	"voxgate/dialog/shop"
)

// TestTranscripts plays the conversations of testdata/*.chat. A line "> TEXT" is what the caller says, "> #12" keys,
// ">" silence; "noise" after it makes it hardly heard, "also TEXT" is a reading nearly as sure. "!backend MOOD", "!barge MS" and "!failed REASON" are events.
// The lines between are what must hold of the answer before: acts (exactly), say and not (words), slot, lang, done,
// queue, handoff, summary, told; "never" words stand in no log, hand-off or answer. "caller", "shop" and "csat" (a rating is asked for)
// lines come first.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.chat")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d transcripts, %v: want 30 or more", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".chat"), func(t *testing.T) { play(t, file) })
	}
}

// stage is a conversation being played.
type stage struct {
	t       *testing.T
	session *Session
	shop    *faulty
	heard   float64
	say     string
	acts    []string
	lang    string
	outcome *Outcome
	all     strings.Builder
	at      string
	pending *Turn
}

func play(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	caller, name, csat := "13901286634", "demo", false
	s := &stage{t: t, heard: 1}
	for n, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		s.at = fmt.Sprintf("%s:%d", file, n+1)
		word, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimSpace(rest)
		switch {
		case strings.HasPrefix(line, "#"):
			continue
		case word == "caller":
			caller = rest
			continue
		case word == "shop":
			name = rest
			continue
		case word == "csat":
			csat = true
			continue
		case s.session == nil:
			s.open(caller, name, csat)
		}
		if word == "noise" {
			s.pending.Confidence = 0.1
			continue
		}
		if word == "also" {
			s.pending.Others = append(s.pending.Others, asr.Hypothesis{Text: rest, Confidence: s.pending.Confidence - 0.02})
			continue
		}
		if word == ">" || strings.HasPrefix(word, "!") {
			s.flush()
			s.event(word, rest)
			continue
		}
		s.flush()
		s.expect(word, rest)
	}
	s.flush()
}

func (s *stage) open(caller, name string, csat bool) {
	s.t.Helper()
	var err error
	file, err := shop.Demo()
	if name != "demo" {
		file, err = shop.ReadFile("testdata/" + name + ".json")
	}
	if err != nil {
		s.t.Fatal(err)
	}
	db, err := shop.OpenSQLite(context.Background(), ":memory:", file)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = db.Close() })
	s.shop = &faulty{Shop: db}
	log := slog.New(slog.NewTextHandler(&s.all, &slog.HandlerOptions{Level: slog.LevelDebug}))
	engine, err := New(Config{Shop: s.shop, Now: file.Clock(time.Now), Logger: log, Codes: &oneCode{}, CSAT: csat})
	if err != nil {
		s.t.Fatal(err)
	}
	s.session = engine.Open(CallInfo{ID: "test", Caller: caller})
	s.turn(Turn{Kind: Start, Heard: 1})
}

func (s *stage) event(word, rest string) {
	turn := Turn{Kind: Speech, Text: rest, Heard: s.heard, Confidence: 0.9}
	switch {
	case word == "!backend":
		s.shop.err = map[string]error{"timeout": shop.ErrUnavailable, "error": shop.ErrUnavailable}[rest]
		return
	case word == "!barge":
		s.heard = 0.05
		return
	case word == "!failed":
		turn = Turn{Kind: Failed, Reason: rest, Heard: 1}
	case rest == "":
		turn = Turn{Kind: Silence, Heard: s.heard}
	case strings.HasPrefix(rest, "#"):
		turn = Turn{Kind: Keys, Keys: rest[1:], Heard: s.heard}
	}
	s.heard = 1
	s.pending = &turn
}

func (s *stage) flush() {
	if s.pending != nil {
		turn := *s.pending
		s.pending = nil
		s.turn(turn)
	}
}

func (s *stage) turn(turn Turn) {
	s.t.Helper()
	s.say, s.acts, s.outcome = "", nil, nil
	var last Act
	for act, err := range s.session.Reply(context.Background(), turn) {
		if err != nil {
			s.t.Fatalf("%s: %v", s.at, err)
		}
		if last.Expect != nil || last.Outcome != nil {
			s.t.Errorf("%s: %s comes after the end of the turn", s.at, act.Name)
		}
		last = act
		s.acts = append(s.acts, act.Name)
		s.say += act.Say
		s.lang = act.Lang
		if act.Say == "" && act.Name != "transfer" {
			s.t.Errorf("%s: %s says nothing", s.at, act.Name)
		}
		if !known(act.Name) {
			s.t.Errorf("%s: unknown act %s", s.at, act.Name)
		}
	}
	if last.Expect == nil && last.Outcome == nil {
		s.t.Errorf("%s: the turn ends with neither an expectation nor an outcome", s.at)
	}
	if strings.Count(s.say, "？")+strings.Count(s.say, "?") > 1 {
		s.t.Errorf("%s: more than one question: %s", s.at, s.say)
	}
	s.outcome = last.Outcome
	if s.outcome != nil && s.outcome.Handoff != nil {
		fmt.Fprintf(&s.all, "%+v", *s.outcome.Handoff)
	}
	s.all.WriteString(s.say)
}

// known tells the acts of the command line's list.
func known(act string) bool {
	name, _, _ := strings.Cut(act, ":")
	return slices.Contains(strings.Fields(`inform inform_not_found inform_invalid ask_slot ask_which_order ask_intent confirm action ticket sms_link
		reprompt dtmf_fallback repeat retry apologize apologize_system_error refuse oos_redirect bot_identity offer_transfer transfer anything_else
		csat csat_record close`), name)
}

func (s *stage) expect(word, rest string) {
	s.t.Helper()
	fail := func(got any) { s.t.Errorf("%s: %s %s, got %v (%v %s)", s.at, word, rest, got, s.acts, s.say) }
	switch word {
	case "acts":
		if strings.Join(s.acts, " ") != rest {
			fail(s.acts)
		}
	case "say", "not":
		for _, w := range strings.Fields(rest) {
			if strings.Contains(s.say, w) != (word == "say") {
				fail(w)
			}
		}
	case "never":
		for _, w := range strings.Fields(rest) {
			if strings.Contains(s.all.String(), w) {
				fail(s.all.String())
			}
		}
	case "slot":
		name, value, _ := strings.Cut(rest, "=")
		if s.session.Slots()[name] != value {
			fail(s.session.Slots())
		}
	case "lang":
		if s.lang != rest {
			fail(s.lang)
		}
	case "done", "queue", "told", "summary", "handoff":
		s.expectEnd(word, rest, fail)
	default:
		s.t.Fatalf("%s: unknown line %q", s.at, word)
	}
}

func (s *stage) expectEnd(word, rest string, fail func(any)) {
	s.t.Helper()
	if s.outcome == nil {
		if word == "done" && rest == "" {
			return
		}
		fail("no outcome")
		return
	}
	h := s.outcome.Handoff
	switch word {
	case "done":
		if string(s.outcome.Kind) != rest {
			fail(s.outcome.Kind)
		}
	case "queue":
		if s.outcome.Queue != rest {
			fail(s.outcome.Queue)
		}
	case "told":
		if h == nil || len(h.Told) > 0 {
			fail(h)
		}
	case "summary":
		for _, w := range strings.Fields(rest) {
			if h == nil || !strings.Contains(h.Summary, w) {
				fail(h)
			}
		}
	case "handoff":
		if h == nil {
			fail("no hand-off")
			return
		}
		fields := map[string]string{"verified": h.Verified, "intent": h.Intent, "order": h.Order, "waybill": h.Waybill, "caller": h.Caller,
			"reason": h.Reason, "sentiment": h.Sentiment}
		for _, pair := range strings.Fields(rest) {
			name, want, _ := strings.Cut(pair, "=")
			if fields[name] != want {
				fail(fields)
			}
		}
	}
}

// oneCode sends nothing and takes the code 975310 once it was asked for.
type oneCode struct{ sent string }

func (c *oneCode) Send(_ context.Context, phone string) error {
	c.sent = phone
	return nil
}

func (c *oneCode) Check(_ context.Context, phone, code string) (bool, error) {
	return phone == c.sent && code == "975310", nil
}

// faulty is a shop that fails while err is set.
type faulty struct {
	shop.Shop
	err error
}

func (f *faulty) Orders(ctx context.Context, q shop.Query) ([]shop.Order, error) {
	if f.err != nil {
		return nil, errors.Join(errors.New("test"), f.err)
	}
	return f.Shop.Orders(ctx, q)
}
