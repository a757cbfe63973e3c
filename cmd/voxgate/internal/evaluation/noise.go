package evaluation

import (
	"math"
	"math/rand/v2"
	"slices"

	"voxgate/media"
)

// Background is n samples of noise at 8,000 Hz, from anywhere in the recording where there is some, or made where that is nil.
func Background(noise []int16, n int, dice *rand.Rand) []float64 { return background(noise, n, dice) }

// Babble is n samples at 8,000 Hz of several voices that say nothing.
func Babble(n int, dice *rand.Rand) []float64 {
	out := make([]float64, n)
	babble(out, dice)
	return out
}

// background is n samples of noise, from anywhere in the recording where there is some. Without a recording every other
// draw is pink noise, as of rooms and traffic, and the rest a babble of voices that say nothing.
func background(noise []int16, n int, dice *rand.Rand) []float64 {
	out := make([]float64, n)
	for tries := 0; len(noise) > 0 && tries < 8; tries++ {
		at := dice.IntN(len(noise))
		for i := range out {
			out[i] = float64(noise[(at+i)%len(noise)])
		}
		if power(out) > 1 {
			return out
		}
	}
	if dice.IntN(2) == 0 {
		pink(out, dice)
	} else {
		babble(out, dice)
	}
	return out
}

// pink adds noise that loses 3 dB an octave: white noise through first-order low-passes an octave and a half apart,
// each weighted by the root of its cut-off frequency.
func pink(out []float64, dice *rand.Rand) {
	var held [6]float64
	for i := range out {
		white := dice.NormFloat64()
		for k := range held {
			cutoff := math.Pow(2, -1.5*float64(k))
			held[k] += cutoff * (white - held[k])
			out[i] += held[k] / math.Sqrt(cutoff)
		}
	}
}

const voices = 6

// babble adds several voices' worth of buzz, each with its pitch, two wandering resonances and the rhythm of syllables.
func babble(out []float64, dice *rand.Rand) {
	for range voices {
		pitch := 90 + 130*dice.Float64()
		rate := 2.5 + 3*dice.Float64() // syllables a second
		phase, beat := dice.Float64(), dice.Float64()
		low, high := resonance{gain: 1}, resonance{gain: 0.5}
		for i := range out {
			if i%(media.Narrowband/20) == 0 {
				low.tune(300+500*dice.Float64(), 90)
				high.tune(900+1600*dice.Float64(), 150)
				pitch *= 0.94 + 0.12*dice.Float64()
				pitch = max(80, min(260, pitch))
			}
			buzz := 0.05 * dice.NormFloat64()
			if phase += pitch / media.Narrowband; phase >= 1 {
				phase--
				buzz++
			}
			beat += rate / media.Narrowband
			loud := max(0, math.Sin(2*math.Pi*beat))
			out[i] += loud * (low.next(buzz) + high.next(buzz))
		}
	}
}

// resonance is a filter with two poles.
type resonance struct{ gain, a, b, last, before float64 }

// tune sets frequency and bandwidth in Hz.
func (r *resonance) tune(frequency, bandwidth float64) {
	radius := math.Exp(-math.Pi * bandwidth / media.Narrowband)
	r.a, r.b = 2*radius*math.Cos(2*math.Pi*frequency/media.Narrowband), radius*radius
}

func (r *resonance) next(x float64) float64 {
	y := r.gain*x + r.a*r.last - r.b*r.before
	r.before, r.last = r.last, y
	return y
}

// mix adds noise so many dB below the level of the speech while somebody speaks.
func mix(speech []int16, noise []float64, snr float64) []int16 {
	gain := 0.0
	if p := power(noise); p > 0 {
		gain = math.Sqrt(speechPower(speech) / p / math.Pow(10, snr/10))
	}
	out := make([]int16, len(speech))
	for i, v := range speech {
		out[i] = saturate(float64(v) + gain*noise[i])
	}
	return out
}

func saturate(v float64) int16 {
	return int16(max(math.MinInt16, min(math.MaxInt16, math.Round(v))))
}

func power(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return sum / float64(max(1, len(x)))
}

// framePowers are the mean powers of frames of 20 ms; the last one may be shorter.
func framePowers(pcm []int16) []float64 {
	const frame = media.Narrowband / 50
	var powers []float64
	for part := range slices.Chunk(pcm, frame) {
		sum := 0.0
		for _, v := range part {
			sum += float64(v) * float64(v)
		}
		powers = append(powers, sum/float64(len(part)))
	}
	return powers
}

// spoken is the power above which a frame is speech: 25 dB below the loud ones, their 95th percentile.
func spokenPower(powers []float64) float64 {
	if len(powers) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(powers))
	return sorted[len(sorted)*95/100] / math.Pow(10, 2.5)
}

// speechPower is the mean power of the frames that are speech.
func speechPower(pcm []int16) float64 {
	powers := framePowers(pcm)
	floor := spokenPower(powers)
	sum, n := 0.0, 0
	for _, p := range powers {
		if p >= floor {
			sum, n = sum+p, n+1
		}
	}
	return sum / float64(max(1, n))
}
