package bargebench

import (
	"math"
	"math/rand/v2"
	"slices"

	"voxgate/cmd/voxgate/internal/evaluation"
	"voxgate/media"
)

// sounds are what may be heard beside a caller, each made anew from its dice. Those that last fill the whole call, the
// others are one event. Their level is set later.
var sounds = map[string]struct {
	lasts bool
	make  func(dice *rand.Rand, noise []int16, n int) []float64
}{
	"cough":  {make: cough},
	"click":  {make: clicks},
	"slam":   {make: slam},
	"typing": {make: typing},
	"ring":   {make: ringing},
	"music":  {lasts: true, make: music},
	"noise":  {lasts: true, make: func(d *rand.Rand, noise []int16, n int) []float64 { return evaluation.Background(noise, n, d) }},
	"murmur": {lasts: true, make: func(d *rand.Rand, _ []int16, n int) []float64 { return evaluation.Babble(n, d) }},
}

// soundNames are the kinds in order.
func soundNames() []string {
	var names []string
	for name := range sounds {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func seconds(s float64) int { return int(s * media.Narrowband) }

// resonator is a filter with two poles, at a frequency and of a bandwidth in Hz.
type resonator struct{ a, b, y1, y2 float64 }

func resonate(frequency, bandwidth float64) resonator {
	r := math.Exp(-math.Pi * bandwidth / media.Narrowband)
	return resonator{a: 2 * r * math.Cos(2*math.Pi*frequency/media.Narrowband), b: -r * r}
}

func (r *resonator) next(x float64) float64 {
	y := x + r.a*r.y1 + r.b*r.y2
	r.y1, r.y2 = y, r.y1
	return y
}

// cough is one to three bursts of noise through the resonances of an open mouth: an explosion of some 50 ms, air for a
// quarter of a second, and now and then a short hoarse voice at the end (Korpas, Sadlonova and Vrabec, "Analysis of the
// cough sound", 1996).
func cough(dice *rand.Rand, _ []int16, _ int) []float64 {
	var out []float64
	for range 1 + dice.IntN(3) {
		first, second := resonate(400+300*dice.Float64(), 200), resonate(1200+600*dice.Float64(), 300)
		length := seconds(0.25 + 0.2*dice.Float64())
		voiced := dice.IntN(3) == 0
		pitch, phase := 110+120*dice.Float64(), 0.0
		for i := range length {
			t := float64(i) / media.Narrowband
			loud := math.Exp(-t/0.05) + 0.25*math.Exp(-math.Pow((t-0.15)/0.08, 2))
			x := dice.NormFloat64() * loud * min(1, t/0.005)
			if voiced && t > 0.2 {
				if phase += pitch * (0.97 + 0.06*dice.Float64()) / media.Narrowband; phase >= 1 {
					phase--
					x += 3 * math.Exp(-(t-0.2)/0.06)
				}
			}
			out = append(out, 0.3*x+0.1*first.next(x)+0.1*second.next(x))
		}
		out = append(out, make([]float64, seconds(0.1+0.2*dice.Float64()))...)
	}
	return out
}

// knock is a short blow: noise through a resonance that dies away.
func knock(dice *rand.Rand, frequency, lasts float64) []float64 {
	body := resonate(frequency, 60+frequency/8)
	out := make([]float64, seconds(6*lasts))
	for i := range out {
		t := float64(i) / media.Narrowband
		x := dice.NormFloat64() * math.Exp(-t/lasts)
		out[i] = 0.5*x + 0.3*body.next(x)
	}
	return out
}

func clicks(dice *rand.Rand, _ []int16, _ int) []float64 {
	var out []float64
	for range 1 + dice.IntN(4) {
		out = append(out, knock(dice, 1000+2500*dice.Float64(), 0.001+0.003*dice.Float64())...)
		out = append(out, make([]float64, seconds(0.05+0.3*dice.Float64()))...)
	}
	return out
}

func slam(dice *rand.Rand, _ []int16, _ int) []float64 {
	return knock(dice, 80+220*dice.Float64(), 0.04+0.08*dice.Float64())
}

func typing(dice *rand.Rand, _ []int16, _ int) []float64 {
	var out []float64
	for range 8 + dice.IntN(12) {
		key := knock(dice, 600+2500*dice.Float64(), 0.003+0.006*dice.Float64())
		loud := 0.3 + 0.7*dice.Float64()
		for _, v := range key {
			out = append(out, loud*v)
		}
		out = append(out, make([]float64, seconds(0.04+0.16*dice.Float64()))...)
	}
	return out
}

// ringing is another telephone: a bell tone of two frequencies that take turns, or a steady one, for about a second.
func ringing(dice *rand.Rand, _ []int16, _ int) []float64 {
	low := 400 + 600*dice.Float64()
	high := low * (1 + 0.25*float64(dice.IntN(3)))
	out := make([]float64, seconds(0.8+0.6*dice.Float64()))
	phase := 0.0
	for i := range out {
		t := float64(i) / media.Narrowband
		f := low
		if math.Mod(t, 0.1) > 0.05 {
			f = high
		}
		phase += 2 * math.Pi * f / media.Narrowband
		out[i] = (math.Sin(phase) + 0.4*math.Sin(2*phase) + 0.2*math.Sin(3*phase)) * min(1, t/0.01)
	}
	return out
}

// music is chords with a beat: plucked strings of four harmonics, and a drum.
func music(dice *rand.Rand, _ []int16, n int) []float64 {
	out := make([]float64, n)
	beat := 0.3 + 0.3*dice.Float64()
	root := 110 * math.Pow(2, dice.Float64())
	steps := []float64{1, 1.25, 1.5, 2, 1.333, 1.667}
	var chord [3]float64
	step := -1
	for i := range out {
		t := float64(i) / media.Narrowband
		if now := int(t / beat); now != step {
			step = now
			for k := range chord {
				chord[k] = root * float64(int(1)<<k) * steps[dice.IntN(len(steps))] / 1.5
			}
		}
		since := t - float64(step)*beat
		for _, f := range chord {
			for h := 1.0; h <= 4; h++ {
				out[i] += math.Sin(2*math.Pi*f*h*t) / h * math.Exp(-since*2.5)
			}
		}
		out[i] += 1.5 * dice.NormFloat64() * math.Exp(-since/0.02)
	}
	return out
}

// at brings a sound to a level in dB of full scale.
func at(sound []float64, level float64) []float64 {
	loud := loudness(sound)
	if loud == 0 {
		return sound
	}
	return scaled(sound, 32768*math.Pow(10, level/20)/loud)
}

func scaled(sound []float64, gain float64) []float64 {
	out := make([]float64, len(sound))
	for i, v := range sound {
		out[i] = gain * v
	}
	return out
}

// loudness is the root mean square of the frames of 20 ms that are within 20 dB of the loudest.
func loudness(sound []float64) float64 {
	var powers []float64
	loudest := 0.0
	for part := range slices.Chunk(sound, media.Narrowband/50) {
		sum := 0.0
		for _, v := range part {
			sum += v * v
		}
		powers = append(powers, sum/float64(len(part)))
		loudest = max(loudest, powers[len(powers)-1])
	}
	sum, n := 0.0, 0
	for _, p := range powers {
		if p >= loudest/100 {
			sum, n = sum+p, n+1
		}
	}
	return math.Sqrt(sum / float64(max(n, 1)))
}

func floats(pcm []int16) []float64 {
	out := make([]float64, len(pcm))
	for i, v := range pcm {
		out[i] = float64(v)
	}
	return out
}
