package shape

import (
	"math"
	"slices"
	"testing"
	"time"

	"voxgate/media/mediatest"
)

const rate = 22050

// speechLike is silence, a swelling vowel and silence, at a level in dB below the vowel's own.
func speechLike(db float64) []int16 {
	vowel := mediatest.Voice(rate, 180, time.Second)
	out := make([]int16, rate/2, 2*rate)
	for _, s := range vowel {
		out = append(out, int16(float64(s)*math.Pow(10, db/20)))
	}
	return append(out, make([]int16, rate/2)...)
}

func TestLevelIsEqualWhateverCameIn(t *testing.T) {
	for _, db := range []float64{0, -6, -14, -20} {
		in := speechLike(db)
		before := slices.Clone(in)
		out := Telephone(in, rate)
		if got := ActiveRMS(out, rate); math.Abs(got-ActiveLevel) > 1 {
			t.Errorf("%v dB in: %.1f dBFS out, want %.1f", db, got, ActiveLevel)
		}
		if !slices.Equal(in, before) {
			t.Error("the input was changed")
		}
	}
}

func TestPeaksAreLimitedWithoutClipping(t *testing.T) {
	in := speechLike(0)
	for i := rate / 2; i < rate+rate/2; i += rate / 10 { // clicks far above the speech
		in[i] = 32767
	}
	ceiling := int16(math.Ceil(math.Pow(10, PeakLevel/20) * 32768))
	for i, s := range Telephone(in, rate) {
		if s > ceiling || s < -ceiling {
			t.Fatalf("sample %d is %d, above %d", i, s, ceiling)
		}
	}
}

func TestTrim(t *testing.T) {
	in := speechLike(0)
	got := len(Trim(in, rate))
	if got < rate || got > rate+int(0.1*rate) {
		t.Errorf("%d samples left of one second of sound", got)
	}
	for name, silent := range map[string][]int16{"nothing": nil, "silence": make([]int16, rate), "one sample": {0}} {
		if out := Telephone(silent, rate); len(out) != 0 {
			t.Errorf("%s: %d samples", name, len(out))
		}
	}
}

func TestBand(t *testing.T) {
	gain := func(hertz float64) float64 {
		in := mediatest.Tone(rate, hertz, 0.1, time.Second)
		x := make([]float64, len(in))
		for i, s := range in {
			x[i] = float64(s) / 32768
		}
		Usual.fit(x, rate)
		sum, was := 0.0, 0.0
		for i := rate / 2; i < len(x); i++ {
			sum += x[i] * x[i]
			was += math.Pow(float64(in[i])/32768, 2)
		}
		return 10 * math.Log10(sum/was)
	}
	if g := gain(60); g > -15 {
		t.Errorf("60 Hz: %.1f dB", g)
	}
	if g := gain(800); math.Abs(g) > 1.5 {
		t.Errorf("800 Hz: %.1f dB", g)
	}
	if g := gain(2600); math.Abs(g-5) > 0.5 {
		t.Errorf("2600 Hz: %.1f dB", g)
	}
}
