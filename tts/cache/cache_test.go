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
	"voxgate/tts/clauses"
	"voxgate/tts/text"
	"voxgate/tts/ttstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// voice says each clause as a tone of its own, 800 samples a hanzi at 8,000 Hz.
type voice struct {
	tones   ttstest.Engine
	err     error // ends every clause after a frame
	standIn bool
	call    string
}

func (v *voice) Speak(ctx context.Context, u tts.Utterance) iter.Seq2[media.Frame, error] {
	v.call = tts.Call(ctx)
	if v.standIn {
		tts.StandIn(ctx)
	}
	said, rate, err := clauses.Plan(u)
	if err != nil {
		return func(yield func(media.Frame, error) bool) { yield(media.Frame{}, err) }
	}
	return clauses.Speak(ctx, said, rate, u.From, func(ctx context.Context, c text.Clause, _ bool, emit func([]int16) bool) error {
		one := tts.Utterance{Rate: rate, Lang: u.Lang}
		for _, p := range c.Parts {
			one.Text += p.Text
		}
		for frame, err := range v.tones.Speak(ctx, one) {
			if err != nil {
				return err
			}
			if !emit(slices.Clone(frame.PCM())) {
				return nil
			}
			if v.err != nil {
				return v.err
			}
		}
		emit(silence(c.Pause, rate))
		return nil
	})
}

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

// must is speak without a fault.
func must(t *testing.T, e tts.Engine, u tts.Utterance) []int16 {
	t.Helper()
	pcm, err := speak(t, t.Context(), e, u)
	if err != nil || len(pcm) == 0 {
		t.Fatalf("%q: %d samples, %v", u.Text, len(pcm), err)
	}
	return pcm
}

func inMemory(next tts.Engine, bytes int64) *Engine { return New(next, Config{Memory: bytes}) }

func TestReplayIsTheSame(t *testing.T) {
	v := &voice{}
	e := inMemory(v, 1<<20)
	first := must(t, e, tts.Utterance{Text: "您好,请讲"})
	if second := must(t, e, tts.Utterance{Text: "您好,请讲", Lang: "zh", Rate: 8000, Speed: 1}); !slices.Equal(first, second) {
		t.Errorf("%d and %d samples", len(first), len(second))
	}
	for _, other := range []tts.Utterance{
		{Text: "您好", Rate: 16000}, {Text: "您好", Voice: "m3"}, {Text: "您好", Lang: "en"}, {Text: "您好", Speed: 0.8},
		{Text: `<prosody pitch="high">您好</prosody>`},
	} {
		must(t, e, other)
	}
	if got := e.Stats(); got.Hits != 2 || got.Misses != 7 || got.Entries != 7 {
		t.Errorf("%+v", got)
	}
}

// A sentence with a name in it finds its other clauses kept, and sounds as the voice says it as a whole.
func TestClausesOfOtherSentencesAreFound(t *testing.T) {
	v := &voice{}
	e := inMemory(v, 1<<20)
	must(t, e, tts.Utterance{Text: "好的,台灯还没发货。要取消吗?"})
	u := tts.Utterance{Text: "好的,雨伞还没发货。要取消吗?"}
	got := must(t, e, u)
	if stats := e.Stats(); stats.Hits != 2 || stats.Misses != 4 {
		t.Errorf("%+v", stats)
	}
	want := must(t, v, u)
	if len(got) != len(want) {
		t.Errorf("%d samples, the voice alone has %d", len(got), len(want))
	}
	rest := u
	rest.From = 1
	said := 0
	ctx := tts.WithSaid(t.Context(), func(n int) { said = n })
	if tail, err := speak(t, ctx, e, rest); err != nil || len(tail) >= len(got) || said != 3 {
		t.Errorf("from the second clause: %d samples, %d clauses said, %v", len(tail), said, err)
	}
}

func TestWhatAStandInSaidIsNotKept(t *testing.T) {
	v := &voice{standIn: true}
	e := inMemory(v, 1<<20)
	for range 2 {
		if pcm, err := speak(t, tts.WithCall(t.Context(), "call-7"), e, tts.Utterance{Text: "您好"}); err != nil || len(pcm) == 0 {
			t.Fatal(len(pcm), err)
		}
	}
	if got := e.Stats(); got.Entries != 0 || got.Misses != 2 || got.Failures != 0 {
		t.Errorf("%+v", got)
	}
	if v.call != "call-7" {
		t.Errorf("the engine worked for the call %q", v.call)
	}
}

