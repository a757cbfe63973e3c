package spectrum

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"
)

func TestPowerIsTheFourierSum(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{8, 16, 32, 256, 512} {
		s := New(size)
		x, out := make([]float32, size), make([]float32, size/2+1)
		for range 2 { // the second time on used memory
			for i := range x {
				x[i] = float32(dice.NormFloat64())
			}
			s.Power(out, x)
		}
		for k := range out {
			var sum complex128
			for i, v := range x {
				sum += cmplx.Rect(float64(v), -2*math.Pi*float64(k*i%size)/float64(size))
			}
			if want := real(sum)*real(sum) + imag(sum)*imag(sum); math.Abs(float64(out[k])-want) > 1e-3*(1+want) {
				t.Fatalf("%d samples, bin %d: %g, the sum gives %g", size, k, out[k], want)
			}
		}
	}
}

func TestSizes(t *testing.T) {
	for n, want := range map[int]int{-1: 8, 3: 8, 200: 256, 400: 512, 512: 512, 1 << 20: 1 << 16} {
		if got := New(n).Size(); got != want {
			t.Errorf("for %d samples a transform of %d, want %d", n, got, want)
		}
	}
}

func BenchmarkPower(b *testing.B) {
	for _, size := range []int{256, 512} {
		s := New(size)
		x, out := make([]float32, size), make([]float32, size/2+1)
		b.Run(map[int]string{256: "256", 512: "512"}[size], func(b *testing.B) {
			for b.Loop() {
				s.Power(out, x)
			}
		})
	}
}
