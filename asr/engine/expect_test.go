package engine

import (
	"math/rand/v2"
	"testing"
	"time"

	"voxgate/asr"
)

// heardWith is what an ear with hints hears of a recording, spoken synthetically in a voice outside the training.
func heardWith(t *testing.T, hints asr.Hints, sound []int16) string {
	t.Helper()
	text := ""
	for _, f := range only(hearAll(t, hints, join(silence(time.Second), sound, silence(2*time.Second))), asr.Final) {
		text += f.Text
	}
	return text
}

func TestExpectedNumbers(t *testing.T) {
	tail := asr.Hints{Digits: true, MinDigits: 4, MaxDigits: 4}
	for name, c := range map[string]struct {
		hints asr.Hints
		want  string
	}{
		"waybill":  {asr.Hints{Digits: true, Waybill: true, MinDigits: 11, MaxDigits: 19}, "单号是SF1562204478319"},
		"cardinal": {tail, "尾号三千七百二十一"},
		"repeated": {tail, "8846"},
	} {
		if got := heardWith(t, c.hints, speech(t, name)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestKnownNumberInNoise(t *testing.T) {
	sound := speech(t, "waybill")
	dice := rand.New(rand.NewPCG(7, 8))
	for i := range sound {
		sound[i] = int16(max(-32768, min(32767, float64(sound[i])+dice.NormFloat64()*1500)))
	}
	h := asr.Hints{Digits: true, Waybill: true, MinDigits: 11, MaxDigits: 19, Known: []string{"75631840027719", "SF1562204478319"}}
	if got := heardWith(t, h, sound); got != "单号是SF1562204478319" && got != "SF1562204478319" {
		t.Errorf("a known number in noise: %q", got)
	}
}
