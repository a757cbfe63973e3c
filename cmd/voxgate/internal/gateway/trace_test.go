package gateway

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/asr"
	"voxgate/cmd/voxgate/internal/timeline"
	"voxgate/dialog"
)

func newTestRecord(options Options) *record {
	g := New(Parts{Metrics: NewMetrics(nil), Log: slog.New(slog.DiscardHandler)}, options)
	return g.begin(Caller{ID: "call-1", Via: "sip"}, Access{})
}

func TestEventsAreMaskedAndBounded(t *testing.T) {
	r := newTestRecord(Options{})
	for range maxEvents + 3 {
		r.event(timeline.Event{Kind: timeline.Partial, Text: "手机13800003721"})
	}
	if n := len(r.data.Events); n != maxEvents || r.data.EventsLost != 3 {
		t.Errorf("%d events, %d lost", n, r.data.EventsLost)
	}
	if got := r.data.Events[0].Text; got != "手机138****3721" {
		t.Errorf("the events tell %q", got)
	}
}

func TestPrivateWordsLeaveTheEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newTestRecord(Options{})
		say := func(text string) {
			r.event(timeline.Event{Kind: timeline.Final, Text: text})
			time.Sleep(time.Second)
		}
		say("我要退货")
		say("卡号六二二二零二")
		r.event(timeline.Event{Kind: timeline.ActBegan, Text: "请不要说卡号"})
		r.private(1500 * time.Millisecond)
		say("一一零一二三")
		r.public()
		say("那算了")
		var got []string
		for _, e := range r.data.Events {
			got = append(got, e.Text)
		}
		want := []string{"我要退货", notKept, "请不要说卡号", notKept, "那算了"}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("events %q, want %q", got, want)
		}
	})
}

func TestACallKeepsWhatHappened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask("这是一句很长很长的话要说好几秒钟才能够说完")}, {ask("好")}}}
		r := newRig(brain, Options{Records: t.TempDir()}, nil)
		ear := r.ear()
		time.Sleep(time.Second)
		ear.Emit(asr.Event{Kind: asr.SpeechStarted})
		time.Sleep(200 * time.Millisecond)
		ear.Emit(asr.Event{Kind: asr.Partial, Text: "查"})
		ear.Emit(asr.Event{Kind: asr.Final, Text: "查快递", Confidence: 0.9, Silence: 300 * time.Millisecond, Reason: "complete"})
		time.Sleep(2 * time.Second)
		_ = r.leg.Hangup(context.Background())
		<-r.ended
		rec := kept(t, r.gateway.options.Records)
		var kinds []string
		for _, e := range rec.Events {
			kinds = append(kinds, e.Kind)
		}
		raw, err := json.Marshal(rec.Events)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{timeline.ActBegan, timeline.SpeechStarted, timeline.Stop, timeline.Partial, timeline.Final, timeline.EndOfTurn, timeline.ActEnded} {
			if !strings.Contains(strings.Join(kinds, " "), want) {
				t.Errorf("no %s among %v", want, kinds)
			}
		}
		if !strings.Contains(string(raw), `"reason":"complete","delay_ms":300`) {
			t.Errorf("the end of the turn is not told: %s", raw)
		}
		if rec.BargeIns != 1 {
			t.Errorf("%d barge-ins", rec.BargeIns)
		}
	})
}

func TestKeysAreEventsThatDoNotTellWhich(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask("请讲")}, {ask("好")}}}
		r := newRig(brain, Options{Records: t.TempDir()}, nil)
		time.Sleep(2 * time.Second)
		r.leg.line.Press("37#")
		time.Sleep(time.Second)
		r.finish()
		keys := of(kept(t, r.gateway.options.Records), timeline.Key)
		for _, e := range keys {
			if e.Text+e.Reason != "" {
				t.Errorf("an event tells the key: %+v", e)
			}
		}
		if len(keys) != 3 {
			t.Errorf("%d of 3 keys", len(keys))
		}
	})
}
