package cache

import (
	"errors"
	"math"
	"testing"

	"voxgate/tts"
	"voxgate/tts/clauses"
	"voxgate/tts/espeak"
)

// Where kept clauses meet new ones, the samples step far less than within speech: there is nothing to click.
func TestJointsDoNotClick(t *testing.T) {
	real, err := espeak.New(espeak.Config{})
	if errors.Is(err, espeak.ErrNotInstalled) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = real.Close() })
	e := inMemory(real, 8<<20)
	must(t, e, tts.Utterance{Text: "好的,雨伞还没发货。要取消吗?"})
	u := tts.Utterance{Text: "好的,尾号1234的台灯还没发货。要取消吗?"}
	pcm := must(t, e, u)
	if got := e.Stats(); got.Hits != 2 {
		t.Fatalf("%+v: nothing was joined", got)
	}
	within := 0.0
	for i := 1; i < len(pcm); i++ {
		within = max(within, step(pcm, i))
	}
	said, rate, err := clauses.Plan(u)
	if err != nil {
		t.Fatal(err)
	}
	at, around := 0, rate/200 // 5 ms
	for i, key := range e.keys(u) {
		length := len(e.remembered(key).pcm)
		for _, joint := range []int{at, at + length} {
			for j := max(1, joint-2); j < min(joint+2, len(pcm)); j++ {
				if step(pcm, j) > within/50 {
					t.Errorf("clause %d: a step of %.0f at its edge, %.0f within speech", i, step(pcm, j), within)
				}
			}
			if edge := loudest(pcm[max(0, joint-around/5):min(joint+around/5, len(pcm))]); edge > within/2 {
				t.Errorf("clause %d: %.0f within a millisecond of its edge", i, edge)
			}
		}
		at += length + len(silence(said[i].Pause, rate))
	}
	if at > len(pcm) || len(pcm)-at >= rate/50 {
		t.Errorf("clauses and pauses are %d samples, %d were said", at, len(pcm))
	}
}

func step(pcm []int16, i int) float64 { return math.Abs(float64(pcm[i]) - float64(pcm[i-1])) }

func loudest(pcm []int16) float64 {
	most := 0.0
	for _, s := range pcm {
		most = max(most, math.Abs(float64(s)))
	}
	return most
}
