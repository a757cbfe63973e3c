package gateway

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/asr"
	"voxgate/cmd/voxgate/internal/timeline"
	"voxgate/dialog"
	"voxgate/media"
	"voxgate/media/mediatest"
)

func TestStagesOfAnAnswerAddUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newTestRecord(Options{})
		silent, loud := media.Frame{Rate: media.Narrowband}, media.Frame{Rate: media.Narrowband}
		copy(loud.PCM(), mediatest.Tone(media.Narrowband, 500, 0.5, media.FrameDuration))
		tap := r.tap()
		speechEnd := time.Now()
		tap.Tick(&silent, &loud) // the end of the answer before
		time.Sleep(250 * time.Millisecond)
		r.turn(dialog.Turn{Kind: dialog.Speech, Text: "我的快递到哪了"})
		passage := r.passage
		time.Sleep(4 * time.Millisecond)
		r.passed(passage, dialog.Step{Name: dialog.Understood, Of: "track_logistics", Score: 0.9})
		time.Sleep(30 * time.Millisecond)
		r.worded(passage)
		time.Sleep(20 * time.Millisecond)
		act := ask("在武汉")
		r.began(act, speechEnd)
		time.Sleep(5 * time.Millisecond)
		tap.Tick(&silent, &silent)
		time.Sleep(20 * time.Millisecond)
		tap.Tick(&silent, &loud)
		time.Sleep(time.Second)
		tap.Tick(&silent, &loud)
		r.began(ask("还有吗"), time.Time{})
		r.act(progress{act: act, share: 1})
		got := r.data.Turns[0]
		want := timeline.Stages{EndOfTurn: 250, Understood: 4, LookedUp: 30, FirstAudio: 20, OnWire: 25}
		if got.Stages == nil || *got.Stages != want || got.VoiceToVoice != 329 {
			t.Errorf("voice to voice %d ms: %v, want %v", got.VoiceToVoice, got.Stages, want)
		}
	})
}

// A filler that still sounds when the answer's words are known is not the answer.
func TestFillerIsNotTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newTestRecord(Options{})
		silent, loud := media.Frame{Rate: media.Narrowband}, media.Frame{Rate: media.Narrowband}
		copy(loud.PCM(), mediatest.Tone(media.Narrowband, 500, 0.5, media.FrameDuration))
		tap, speechEnd := r.tap(), time.Now()
		time.Sleep(200 * time.Millisecond)
		r.turn(dialog.Turn{Kind: dialog.Speech, Text: "我的快递到哪了"})
		time.Sleep(800 * time.Millisecond)
		r.event(timeline.Event{Kind: timeline.Filler, Text: "稍等"})
		r.worded(r.passage)
		time.Sleep(300 * time.Millisecond)
		tap.Tick(&silent, &loud)
		r.began(ask("在武汉"), speechEnd)
		time.Sleep(20 * time.Millisecond)
		tap.Tick(&silent, &loud)
		r.act(progress{act: ask("在武汉"), share: 1})
		if got := r.data.Turns[0].VoiceToVoice; got != 1320 {
			t.Errorf("voice to voice %d ms, want 1320", got)
		}
	})
}

