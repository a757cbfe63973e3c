package dialog

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"voxgate/asr"
	"voxgate/dialog/handoff"
	"voxgate/dialog/shop"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// slow is a shop that takes its time, by the clock of the test, and then fails or answers.
type slow struct {
	shop.Shop
	takes  time.Duration
	orders []shop.Order
	err    error
}

func (s *slow) Orders(ctx context.Context, _ shop.Query) ([]shop.Order, error) {
	select {
	case <-time.After(s.takes):
		return s.orders, s.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *slow) Act(ctx context.Context, a shop.Action) (shop.Receipt, error) {
	<-ctx.Done()
	return shop.Receipt{}, ctx.Err()
}

func open(t *testing.T, s shop.Shop, caller string) *Session {
	t.Helper()
	now := time.Date(2026, 5, 14, 10, 20, 0, 0, time.FixedZone("UTC+8", 8*3600))
	e, err := New(Config{Shop: s, Now: func() time.Time { return now }, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return e.Open(CallInfo{ID: "test", Caller: caller})
}

func demoOrders(t *testing.T) []shop.Order {
	t.Helper()
	f, err := shop.Demo()
	if err != nil {
		t.Fatal(err)
	}
	return f.Orders[:1]
}

// acts gathers the names and texts of a turn, each with the time since its start.
func acts(t *testing.T, s *Session, turn Turn) (out []Act, at []time.Duration) {
	t.Helper()
	start := time.Now()
	turn.Heard = 1
	for act, err := range s.Reply(context.Background(), turn) {
		if err != nil {
			t.Fatal(err)
		}
		out, at = append(out, act), append(at, time.Since(start))
	}
	return out, at
}

func TestSlowShop(t *testing.T) {
	for _, c := range []struct {
		takes time.Duration
		err   error
		want  string
		at    []time.Duration
	}{
		{700 * time.Millisecond, nil, "您的电饭煲", []time.Duration{700 * time.Millisecond}},
		{8 * time.Second, nil, "您的电饭煲", []time.Duration{8 * time.Second}},
		{time.Hour, nil, "抱歉|要我再查", []time.Duration{giveUpAfter, giveUpAfter}},
		{2 * time.Second, errors.New("broken"), "抱歉|要我再查", []time.Duration{2 * time.Second, 2 * time.Second}},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := open(t, &slow{takes: c.takes, err: c.err, orders: demoOrders(t)}, "13901286634")
			got, at := acts(t, s, Turn{Kind: Speech, Text: "我的快递到哪了"})
			want := strings.Split(c.want, "|")
			if len(got) != len(want) {
				t.Fatalf("after %s: %d acts, want %s: %+v", c.takes, len(got), c.want, got)
			}
			for i := range want {
				if !strings.HasPrefix(got[i].Say, want[i]) || at[i] != c.at[i] {
					t.Errorf("after %s: act %d says %q at %s, want %s at %s", c.takes, i, got[i].Say, at[i], want[i], c.at[i])
				}
			}
		})
	}
}

// TestGreetingDoesNotWait holds that a slow shop delays neither the greeting nor, beyond a bound, the first question.
func TestGreetingDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, &slow{takes: time.Hour}, "13901286634")
		got, at := acts(t, s, Turn{Kind: Start})
		if len(got) != 2 || !got[0].NoBarge || at[0] != 0 || at[1] != peekFor {
			t.Errorf("got %+v at %v", got, at)
		}
	})
}

// TestLeavingEarly leaves a turn while the shop is still asked: the look-up must end with it.
func TestLeavingEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, &slow{takes: time.Hour}, "13901286634")
		for range s.Reply(context.Background(), Turn{Kind: Speech, Text: "我的快递到哪了", Heard: 1}) {
			break
		}
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(time.Second/2, cancel)
		var last error
		for _, err := range s.Reply(ctx, Turn{Kind: Speech, Text: "我的快递到哪了", Heard: 1}) {
			last = err
		}
		if !errors.Is(last, context.Canceled) {
			t.Errorf("got %v, want the context's error", last)
		}
	})
}

func TestActionThatDoesNotReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, &slow{orders: demoOrders(t)}, "13901286634")
		got, _ := acts(t, s, Turn{Kind: Speech, Text: "帮我催一下快递"})
		last := got[len(got)-1]
		if last.Name != "retry" || s.action != "" {
			t.Errorf("got %+v, action %q: want an honest failure", last, s.action)
		}
	})
}

