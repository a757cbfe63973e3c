package evaluation

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// alone are draws of utterances that have nothing in common.
func alone(n int) [][]int {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = fmt.Sprint(i)
	}
	return draws(make([]string, n), texts)
}

func TestRate(t *testing.T) {
	if r := rate([]Count{{0, 0}, {3, 0}}, alone(2)); r != nil {
		t.Errorf("nothing to count gives %v", r)
	}
	var half []Count
	for i := range 400 {
		half = append(half, Count{i % 2, 1})
	}
	// The standard error of a half in 400 is 2.5 points: the interval is about 45.1 to 54.9.
	r := rate(half, alone(400))
	if r.Value != 0.5 || math.Abs(r.Low-0.451) > 0.01 || math.Abs(r.High-0.549) > 0.01 {
		t.Errorf("half of 400: %+v", r)
	}
	if again := rate(half, alone(400)); *again != *r {
		t.Errorf("the same counts give %+v and %+v", r, again)
	}
	// No error in 30: 1 - 0.025^(1/30) = 11.6 %.
	if r := rate(slices.Repeat([]Count{{0, 1}}, 30), alone(30)); r.Value != 0 || r.Low != 0 || math.Abs(r.High-0.1157) > 0.001 {
		t.Errorf("no error in 30: %+v", r)
	}
	if r := rate(slices.Repeat([]Count{{1, 1}}, 30), alone(30)); r.Value != 1 || math.Abs(r.Low-0.8843) > 0.001 || r.High != 1 {
		t.Errorf("30 of 30: %+v", r)
	}
	if got := rate([]Count{{1, 8}}, alone(1)).String(); got != "12.5" {
		t.Errorf("one utterance: %s", got)
	}
}

// Four hundred utterances of eight voices, of which half are always heard wrongly, tell little more than eight.
func TestIntervalsAllowForWhatUtterancesHaveInCommon(t *testing.T) {
	var counts []Count
	var voices, texts []string
	for i := range 400 {
		counts = append(counts, Count{i % 8 / 4, 1})
		voices, texts = append(voices, fmt.Sprint(i%8)), append(texts, fmt.Sprint(i))
	}
	// The standard error of a half in 8 is 17.7 points.
	for name, drawn := range map[string][][]int{"voices": draws(voices, texts), "patterns": draws(make([]string, 400), voices)} {
		if r := rate(counts, drawn); r.Value != 0.5 || r.Low > 0.25 || r.High < 0.75 || r.Low < 0.05 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestDrawsOfNothing(t *testing.T) {
	if r := rate(nil, draws(nil, nil)); r != nil {
		t.Errorf("%+v", r)
	}
}
