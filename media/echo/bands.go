package echo

import (
	"math"
	"math/bits"
	"time"

	"voxgate/media"
)

// Analysis, at 8,000 Hz whatever the line's rate.
const (
	hopSize     = 80  // samples: 10 ms
	windowSize  = 160 // samples: 20 ms under a Hann window
	size        = 256 // of the transform: bins of 31.25 Hz
	hopsPerTick = 2
	hopTime     = media.FrameDuration / hopsPerTick
	bandCount   = 14
)

// edges of the bands in bins, from 156 to 3,750 Hz: as narrow as 125 Hz below and as wide as 500 Hz above, about as the ear
// tells them apart. What a telephone lets through lies between.
var edges = [bandCount + 1]int{5, 9, 13, 17, 21, 26, 32, 38, 45, 53, 62, 73, 87, 103, 120}

// powers are those of the bands in one hop, in squares of the 16-bit quantisation step a sample.
type powers [bandCount]float32

// bands turns the samples of both directions into powers. One complex transform serves both: the received samples are its
// real part and the sent ones its imaginary part.
type bands struct {
	rate    int
	window  [windowSize]float32
	past    [windowSize]complex64 // the last 20 ms
	work    [size]complex64
	turns   [size / 2]complex64
	reverse [size]uint8
	in, out powers
}

func newBands(rate int) bands {
	b := bands{rate: rate}
	norm := 0.0
	for i := range b.window {
		w := 0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/windowSize)
		b.window[i] = float32(w)
		norm += w * w
	}
	// By this the powers of all bins sum up to the mean square of a sample.
	for i := range b.window {
		b.window[i] *= float32(math.Sqrt(2 / norm / size))
	}
	for k := range b.turns {
		sin, cos := math.Sincos(-2 * math.Pi * float64(k) / size)
		b.turns[k] = complex(float32(cos), float32(sin))
	}
	for i := range b.reverse {
		b.reverse[i] = bits.Reverse8(uint8(i))
	}
	return b
}

// hop takes the first or second half of a tick. What it returns holds until the next call.
func (b *bands) hop(received, sent *media.Frame, part int) (in, out *powers) {
	copy(b.past[:], b.past[hopSize:])
	fresh := b.past[windowSize-hopSize:]
	if b.rate == media.Wideband {
		// The mean of two samples: what folds down from above 4 kHz folds in both directions alike.
		r, s := received.Samples[part*2*hopSize:], sent.Samples[part*2*hopSize:]
		for i := range fresh {
			fresh[i] = complex((float32(r[2*i])+float32(r[2*i+1]))/2, (float32(s[2*i])+float32(s[2*i+1]))/2)
		}
	} else {
		r, s := received.Samples[part*hopSize:], sent.Samples[part*hopSize:]
		for i := range fresh {
			fresh[i] = complex(float32(r[i]), float32(s[i]))
		}
	}
	b.transform()
	for n := range b.in {
		var r, s float32
		for k := edges[n]; k < edges[n+1]; k++ {
			x, y := b.work[k], b.work[size-k]
			// X = (Z_k + conj Z_-k) / 2 is the received spectrum, (Z_k - conj Z_-k) / 2i the sent one.
			rr, ri := real(x)+real(y), imag(x)-imag(y)
			sr, si := imag(x)+imag(y), real(y)-real(x)
			r += rr*rr + ri*ri
			s += sr*sr + si*si
		}
		b.in[n], b.out[n] = r/4, s/4
	}
	return &b.in, &b.out
}

// transform is a fast Fourier transform of radix 2 in place (Cooley and Tukey 1965).
func (b *bands) transform() {
	for i := range b.work {
		b.work[i] = 0
	}
	for i, v := range b.past {
		w := b.window[i]
		b.work[b.reverse[i]] = complex(real(v)*w, imag(v)*w)
	}
	for half := 1; half < size; half *= 2 {
		stride := size / (2 * half)
		for start := 0; start < size; start += 2 * half {
			low, high := b.work[start:start+half], b.work[start+half:start+2*half]
			for k, l := range low {
				h, t := high[k], b.turns[k*stride]
				re := real(h)*real(t) - imag(h)*imag(t)
				im := real(h)*imag(t) + imag(h)*real(t)
				low[k] = complex(real(l)+re, imag(l)+im)
				high[k] = complex(real(l)-re, imag(l)-im)
			}
		}
	}
}

// hopsIn is how many hops a time lasts.
func hopsIn(d time.Duration) int { return int(d / hopTime) }

// decay is the factor by which a sum is forgotten in a hop, to last about so long.
func decay(lasts time.Duration) float32 {
	return float32(math.Exp(-float64(hopTime) / float64(lasts)))
}

// decibels of a ratio of powers.
func decibels(ratio float32) float64 { return 10 * math.Log10(max(float64(ratio), 1e-9)) }
