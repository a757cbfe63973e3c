package gateway

import (
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/asr"
	"voxgate/cmd/voxgate/internal/floor"
	"voxgate/cmd/voxgate/internal/timeline"
	"voxgate/dialog"
	"voxgate/media"
	"voxgate/media/mediatest"
	"voxgate/media/wav"
)

// A caller who reads out a card is in neither the record nor the recording, until he speaks of something else.
func TestWhatIsPrivateIsNotKept(t *testing.T) { synctest.Test(t, whatIsPrivateIsNotKept) }

func whatIsPrivateIsNotKept(t *testing.T) {
	dir := t.TempDir()
	g := New(Parts{Metrics: NewMetrics(nil), Log: slog.New(slog.DiscardHandler)}, Options{Records: dir, Audio: true})
	rec := g.begin(Caller{ID: "card", Via: "sip"}, Access{Rate: media.Narrowband})
	s := &session{gateway: g, rec: rec, watch: rec.watch(media.Narrowband), log: rec.log, floor: floor.New()}
	defer s.watch.close()
	tone := media.Frame{Rate: media.Narrowband}
	copy(tone.PCM(), mediatest.Tone(media.Narrowband, 500, 0.5, media.FrameDuration))
	talk := func(n int) {
		for i := range n {
			silent := media.Frame{Rate: media.Narrowband}
			rec.audio.Tick(&tone, &silent)
			if i%20 == 19 {
				synctest.Wait() // the disk's turn
			}
		}
	}
	turn := func(text string, private bool) {
		s.turns++
		s.saidFrom = time.Now().Add(-2 * time.Second)
		rec.turn(dialog.Turn{Kind: dialog.Speech, Text: text})
		s.spoken(t.Context(), progress{act: dialog.Act{Name: "inform", Say: "好", Private: private}, phase: known})
		s.spoken(t.Context(), progress{act: dialog.Act{Name: "ask_intent", Say: "还有吗"}, phase: known})
	}
	talk(100)
	talk(100)
	turn("卡号六二二二零二一一零一二三", true)
	talk(100)
	turn("那算了", false)
	talk(100)
	g.end(rec, "closed")
	if got := rec.data.Turns[0].Said; got != notKept {
		t.Errorf("the record says %q", got)
	}
	if got := rec.data.Turns[1].Said; got != "那算了" {
		t.Errorf("the record says %q of the turn after", got)
	}
	a, err := wav.ReadFile(filepath.Join(dir, rec.data.Audio))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from, to int // tenths of a second
		heard    bool
	}{{0, 14, true}, {18, 59, false}, {62, 78, true}} {
		got := mediatest.Level(a.Channel(0)[c.from*800:c.to*800], media.Narrowband, 500)
		if (got > 0.2) != c.heard || !c.heard && got > 0.001 {
			t.Errorf("%d to %d tenths: the caller at %.4f", c.from, c.to, got)
		}
	}
}

// A turn may have to wait for what may not be interrupted. Its caller goes on, and yet its own words are those that go.
func TestWhatIsPrivateIsFoundBehindWhatWasSaidSince(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		notice := dialog.Act{Name: "inform", Say: longText, NoBarge: true}
		refuse := dialog.Act{Name: "refuse", Say: "卡号不用告诉我", NoBarge: true, Private: true}
		r := newRig(&scriptedBrain{answers: [][]dialog.Act{{notice}, {refuse}}}, Options{Records: dir}, nil)
		ear := r.ear()
		time.Sleep(time.Second)
		ear.Hear("卡号六二二二零二")
		time.Sleep(time.Second)
		ear.Emit(asr.Event{Kind: asr.SpeechStarted, Start: ear.Heard()})
		time.Sleep(longSound)
		r.finish()
		rec := kept(t, dir)
		if len(rec.Turns) != 2 || rec.Turns[1].Said != notKept {
			t.Errorf("turns %+v", rec.Turns)
		}
		if finals := of(rec, timeline.Final); len(finals) != 1 || finals[0].Text != notKept {
			t.Errorf("the events tell %+v", finals)
		}
	})
}