func TestLeastRecentlyUsedLeaves(t *testing.T) {
	e := inMemory(&voice{}, 5*1700) // five clauses of one hanzi
	for _, s := range []string{"天", "地", "人", "你", "我", "天", "他"} {
		must(t, e, tts.Utterance{Text: s})
	}
	must(t, e, tts.Utterance{Text: "天"})
	must(t, e, tts.Utterance{Text: "地"})
	if got := e.Stats(); got.Bytes > 5*1700 || got.Entries != 5 || got.Evictions != 2 || got.Hits != 2 {
		t.Errorf("%+v", got)
	}
	must(t, e, tts.Utterance{Text: "这个句子太长放不下"})
	if got := e.Stats(); got.Evictions != 2 {
		t.Errorf("a sentence over the bound pushed others out: %+v", got)
	}
}

func TestOneSynthesisForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &voice{tones: ttstest.Engine{Latency: time.Second}}
		e := inMemory(v, 1<<20)
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				if pcm, err := speak(t, t.Context(), e, tts.Utterance{Text: "您好"}); err != nil || len(pcm) != 1600 {
					t.Errorf("%d samples, %v", len(pcm), err)
				}
			})
		}
		group.Wait()
		if got := e.Stats(); got.Misses != 1 || got.Shared != 19 || len(v.tones.Spoken()) != 1 {
			t.Errorf("%+v, %d syntheses", got, len(v.tones.Spoken()))
		}
	})
}

func TestFirstListenerLeavesOthersStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &voice{tones: ttstest.Engine{Latency: time.Second}}
		e := inMemory(v, 1<<20)
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
		if v.tones.Cut() != 0 || e.Stats().Entries != 1 {
			t.Errorf("cut %d, %+v", v.tones.Cut(), e.Stats())
		}
	})
}

func TestLastListenerStopsTheSynthesis(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &voice{tones: ttstest.Engine{Latency: time.Hour}}
		e := inMemory(v, 1<<20)
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
		if got := e.Stats(); v.tones.Cut() != 1 || got.Entries != 0 || got.Failures != 0 {
			t.Errorf("cut %d, %+v", v.tones.Cut(), got)
		}
	})
}

func TestFailureIsNotKept(t *testing.T) {
	broken := errors.New("broken")
	e := inMemory(&voice{err: broken}, 1<<20)
	for range 2 {
		if pcm, err := speak(t, t.Context(), e, tts.Utterance{Text: "您好"}); !errors.Is(err, broken) || len(pcm) != 160 {
			t.Errorf("%d samples, %v", len(pcm), err)
		}
	}
	if got := e.Stats(); got.Failures != 2 || got.Misses != 2 || got.Entries != 0 {
		t.Errorf("%+v", got)
	}
	for _, bad := range []tts.Utterance{{Text: "您好", Lang: "fr"}, {Text: "您好", Rate: 44100}} {
		if _, err := speak(t, t.Context(), e, bad); err == nil {
			t.Errorf("%+v: no error", bad)
		}
	}
}

func TestCancelledReplay(t *testing.T) {
	e := inMemory(&voice{}, 1<<20)
	u := tts.Utterance{Text: "您好"}
	must(t, e, u)
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
	v := &voice{}
	e := inMemory(v, 1<<20)
	if err := e.Warm(t.Context(), tts.Utterance{Text: "好"}, tts.Utterance{Text: "行"}, tts.Utterance{Text: "好"}); err != nil {
		t.Fatal(err)
	}
	if got := e.Stats(); got.Entries != 2 || got.Misses != 2 || !e.Kept(tts.Utterance{Text: "行。好"}) || e.Kept(tts.Utterance{Text: "不行"}) {
		t.Errorf("%+v", got)
	}
	v.err = errors.New("broken")
	if err := e.Warm(t.Context(), tts.Utterance{Text: "新"}); !errors.Is(err, v.err) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := e.Warm(ctx, tts.Utterance{Text: "新"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// BenchmarkFirstFrame is how long the first frame of a kept prompt takes.
func BenchmarkFirstFrame(b *testing.B) {
	e := inMemory(&voice{}, 1<<20)
	u := tts.Utterance{Text: "您好,我是智能语音助手,通话会录音,用于改进服务。"}
	if err := e.Warm(b.Context(), u); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		for range e.Speak(b.Context(), u) {
			break
		}
	}
}
