package callout

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"voxgate/asr"
	"voxgate/asr/asrtest"
	"voxgate/cmd/voxgate/internal/gateway"
	"voxgate/dialog"
	"voxgate/dialog/nlu"
	"voxgate/dialog/shop"
	"voxgate/sip"
	"voxgate/tts/ttstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// edge runs a telephone edge on loopback until the test ends.
func edge(t *testing.T, handler sip.Handler) *sip.Server {
	t.Helper()
	server, err := sip.New(sip.Config{Listen: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)}, handler)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return server
}

// callees answer, are busy or refuse, as their number says.
func callees(ctx context.Context, call sip.Incoming) {
	switch call.Info().To {
	case "13900000486":
		_ = call.Reject(486, "Busy Here")
	case "13900000603":
		_ = call.Reject(603, "Decline")
	default:
		if err := call.Answer(ctx, sip.AnswerOptions{}); err != nil {
			return
		}
		<-call.Done()
	}
}

func newCaller(t *testing.T, heard string) *Caller {
	t.Helper()
	file, err := shop.Demo()
	if err != nil {
		t.Fatal(err)
	}
	database, err := shop.OpenSQLite(t.Context(), ":memory:", file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := database.Close(); err != nil {
			t.Error(err)
		}
	})
	engine, err := dialog.New(dialog.Config{Shop: database, Now: file.Clock(nil), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	parser, err := nlu.New()
	if err != nil {
		t.Fatal(err)
	}
	ears := asrtest.Script(asr.Event{Kind: asr.SpeechStarted, Start: time.Second}, asr.Event{
		Kind: asr.Final, Text: heard, Confidence: 0.9, Start: time.Second, End: 1500 * time.Millisecond,
	})
	return &Caller{
		Dialer: edge(t, nil), Parser: parser, Options: gateway.Options{MaxCall: time.Minute},
		Now: func() time.Time { return time.Date(2026, 5, 14, 10, 0, 0, 0, time.UTC) },
		Parts: gateway.Parts{
			ASR: ears, TTS: &ttstest.Engine{PerRune: 20 * time.Millisecond}, Metrics: gateway.NewMetrics(nil), Log: slog.New(slog.DiscardHandler),
			NewBrain: func(c gateway.Caller) dialog.Brain { return engine.Open(dialog.CallInfo{ID: c.ID, Caller: c.Number}) },
		},
	}
}

func plan(t *testing.T, target *sip.Server, numbers ...string) Plan {
	t.Helper()
	text := fmt.Sprintf("via: sip:{number}@%s\nnotice: 您好\nattempts: 2\nretry_after: 0s\nparallel: 3\ncalls:\n", target.Addr())
	for _, n := range numbers {
		text += fmt.Sprintf("  - {number: %q, ask: 方便吗, yes: 好的, no: 再见}\n", n)
	}
	p, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEveryCallIsReported(t *testing.T) {
	caller, target := newCaller(t, "好的"), edge(t, callees)
	reports := map[string]Report{}
	err := caller.Run(t.Context(), plan(t, target, "13900000200", "13900000486", "13900000603"), func(r Report) { reports[r.Number] = r })
	if err != nil {
		t.Fatal(err)
	}
	for number, want := range map[string]Report{
		"139****0200": {Outcome: "answer", Answer: "yes", Attempts: 1},
		"139****0486": {Outcome: NotReached, Attempts: 2},
		"139****0603": {Outcome: "refused", Attempts: 1},
	} {
		got := reports[number]
		if got.Outcome != want.Outcome || got.Answer != want.Answer || got.Attempts != want.Attempts {
			t.Errorf("%s: got %+v, want %+v", number, got, want)
		}
	}
}

func TestNobodyIsCalledOutsideTheHours(t *testing.T) {
	caller := newCaller(t, "好的")
	caller.Now = func() time.Time { return time.Date(2026, 5, 14, 22, 0, 0, 0, time.UTC) }
	called := make(chan struct{}, 1)
	target := edge(t, func(context.Context, sip.Incoming) { called <- struct{}{} })
	var report Report
	if err := caller.Run(t.Context(), plan(t, target, "13900000200"), func(r Report) { report = r }); err != nil {
		t.Fatal(err)
	}
	if report.Outcome != NotCalled || report.Attempts != 0 || len(called) != 0 {
		t.Errorf("report %+v, called %d", report, len(called))
	}
}

func TestPlanFaultsAreNamed(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "via:"},
		{"via: sip:x@y\n", "{number}"},
		{"via: sip:{number}@y\nnotice: a\n", "calls: there are none"},
		{"via: sip:{number}@y\nnotice: a\ncalls: [{number: abc, ask: a, yes: b, no: c}]\n", `entry 1: "abc"`},
		{"via: sip:{number}@y\nnotice: a\ncalls: [{number: '123'}]\n", "entry 1: ask, yes and no"},
		{"via: sip:{number}@y\nnotice: a\nhours: all\n", "hours:"},
		{"colour: red\n", "line 1"},
		{"attempts: 99\n", "attempts:"},
	} {
		if _, err := Parse([]byte(c.text)); !errors.Is(err, ErrPlan) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}

func TestExamplePlan(t *testing.T) {
	if _, err := Load("../../deploy/plan.yaml"); err != nil {
		t.Error(err)
	}
	if _, err := Load("no-such-plan.yaml"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing plan: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("via: sip:{number}@y\nnotice: a\ncalls: [{number: '123', ask: a, yes: b, no: c}]\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, err := Parse(raw); err != nil && !errors.Is(err, ErrPlan) {
			t.Errorf("unmarked error %v", err)
		}
	})
}