func TestHints(t *testing.T) {
	file, err := shop.Demo()
	if err != nil {
		t.Fatal(err)
	}
	db, err := shop.OpenSQLite(context.Background(), ":memory:", file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	s := open(t, db, "+86 139 0128 6634")
	got, _ := acts(t, s, Turn{Kind: Start})
	e := got[len(got)-1].Expect
	if e == nil || !contains(e.Hints.Words, "电饭煲") || !contains(e.Hints.Words, "中通") || !contains(e.Hints.Known, "6634") ||
		!contains(e.Hints.Known, "620718450093317254") || e.KeyLength != 0 || e.NoInput < 4000 {
		t.Errorf("after the greeting: %+v", e)
	}
	s = open(t, db, "")
	got, _ = acts(t, s, Turn{Kind: Speech, Text: "我的快递到哪了"})
	e = got[len(got)-1].Expect
	if e == nil || !e.Hints.Digits || e.Hints.MinDigits != 4 || e.Hints.MaxDigits != 4 || e.KeyLength != 4 || e.Hints.Only {
		t.Errorf("after the phone tail was asked for: %+v", e)
	}
	got, _ = acts(t, s, Turn{Kind: Speech, Text: "等一下"})
	if e = got[len(got)-1].Expect; e == nil || e.NoInput < 20000 {
		t.Errorf("after wait: %+v", e)
	}
}

// TestOtherReadings takes a losing reading whose number is that of one of the caller's orders.
func TestOtherReadings(t *testing.T) {
	s := open(t, &slow{orders: demoOrders(t)}, "13901286634")
	acts(t, s, Turn{Kind: Start})
	got, _ := acts(t, s, Turn{
		Kind: Speech, Text: "运单号75631840027799到哪了", Confidence: 0.6,
		Others: []asr.Hypothesis{{Text: "运单号75631840027000到哪了"}, {Text: "运单号75631840027719到哪了"}},
	})
	if last := got[len(got)-1]; last.Name != "inform" || !strings.Contains(last.Say, "电饭煲") {
		t.Errorf("got %+v", last)
	}
}

// TestNameByEar listens for the receiver's name and takes it from a losing reading.
func TestNameByEar(t *testing.T) {
	s := open(t, &slow{orders: demoOrders(t)}, "")
	acts(t, s, Turn{Kind: Speech, Text: "我的快递到哪了"})
	got, _ := acts(t, s, Turn{Kind: Speech, Text: "6634", Confidence: 0.9})
	if e := got[len(got)-1].Expect; e == nil || !contains(e.Hints.Words, "林晓雨") {
		t.Errorf("the recogniser does not listen for the name: %+v", e)
	}
	got, _ = acts(t, s, Turn{Kind: Speech, Text: "我叫林小玲", Confidence: 0.6, Others: []asr.Hypothesis{{Text: "我叫林小雨"}}})
	if last := got[len(got)-1]; last.Name != "inform" || s.verified != handoff.VerifiedName {
		t.Errorf("got %+v, verified %q", last, s.verified)
	}
}

func TestNewWithoutShop(t *testing.T) {
	if _, err := New(Config{}); err == nil {
		t.Error("an engine without a shop was built")
	}
}

func TestNationalNumber(t *testing.T) {
	for in, want := range map[string]string{"+8613901286634": "13901286634", "008613901286634": "13901286634", "13901286634": "13901286634",
		"": "", "anonymous": "", "100": "", "86139012866": "86139012866"} {
		if got := nationalNumber(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func FuzzSession(f *testing.F) {
	file, err := shop.Demo()
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"我的快递到哪了\n另一个呢\n#0", "#1234\n\n\n转人工", "不是 尾号是三七二幺\n最后是八\n对\n不是", "查订单\n#2\n上一个\n催一下\n好的\n再见"} {
		f.Add(s)
	}
	db, err := shop.OpenSQLite(context.Background(), ":memory:", file)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = db.Close() })
	e, err := New(Config{Shop: db, Now: file.Clock(time.Now), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, script string) {
		s := e.Open(CallInfo{Caller: "13000000001"})
		for i, line := range strings.Split(script, "\n") {
			turn := Turn{Kind: Speech, Text: line, Heard: 1}
			switch {
			case line == "":
				turn.Kind = Silence
			case line[0] == '#':
				turn.Kind, turn.Keys = Keys, line[1:]
			}
			ended := false
			for act, err := range s.Reply(context.Background(), turn) {
				if err != nil {
					t.Fatal(err)
				}
				ended = act.Outcome != nil || act.Expect != nil
				if act.Outcome != nil {
					return
				}
			}
			if !ended || i > 20 {
				if !ended {
					t.Fatalf("%q: turn %d ends open", script, i)
				}
				return
			}
		}
	})
}
