package asrtest

import "math"

// Glide is a test signal of n samples at 16,000 Hz, made of integers only so that every language computes the same: two
// gliding triangle waves, noise of a linear congruential generator, an offset, and nothing from sample 3,000 to 4,200.
// The recipe of the public form (models/recipe/public) computes its reference numbers from it.
func Glide(n int) []int16 {
	const rate = 16000
	out := make([]int16, n)
	seed, first, second := 12345, 0, 0
	for i := range out {
		seed = (1103515245*seed + 12345) % (1 << 31)
		first, second = (first+130+i/20)%rate, (second+1900-i/10)%rate
		value := 500 + (seed>>16)%301 - 150
		for k, p := range []int{first, (second + rate) % rate} {
			v := max(2*p-rate, rate-2*p) - rate/2
			value += int(math.Floor(float64(v) / float64(2+k)))
		}
		if i < 3000 || i >= 4200 {
			out[i] = int16(value)
		}
	}
	return out
}
