// Package feature turns telephone audio into the acoustic model's input: log-mel energies every 10 ms, less the running
// mean of the call. It is causal, keeps a few hundred bytes a call and allocates nothing per frame.
//
// Audio is mono 8,000 Hz signed 16-bit. Frame t covers samples [80t, 80t+200): symmetric Hann window, FFT of 256,
// 40 triangular filters between 60 and 3,800 Hz on the HTK mel scale (2595 log10(1 + f/700)), natural logarithm.
package feature

import (
	"math"
	"sync"

	"voxgate/asr/spectrum"
)

// Shape of the features.
const (
	Rate   = 8000 // samples a second
	Window = 200  // samples a frame looks at (25 ms)
	Hop    = 80   // samples between frames (10 ms)
	Mels   = 40   // numbers a frame

	low, high = 60.0, 3800.0
	floor     = 1e-8
	size      = 256 // samples of the transform
	bins      = size/2 + 1
)

// Norm holds the constants of the running mean; the acoustic model's metadata carries them, as they belong to its training.
type Norm struct {
	Prior [Mels]float32 // mean before anything was heard
	Peak  float64       // level that speech is expected to have before anything was heard (mean log energy)
	Decay float64       // how fast the tracked level falls, per frame
	Gate  float64       // frames this far below the tracked level do not move the mean
	Start float64       // weight of the prior, in frames
	Cap   float64       // longest memory, in frames
}

// Extractor computes the features of one call. It is not safe for concurrent use.
type Extractor struct {
	norm    Norm
	window  *[Window]float32
	filters []spectrum.Filter
	fft     *spectrum.Spectrum

	pending  [Window]float32 // samples of the next frame, in +-1
	filled   int
	level    float64
	count    float64
	mean     [Mels]float64
	input    [size]float32
	powers   [bins]float32
	raw, out [Mels]float32
}

// New makes an extractor at the start of a call.
func New(norm Norm) *Extractor {
	e := &Extractor{norm: norm, window: hann(), filters: triangles(), fft: spectrum.New(size), level: norm.Peak, count: norm.Start}
	for k, v := range norm.Prior {
		e.mean[k] = float64(v)
	}
	return e
}

// Write takes the next samples and calls frame with each finished feature vector, raw and normalised, in order.
// Both arrays are only valid during the call.
func (e *Extractor) Write(pcm []int16, frame func(raw, normalised *[Mels]float32)) {
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
		e.compute()
		frame(&e.raw, &e.out)
		copy(e.pending[:], e.pending[Hop:])
		e.filled = Window - Hop
	}
}

func (e *Extractor) compute() {
	for i, v := range e.pending {
		e.input[i] = v * e.window[i]
	}
	e.fft.Power(e.powers[:], e.input[:])
	sum := 0.0
	for k := range e.raw {
		e.raw[k] = e.filters[k].LogEnergy(e.powers[:], floor)
		sum += float64(e.raw[k])
	}
	e.normalise(sum / Mels)
}

// normalise follows the mean of frames near the call's speech level, so that line and voice drop out and silence
// does not count.
func (e *Extractor) normalise(energy float64) {
	e.level = max(energy, e.level-e.norm.Decay)
	if energy > e.level-e.norm.Gate {
		e.count = min(e.count+1, e.norm.Cap)
		for k, x := range e.raw {
			e.mean[k] += (float64(x) - e.mean[k]) / e.count
		}
	}
	for k, x := range e.raw {
		e.out[k] = x - float32(e.mean[k])
	}
}

// The tables that all calls share.
var (
	hann      = sync.OnceValue(newWindow)
	triangles = sync.OnceValue(func() []spectrum.Filter { return spectrum.MelFilters(Mels, low, high, Rate, size) })
)

func newWindow() *[Window]float32 {
	w := &[Window]float32{}
	for i := range w {
		w[i] = float32(0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/(Window-1)))
	}
	return w
}
