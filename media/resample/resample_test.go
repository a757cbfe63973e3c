package resample

import (
	"fmt"
	"math"
	"testing"
	"time"

	"voxgate/media/mediatest"
)

var rates = []int{8000, 16000, 22050, 24000, 32000, 44100, 48000}

func eachPair(t *testing.T, f func(t *testing.T, from, to int)) {
	for _, from := range rates {
		for _, to := range rates {
			if from != to {
				t.Run(fmt.Sprintf("%d-%d", from, to), func(t *testing.T) { f(t, from, to) })
			}
		}
	}
}

func convert(t *testing.T, from, to int, pcm []int16) []int16 {
	t.Helper()
	r, err := New(from, to)
	if err != nil {
		t.Fatal(err)
	}
	return r.Flush(r.Process(nil, pcm))
}

func TestPassbandIsFlat(t *testing.T) {
	eachPair(t, func(t *testing.T, from, to int) {
		for _, share := range []float64{0.02, 0.25, 0.5, 0.75, 0.84} {
			hertz := share * float64(min(from, to)) / 2
			out := convert(t, from, to, mediatest.Tone(from, hertz, 0.5, 200*time.Millisecond))
			middle := out[len(out)/4 : len(out)*3/4]
			if got := mediatest.Decibels(mediatest.Level(middle, to, hertz) / 0.5); math.Abs(got) > 0.1 {
				t.Errorf("%.0f Hz came out at %.2f dB, want 0", hertz, got)
			}
		}
	})
}

// A tone that the new rate cannot carry must vanish: whatever is left of it is an alias.
func TestAliasesAre80dBDown(t *testing.T) {
	eachPair(t, func(t *testing.T, from, to int) {
		if from <= to {
			return // nothing folds when going up
		}
		for hertz := float64(to)/2 + 1; hertz < float64(from)/2; hertz += float64(from-to) / 2 / 9.3 {
			out := convert(t, from, to, mediatest.Tone(from, hertz, 0.9, 150*time.Millisecond))
			middle := out[len(out)/4 : len(out)*3/4]
			// 0.9 of full scale against what is left, both as RMS.
			if left := mediatest.Decibels(mediatest.RMS(middle) * math.Sqrt2 / 0.9); left > -80 {
				t.Errorf("%.0f Hz leaves %.1f dB, want -80 or less", hertz, left)
			}
		}
	})
}

// Going up, the mirror images above the old half rate must vanish.
func TestImagesAre80dBDown(t *testing.T) {
	eachPair(t, func(t *testing.T, from, to int) {
		if from >= to {
			return // no images when going down
		}
		for _, share := range []float64{0.3, 0.6, 0.84} {
			hertz := share * float64(from) / 2
			out := convert(t, from, to, mediatest.Tone(from, hertz, 0.9, 150*time.Millisecond))
			middle := out[len(out)/4 : len(out)*3/4]
			for k := 1.0; k*float64(from)-hertz < float64(to)/2; k++ {
				image := k*float64(from) - hertz
				if got := mediatest.Decibels(mediatest.Level(middle, to, image) / 0.9); got > -80 {
					t.Errorf("%.0f Hz has an image of %.1f dB at %.0f Hz", hertz, got, image)
				}
			}
		}
	})
}

func TestSweepAboveTheBandIsSilent(t *testing.T) {
	for _, from := range []int{16000, 22050, 48000} {
		out := convert(t, from, 8000, mediatest.Sweep(from, 4005, float64(from)/2-5, 0.9, time.Second))
		edge := 200 // the sweep's abrupt ends are broadband
		if left := mediatest.Decibels(mediatest.RMS(out[edge:len(out)-edge]) * math.Sqrt2 / 0.9); left > -80 {
			t.Errorf("%d Hz: sweep from 4 kHz leaves %.1f dB", from, left)
		}
	}
}

