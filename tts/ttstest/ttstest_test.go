package ttstest

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/media"
	"voxgate/tts"
)

var _ tts.Engine = (*Engine)(nil)

func TestSpeaksAsLongAsTheText(t *testing.T) {
	e := &Engine{}
	for _, rate := range []int{0, media.Wideband} {
		var heard time.Duration
		for frame, err := range e.Speak(t.Context(), tts.Utterance{Text: "您好,请讲", Rate: rate}) {
			if err != nil {
				t.Fatal(err)
			}
			if want := max(rate, media.Narrowband); frame.Rate != want {
				t.Fatalf("rate %d, want %d", frame.Rate, want)
			}
			heard += media.FrameDuration
		}
		if heard != 400*time.Millisecond {
			t.Errorf("heard %v", heard)
		}
	}
	if got := e.Texts(); len(got) != 2 || got[0] != "您好,请讲" || e.Cut() != 0 {
		t.Errorf("spoken %q, cut %d", got, e.Cut())
	}
}

func TestLatencyAndCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &Engine{Latency: time.Second}
		start := time.Now()
		for range e.Speak(t.Context(), tts.Utterance{Text: "好"}) {
			if got := time.Since(start); got != time.Second {
				t.Errorf("first frame after %v", got)
			}
			break
		}
		bargeIn := errors.New("barge-in")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(bargeIn)
		for _, err := range e.Speak(ctx, tts.Utterance{Text: "好"}) {
			if !errors.Is(err, bargeIn) {
				t.Errorf("got %v", err)
			}
		}
		if e.Cut() != 2 {
			t.Errorf("cut %d, want 2", e.Cut())
		}
	})
}

func TestScriptedError(t *testing.T) {
	broken := errors.New("broken")
	e := &Engine{Errors: map[string]error{"坏": broken}, After: 3}
	frames := 0
	var last error
	for _, err := range e.Speak(t.Context(), tts.Utterance{Text: "坏"}) {
		if last = err; err == nil {
			frames++
		}
	}
	if frames != 3 || !errors.Is(last, broken) {
		t.Errorf("%d frames, error %v", frames, last)
	}
}
