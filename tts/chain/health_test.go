package chain

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/tts"
)

func TestAnEngineThatCannotBeEndedRestsUntilItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		released := make(chan bool)
		a, b := &scripted{id: 1, stuck: true, hang: map[int]<-chan bool{0: released}}, &scripted{id: 2}
		e := chainOf(t, quiet(), a, b)
		for range 3 {
			if got, err := hear(e.Speak(t.Context(), three)); err != nil || got[len(got)-1] != 202 {
				t.Errorf("%v, %v", got, err)
			}
			time.Sleep(longestRest)
		}
		if len(a.asked) != 1 {
			t.Errorf("asked %d times while it hung", len(a.asked))
		}
		if got := e.Health()[0]; got != (Health{Name: "a", Failures: 1, Resting: true, Hanging: 1}) {
			t.Errorf("%+v", got)
		}
		if err := e.Close(); !errors.Is(err, ErrHung) {
			t.Errorf("Close: %v", err)
		}
		close(released)
		synctest.Wait()
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		if got, err := hear(e.Speak(t.Context(), three)); err != nil || got[0] != 100 {
			t.Errorf("after its end: %v, %v", got, err)
		}
	})
}

func TestCloseDoesNotWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		released := make(chan bool)
		defer close(released)
		hangs := map[int]<-chan bool{0: released}
		a, b := &scripted{id: 1, stuck: true, hang: hangs}, &scripted{id: 2, stuck: true, hang: hangs}
		e := chainOf(t, quiet(), a, b)
		if _, err := hear(e.Speak(t.Context(), three)); !errors.Is(err, ErrSilent) {
			t.Errorf("both hang: %v", err)
		}
		begin := time.Now()
		err := e.Close()
		if took := time.Since(begin); !errors.Is(err, ErrHung) || took != closeWait {
			t.Errorf("Close took %v: %v", took, err)
		}
		for _, name := range []string{"a: ", "b: "} {
			if err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%v does not name %s", err, name)
			}
		}
	})
}

func TestAnEngineThatFailsAgainRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := &scripted{id: 1, fail: map[int]error{0: errors.New("died")}}, &scripted{id: 2}
		e := chainOf(t, quiet(), a, b)
		speak := func() {
			t.Helper()
			if _, err := hear(e.Speak(t.Context(), three)); err != nil {
				t.Error(err)
			}
		}
		for range 5 {
			speak()
		}
		if len(a.asked) != failuresToRest || !e.Health()[0].Resting {
			t.Errorf("asked %d times, %+v", len(a.asked), e.Health())
		}
		// After its rest it is tried once, and rests longer.
		time.Sleep(firstRest)
		speak()
		speak()
		time.Sleep(firstRest)
		speak()
		if len(a.asked) != failuresToRest+1 {
			t.Errorf("asked %d times", len(a.asked))
		}
		time.Sleep(firstRest)
		a.fail = nil
		speak()
		speak()
		if len(a.asked) != failuresToRest+3 || e.Health()[0] != (Health{Name: "a"}) {
			t.Errorf("well again: asked %d times, %+v", len(a.asked), e.Health())
		}
	})
}

// A stand-in that is not needed is not tried either: when its rest is over it is as fit as the next.
func TestARestEndsThoughNobodyAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		died := map[int]error{0: errors.New("died")}
		a, b, c := &scripted{id: 1, fail: died}, &scripted{id: 2, fail: died}, &scripted{id: 3}
		e := chainOf(t, quiet(), a, b, c)
		speak := func() int16 {
			t.Helper()
			got, err := hear(e.Speak(t.Context(), three))
			if err != nil {
				t.Error(err)
			}
			return got[len(got)-1]
		}
		speak()
		speak()
		a.fail, b.fail = nil, nil
		time.Sleep(firstRest)
		for range 3 {
			if last := speak(); last != 102 {
				t.Errorf("said %d", last)
			}
		}
		if e.Health()[1].Resting {
			t.Error("the stand-in rests on and on")
		}
		a.fail = died
		if last := speak(); last != 202 {
			t.Errorf("said %d", last)
		}
	})
}

func TestAllThatRestAreBetterThanSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &scripted{id: 1, fail: map[int]error{0: errors.New("died")}}
		e := chainOf(t, quiet(), a)
		for n := range 4 {
			if _, err := hear(e.Speak(t.Context(), three)); !errors.Is(err, ErrSilent) || len(a.asked) != n+1 {
				t.Errorf("%v, asked %d times", err, len(a.asked))
			}
		}
	})
}

func TestCancellingIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bargeIn := errors.New("barge-in")
		a, b := &scripted{id: 1}, &scripted{id: 2}
		e := chainOf(t, quiet(), a, b)
		for range 3 {
			ctx, cancel := context.WithCancelCause(t.Context())
			n := 0
			var last error
			for _, err := range e.Speak(ctx, three) {
				if n++; n == 2 {
					cancel(bargeIn)
				}
				last = err
			}
			cancel(nil)
			if !errors.Is(last, bargeIn) || n > 4 {
				t.Errorf("%v after %d frames", last, n)
			}
		}
		for range e.Speak(t.Context(), three) {
			break
		}
		if len(b.asked) != 0 || e.Health()[0].Failures != 0 || a.ended != len(a.asked) {
			t.Errorf("%d asked of the second, %+v", len(b.asked), e.Health())
		}
	})
}

func TestWhatAnEngineCannotSayIsNoFailureEither(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := &scripted{id: 1, voice: "anna"}, &scripted{id: 2, voice: "bert"}
		e := chainOf(t, quiet(), a, b)
		for range 3 {
			got, err := hear(e.Speak(t.Context(), tts.Utterance{Text: "好", Voice: "bert"}))
			if err != nil || !slices.Equal(got, clause(2, 0, 3)) {
				t.Errorf("%v, %v", got, err)
			}
		}
		if _, err := hear(e.Speak(t.Context(), tts.Utterance{Text: "好", Voice: "nobody"})); !errors.Is(err, tts.ErrUnspeakable) {
			t.Errorf("a voice that nobody knows: %v", err)
		}
		// The stand-in of an engine that died is not asked for the dead one's speaker.
		a.fail = map[int]error{0: errors.New("died")}
		if got, err := hear(e.Speak(t.Context(), tts.Utterance{Text: "好", Voice: "anna"})); err != nil || got[len(got)-1] != 200 {
			t.Errorf("%v, %v", got, err)
		}
		if got := e.Health()[1]; got.Failures != 0 {
			t.Errorf("%+v", got)
		}
	})
}
