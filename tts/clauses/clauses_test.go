package clauses

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"voxgate/media"
	"voxgate/tts"
	"voxgate/tts/text"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sound is n samples of one value.
func sound(value int16, n int) []int16 { return slices.Repeat([]int16{value}, n) }

// byNumber makes clause n as 300 samples of the value n, two pieces each.
func byNumber() Maker {
	n := int16(0)
	return func(_ context.Context, _ text.Clause, _ bool, emit func([]int16) bool) error {
		n++
		if emit(sound(n, 200)) {
			emit(sound(n, 100))
		}
		return nil
	}
}

func TestPlanLeavesOutWhatWasSaid(t *testing.T) {
	u := tts.Utterance{Text: "一。二。三。", From: 1}
	got, rate, err := Plan(u)
	if err != nil || rate != media.Narrowband || len(got) != 2 || got[0].Parts[0].Text != "二" {
		t.Errorf("%v %d %v", got, rate, err)
	}
	for _, from := range []int{-1, 3, 99} {
		u.From = from
		if got, _, err := Plan(u); err != nil || len(got) != max(0, 3-max(from, 0)) {
			t.Errorf("from %d: %v, %v", from, got, err)
		}
	}
	if _, _, err := Plan(tts.Utterance{Text: "x", Lang: "fr"}); !errors.Is(err, tts.ErrUnspeakable) {
		t.Errorf("French: %v", err)
	}
	if _, _, err := Plan(tts.Utterance{Text: "x", Rate: 44100}); err == nil {
		t.Error("44,100 Hz was accepted")
	}
}

func TestSpeedFollowsTheCallersWish(t *testing.T) {
	for speed, want := range map[float64]float64{0: 1, 1: 1, 0.8: 0.8, 9: fastest, 0.01: slowest} {
		got, _, err := Plan(tts.Utterance{Text: "您好，请讲。", Speed: speed})
		if err != nil || len(got) != 2 || got[0].Rate != want || got[1].Rate != want {
			t.Errorf("at speed %g: %+v, %v", speed, got, err)
		}
	}
}

func TestFramesAreInOrderAndTellWhatWasSaid(t *testing.T) {
	var said []int
	ctx := tts.WithSaid(t.Context(), func(n int) { said = append(said, n) })
	var pcm []int16
	for frame, err := range Speak(ctx, make([]text.Clause, 3), 8000, 4, byNumber()) {
		if err != nil {
			t.Fatal(err)
		}
		pcm = append(pcm, frame.PCM()...)
	}
	want := slices.Concat(sound(1, 300), sound(2, 300), sound(3, 300), sound(0, 60))
	if !slices.Equal(pcm, want) {
		t.Errorf("%d samples: %v", len(pcm), pcm)
	}
	if !slices.Equal(said, []int{5, 6, 7}) {
		t.Errorf("told %v", said)
	}
}

func TestAnErrorComesAfterWhatWasMade(t *testing.T) {
	broken := errors.New("broken")
	said := 0
	ctx := tts.WithSaid(t.Context(), func(n int) { said = n })
	n := 0
	maker := func(_ context.Context, _ text.Clause, first bool, emit func([]int16) bool) error {
		if n++; n == 3 {
			return broken
		}
		if first != (n == 1) {
			t.Errorf("clause %d is first: %v", n, first)
		}
		emit(sound(1, 200))
		return nil
	}
	frames := 0
	for _, err := range Speak(ctx, make([]text.Clause, 5), 8000, 0, maker) {
		if err == nil {
			frames++
		} else if !errors.Is(err, broken) {
			t.Error(err)
		}
	}
	if frames != 3 || said != 2 || n != 3 {
		t.Errorf("%d frames, %d clauses said, %d made", frames, said, n)
	}
}

func TestListenerLeavesAndTheWorkEnds(t *testing.T) {
	for range Speak(t.Context(), make([]text.Clause, 50), 8000, 0, byNumber()) {
		break
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	bargeIn := errors.New("barge-in")
	var last error
	for _, err := range Speak(ctx, make([]text.Clause, 50), 8000, 0, byNumber()) {
		cancel(bargeIn)
		last = err
	}
	if !errors.Is(last, bargeIn) {
		t.Errorf("cancelled: %v", last)
	}
}

func TestAMakerThatWaitsIsEndedByCancelling(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	wait := func(ctx context.Context, _ text.Clause, _ bool, _ func([]int16) bool) error {
		<-ctx.Done()
		return context.Cause(ctx)
	}
	var last error
	for _, err := range Speak(ctx, make([]text.Clause, 2), 8000, 0, wait) {
		last = err
	}
	if !errors.Is(last, context.DeadlineExceeded) {
		t.Errorf("got %v", last)
	}
}
