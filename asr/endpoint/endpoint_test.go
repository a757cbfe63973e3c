package endpoint

import (
	"testing"
	"time"

	"voxgate/asr"
)

func learned(t testing.TB) *Learned {
	t.Helper()
	l, err := NewLearned()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// over is the quiet after which a state's turn is over.
func over(l *Learned, s State) (time.Duration, string) {
	for s.Quiet = 40 * time.Millisecond; ; s.Quiet += 40 * time.Millisecond {
		s.Stable, s.Speech = s.Quiet+80*time.Millisecond, 0.01
		if d := l.Judge(s); d.Over {
			return s.Quiet, d.Reason
		}
	}
}

func TestWhatIsSaidDecides(t *testing.T) {
	tail := asr.Hints{Digits: true, MinDigits: 4, MaxDigits: 4}
	order := asr.Hints{Digits: true, MinDigits: 11, MaxDigits: 19}
	phone := asr.Hints{Digits: true, MinDigits: 11, MaxDigits: 11}
	const soon, late = 400 * time.Millisecond, time.Second
	l := learned(t)
	for _, c := range []struct {
		state  State
		soon   bool
		reason string
	}{
		{State{Text: "我的快递到哪了", Complete: 0.8}, true, Complete},
		{State{Text: "帮我查一下我的包裹什么时候能到", Complete: 0.6}, true, Complete},
		{State{Text: "转人工", Complete: 0.9}, true, Complete},
		{State{Text: "where is my package", Complete: 0.8, Hints: asr.Hints{Lang: "en"}}, true, Complete},
		{State{Text: "对", Complete: 0.3, Hints: asr.Hints{YesNo: true}}, true, Answer},
		{State{Text: "不用了", Complete: 0.5, Hints: asr.Hints{YesNo: true}}, true, Answer},
		{State{Text: "3721", Digits: 4, Complete: 0.5, Hints: tail}, true, Digits},
		{State{Text: "13800138000", Digits: 11, Complete: 0.5, Hints: phone}, true, Digits},
		{State{Text: "我想问一下", Complete: 0.3}, false, Waited},
		{State{Text: "嗯那个", Complete: 0.05}, false, Waited},
		{State{Text: "我的单号是", Complete: 0.02}, false, Waited},
		{State{Text: "138", Digits: 3, Complete: 0.02, Hints: phone}, false, Waited},
		{State{Text: "13800138", Digits: 8, Complete: 0.15, Hints: order}, false, Waited},
		{State{Text: "620718450093", Digits: 12, Complete: 0.5, Hints: order}, false, Waited},
		{State{Text: "1234", Digits: 4, Complete: 0.5, Hints: order}, false, Waited},
	} {
		quiet, reason := over(l, c.state)
		if c.soon != (quiet <= soon) || !c.soon && quiet < late || reason != c.reason {
			t.Errorf("%q with %+v is over after %v: %s", c.state.Text, c.state.Hints, quiet, reason)
		}
	}
}

func TestKnownNumberIsWhole(t *testing.T) {
	l := learned(t)
	s := State{Text: "订单620718450093", Digits: 12, Complete: 0.5, Hints: asr.Hints{Digits: true, MinDigits: 11, MaxDigits: 19}}
	unknown, _ := over(l, s)
	s.Hints.Known = []string{"JD620718450093"}
	known, reason := over(l, s)
	if known >= unknown || known > 400*time.Millisecond || reason != Digits {
		t.Errorf("a known number is waited for %v (%s), another one %v", known, reason, unknown)
	}
}

func TestLimits(t *testing.T) {
	l := learned(t)
	for name, c := range map[string]struct {
		state  State
		want   time.Duration
		reason string
	}{
		"the dialogue's own": {State{Text: "我的快递到哪了", Complete: 0.9, Hints: asr.Hints{Silence: 900 * time.Millisecond}}, 920 * time.Millisecond, Silence},
		"no words":           {State{}, Nothing, Silence},
		"no number yet":      {State{Hints: asr.Hints{Digits: true}}, Awaited, Silence},
	} {
		if quiet, reason := over(l, c.state); quiet != c.want || reason != c.reason {
			t.Errorf("%s: over after %v (%s), want %v (%s)", name, quiet, reason, c.want, c.reason)
		}
	}
}

// FuzzJudge wants every decision to have its reason, and no turn to last for ever.
func FuzzJudge(f *testing.F) {
	f.Add("我的单号是1379", 4, int64(200), true, 4, 11, "SF1379")
	f.Fuzz(func(t *testing.T, text string, digits int, quiet int64, asked bool, least, most int, known string) {
		s := State{Text: text, Digits: digits, Quiet: time.Duration(quiet) * time.Millisecond, Complete: 0.5}
		s.Hints = asr.Hints{Digits: asked, MinDigits: least, MaxDigits: most, Known: []string{known}}
		d := learned(t).Judge(s)
		if d.Reason == "" || !(d.Chance >= 0 && d.Chance <= 1) || s.Quiet >= Latest && !d.Over {
			t.Errorf("%+v: %+v", s, d)
		}
	})
}

func BenchmarkJudge(b *testing.B) {
	l := learned(b)
	s := State{Text: "帮我查一下我的快递到哪了", Quiet: 200 * time.Millisecond, Complete: 0.6}
	b.ReportAllocs()
	for b.Loop() {
		l.Judge(s)
	}
}
