// Package mediatest has what tests of call audio need: tones and meters, a scripted Line and a lossy network.
package mediatest

import (
	"iter"
	"math"
	"math/rand/v2"
	"time"

	"voxgate/media"
)

// Tone is a sine of the given frequency in hertz and amplitude (0..1 of full scale).
func Tone(rate int, hertz, amplitude float64, length time.Duration) []int16 {
	out := make([]int16, samples(rate, length))
	for i := range out {
		out[i] = int16(math.Round(amplitude * math.MaxInt16 * math.Sin(2*math.Pi*hertz*float64(i)/float64(rate))))
	}
	return out
}

// Sweep is a sine that glides from one frequency to another in proportion to time.
func Sweep(rate int, from, to, amplitude float64, length time.Duration) []int16 {
	out := make([]int16, samples(rate, length))
	phase := 0.0
	for i := range out {
		out[i] = int16(math.Round(amplitude * math.MaxInt16 * math.Sin(phase)))
		phase += 2 * math.Pi * (from + (to-from)*float64(i)/float64(len(out))) / float64(rate)
	}
	return out
}

// Noise is white noise, the same for the same seed.
func Noise(rate int, amplitude float64, length time.Duration, seed uint64) []int16 {
	random := rand.New(rand.NewPCG(seed, 1))
	out := make([]int16, samples(rate, length))
	for i := range out {
		out[i] = int16(amplitude * math.MaxInt16 * (2*random.Float64() - 1))
	}
	return out
}

// Voice is a vowel-like sound: a buzz of the given pitch in hertz, shaped by two formants and swelling three times a second.
// It tests what depends on pitch, as concealment does.
func Voice(rate int, pitch float64, length time.Duration) []int16 {
	out := make([]int16, samples(rate, length))
	for i := range out {
		t, v := float64(i)/float64(rate), 0.0
		for k := 1.0; k*pitch < min(3400, float64(rate)/2); k++ {
			f := k * pitch
			v += (1/(1+math.Pow((f-600)/150, 2)) + 0.5/(1+math.Pow((f-1700)/250, 2)) + 0.05) * math.Sin(2*math.Pi*f*t+k*k)
		}
		out[i] = int16(5000 * v * (0.75 + 0.25*math.Sin(2*math.Pi*3*t)))
	}
	return out
}

func samples(rate int, length time.Duration) int {
	return int(int64(rate) * int64(length) / int64(time.Second))
}

// Level is the amplitude (0..1 of full scale) of one frequency in pcm, by Goertzel's algorithm over all of pcm with a Hann window.
func Level(pcm []int16, rate int, hertz float64) float64 {
	if len(pcm) < 2 {
		return 0
	}
	c := 2 * math.Cos(2*math.Pi*hertz/float64(rate))
	var s1, s2, weight float64
	for i, v := range pcm {
		w := 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(len(pcm)-1))
		weight += w
		s1, s2 = w*float64(v)/math.MaxInt16+c*s1-s2, s1
	}
	return 2 * math.Sqrt(max(0, s1*s1+s2*s2-c*s1*s2)) / weight
}

// RMS is the root mean square of pcm, 0..1 of full scale.
func RMS(pcm []int16) float64 {
	if len(pcm) == 0 {
		return 0
	}
	sum := 0.0
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum/float64(len(pcm))) / math.MaxInt16
}

// Decibels is the level of an amplitude against full scale.
func Decibels(amplitude float64) float64 { return 20 * math.Log10(max(amplitude, 1e-12)) }

// SNR is the ratio in decibels of a wanted signal to its difference from got, over the shorter of the two.
func SNR(want, got []int16) float64 {
	n := min(len(want), len(got))
	signal, noise := 0.0, 0.0
	for i := range n {
		d := float64(want[i]) - float64(got[i])
		signal += float64(want[i]) * float64(want[i])
		noise += d * d
	}
	return 10 * math.Log10(max(signal, 1e-9)/max(noise, 1e-9))
}

// AlignedSNR is the best SNR over delays of got between 0 and most samples, and that delay.
func AlignedSNR(want, got []int16, most int) (decibels float64, delay int) {
	decibels = math.Inf(-1)
	for d := 0; d <= most && d < len(got); d++ {
		if v := SNR(want, got[d:]); v > decibels {
			decibels, delay = v, d
		}
	}
	return decibels, delay
}

// Frames cuts pcm into frames of 20 ms, the last padded with silence.
func Frames(rate int, pcm []int16) []media.Frame { return media.Frames(rate, pcm) }

// Sequence yields frames as a text-to-speech engine would, without pacing.
func Sequence(frames []media.Frame) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		for _, f := range frames {
			if !yield(f, nil) {
				return
			}
		}
	}
}

// PCM joins frames.
func PCM(frames []media.Frame) []int16 {
	var out []int16
	for i := range frames {
		out = append(out, frames[i].PCM()...)
	}
	return out
}
