// Package spectrum computes power spectra of real signals and what mel filters let through of them: a fast Fourier
// transform of one length, with its tables, and triangles on the mel scale.
package spectrum

import (
	"math"
	"math/bits"
)

// Spectrum computes the power spectrum of real samples through one complex transform of half their number (Cooley and
// Tukey 1965). It is not safe for concurrent use.
type Spectrum struct {
	reverse []uint16
	stages  [][]complex64 // of each span from 4 on: e^{-2 pi i k / (2 span)}
	split   []complex64   // e^{-2 pi i k / size}, up to a quarter of the circle
	work    []complex64
}

// New makes a transform of at least n samples: the next power of two, from 8 to 65,536. Size says which.
func New(n int) *Spectrum {
	size := 8
	for size < n && size < 1<<16 {
		size *= 2
	}
	half := size / 2
	s := &Spectrum{reverse: make([]uint16, half), split: make([]complex64, half/2+1), work: make([]complex64, half)}
	for i := range s.reverse {
		s.reverse[i] = bits.Reverse16(uint16(i)) >> (16 - bits.Len(uint(half-1)))
	}
	for span := 4; span < half; span *= 2 {
		turns := make([]complex64, span)
		for k := range turns {
			turns[k] = root(k, 2*span)
		}
		s.stages = append(s.stages, turns)
	}
	for k := range s.split {
		s.split[k] = root(k, size)
	}
	return s
}

// Size is the number of samples that the transform takes.
func (s *Spectrum) Size() int { return 2 * len(s.work) }

func root(k, n int) complex64 {
	sin, cos := math.Sincos(-2 * math.Pi * float64(k) / float64(n))
	return complex(float32(cos), float32(sin))
}

// Power writes |X_k|^2 for k = 0..Size/2 of the samples in x into out.
func (s *Spectrum) Power(out, x []float32) {
	s.transform(x)
	w := s.work
	half := len(w)
	out = out[:half+1]
	sum, difference := real(w[0])+imag(w[0]), real(w[0])-imag(w[0])
	out[0], out[half] = sum*sum, difference*difference
	for k := 1; k < len(s.split); k++ {
		a, b, t := w[k], w[half-k], s.split[k]
		evenRe, evenIm := (real(a)+real(b))/2, (imag(a)-imag(b))/2
		oddRe, oddIm := (imag(a)+imag(b))/2, (real(b)-real(a))/2
		turnedRe := real(t)*oddRe - imag(t)*oddIm
		turnedIm := real(t)*oddIm + imag(t)*oddRe
		re, im := evenRe+turnedRe, evenIm+turnedIm
		out[k] = re*re + im*im
		re, im = evenRe-turnedRe, evenIm-turnedIm // the mirror bin has the conjugates
		out[half-k] = re*re + im*im
	}
}

// transform takes neighbouring samples as real and imaginary parts.
func (s *Spectrum) transform(x []float32) {
	w := s.work
	x = x[:2*len(w)]
	// The first two stages turn by quarters only and need no multiplication.
	for i := 0; i+4 <= len(w) && i+4 <= len(s.reverse); i += 4 {
		r := s.reverse[i : i+4 : i+4]
		aRe, aIm := x[2*int(r[0])], x[2*int(r[0])+1]
		bRe, bIm := x[2*int(r[1])], x[2*int(r[1])+1]
		cRe, cIm := x[2*int(r[2])], x[2*int(r[2])+1]
		dRe, dIm := x[2*int(r[3])], x[2*int(r[3])+1]
		abRe, abIm, cdRe, cdIm := aRe+bRe, aIm+bIm, cRe+dRe, cIm+dIm
		amRe, amIm, cmRe, cmIm := aRe-bRe, aIm-bIm, cRe-dRe, cIm-dIm
		o := w[i : i+4 : i+4]
		o[0], o[2] = complex(abRe+cdRe, abIm+cdIm), complex(abRe-cdRe, abIm-cdIm)
		o[1], o[3] = complex(amRe+cmIm, amIm-cmRe), complex(amRe-cmIm, amIm+cmRe)
	}
	for _, turns := range s.stages {
		span := len(turns)
		for start := 0; start+2*span <= len(w); start += 2 * span {
			low, high := w[start:start+span], w[start+span:start+2*span]
			high, turns := high[:len(low)], turns[:len(low)]
			for k, a := range low {
				b, t := high[k], turns[k]
				re := real(b)*real(t) - imag(b)*imag(t)
				im := real(b)*imag(t) + imag(b)*real(t)
				low[k] = complex(real(a)+re, imag(a)+im)
				high[k] = complex(real(a)-re, imag(a)-im)
			}
		}
	}
}
