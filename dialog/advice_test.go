package dialog

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/dialog/handoff"
)

// talker is a language model that says what it is told to, after a while.
type talker struct {
	text, remark string
	takes        time.Duration
	asked        []string
}

func (a *talker) SmallTalk(ctx context.Context, line, _ string) (string, error) {
	a.asked = append(a.asked, line)
	return a.text, a.wait(ctx)
}

func (a *talker) Remark(ctx context.Context, _ handoff.Note) (string, error) {
	return a.remark, a.wait(ctx)
}

func (a *talker) wait(ctx context.Context) error {
	select {
	case <-time.After(a.takes):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// advised is a session over orders with everything that may advise.
func advised(t *testing.T, a Assistant, cases Cases) *Session {
	t.Helper()
	s := &slow{orders: demoOrders(t)}
	now := time.Date(2026, 5, 14, 10, 20, 0, 0, time.FixedZone("UTC+8", 8*3600))
	e, err := New(Config{Shop: s, Now: func() time.Time { return now }, Logger: slog.New(slog.DiscardHandler), Assistant: a, Cases: cases, Advice: hits{}})
	if err != nil {
		t.Fatal(err)
	}
	session := e.Open(CallInfo{ID: "test", Caller: "13901286634"})
	acts(t, session, Turn{Kind: Start})
	return session
}

type hits struct{}

func (hits) Hits(_ context.Context, n handoff.Note) ([]handoff.Hit, error) {
	return []handoff.Hit{{ID: "faq:x", Text: n.Matter}}, nil
}

func saidBy(list []Act) (text string, names []string) {
	for _, a := range list {
		text += a.Say
		names = append(names, a.Name)
	}
	return text, names
}

func TestSmallTalkThenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &talker{text: "真为您高兴。"}
		s := advised(t, a, nil)
		list, _ := acts(t, s, Turn{Kind: Speech, Text: "你觉得今天股票会涨吗"})
		text, names := saidBy(list)
		if !strings.HasPrefix(text, "真为您高兴。") || !slices.Equal(names, []string{"oos_redirect", "ask_intent"}) {
			t.Errorf("%v %q", names, text)
		}
		acts(t, s, Turn{Kind: Speech, Text: "你觉得明天股票会涨吗"})
		list, _ = acts(t, s, Turn{Kind: Speech, Text: "你觉得后天股票会涨吗"})
		if text, _ := saidBy(list); strings.Contains(text, "高兴") || !strings.Contains(text, "人工") {
			t.Errorf("the third time: %q, want the offer of an agent", text)
		}
	})
}

func TestLateOrSilentModelIsAsIfThereWereNone(t *testing.T) {
	for name, a := range map[string]*talker{"late": {text: "真为您高兴。", takes: time.Minute}, "silent": {}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := advised(t, a, nil)
				list, at := acts(t, s, Turn{Kind: Speech, Text: "你觉得今天股票会涨吗"})
				text, _ := saidBy(list)
				if !strings.Contains(text, "帮不上忙") || strings.Contains(text, "高兴") {
					t.Errorf("%q", text)
				}
				if last := at[len(at)-1]; last > assistWithin {
					t.Errorf("the answer came after %v", last)
				}
				time.Sleep(time.Hour) // what was given up ends
			})
		})
	}
}

func TestTransferCarriesAdvice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, _, err := handoff.OpenStore("")
		if err != nil {
			t.Fatal(err)
		}
		a := &talker{remark: "客户有些着急。", takes: time.Second}
		first := advised(t, a, store)
		acts(t, first, Turn{Kind: Speech, Text: "帮我催一下派送"})
		first.Close()
		s := advised(t, a, store)
		acts(t, s, Turn{Kind: Speech, Text: "帮我催一下派送"})
		list, at := acts(t, s, Turn{Kind: Speech, Text: "转人工"})
		end := list[len(list)-1]
		if end.Outcome == nil || end.Outcome.Handoff == nil {
			t.Fatalf("no hand-over: %+v", list)
		}
		h := end.Outcome.Handoff
		if h.Remark != "客户有些着急。" || len(h.Cases) != 1 || len(h.Knowledge) != 1 || h.NextStep == "" || h.Whisper == "" || h.Matter != "催派送" {
			t.Errorf("note %+v", h)
		}
		if at[0] > 0 || at[len(at)-1] < time.Second {
			t.Errorf("the announcement waited for the model: %v", at)
		}
		if strings.Contains(h.Text(), "13901286634") {
			t.Errorf("the card shows a number:\n%s", h.Text())
		}
	})
}

// broken keeps nothing.
type broken struct{}

func (broken) Add(handoff.Case) error              { return errors.New("disk full") }
func (broken) Similar(handoff.Note) []handoff.Case { return nil }

func TestCasesHoldNothingPersonal(t *testing.T) {
	store, _, err := handoff.OpenStore("")
	if err != nil {
		t.Fatal(err)
	}
	s := advised(t, nil, store)
	acts(t, s, Turn{Kind: Speech, Text: "我要查快递 我叫林晓雨 电话13901286634"})
	acts(t, s, Turn{Kind: Keys, Keys: "6634"})
	s.Close()
	kept := store.Similar(handoff.Note{Intent: "track_logistics", LastLines: []string{"我要查快递"}})
	if len(kept) != 1 || len(kept[0].Words) != 1 {
		t.Fatalf("kept %+v", kept)
	}
	for _, secret := range []string{"13901286634", "林晓雨", "按键"} {
		if strings.Contains(strings.Join(kept[0].Words, " "), secret) {
			t.Errorf("%s is kept: %v", secret, kept[0].Words)
		}
	}
	advised(t, nil, broken{}).Close() // nothing was said: nothing is kept
	other := advised(t, nil, broken{})
	acts(t, other, Turn{Kind: Speech, Text: "我的快递到哪了"})
	other.Close()
}
