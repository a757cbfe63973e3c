package engine

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"voxgate/asr"
	"voxgate/asr/model"
	"voxgate/media"
	"voxgate/media/wav"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if e, err := shared(); err == nil {
		e.Close()
	}
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// shared is loaded once: the model is the same for all tests.
var shared = sync.OnceValues(func() (*Engine, error) { return New(Config{Workers: 2}) })

func ears(t testing.TB) *Engine {
	t.Helper()
	e, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// speech is a test recording without the silence around it.
func speech(t testing.TB, name string) []int16 {
	t.Helper()
	a, err := wav.ReadFile("testdata/" + name + ".wav")
	if err != nil {
		t.Fatal(err)
	}
	return a.Mono()
}

// silence is that of a telephone line, a faint hiss.
func silence(d time.Duration) []int16 {
	hiss := rand.New(rand.NewPCG(5, 6))
	out := make([]int16, int(d.Seconds()*media.Narrowband))
	for i := range out {
		out[i] = int16(hiss.NormFloat64() * 8)
	}
	return out
}

func join(parts ...[]int16) (out []int16) {
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// hearAll feeds audio to an ear of its own, 20 ms at a time, and returns the events.
func hearAll(t *testing.T, hints asr.Hints, pcm []int16) []asr.Event {
	t.Helper()
	var events []asr.Event
	ear := newEar(ears(t), hints, func(ev asr.Event) { events = append(events, ev) })
	for i := range len(pcm) / 160 {
		f := media.Frame{Rate: media.Narrowband}
		copy(f.Samples[:], pcm[i*160:(i+1)*160])
		if err := ear.hear(context.Background(), timed{f, int64(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := ear.end(context.Background()); err != nil {
		t.Fatal(err)
	}
	return events
}

func only(events []asr.Event, kind asr.EventKind) (out []asr.Event) {
	for _, ev := range events {
		if ev.Kind == kind {
			out = append(out, ev)
		}
	}
	return out
}

func TestOneUtterance(t *testing.T) {
	sound := speech(t, "track")
	begin, length := 1200*time.Millisecond, time.Duration(len(sound))*time.Second/media.Narrowband
	events := hearAll(t, asr.Hints{}, join(silence(begin), sound, silence(1500*time.Millisecond)))
	started, finals := only(events, asr.SpeechStarted), only(events, asr.Final)
	if len(started) != 1 || len(finals) != 1 || events[0].Kind != asr.SpeechStarted || events[len(events)-1].Kind != asr.Final {
		t.Fatalf("events %+v", events)
	}
	if d := started[0].Start - begin; d < -120*time.Millisecond || d > 120*time.Millisecond {
		t.Errorf("speech began at %v, heard at %v", begin, started[0].Start)
	}
	if late := started[0].End - begin; late > 240*time.Millisecond {
		t.Errorf("noticed %v after it began", late)
	}
	f := finals[0]
	if f.Text != "帮我查一下我的快递到哪了" {
		t.Errorf("heard %q", f.Text)
	}
	if d := f.End - begin - length; d < -200*time.Millisecond || d > 250*time.Millisecond {
		t.Errorf("ended at %v, reported %v", begin+length, f.End)
	}
	if f.Silence < 100*time.Millisecond || f.Silence > 400*time.Millisecond || f.Reason != "complete" || f.Confidence <= 0 || f.Confidence > 1 {
		t.Errorf("silence %v, confidence %v, reason %s", f.Silence, f.Confidence, f.Reason)
	}
	if n := len(strings.Fields(f.Pinyin)); n != 12 || !strings.HasPrefix(f.Pinyin, "bang1 wo3 cha2") {
		t.Errorf("pinyin %q", f.Pinyin)
	}
	last := time.Duration(0)
	for _, w := range f.Words {
		if w.Start < last-40*time.Millisecond || w.End <= w.Start || w.Start < begin-200*time.Millisecond {
			t.Errorf("word %s from %v to %v after %v", w.Text, w.Start, w.End, last)
		}
		last = w.Start
	}
	if len(only(events, asr.Partial)) < 2 {
		t.Error("hardly any partial readings")
	}
}

// The end of a turn is told as soon as the audio of its step is there, wherever in a chunk that falls.
func TestEndOfTurnIsToldAtItsStep(t *testing.T) {
	for shift := time.Duration(0); shift < 80*time.Millisecond; shift += media.FrameDuration {
		sound := join(silence(time.Second+shift), speech(t, "human"), silence(time.Second))
		told := false
		var e *ear
		e = newEar(ears(t), asr.Hints{}, func(ev asr.Event) {
			if ev.Kind != asr.Final {
				return
			}
			told = true
			given, needed := time.Duration(e.frames)*media.FrameDuration, time.Duration(e.steps)*model.Step
			if late := given - needed; late > 40*time.Millisecond {
				t.Errorf("shifted by %v: told when %v beyond the step were given", shift, late)
			}
		})
		for i := range len(sound) / 160 {
			f := media.Frame{Rate: media.Narrowband}
			copy(f.Samples[:], sound[i*160:(i+1)*160])
			if err := e.hear(context.Background(), timed{f, int64(i)}); err != nil {
				t.Fatal(err)
			}
		}
		if !told {
			t.Errorf("shifted by %v: no end of turn", shift)
		}
	}
}

func TestShortUtteranceAndNextOne(t *testing.T) {
	events := hearAll(t, asr.Hints{}, join(
		silence(time.Second), speech(t, "human"), silence(1200*time.Millisecond), speech(t, "track"), silence(1200*time.Millisecond)))
	finals := only(events, asr.Final)
	if len(finals) != 2 || finals[0].Text != "转人工" || finals[1].Text != "帮我查一下我的快递到哪了" {
		t.Fatalf("finals %+v", finals)
	}
	if finals[1].Start <= finals[0].End {
		t.Errorf("the second began at %v, the first ended at %v", finals[1].Start, finals[0].End)
	}
}

func TestSpeechAfterLongSilence(t *testing.T) {
	events := hearAll(t, asr.Hints{}, join(silence(4*time.Second), speech(t, "track"), silence(9*time.Second), speech(t, "human"), silence(time.Second)))
	finals := only(events, asr.Final)
	if len(finals) != 2 || finals[0].Text != "帮我查一下我的快递到哪了" || finals[1].Text != "转人工" {
		t.Errorf("finals %+v", finals)
	}
}

func TestDigitsWithPause(t *testing.T) {
	digits := speech(t, "digits")
	sound := join(silence(time.Second), digits, silence(time.Second), digits, silence(2*time.Second))
	finals := only(hearAll(t, asr.Hints{Digits: true, MaxDigits: 12}, sound), asr.Final)
	if len(finals) != 1 || finals[0].Text != "98469846" {
		t.Fatalf("finals %+v", finals)
	}
	if finals[0].Silence < 1200*time.Millisecond {
		t.Errorf("an unfinished number ended after %v", finals[0].Silence)
	}
}

func TestCompleteDigitsEndAtOnce(t *testing.T) {
	sound := join(silence(time.Second), speech(t, "digits"), silence(2*time.Second))
	finals := only(hearAll(t, asr.Hints{Digits: true, MinDigits: 4, MaxDigits: 4, Only: true}, sound), asr.Final)
	if len(finals) != 1 || finals[0].Text != "9846" || finals[0].Reason != "digits" || finals[0].Silence > 400*time.Millisecond {
		t.Fatalf("finals %+v", finals)
	}
}

func TestEnglishIsNoticed(t *testing.T) {
	finals := only(hearAll(t, asr.Hints{}, join(silence(time.Second), speech(t, "english"), silence(time.Second))), asr.Final)
	if len(finals) != 1 || finals[0].Text != "where is my package" {
		t.Fatalf("finals %+v", finals)
	}
}

func TestNoSpeech(t *testing.T) {
	noise := rand.New(rand.NewPCG(3, 4))
	hiss := silence(6 * time.Second)
	for i := range hiss {
		hiss[i] = int16(noise.NormFloat64() * 300)
	}
	clicks := silence(6 * time.Second)
	for at := 4000; at < len(clicks); at += 8000 {
		for i := range 400 { // 50 ms
			clicks[at+i] = int16(noise.NormFloat64() * 9000)
		}
	}
	for name, pcm := range map[string][]int16{"silence": silence(4 * time.Second), "hiss": hiss, "clicks": clicks} {
		for _, ev := range hearAll(t, asr.Hints{}, pcm) {
			if ev.Text != "" {
				t.Errorf("%s: heard %q", name, ev.Text)
			}
		}
	}
}

func TestTranscribe(t *testing.T) {
	sound := speech(t, "phone") // begins and ends without any silence
	finals, err := ears(t).Transcribe(context.Background(), sound, asr.Hints{})
	if err != nil {
		t.Fatal(err)
	}
	if len(finals) != 1 || finals[0].Text != "我的手机号是13711029846" {
		t.Fatalf("finals %+v", finals)
	}
	length := time.Duration(len(sound)) * time.Second / media.Narrowband
	if f := finals[0]; f.Start > 200*time.Millisecond || f.End < length-300*time.Millisecond || f.End > length+300*time.Millisecond {
		t.Errorf("from %v to %v of %v", f.Start, f.End, length)
	}
	if finals, err := ears(t).Transcribe(context.Background(), nil, asr.Hints{}); err != nil || len(finals) != 0 {
		t.Errorf("nothing gave %v, %v", finals, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ears(t).Transcribe(ctx, sound, asr.Hints{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