func TestStreamingInPiecesChangesNothing(t *testing.T) {
	eachPair(t, func(t *testing.T, from, to int) {
		pcm := mediatest.Voice(from, 130, 130*time.Millisecond)
		whole := convert(t, from, to, pcm)
		r, _ := New(from, to)
		var pieces []int16
		for i, size := 0, 1; i < len(pcm); size = size*3%257 + 1 {
			end := min(i+size, len(pcm))
			pieces = r.Process(pieces, pcm[i:end])
			i = end
		}
		pieces = r.Flush(pieces)
		if len(whole) != len(pieces) {
			t.Fatalf("%d samples in pieces, %d in one", len(pieces), len(whole))
		}
		for i := range whole {
			if whole[i] != pieces[i] {
				t.Fatalf("sample %d: %d in pieces, %d in one", i, pieces[i], whole[i])
			}
		}
	})
}

func TestTwentyMillisecondsGiveTwenty(t *testing.T) {
	eachPair(t, func(t *testing.T, from, to int) {
		r, _ := New(from, to)
		for i := range 50 {
			if n := len(r.Process(nil, make([]int16, from/50))); n != to/50 {
				t.Fatalf("frame %d: %d samples, want %d", i, n, to/50)
			}
		}
	})
}

func TestDelayIsWhatItSays(t *testing.T) {
	eachPair(t, func(t *testing.T, from, to int) {
		r, _ := New(from, to)
		pcm := make([]int16, from/5)
		pcm[from/10] = 30000
		out := r.Process(nil, pcm)
		peak := 0
		for i, v := range out {
			if v > out[peak] {
				peak = i
			}
		}
		got := time.Duration(float64(peak)/float64(to)*1e9) - 100*time.Millisecond
		if slack := time.Second / time.Duration(to); (got - r.Delay()).Abs() > slack {
			t.Errorf("an impulse is %v late, Delay says %v", got, r.Delay())
		}
	})
}

func TestRoundTripKeepsTheSignal(t *testing.T) {
	pcm := mediatest.Voice(8000, 120, time.Second)
	there := convert(t, 8000, 48000, pcm)
	back := convert(t, 48000, 8000, there)
	if snr, delay := mediatest.AlignedSNR(pcm[:len(pcm)-400], back, 200); snr < 40 {
		t.Errorf("8 kHz -> 48 kHz -> 8 kHz: SNR %.1f dB (delay %d), want 40 or more", snr, delay)
	}
}

func TestLoudInputSaturatesWithoutWrapping(t *testing.T) {
	square := make([]int16, 1600)
	for i := range square {
		square[i] = math.MaxInt16
		if i/40%2 == 1 {
			square[i] = math.MinInt16
		}
	}
	out := convert(t, 16000, 8000, square)
	for i := 60; i < len(out)-60; i++ {
		if phase := (i - 40) % 40; phase > 5 && phase < 15 && out[i] < 20000 {
			t.Fatalf("sample %d is %d in the high half of a square wave", i, out[i])
		}
	}
}

func TestRefusesWhatItCannotDo(t *testing.T) {
	for _, pair := range [][2]int{{0, 8000}, {8000, -1}, {8000, 1 << 30}, {191999, 8000}} {
		if _, err := New(pair[0], pair[1]); err == nil {
			t.Errorf("%v: no error", pair)
		}
	}
	r, err := New(8000, 8000)
	if err != nil || r.Delay() != 0 || len(r.Process(nil, make([]int16, 7))) != 7 {
		t.Error("equal rates must copy")
	}
}

func BenchmarkResample(b *testing.B) {
	for _, pair := range [][2]int{{22050, 8000}, {16000, 8000}, {8000, 16000}, {48000, 16000}} {
		b.Run(fmt.Sprintf("%d-%d", pair[0], pair[1]), func(b *testing.B) {
			r, _ := New(pair[0], pair[1])
			in, out := mediatest.Noise(pair[0], 0.5, 20*time.Millisecond, 1), make([]int16, 0, 1024)
			b.ReportAllocs()
			for b.Loop() {
				out = r.Process(out[:0], in)
			}
		})
	}
}
