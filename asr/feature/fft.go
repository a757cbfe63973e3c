package feature

import "math"

// size is the transform length; half of it is the complex transform that carries the real one.
const (
	size = 256
	half = size / 2
	bins = half + 1
)

// spectrum computes the power spectrum of 256 real samples through one complex transform of 128 points.
type spectrum struct {
	reverse [half]uint8
	twiddle [half / 2]complex64 // e^{-2 pi i k / 128}
	split   [bins]complex64     // e^{-2 pi i k / 256}
	work    [half]complex64
}

func newSpectrum() *spectrum {
	s := &spectrum{}
	for i := range s.reverse {
		r := 0
		for b, v := 0, i; b < 7; b, v = b+1, v>>1 {
			r = r<<1 | v&1
		}
		s.reverse[i] = uint8(r)
	}
	for k := range s.twiddle {
		s.twiddle[k] = root(k, half)
	}
	for k := range s.split {
		s.split[k] = root(k, size)
	}
	return s
}

func root(k, n int) complex64 {
	sin, cos := math.Sincos(-2 * math.Pi * float64(k) / float64(n))
	return complex(float32(cos), float32(sin))
}

// power writes |X_k|^2 for k = 0..128 of the 256 samples in x.
func (s *spectrum) power(out *[bins]float32, x *[size]float32) {
	w := &s.work
	for i := range w {
		j := s.reverse[i]
		w[i] = complex(x[2*int(j)], x[2*int(j)+1])
	}
	for span := 1; span < half; span *= 2 {
		step := half / (2 * span)
		for start := 0; start < half; start += 2 * span {
			for k := range span {
				a, b := w[start+k], w[start+k+span]
				t := s.twiddle[k*step]
				re := real(b)*real(t) - imag(b)*imag(t)
				im := real(b)*imag(t) + imag(b)*real(t)
				w[start+k] = complex(real(a)+re, imag(a)+im)
				w[start+k+span] = complex(real(a)-re, imag(a)-im)
			}
		}
	}
	for k := range bins {
		a, b := w[k%half], w[(half-k)%half]
		evenRe, evenIm := (real(a)+real(b))/2, (imag(a)-imag(b))/2
		oddRe, oddIm := (imag(a)+imag(b))/2, (real(b)-real(a))/2
		t := s.split[k]
		re := evenRe + real(t)*oddRe - imag(t)*oddIm
		im := evenIm + real(t)*oddIm + imag(t)*oddRe
		out[k] = re*re + im*im
	}
}
