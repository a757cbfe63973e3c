package decode

import (
	"math"
	"math/rand/v2"
	"testing"

	"voxgate/asr"
)

// noisyRow is a step with a few likely units over a floor.
func noisyRow(dice *rand.Rand, units, peaks int) []float32 {
	odds, sum := make([]float64, units), 0.0
	for i := range odds {
		odds[i] = 0.01 / float64(units)
	}
	for range peaks {
		odds[dice.IntN(units)] += dice.Float64()
	}
	for _, p := range odds {
		sum += p
	}
	row := make([]float32, units)
	for i, p := range odds {
		row[i] = float32(math.Log(p / sum))
	}
	return row
}

func TestRowsKeepWhatMatters(t *testing.T) {
	const units = 217
	dice := rand.New(rand.NewPCG(3, 4))
	var kept Rows
	var all [][]float32
	for i := range 100 {
		all = append(all, noisyRow(dice, units, 1+i%20))
		kept.Add(all[i])
	}
	out, odds := make([]float32, units), make([]float32, units)
	for i, row := range all {
		kept.Row(i, out)
		kept.odds(i, odds)
		sum := 0.0
		for u := range row {
			sum += float64(odds[u])
			if d := math.Abs(float64(out[u] - row[u])); row[u] > keptFrom && d > 0.5/levelsANat+1e-4 {
				t.Fatalf("step %d unit %d: %v kept as %v", i, u, row[u], out[u])
			}
			if math.Abs(math.Log(float64(odds[u]))-float64(out[u])) > 1e-3 {
				t.Fatalf("step %d unit %d: %v and %v", i, u, odds[u], out[u])
			}
		}
		if math.Abs(sum-1) > 0.05 {
			t.Errorf("step %d sums to %v", i, sum)
		}
	}
	if kept.Len() != len(all) {
		t.Errorf("%d steps", kept.Len())
	}
	if n := len(kept.units) / kept.Len(); n > keptMost {
		t.Errorf("%d units a step", n)
	}
	kept.Reset()
	kept.Add(all[7])
	kept.Row(0, out)
	if kept.Len() != 1 || math.Abs(float64(out[5]-all[7][5])) > 8 {
		t.Error("rows of before shine through")
	}
}

func TestRowsBoundTheUnitsOfAStep(t *testing.T) {
	var kept Rows
	flat := make([]float32, 500)
	for i := range flat {
		flat[i] = float32(-math.Log(500))
	}
	kept.Add(flat)
	if len(kept.units) > keptMost {
		t.Errorf("%d units of a flat step kept", len(kept.units))
	}
	out := make([]float32, 500)
	kept.Row(0, out)
	if math.Abs(float64(out[499]-flat[499])) > 0.1 {
		t.Errorf("a flat step reads %v, was %v", out[499], flat[499])
	}
	kept.Add(nil)
	kept.Row(1, nil)
}

func TestReplayReadsTheSame(t *testing.T) {
	zh := language(t, "zh")
	var kept Rows
	rs := rows(t, zh, "bang1 wo3 cha2 yi1 xia4 wo3 de5 kuai4 di4 dao4 na3 le5", 0.7)
	for _, r := range rs {
		kept.Add(r)
	}
	s := zh.NewSearch()
	s.Begin(asr.Hints{})
	s.Replay(&kept)
	if got, want := s.Finish(), decodeRows(zh, asr.Hints{}, rs); got.Text != want.Text || math.Abs(got.Confidence-want.Confidence) > 0.05 {
		t.Errorf("%q (%.2f), read live %q (%.2f)", got.Text, got.Confidence, want.Text, want.Confidence)
	}
}

func TestSweepLosesNoHypothesis(t *testing.T) {
	zh := language(t, "zh")
	rs := rows(t, zh, "wo3 de5 shou3 ji1 hao4 shi4 "+spokenNumber, 0.4)
	plain, swept := zh.NewSearch(), zh.NewSearch()
	plain.sweepAt = sweepAt{math.MaxInt, math.MaxInt}
	for _, r := range rs {
		plain.Step(r)
		swept.Step(r)
		swept.borrow()
		swept.sweepPlaces()
		swept.sweepLinks()
		swept.giveBack()
	}
	if a, b := len(plain.links), len(swept.links); b == 0 || b >= a {
		t.Errorf("%d links, %d without sweeping", b, a)
	}
	if a, b := len(plain.grammar.places), len(swept.grammar.places); b == 0 || b >= a {
		t.Errorf("%d places, %d without sweeping", b, a)
	}
	got, want := swept.Finish(), plain.Finish()
	if got.Text != want.Text || len(got.Others) != len(want.Others) {
		t.Fatalf("%+v, without sweeping %+v", got, want)
	}
	for i := range got.Others {
		if got.Others[i] != want.Others[i] {
			t.Errorf("reading %d: %+v, without sweeping %+v", i, got.Others[i], want.Others[i])
		}
	}
}
