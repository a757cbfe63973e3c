package timeline

import (
	"bytes"
	"math"
	"strings"
	"testing"
)

func TestSpreadsAreByStageAndOfTheWhole(t *testing.T) {
	var answers []Stages
	for i := range 100 {
		answers = append(answers, Stages{EndOfTurn: 200, FirstAudio: float64(i + 1)})
	}
	got := Spreads(answers)
	want := []Spread{
		{"end_of_turn", 200, 200, 200}, {"understood", 0, 0, 0}, {"looked_up", 0, 0, 0}, {"first_audio", 50, 95, 99},
		{"on_wire", 0, 0, 0}, {Total, 250, 295, 299},
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %+v, want %+v", got[i], want[i])
		}
	}
	if Spreads(nil) != nil {
		t.Error("no answers have a spread")
	}
}

// Slow answers may be slow for another reason than most: what they are made of is taken from them, not from all.
func TestSlowAnswersAreToldBySlowAnswers(t *testing.T) {
	var answers []Stages
	for range 90 {
		answers = append(answers, Stages{EndOfTurn: 250, LookedUp: 1})
	}
	for range 10 {
		answers = append(answers, Stages{EndOfTurn: 200, LookedUp: 400})
	}
	if got := Around(answers, 0.5); math.Abs(got.EndOfTurn-250) > 1e-9 || math.Abs(got.LookedUp-1) > 1e-9 {
		t.Errorf("the middle is %v", got)
	}
	if got := Around(answers, 0.95); math.Abs(got.EndOfTurn-200) > 1e-9 || math.Abs(got.LookedUp-400) > 1e-9 {
		t.Errorf("the slow ones are %v", got)
	}
	if got := Around(answers[:1], 0.99); got != answers[0] {
		t.Errorf("one answer is %v", got)
	}
	if got := Around(nil, 0.5); got != (Stages{}) {
		t.Errorf("none is %v", got)
	}
}

func TestLoadsAreDrawnSideBySide(t *testing.T) {
	answer := Stages{EndOfTurn: 250, Understood: 3, LookedUp: 10, FirstAudio: 25, OnWire: 12}
	loads := []Load{{1, []Stages{answer}}, {20, []Stages{answer, answer}}, {50, nil}}
	p := DrawLoads(loads)
	right := 0.0
	for i, r := range p.Over {
		if i%len(StageNames) == 0 && r.X < right {
			t.Errorf("column %d begins at %.0f, before %.0f", i/len(StageNames), r.X, right)
		}
		right = r.X + r.W
	}
	if len(p.Over) != 2*len(quantiles)*len(StageNames) || right > p.Width {
		t.Errorf("%d parts until %.0f of %.0f", len(p.Over), right, p.Width)
	}
	var page bytes.Buffer
	if err := WriteLoads(&page, "a quiet machine", loads); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"a quiet machine", "20 at once", "<td>voice to voice</td><td class=\"n\">300.0</td>"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
