// Package fbank computes the features that public recognisers of the Kaldi family were trained on: 80 log-mel energies
// every 10 ms of 16,000 Hz audio, without dither and without normalisation.
//
// Frame t covers samples [160t-120, 160t+280); before the first sample the signal is mirrored (Kaldi's snip_edges=false).
// In each frame the mean is taken off, then pre-emphasis of 0.97, the Povey window (a Hann window to the power 0.85),
// a transform of 512 samples, 80 triangles from 20 to 7,600 Hz on the scale 1127 ln(1 + f/700), natural logarithm.
package fbank

import (
	"math"
	"sync"

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
	bins      = size/2 + 1
	low, high = 20.0, 7600.0
	emphasis  = 0.97
	floor     = 1.1920929e-07 // the smallest float32 step at 1
)

// Extractor computes the features of one call. It is not safe for concurrent use.
type Extractor struct {
	window  [Window]float32
	filters []spectrum.Filter
	fft     *spectrum.Spectrum

	begun   bool            // the first frame is out
	pending [Window]float32 // samples of the next frame, in +-1
	filled  int
	input   [size]float32
	powers  [bins]float32
	out     [Mels]float32
}

// triangles are shared by all calls.
var triangles = sync.OnceValue(func() []spectrum.Filter { return spectrum.MelFilters(Mels, low, high, Rate, size) })

// New makes an extractor at the start of a call.
func New() *Extractor {
	e := &Extractor{fft: spectrum.New(size), filters: triangles(), filled: before}
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
		e.out[k] = e.filters[k].LogEnergy(e.powers[:], floor)
	}
}
