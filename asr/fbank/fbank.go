// Package fbank computes the features that public recognisers of the Kaldi family were trained on: 80 log-mel energies
// every 10 ms of 16,000 Hz audio, without dither and without normalisation.
//
// Frame t covers samples [160t-120, 160t+280); before the first sample the signal is mirrored (Kaldi's snip_edges=false).
// In each frame the mean is taken off, then pre-emphasis of 0.97, the Povey window (a Hann window to the power 0.85),
// a transform of 512 samples, 80 triangles from 20 to 7,600 Hz on the scale 1127 ln(1 + f/700), natural logarithm.
package fbank

import (
	"math"

	"voxgate/asr/spectrum"
)

// Shape of the features.
const (
	Rate   = 16000 // samples a second
	Window = 400   // samples a frame looks at (25 ms)
	Hop    = 160   // samples between frames (10 ms)
	Mels   = 80    // numbers a frame

	before    = 120 // samples of the first frame that lie before the signal
	size      = 512
	bins      = size / 2 // the triangles end below the last bin
	low, high = 20.0, 7600.0
	emphasis  = 0.97
	floor     = 1.1920929e-07 // the smallest float32 step at 1
)

// Extractor computes the features of one call. It is not safe for concurrent use.
type Extractor struct {
	window  [Window]float32
	filters [Mels]filter
	fft     *spectrum.Spectrum

	begun   bool            // the first frame is out
	pending [Window]float32 // samples of the next frame, in +-1
	filled  int
	input   [size]float32
	powers  [bins + 1]float32
	out     [Mels]float32
}

// filter is a triangle with the first bin that it touches.
type filter struct {
	first   int
	weights []float32
}

// New makes an extractor at the start of a call.
func New() *Extractor {
	e := &Extractor{fft: spectrum.New(size), filters: newFilters(), filled: before}
	for i := range e.window {
		e.window[i] = float32(math.Pow(0.5-0.5*math.Cos(2*math.Pi*float64(i)/(Window-1)), 0.85))
	}
	return e
}

// Write takes the next samples, full scale +-32,768, and calls frame with each finished feature vector in order.
// The array is only valid during the call.
func (e *Extractor) Write(pcm []int16, frame func(*[Mels]float32)) {
	for len(pcm) > 0 {
		n := min(Window-e.filled, len(pcm))
		for i, v := range pcm[:n] {
			e.pending[e.filled+i] = float32(v) / 32768
		}
		e.filled += n
		pcm = pcm[n:]
		if e.filled < Window {
			return
		}
		if !e.begun {
			e.begun = true
			for i := range before {
				e.pending[i] = e.pending[2*before-1-i]
			}
		}
		e.compute()
		frame(&e.out)
		copy(e.pending[:], e.pending[Hop:])
		e.filled = Window - Hop
	}
}

func (e *Extractor) compute() {
	sum := float32(0)
	for _, v := range e.pending {
		sum += v
	}
	mean := sum / Window
	last := e.pending[0] - mean // before the first sample of a frame Kaldi sees that sample again
	for i, v := range e.pending {
		v -= mean
		e.input[i] = (v - emphasis*last) * e.window[i]
		last = v
	}
	e.fft.Power(e.powers[:], e.input[:])
	for k := range e.out {
		f := &e.filters[k]
		energy := float32(0)
		for i, p := range e.powers[f.first : f.first+len(f.weights)] {
			energy += f.weights[i] * p
		}
		e.out[k] = float32(math.Log(max(float64(energy), floor)))
	}
}

// newFilters computes the triangles: linear in mel, without area normalisation.
func newFilters() (bank [Mels]filter) {
	mel := func(f float64) float64 { return 1127 * math.Log(1+f/700) }
	lowest, highest := mel(low), mel(high)
	edge := func(i int) float64 { return lowest + (highest-lowest)*float64(i)/(Mels+1) }
	for k := range bank {
		left, centre, right := edge(k), edge(k+1), edge(k+2)
		for b := range bins {
			m := mel(float64(b) * Rate / size)
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
