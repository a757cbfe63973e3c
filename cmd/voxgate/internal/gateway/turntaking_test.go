package gateway

import (
	"context"
	"encoding/json"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/asr"
	"voxgate/asr/asrtest"
	"voxgate/cmd/voxgate/internal/timeline"
	"voxgate/dialog"
	"voxgate/media"
	"voxgate/media/mediatest"
	"voxgate/tts/ttstest"
)

const longText = "这是一句很长很长的话要说好几秒钟才能够说完"

var longSound = new(ttstest.Engine).Duration(longText)

// utter lets an ear hear words come one reading after the other, and ends the utterance some time after the last.
func utter(ear *asrtest.Stream, readings ...string) {
	at := ear.Heard()
	ear.Emit(asr.Event{Kind: asr.SpeechStarted, Start: at, End: at})
	for _, text := range readings {
		time.Sleep(30 * time.Millisecond) // well before the bot's patience ends
		ear.Emit(asr.Event{Kind: asr.Partial, Text: text})
	}
	time.Sleep(600 * time.Millisecond)
	ear.Emit(asr.Event{Kind: asr.Final, Text: readings[len(readings)-1], Confidence: 0.9})
}

// hearing is how long the caller hears a text, by its tone.
func (r *rig) hearing(text string) (from, to time.Duration) {
	const window = media.Narrowband / 20
	pcm := r.leg.line.Played()
	for i := 0; i+window <= len(pcm); i += window / 5 {
		if mediatest.Level(pcm[i:i+window], media.Narrowband, ttstest.Tone(text)) < 0.1 {
			continue
		}
		at := time.Duration(i) * time.Second / media.Narrowband
		if to == 0 {
			from = at
		}
		to = at + 50*time.Millisecond
	}
	return from, to
}

// kept is the record of a call that has ended.
func kept(t *testing.T, dir string) Record {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("records %v, %v", files, err)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var rec Record
	if err := json.Unmarshal(raw, &rec); err != nil {
		t.Fatal(err)
	}
	return rec
}

func kinds(rec Record) []string {
	var out []string
	for _, e := range rec.Events {
		out = append(out, e.Kind)
	}
	return out
}

func TestANodDoesNotStopTheBot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask("请讲")}, {ask(longText)}}}
		r := newRig(brain, Options{Records: dir}, nil)
		ear := r.ear()
		time.Sleep(2 * time.Second)
		ear.Hear("快递到哪了")
		time.Sleep(time.Second)
		utter(ear, "嗯", "嗯嗯")
		time.Sleep(longSound)
		r.finish()
		if turns := brain.seen(); len(turns) != 2 {
			t.Errorf("turns %+v: a nod is none", turns)
		}
		rec := kept(t, dir)
		if rec.BargeIns != 0 || !slices.Contains(kinds(rec), timeline.StopSuppressed) {
			t.Errorf("%d stops, events %v", rec.BargeIns, kinds(rec))
		}
		if played := time.Duration(len(r.leg.line.Played())) * time.Second / media.Narrowband; played != longSound+200*time.Millisecond {
			t.Errorf("played %v of %v", played, longSound)
		}
	})
}

func TestANodThatIsReadTooLateIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask(longText)}}}
		r := newRig(brain, Options{Records: dir}, nil)
		ear := r.ear()
		time.Sleep(time.Second)
		ear.Emit(asr.Event{Kind: asr.SpeechStarted, Start: ear.Heard()})
		time.Sleep(300 * time.Millisecond)
		ear.Emit(asr.Event{Kind: asr.Partial, Text: "对"})
		time.Sleep(500 * time.Millisecond)
		before := len(r.leg.line.Played())
		time.Sleep(500 * time.Millisecond)
		if len(r.leg.line.Played()) == before {
			t.Error("the bot waits for the end of an utterance that is no more than a nod")
		}
		ear.Emit(asr.Event{Kind: asr.Final, Text: "对", Confidence: 0.9})
		time.Sleep(longSound)
		r.finish()
		rec := kept(t, dir)
		if len(brain.seen()) != 1 || rec.BargeIns != 1 || rec.FalseStops != 1 {
			t.Errorf("%d turns, %d stops of which %d false", len(brain.seen()), rec.BargeIns, rec.FalseStops)
		}
	})
}

func TestTheRecordHoldsWhatWasHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask(longText)}, {ask("好")}}}
		r := newRig(brain, Options{Records: dir}, nil)
		ear := r.ear()
		time.Sleep(time.Second)
		utter(ear, "不是", "不是这个")
		time.Sleep(time.Second)
		r.finish()
		said := kept(t, dir).Turns[0].Answer[0]
		heard := strings.TrimSuffix(said.Say, "…")
		if heard == said.Say || heard == "" || !strings.HasPrefix(longText, heard) || said.Heard <= 0 || said.Heard >= 1 {
			t.Errorf("the record says %q, share %.2f", said.Say, said.Heard)
		}
		if turns := brain.seen(); len(turns) != 2 || turns[1].Text != "不是这个" || turns[1].Heard >= 1 {
			t.Errorf("turns %+v", turns)
		}
	})
}

func TestAYesIntoTheQuestionIsItsAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		confirm := dialog.Act{Name: "confirm:cancel", Say: longText, Expect: &dialog.Expect{Hints: asr.Hints{YesNo: true}, KeyLength: 1}}
		brain := &scriptedBrain{answers: [][]dialog.Act{{confirm}, {ask("好")}}}
		r := newRig(brain, Options{}, nil)
		ear := r.ear()
		time.Sleep(time.Second)
		utter(ear, "对")
		time.Sleep(time.Second)
		r.finish()
		if turns := brain.seen(); len(turns) != 2 || turns[1].Text != "对" {
			t.Errorf("turns %+v", turns)
		}
	})
}

func TestAGoodbyeIsNotTheEndForWhoHasMoreToSay(t *testing.T) {
	for _, c := range []struct {
		said    string // while the bot says goodbye
		outcome string
		turns   int
	}{{"等一下还有", outcomeAbandoned, 3}, {"嗯", "closed", 2}, {"", "closed", 2}} {
		synctest.Test(t, func(t *testing.T) {
			bye := dialog.Act{Name: "close", Say: longText, Outcome: &dialog.Outcome{Kind: dialog.OutcomeClosed}}
			brain := &scriptedBrain{answers: [][]dialog.Act{{ask("请讲")}, {bye}, {ask("您说")}}}
			r := newRig(brain, Options{}, nil)
			ear := r.ear()
			time.Sleep(2 * time.Second)
			ear.Hear("没有了")
			time.Sleep(time.Second)
			utter(ear, c.said)
			time.Sleep(longSound)
			r.finish()
			if turns := brain.seen(); len(turns) != c.turns || r.outcome() != c.outcome {
				t.Errorf("%q over a goodbye: %d turns, outcome %s", c.said, len(turns), r.outcome())
			}
		})
	}
}

// politeBrain has words for a caller who waits.
type politeBrain struct {
	*scriptedBrain
	fillers []string
}

func (b politeBrain) Filler(n int) dialog.Act {
	return dialog.Act{Name: "filler", Say: b.fillers[min(n, len(b.fillers)-1)], Lang: "zh"}
}

func TestALateAnswerIsBridged(t *testing.T) {
	for _, c := range []struct {
		late time.Duration
		want []string
	}{
		{700 * time.Millisecond, []string{"请讲", "明天就送到"}},
		{3 * time.Second, []string{"请讲", "稍等", "明天就送到"}},
		{850 * time.Millisecond, []string{"请讲", "稍等", "明天就送到"}},
		{5 * time.Second, []string{"请讲", "稍等", "还在查", "明天就送到"}},
		{11500 * time.Millisecond, []string{"请讲", "稍等", "还在查", "还在查", "明天就送到"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			dir := t.TempDir()
			brain := &scriptedBrain{answers: [][]dialog.Act{{ask("请讲")}, {ask("明天就送到")}}}
			r := newPoliteRig(brain, Options{Records: dir}, "稍等", "还在查")
			ear := r.ear()
			time.Sleep(2 * time.Second)
			brain.pause(c.late)
			ear.Hear("快递到哪了")
			time.Sleep(c.late + 2*time.Second)
			r.finish()
			if got := r.voice.Texts(); !slices.Equal(got, c.want) {
				t.Errorf("%v late: said %v, want %v", c.late, got, c.want)
			}
			_, filled := r.hearing("稍等")
			from, to := r.hearing("明天就送到")
			if from < filled-50*time.Millisecond || to-from < 300*time.Millisecond {
				t.Errorf("%v late: the answer from %v to %v, the filler until %v", c.late, from, to, filled)
			}
			if turns := kept(t, dir).Turns; len(turns) != 2 || len(turns[1].Answer) != 1 {
				t.Errorf("%v late: fillers are no answer: %+v", c.late, turns)
			}
		})
	}
}

func newPoliteRig(brain *scriptedBrain, options Options, fillers ...string) *rig {
	return newBrainRig(politeBrain{brain, fillers}, brain, options)
}

func TestAnAnswerThatDoesNotComeIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask("请讲")}}}
		r := newPoliteRig(brain, Options{}, "稍等", "还在查")
		ear := r.ear()
		time.Sleep(2 * time.Second)
		brain.pause(time.Hour)
		ear.Hear("快递到哪了")
		start := time.Now()
		for len(brain.seen()) < 3 { // nobody can take the call, which comes back
			time.Sleep(time.Second)
		}
		if waited := time.Since(start); waited > 15*time.Second {
			t.Errorf("given up after %v", waited)
		}
		r.finish()
		if turns := brain.seen(); turns[2].Kind != dialog.Failed {
			t.Errorf("turns %+v", turns)
		}
	})
}

func TestHoldingTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := dialog.Act{Name: "inform", Say: "不着急", Expect: &dialog.Expect{NoInput: 30000, Hold: true}}
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask("请讲")}, {hold}, {ask("您说")}}}
		r := newRig(brain, Options{}, nil)
		ear := r.ear()
		time.Sleep(2 * time.Second)
		ear.Hear("等一下")
		time.Sleep(20 * time.Second)
		utter(ear, "嗯")
		time.Sleep(8 * time.Second)
		if n := len(brain.seen()); n != 2 {
			t.Errorf("%d turns: thinking aloud is none, nor is half a minute of silence", n)
		}
		utter(ear, "好了", "好了你说")
		time.Sleep(time.Second)
		r.finish()
		if turns := brain.seen(); len(turns) != 3 || turns[2].Text != "好了你说" {
			t.Errorf("turns %+v", turns)
		}
	})
}

func TestSlowSpeechIsAskedOfTheVoice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		act := ask("我说慢一点")
		act.Speed = 0.8
		r := newRig(&scriptedBrain{answers: [][]dialog.Act{{act}}}, Options{}, nil)
		time.Sleep(time.Second)
		r.finish()
		if said := r.voice.Spoken(); len(said) != 1 || said[0].Speed != 0.8 {
			t.Errorf("said %+v", said)
		}
	})
}

// thinkingBrain notes what it was told to think about, and when that ended.
type thinkingBrain struct {
	*scriptedBrain
	mu    sync.Mutex
	notes []string
	first dialog.Act // what Prepare tells at once, where it has words
}

func (b *thinkingBrain) note(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notes = append(b.notes, what)
}

func (b *thinkingBrain) Prepare(ctx context.Context, turn dialog.Turn) dialog.Act {
	b.note("think " + turn.Text)
	if b.first.Say != "" {
		return b.first
	}
	<-ctx.Done()
	b.note("end " + turn.Text)
	return dialog.Act{}
}

func (b *thinkingBrain) Forget() { b.note("forget") }

func (b *thinkingBrain) Reply(ctx context.Context, turn dialog.Turn) iter.Seq2[dialog.Act, error] {
	b.note("reply " + turn.Text)
	return b.scriptedBrain.Reply(ctx, turn)
}

func TestTheBrainThinksWhileTheCallerSpeaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		scripted := &scriptedBrain{answers: [][]dialog.Act{{ask("请讲")}, {ask("在武汉")}}}
		brain := &thinkingBrain{scriptedBrain: scripted}
		r := newBrainRig(brain, scripted, Options{})
		ear := r.ear()
		time.Sleep(2 * time.Second)
		ear.Emit(asr.Event{Kind: asr.SpeechStarted, Start: ear.Heard()})
		for _, text := range []string{"我", "我的快递", "我的快递到哪了"} {
			time.Sleep(200 * time.Millisecond)
			ear.Emit(asr.Event{Kind: asr.Partial, Text: text})
		}
		time.Sleep(100 * time.Millisecond)
		ear.Emit(asr.Event{Kind: asr.Partial, Text: "我的快件到哪了"})
		time.Sleep(300 * time.Millisecond)
		ear.Emit(asr.Event{Kind: asr.Final, Text: "我的快件到哪了", Confidence: 0.9})
		time.Sleep(time.Second)
		r.finish()
		want := []string{"reply ", "think 我的快递", "end 我的快递", "think 我的快件到哪了",
			"end 我的快件到哪了", "reply 我的快件到哪了", "forget"}
		if !slices.Equal(brain.notes, want) {
			t.Errorf("\n got %q\nwant %q", brain.notes, want)
		}
	})
}

// The first words of the likely answer are made while the caller still speaks.
func TestTheAnswerIsMadeAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		scripted := &scriptedBrain{answers: [][]dialog.Act{{ask("请讲")}, {ask("在武汉")}}}
		brain := &thinkingBrain{scriptedBrain: scripted, first: ask("在武汉")}
		r := newBrainRig(brain, scripted, Options{})
		ear := r.ear()
		time.Sleep(2 * time.Second)
		ear.Emit(asr.Event{Kind: asr.SpeechStarted, Start: ear.Heard()})
		ear.Emit(asr.Event{Kind: asr.Partial, Text: "我的快递到哪了"})
		time.Sleep(300 * time.Millisecond)
		said := r.voice.Spoken()
		if len(said) != 2 || said[1].Text != "在武汉" || said[1].Rate != media.Narrowband {
			t.Errorf("made ahead: %+v", said)
		}
		if turns := brain.seen(); len(turns) != 1 {
			t.Errorf("turns %+v", turns)
		}
		r.finish()
	})
}