// A clock that has sent the sound before anyone took notes, and a turn that skips steps.
func TestStagesNeverRunBackwards(t *testing.T) {
	begin := time.Unix(100, 0)
	at := func(ms int) time.Time { return begin.Add(time.Duration(ms) * time.Millisecond) }
	for name, c := range map[string]struct {
		passage passage
		sent    time.Time
		seen    bool
		want    timeline.Stages
	}{
		"sent before noted":  {passage{decided: at(100), worded: at(110), speechEnd: at(0), made: at(140)}, at(130), true, timeline.Stages{EndOfTurn: 100, LookedUp: 10, FirstAudio: 20}},
		"no sound was seen":  {passage{decided: at(100), worded: at(110), speechEnd: at(0), made: at(140)}, time.Time{}, false, timeline.Stages{EndOfTurn: 100, LookedUp: 10, FirstAudio: 30}},
		"understood earlier": {passage{decided: at(100), understood: at(50), worded: at(110), speechEnd: at(0), made: at(140)}, at(150), true, timeline.Stages{EndOfTurn: 100, LookedUp: 10, FirstAudio: 30, OnWire: 10}},
		"nothing was known":  {passage{decided: at(100), speechEnd: at(0), made: at(140)}, at(150), true, timeline.Stages{EndOfTurn: 100, FirstAudio: 40, OnWire: 10}},
	} {
		_, took := c.passage.stages(c.sent, c.seen)
		if got := timeline.NewStages(took); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// The recogniser finds the end of speech late; the sound itself tells it to a frame, in noise too.
func TestLastSpeechIsFoundInTheSound(t *testing.T) {
	for name, noise := range map[string]float64{"quiet": 0, "noisy": 0.02} {
		synctest.Test(t, func(t *testing.T) {
			r := newTestRecord(Options{})
			tap, silent := r.tap(), media.Frame{Rate: media.Narrowband}
			talk := func(frames int, loud float64) {
				for range frames {
					f := media.Frame{Rate: media.Narrowband}
					copy(f.PCM(), mediatest.Tone(media.Narrowband, 500, loud, media.FrameDuration))
					time.Sleep(media.FrameDuration)
					tap.Tick(&f, &silent)
				}
			}
			talk(50, noise)
			talk(70, 0.3)
			end := time.Now()
			talk(14, noise)
			r.turn(dialog.Turn{Kind: dialog.Speech, Text: "我要退货"})
			if got := r.passage.lastSpeech(end.Add(100 * time.Millisecond)); !got.Equal(end) {
				t.Errorf("%s: speech ended %v from its end", name, got.Sub(end))
			}
			late := end.Add(hearsLate)
			if got := r.passage.lastSpeech(late); !got.Equal(late) {
				t.Errorf("%s: a soft end is cut %v before the recogniser's", name, late.Sub(got))
			}
		})
	}
}

// The recording lacks what the clock left out; what it made up for, it has.
func TestTimesLeftOutAreKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newTestRecord(Options{})
		tap, silent := r.tap(), media.Frame{Rate: media.Narrowband}
		ticks := func(n int, pause time.Duration) {
			for range n {
				tap.Tick(&silent, &silent)
				time.Sleep(pause)
			}
		}
		time.Sleep(100 * time.Millisecond)
		ticks(10, media.FrameDuration)
		time.Sleep(200 * time.Millisecond)
		ticks(10, 0)
		ticks(10, media.FrameDuration)
		time.Sleep(250 * time.Millisecond)
		ticks(10, media.FrameDuration)
		got := r.wire.gaps()
		want := []timeline.Gap{{AtMS: 100, MS: 100}, {AtMS: 940, MS: 240}}
		if !slices.Equal(got, want) {
			t.Errorf("left out %v, want %v", got, want)
		}
	})
}

// Tick runs on the audio path.
func BenchmarkWireTick(b *testing.B) {
	w := wire{epoch: time.Now()}
	f := media.Frame{Rate: media.Narrowband}
	b.ReportAllocs()
	for b.Loop() {
		w.Tick(&f, &f)
	}
}

func TestAnswerToSpeechHasStages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		brain := &scriptedBrain{answers: [][]dialog.Act{{ask("请讲")}, {ask("在武汉")}}, delay: 100 * time.Millisecond}
		r := newRig(brain, Options{Records: t.TempDir()}, nil)
		ear := r.ear()
		time.Sleep(3 * time.Second)
		ear.Emit(asr.Event{Kind: asr.Final, Text: "到哪了", Silence: 300 * time.Millisecond})
		time.Sleep(2 * time.Second)
		r.finish()
		rec := kept(t, r.gateway.options.Records)
		if len(rec.Turns) < 2 || rec.Turns[0].Stages != nil {
			t.Fatalf("turns %+v", rec.Turns)
		}
		stages := rec.Turns[1].Stages
		if stages == nil || stages.EndOfTurn != 300 || stages.LookedUp != 100 || rec.Turns[1].VoiceToVoice != 400 {
			t.Errorf("voice to voice %d ms: %v", rec.Turns[1].VoiceToVoice, stages)
		}
	})
}
