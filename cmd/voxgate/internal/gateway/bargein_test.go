package gateway

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
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

// tapped is a call whose taps the test feeds.
type tapped struct {
	leg   *testLeg
	ear   *asrtest.Stream
	tap   media.Tap
	ended chan Record
}

func newTapped(records string) *tapped {
	ears := asrtest.Script()
	brain := &scriptedBrain{answers: [][]dialog.Act{{ask(strings.Repeat("这句话很长", 20))}, {ask("好")}}}
	g := New(Parts{
		ASR: ears, TTS: &ttstest.Engine{}, Metrics: NewMetrics(nil), Log: slog.New(slog.DiscardHandler),
		NewBrain: func(Caller) dialog.Brain { return brain },
	}, Options{MaxCall: time.Hour, Records: records, Audio: records != ""})
	c := &tapped{leg: newTestLeg(), ended: make(chan Record, 1)}
	taps := make(chan media.Tap, 1)
	go func() {
		rec, _ := g.Run(context.Background(), Caller{ID: "call-1", Via: "sip"}, Access{
			Answer: func(_ context.Context, tap media.Tap) (Leg, error) { taps <- tap; return c.leg, nil },
			Rate:   media.Narrowband,
		})
		c.ended <- rec
	}()
	c.tap, c.ear = <-taps, <-ears.Opened()
	return c
}

// pass lets the taps hear both directions and their time pass.
func (c *tapped) pass(received, sent []int16) {
	in, out := media.Frames(media.Narrowband, received), media.Frames(media.Narrowband, sent)
	for i := range in {
		c.tap.Tick(&in[i], &out[i])
		time.Sleep(media.FrameDuration)
	}
}

func (c *tapped) played() time.Duration {
	return time.Duration(len(c.leg.line.Played())) * time.Second / media.Narrowband
}

func (c *tapped) finish() Record {
	_ = c.leg.Hangup(context.Background())
	return <-c.ended
}

// of are the events of a kind.
func of(rec Record, kind string) (found []timeline.Event) {
	for _, e := range rec.Events {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

// echoOf is a sound at a tenth of its power, so much later.
func echoOf(pcm []int16, later time.Duration) []int16 {
	out := make([]int16, len(pcm))
	shift := int(later.Seconds() * media.Narrowband)
	for i := shift; i < len(pcm); i++ {
		out[i] = int16(float64(pcm[i-shift]) * 0.316)
	}
	return out
}

func TestEchoDoesNotStopTheBotAndTheCallerOverItDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		c := newTapped(dir)
		sent := mediatest.Talk(media.Narrowband, 4*time.Second, 1)
		received := echoOf(sent, 150*time.Millisecond)
		caller := mediatest.Talk(media.Narrowband, time.Second, 2)
		for i, v := range caller {
			received[3*media.Narrowband+i] += v
		}
		const second = media.Narrowband
		c.pass(received[:second], sent[:second])
		c.ear.Emit(asr.Event{Kind: asr.SpeechStarted, Confidence: 1})
		c.pass(received[second:3*second], sent[second:3*second])
		if got := c.played(); got < 2900*time.Millisecond {
			t.Errorf("the bot had spoken for %v of 3 s over its echo", got)
		}
		c.ear.Emit(asr.Event{Kind: asr.Speaking, Confidence: 1})
		c.pass(received[3*second:], sent[3*second:])
		if got := c.played(); got > 3600*time.Millisecond {
			t.Errorf("the bot spoke for %v; the caller spoke from 3 s on", got)
		}
		rec := c.finish()
		suppressed, stops := of(rec, timeline.StopSuppressed), of(rec, timeline.Stop)
		if len(suppressed) != 1 || suppressed[0].Reason != "echo" || suppressed[0].Score < 0.5 || (suppressed[0].Delay-150*time.Millisecond).Abs() > 20*time.Millisecond {
			t.Errorf("suppressed %+v", suppressed)
		}
		if len(stops) != 1 {
			t.Fatalf("stops %+v", stops)
		}
		for _, e := range append(suppressed, stops...) {
			if _, err := os.Stat(filepath.Join(dir, e.Clip)); e.Clip == "" || err != nil {
				t.Errorf("%s has no clip: %v", e.Kind, err)
			}
		}
	})
}

func TestCoughDoesNotStopTheBotAndWordsDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTapped("")
		silence := make([]int16, 2*media.Narrowband)
		c.pass(silence, mediatest.Talk(media.Narrowband, 2*time.Second, 1))
		c.ear.Emit(asr.Event{Kind: asr.SpeechStarted, Confidence: 0.8}, asr.Event{Kind: asr.Speaking, Confidence: 0.6})
		c.pass(mediatest.Noise(media.Narrowband, 0.1, 400*time.Millisecond, 1), silence[:media.Narrowband*2/5])
		if got := c.played(); got < 2300*time.Millisecond {
			t.Errorf("the bot had spoken for %v of 2.4 s over a cough", got)
		}
		c.ear.Emit(asr.Event{Kind: asr.Partial, Text: "我想"})
		c.pass(mediatest.Noise(media.Narrowband, 0.1, 400*time.Millisecond, 2), silence[:media.Narrowband*2/5])
		if got := c.played(); got > 2600*time.Millisecond {
			t.Errorf("the bot spoke for %v; words were read after 2.4 s", got)
		}
		rec := c.finish()
		if stops := of(rec, timeline.Stop); len(stops) != 1 || stops[0].Reason != "words" || stops[0].Clip != "" {
			t.Errorf("stops %+v", stops)
		}
	})
}

func TestWhatWasHeardBeforeAStopCountsAfterTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask(longText)}, {ask("好")}}}
		r := newRig(brain, Options{Records: dir}, nil)
		ear := r.ear()
		time.Sleep(longSound / 2)
		ear.Emit(asr.Event{Kind: asr.SpeechStarted, Start: ear.Heard()})
		time.Sleep(300 * time.Millisecond)
		ear.Emit(asr.Event{Kind: asr.Final}) // a cough
		time.Sleep(longSound / 4)
		utter(ear, "不是", "不是这个")
		time.Sleep(time.Second)
		r.finish()
		said := kept(t, dir).Turns[0].Answer
		if len(said) != 2 || said[1].Heard <= said[0].Heard || len(said[1].Say) <= len(said[0].Say) {
			t.Errorf("the record says %+v", said)
		}
		if turns := brain.seen(); len(turns) != 2 || turns[1].Heard <= said[0].Heard {
			t.Errorf("turns %+v", turns)
		}
	})
}
