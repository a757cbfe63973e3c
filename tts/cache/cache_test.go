package cache

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"voxgate/media"
	"voxgate/tts"
	"voxgate/tts/ttstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func speak(t *testing.T, ctx context.Context, e tts.Engine, u tts.Utterance) ([]int16, error) {
	t.Helper()
	var pcm []int16
	for frame, err := range e.Speak(ctx, u) {
		if err != nil {
			return pcm, err
		}
		pcm = append(pcm, frame.PCM()...)
	}
	return pcm, nil
}

func TestReplayIsTheSame(t *testing.T) {
	voice := &ttstest.Engine{}
	e := New(voice, 1<<20)
	first, err := speak(t, t.Context(), e, tts.Utterance{Text: "您好,请讲"})
	if err != nil || len(first) == 0 {
		t.Fatal(len(first), err)
	}
	second, err := speak(t, t.Context(), e, tts.Utterance{Text: "您好,请讲", Lang: "zh", Rate: 8000})
	if err != nil || !slices.Equal(first, second) {
		t.Errorf("%d and %d samples, %v", len(first), len(second), err)
	}
	for _, other := range []tts.Utterance{{Text: "您好,请讲", Rate: 16000}, {Text: "您好,请讲", Voice: "m3"}, {Text: "您好,请讲", Lang: "en"}} {
		if _, err := speak(t, t.Context(), e, other); err != nil {
			t.Fatal(err)
		}
	}
	if got := e.Stats(); got.Hits != 1 || got.Misses != 4 || got.Entries != 4 || len(voice.Spoken()) != 4 {
		t.Errorf("%+v, %d syntheses", got, len(voice.Spoken()))
	}
}

// substitute speaks for another engine, and names the call that it works for.
type substitute struct {
	ttstest.Engine
	call string
}

func (s *substitute) Speak(ctx context.Context, u tts.Utterance) iter.Seq2[media.Frame, error] {
	tts.StandIn(ctx)
	s.call = tts.Call(ctx)
	return s.Engine.Speak(ctx, u)
}

func TestWhatAStandInSaidIsNotKept(t *testing.T) {
	voice := &substitute{}
	e := New(voice, 1<<20)
	for range 2 {
		if pcm, err := speak(t, tts.WithCall(t.Context(), "call-7"), e, tts.Utterance{Text: "您好"}); err != nil || len(pcm) == 0 {
			t.Fatal(len(pcm), err)
		}
	}
	if got := e.Stats(); got.Entries != 0 || got.Misses != 2 || got.Failures != 0 {
		t.Errorf("%+v", got)
	}
	if voice.call != "call-7" {
		t.Errorf("the engine worked for the call %q", voice.call)
	}
}

func TestLeastRecentlyUsedLeaves(t *testing.T) {
	voice := &ttstest.Engine{}
	e := New(voice, 5*1600) // five utterances of one character
	say := func(text string) {
		if _, err := speak(t, t.Context(), e, tts.Utterance{Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range []string{"一", "二", "三", "四", "五", "一", "六"} {
		say(s)
	}
	say("一")
	say("二")
	if got := e.Stats(); got.Bytes != 5*1600 || got.Entries != 5 || got.Evictions != 2 || got.Hits != 2 {
		t.Errorf("%+v", got)
	}
	say("这一句太长放不下")
	if got := e.Stats(); got.Evictions != 2 {
		t.Errorf("a sentence over the bound pushed others out: %+v", got)
	}
}

func TestOneSynthesisForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		voice := &ttstest.Engine{Latency: time.Second}
		e := New(voice, 1<<20)
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				if pcm, err := speak(t, t.Context(), e, tts.Utterance{Text: "您好"}); err != nil || len(pcm) != 1600 {
					t.Errorf("%d samples, %v", len(pcm), err)
				}
			})
		}
		group.Wait()
		if got := e.Stats(); got.Misses != 1 || got.Shared != 19 || len(voice.Spoken()) != 1 {
			t.Errorf("%+v, %d syntheses", got, len(voice.Spoken()))
		}
	})
}

func TestFirstListenerLeavesOthersStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		voice := &ttstest.Engine{Latency: time.Second}
		e := New(voice, 1<<20)
		bargeIn := errors.New("barge-in")
		ctx, cancel := context.WithCancelCause(t.Context())
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := speak(t, ctx, e, tts.Utterance{Text: "您好"}); !errors.Is(err, bargeIn) {
				t.Errorf("got %v", err)
			}
		})
		synctest.Wait()
		group.Go(func() {
			if pcm, err := speak(t, t.Context(), e, tts.Utterance{Text: "您好"}); err != nil || len(pcm) == 0 {
				t.Errorf("%d samples, %v", len(pcm), err)
			}
		})
		synctest.Wait()
		cancel(bargeIn)
		group.Wait()
		if voice.Cut() != 0 || e.Stats().Entries != 1 {
			t.Errorf("cut %d, %+v", voice.Cut(), e.Stats())
		}
	})
}

func TestLastListenerStopsTheSynthesis(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		voice := &ttstest.Engine{Latency: time.Hour}
		e := New(voice, 1<<20)
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := speak(t, ctx, e, tts.Utterance{Text: "您好"}); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		})
		synctest.Wait()
		cancel()
		group.Wait()
		if got := e.Stats(); voice.Cut() != 1 || got.Entries != 0 || got.Failures != 0 {
			t.Errorf("cut %d, %+v", voice.Cut(), got)
		}
		if _, err := speak(t, t.Context(), New(&ttstest.Engine{}, 1<<20), tts.Utterance{Text: "您好"}); err != nil {
			t.Error(err)
		}
	})
}

func TestFailureIsNotKept(t *testing.T) {
	broken := errors.New("broken")
	voice := &ttstest.Engine{Errors: map[string]error{"坏": broken}, After: 2}
	e := New(voice, 1<<20)
	for range 2 {
		if pcm, err := speak(t, t.Context(), e, tts.Utterance{Text: "坏"}); !errors.Is(err, broken) || len(pcm) != 320 {
			t.Errorf("%d samples, %v", len(pcm), err)
		}
	}
	if got := e.Stats(); got.Failures != 2 || got.Misses != 2 || got.Entries != 0 {
		t.Errorf("%+v", got)
	}
}

func TestCancelledReplay(t *testing.T) {
	e := New(&ttstest.Engine{}, 1<<20)
	u := tts.Utterance{Text: "您好"}
	if err := e.Warm(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	frames := 0
	for _, err := range e.Speak(ctx, u) {
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			break
		}
		frames++
		cancel()
	}
	cancel()
	if frames != 1 {
		t.Errorf("%d frames after cancel", frames)
	}
}

func TestWarm(t *testing.T) {
	broken := errors.New("broken")
	voice := &ttstest.Engine{Errors: map[string]error{"坏": broken}}
	e := New(voice, 1<<20)
	if err := e.Warm(t.Context(), []tts.Utterance{{Text: "好"}, {Text: "坏"}, {Text: "行"}, {Text: "好"}}...); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if got := e.Stats(); got.Entries != 2 || got.Hits != 1 {
		t.Errorf("%+v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := e.Warm(ctx, tts.Utterance{Text: "新"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func BenchmarkReplay(b *testing.B) {
	e := New(&ttstest.Engine{}, 1<<20)
	u := tts.Utterance{Text: "您好"}
	if err := e.Warm(b.Context(), u); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var frames []media.Frame
		for frame := range e.Speak(b.Context(), u) {
			frames = append(frames, frame)
		}
		if len(frames) != 10 {
			b.Fatal(len(frames))
		}
	}
}
