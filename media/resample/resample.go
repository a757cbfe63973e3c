// Package resample changes the rate of speech by a polyphase windowed-sinc filter.
//
// Everything at or above half of the lower rate is 80 dB or more down; the band up to 85 % of that half (3,400 Hz at
// 8,000 Hz) passes flat. The filter is linear in phase and about 5 ms late at 8,000 Hz.
package resample

import (
	"fmt"
	"math"
	"sync"
	"time"
)

const (
	minRate, maxRate = 4000, 192000
	// attenuation is the filter's design value; 10 dB below what is promised leaves room for rounding to 16 bits.
	attenuation = 92.0
	passband    = 0.85
	maxTaps     = 1 << 20
)

// Resampler converts one stream. It keeps the end of what it was given, so a stream may come in pieces of any size.
type Resampler struct {
	bank     *bank
	from, to int
	line     []float32 // the last taps-1 samples, then what has come since
	phase    int       // of the next output sample, 0..up-1
	skip     int       // input samples to pass before the next output sample
}

// New makes a resampler between two rates in hertz. It fails for rates outside 4,000..192,000 Hz and for pairs whose
// ratio needs an absurdly large filter.
func New(from, to int) (*Resampler, error) {
	for _, r := range []int{from, to} {
		if r < minRate || r > maxRate {
			return nil, fmt.Errorf("resample %d Hz to %d Hz: rates must lie in %d..%d Hz", from, to, minRate, maxRate)
		}
	}
	b, err := bankFor(from, to)
	if err != nil {
		return nil, err
	}
	return &Resampler{bank: b, from: from, to: to, line: make([]float32, b.taps-1)}, nil
}

// Process appends to dst what src gives at the new rate. Over the whole stream the number of samples is in the exact
// ratio of the rates, so that 20 ms always give 20 ms. Equal rates copy.
func (r *Resampler) Process(dst, src []int16) []int16 {
	if r.from == r.to {
		return append(dst, src...)
	}
	for _, s := range src {
		r.line = append(r.line, float32(s))
	}
	b := r.bank
	at := r.skip
	for at+b.taps <= len(r.line) {
		dst = append(dst, clip(dot(b.phase(r.phase), r.line[at:at+b.taps])))
		r.phase += b.down
		at += r.phase / b.up
		r.phase %= b.up
	}
	// Keep taps-1 samples before the next output's newest one; where the step is long that one is still to come.
	keep := min(at, len(r.line))
	n := copy(r.line, r.line[keep:])
	r.line = r.line[:n]
	r.skip = at - keep
	return dst
}

// Flush appends what is still inside the filter: the last Delay of the stream.
func (r *Resampler) Flush(dst []int16) []int16 {
	if r.from == r.to {
		return dst
	}
	return r.Process(dst, make([]int16, (r.bank.taps-1)/2))
}

// Delay is how much later the output is than the input.
func (r *Resampler) Delay() time.Duration {
	if r.from == r.to {
		return 0
	}
	return time.Duration(float64(r.bank.taps*r.bank.up-1) / 2 / float64(r.bank.up) * float64(time.Second) / float64(r.from))
}

// String names the conversion, for logs.
func (r *Resampler) String() string { return fmt.Sprintf("resample(%d -> %d)", r.from, r.to) }

// bank is one filter cut into phases, each with its taps in the order of the input (oldest first).
type bank struct {
	up, down, taps int
	coefficients   []float32
}

func (b *bank) phase(i int) []float32 { return b.coefficients[i*b.taps : (i+1)*b.taps] }

// banks holds the filters of the usual rates for the life of the process: a filter costs milliseconds to make and
// some conversions start anew with each prompt.
var banks sync.Map

func usual(rate int) bool {
	switch rate {
	case 8000, 16000, 22050, 24000, 32000, 44100, 48000:
		return true
	}
	return false
}

func bankFor(from, to int) (*bank, error) {
	key := [2]int{from, to}
	if b, ok := banks.Load(key); ok {
		return b.(*bank), nil
	}
	b, err := newBank(from, to)
	if err == nil && usual(from) && usual(to) {
		banks.Store(key, b)
	}
	return b, err
}

func newBank(from, to int) (*bank, error) {
	d := gcd(from, to)
	b := &bank{up: to / d, down: from / d}
	low := float64(min(from, to))
	// Kaiser's estimate of the length, in input samples, for a transition from passband to half the lower rate.
	width := 2 * math.Pi * (1 - passband) / 2 * low / float64(from)
	b.taps = int(math.Ceil((attenuation-8)/(2.285*width))) + 1
	if b.taps*b.up > maxTaps {
		return nil, fmt.Errorf("resample %d Hz to %d Hz: the ratio %d:%d is too fine; convert the recording to a usual rate first", from, to, b.up, b.down)
	}
	beta := 0.1102 * (attenuation - 8.7)
	n := b.taps * b.up
	centre := float64(n-1) / 2
	cutoff := (1 + passband) / 2 * low / 2 // hertz
	rate := float64(from) * float64(b.up)  // of the prototype
	b.coefficients = make([]float32, n)
	for i := range n {
		x := (float64(i) - centre) / rate
		h := 2 * cutoff / float64(from) * sinc(2*cutoff*x) * kaiser((float64(i)-centre)/(centre+0.5), beta)
		// Output phase p takes prototype taps p, p+up, ...; the newest input meets the first of them.
		p, k := i%b.up, i/b.up
		b.coefficients[p*b.taps+b.taps-1-k] = float32(h)
	}
	return b, nil
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

func kaiser(x, beta float64) float64 {
	return bessel(beta*math.Sqrt(max(0, 1-x*x))) / bessel(beta)
}

// bessel is the modified Bessel function of order zero, by its power series.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > sum*1e-12; k++ {
		term *= (x / 2 / k) * (x / 2 / k)
		sum += term
	}
	return sum
}

// dot runs four sums side by side because one alone waits for each addition.
func dot(a, b []float32) float32 {
	var s0, s1, s2, s3 float32
	b = b[:len(a)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return (s0 + s1) + (s2 + s3)
}

func clip(v float32) int16 {
	v = float32(math.RoundToEven(float64(v)))
	return int16(min(max(v, math.MinInt16), math.MaxInt16))
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
