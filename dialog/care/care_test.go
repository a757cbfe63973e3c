package care

import (
	"context"
	"iter"
	"testing"

	"voxgate/dialog"
	"voxgate/dialog/nlu"
)

// echo is a dialogue that remembers what reached it.
type echo struct{ turns []dialog.Turn }

func (e *echo) Reply(_ context.Context, turn dialog.Turn) iter.Seq2[dialog.Act, error] {
	e.turns = append(e.turns, turn)
	return one(dialog.Act{Name: "ask_intent", Say: "请问要办什么？", Expect: &dialog.Expect{}})
}

func script() Script {
	return Script{Notice: "您好，我是语音助手，通话会录音。", Ask: "您的电饭煲今天送到，方便收吗？", Yes: "好的，再见。", No: "好的，改天再送。"}
}

func take(t *testing.T, b *Brain, turn dialog.Turn) []dialog.Act {
	t.Helper()
	var acts []dialog.Act
	for act, err := range b.Reply(t.Context(), turn) {
		if err != nil {
			t.Fatal(err)
		}
		acts = append(acts, act)
	}
	return acts
}

func open(t *testing.T) (*Brain, *echo) {
	t.Helper()
	parser, err := nlu.New()
	if err != nil {
		t.Fatal(err)
	}
	inner := &echo{}
	b := New(inner, parser, script())
	acts := take(t, b, dialog.Turn{Kind: dialog.Start})
	if len(acts) != 2 || !acts[0].NoBarge || acts[1].Say != script().Ask || acts[1].Expect == nil {
		t.Fatalf("opening %+v", acts)
	}
	return b, inner
}

func TestYesAndNoEndTheCall(t *testing.T) {
	for _, c := range []struct {
		turn         dialog.Turn
		answer, says string
	}{
		{dialog.Turn{Kind: dialog.Speech, Text: "好的"}, Yes, script().Yes},
		{dialog.Turn{Kind: dialog.Speech, Text: "可以"}, Yes, script().Yes},
		{dialog.Turn{Kind: dialog.Speech, Text: "不方便"}, No, script().No},
		{dialog.Turn{Kind: dialog.Keys, Keys: "1"}, Yes, script().Yes},
		{dialog.Turn{Kind: dialog.Keys, Keys: "2"}, No, script().No},
	} {
		b, _ := open(t)
		acts := take(t, b, c.turn)
		if b.Answer() != c.answer || len(acts) != 1 || acts[0].Say != c.says || acts[0].Outcome == nil {
			t.Errorf("%+v: answer %q, acts %+v", c.turn, b.Answer(), acts)
		}
	}
}

func TestAnythingElseIsTheDialogues(t *testing.T) {
	b, inner := open(t)
	acts := take(t, b, dialog.Turn{Kind: dialog.Speech, Text: "我要查另一个快递到哪了"})
	if b.Answer() != Other || len(inner.turns) != 2 || acts[0].Name != "ask_intent" {
		t.Errorf("answer %q, turns %+v, acts %+v", b.Answer(), inner.turns, acts)
	}
	take(t, b, dialog.Turn{Kind: dialog.Speech, Text: "好的"})
	if len(inner.turns) != 3 {
		t.Errorf("a later yes did not reach the dialogue: %+v", inner.turns)
	}
}

func TestSilenceIsAskedOnceMoreThenLeft(t *testing.T) {
	b, _ := open(t)
	if acts := take(t, b, dialog.Turn{Kind: dialog.Silence}); acts[0].Say != script().Ask {
		t.Errorf("first silence: %+v", acts)
	}
	acts := take(t, b, dialog.Turn{Kind: dialog.Silence})
	if acts[0].Outcome == nil || acts[0].Outcome.Kind != dialog.OutcomeSilence || acts[0].Say != "" {
		t.Errorf("second silence: %+v", acts)
	}
}
