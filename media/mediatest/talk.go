package mediatest

import (
	"math"
	"math/rand/v2"
	"time"
)

// Talk is a sound with the rhythm, the pitch and the resonances of speech that says nothing, at rate hertz; another seed is
// another speaker.
func Talk(rate int, length time.Duration, seed uint64) []int16 {
	dice := rand.New(rand.NewPCG(seed, 1))
	out := make([]int16, samples(rate, length))
	var phase, pitch, loud, a, b, last, before float64
	next := 0
	for i := range out {
		if i == next { // a syllable of 80 to 220 ms
			next += int(float64(rate) * (0.08 + 0.14*dice.Float64()))
			pitch, loud = 90+120*dice.Float64(), math.Pow(10, -dice.Float64())
			radius := math.Exp(-math.Pi * 150 / float64(rate))
			a, b = 2*radius*math.Cos(2*math.Pi*(300+2200*dice.Float64())/float64(rate)), -radius*radius
		}
		x := 0.1 * dice.NormFloat64()
		if phase += pitch / float64(rate); phase >= 1 {
			phase--
			x++
		}
		y := x + a*last + b*before
		last, before = y, last
		out[i] = int16(max(-30000, min(30000, 2000*loud*y)))
	}
	return out
}
