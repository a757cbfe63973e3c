package evaluation

import (
	"math"
	"math/rand/v2"

	"voxgate/media"
)

// reverberate puts a caller into a room of 0.3 to 0.6 s reverberation time: the tail is sparse noise, one random pulse
// of either sign in every millisecond, that decays ("velvet noise", Karjalainen and Järveläinen, AES 30th Conference,
// 2007), 4 dB under the direct sound.
func reverberate(speech []int16, dice *rand.Rand) []int16 {
	const (
		spacing = media.Narrowband / 1000
		first   = 5 * spacing // nothing comes back sooner than after 5 ms
		direct  = 4.0         // dB over the tail
	)
	seconds := 0.3 + 0.3*dice.Float64()
	size := int(seconds * media.Narrowband)
	type echo struct {
		at   int
		gain float64
	}
	var tail []echo
	energy := 0.0
	for at := first; at < size; at += spacing {
		e := echo{at + dice.IntN(spacing), math.Pow(10, -3*float64(at)/float64(size))} // -60 dB in the end
		if dice.IntN(2) == 0 {
			e.gain = -e.gain
		}
		tail = append(tail, e)
		energy += e.gain * e.gain
	}
	scale := math.Pow(10, -direct/20) / math.Sqrt(energy)
	out := make([]float64, len(speech))
	for i, v := range speech {
		out[i] += float64(v)
		for _, e := range tail {
			if i+e.at >= len(out) {
				break
			}
			out[i+e.at] += scale * e.gain * float64(v)
		}
	}
	room := make([]int16, len(out))
	for i, v := range out {
		room[i] = saturate(v)
	}
	return room
}

// telephoneBand leaves 300 to 3,400 Hz, the band of ITU-T G.712: a high-pass and a low-pass of the fourth order
// (Butterworth).
func telephoneBand(pcm []int16) []int16 {
	const low, high = 300.0, 3400.0
	// Quality of the two sections of a fourth-order Butterworth filter: 1/(2 cos(pi/8)) and 1/(2 cos(3 pi/8)).
	var chain []*section
	for _, q := range []float64{0.5412, 1.3066} {
		chain = append(chain, highPass(low, q), lowPass(high, q))
	}
	out := make([]int16, len(pcm))
	for i, v := range pcm {
		x := float64(v)
		for _, s := range chain {
			x = s.next(x)
		}
		out[i] = saturate(x)
	}
	return out
}

// section is a filter of the second order (Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients").
type section struct{ b0, b1, b2, a1, a2, x1, x2, y1, y2 float64 }

func lowPass(frequency, q float64) *section {
	w := 2 * math.Pi * frequency / media.Narrowband
	alpha, cos := math.Sin(w)/(2*q), math.Cos(w)
	b := (1 - cos) / 2
	return normalised(b, 2*b, b, alpha, cos)
}

func highPass(frequency, q float64) *section {
	w := 2 * math.Pi * frequency / media.Narrowband
	alpha, cos := math.Sin(w)/(2*q), math.Cos(w)
	b := (1 + cos) / 2
	return normalised(b, -2*b, b, alpha, cos)
}

func normalised(b0, b1, b2, alpha, cos float64) *section {
	a0 := 1 + alpha
	return &section{b0: b0 / a0, b1: b1 / a0, b2: b2 / a0, a1: -2 * cos / a0, a2: (1 - alpha) / a0}
}

func (s *section) next(x float64) float64 {
	y := s.b0*x + s.b1*s.x1 + s.b2*s.x2 - s.a1*s.y1 - s.a2*s.y2
	s.x2, s.x1, s.y2, s.y1 = s.x1, x, s.y1, y
	return y
}

// amplify changes the level by some dB and, where clip is above 0, drives the loudest sample so many dB over full scale.
func amplify(pcm []int16, level, clip float64) []int16 {
	gain := math.Pow(10, level/20)
	if clip > 0 {
		peak := 1.0
		for _, v := range pcm {
			peak = max(peak, math.Abs(float64(v)))
		}
		gain = math.Pow(10, clip/20) * math.MaxInt16 / peak
	}
	if gain == 1 {
		return pcm
	}
	out := make([]int16, len(pcm))
	for i, v := range pcm {
		out[i] = saturate(gain * float64(v))
	}
	return out
}
