package spectrum

import "math"

// Filter is a triangle on the mel scale over the bins of a power spectrum, read-only once made.
type Filter struct {
	first   int // bin
	weights []float32
}

// MelFilters are count triangles between low and high Hz, their edges evenly spaced on the mel scale of
// 2595 log10(1 + f/700) = 1127 ln(1 + f/700), linear in mel and without area normalisation, over the spectrum of a
// transform of size samples at rate Hz.
func MelFilters(count int, low, high float64, rate, size int) []Filter {
	mel := func(f float64) float64 { return math.Log1p(f / 700) } // a factor would cancel out
	lowest, highest := mel(low), mel(high)
	edge := func(i int) float64 { return lowest + (highest-lowest)*float64(i)/float64(count+1) }
	bank := make([]Filter, count)
	for k := range bank {
		left, centre, right := edge(k), edge(k+1), edge(k+2)
		for b := range size/2 + 1 {
			m := mel(float64(b) * float64(rate) / float64(size))
			w := min((m-left)/(centre-left), (right-m)/(right-centre))
			if w <= 0 {
				continue
			}
			if bank[k].weights == nil {
				bank[k].first = b
			}
			bank[k].weights = append(bank[k].weights, float32(w))
		}
	}
	return bank
}

// LogEnergy is the natural logarithm of the energy that the filter lets through of a power spectrum, at least that of floor.
func (f *Filter) LogEnergy(powers []float32, floor float64) float32 {
	energy := float32(0)
	for i, p := range powers[f.first : f.first+len(f.weights)] {
		energy += f.weights[i] * p
	}
	return float32(math.Log(max(float64(energy), floor)))
}
