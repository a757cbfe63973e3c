// Package shape makes synthetic speech fit for the telephone: silence at its ends trimmed, its spectrum fitted to the
// telephone band, its level made equal from one utterance to the next, its peaks limited.
package shape

import "math"

// Version is raised with each change of what this package makes of a sound, so that sounds kept from before are not used.
const Version = 1

// Level of speech while it is active, and the highest sample, in dB of full scale (a full-scale sine is -3 dBFS RMS).
const (
	ActiveLevel = -19.0
	PeakLevel   = -1.5
)

const (
	frameSeconds = 0.01 // of level measurements
	activeRange  = 25.0 // frames this many dB below the loudest count as pauses
	maxGain      = 30.0 // dB; keeps a whisper of noise from being blown up
	silenceBelow = 45.0 // dB below the loudest frame: silence, to be trimmed
	headSeconds  = 0.010
	tailSeconds  = 0.030
	fadeSeconds  = 0.004
)

// Band is how a spectrum is fitted to the telephone.
type Band struct {
	Low      float64 // hertz below which is only rumble: cut off; not at all when 0
	Presence float64 // dB by which the consonants, around 2,600 Hz, are lifted
}

// Usual is the band of synthetic voices: the one in which they were recognised best.
var Usual = Band{Low: 200, Presence: 5}

// Flat is the band of recorded voices, which need no help.
var Flat = Band{Low: 100}

// Telephone is Band.Telephone in the usual band.
func Telephone(pcm []int16, rate int) []int16 { return Usual.Telephone(pcm, rate) }

// Telephone is one stretch of speech at rate hertz, ready to be brought to the line's rate. The input is not changed.
// Nothing but silence gives nothing.
func (b Band) Telephone(pcm []int16, rate int) []int16 {
	speech := Trim(pcm, rate)
	if len(speech) == 0 {
		return nil
	}
	x := make([]float64, len(speech))
	for i, s := range speech {
		x[i] = float64(s) / 32768
	}
	b.fit(x, float64(rate))
	level(x, rate)
	limit(x, rate)
	fade(x, rate)
	out := make([]int16, len(x))
	for i, v := range x {
		out[i] = int16(math.Round(max(-1, min(v, 32767.0/32768)) * 32768))
	}
	return out
}

// Trim is the part of pcm from the first sound to the last, with a few milliseconds around it. It aliases pcm.
func Trim(pcm []int16, rate int) []int16 {
	frame := int(frameSeconds * float64(rate))
	levels := frameLevels(pcm, frame)
	loudest := -1000.0
	for _, l := range levels {
		loudest = max(loudest, l)
	}
	if loudest < -80 {
		return nil
	}
	first, last := 0, len(levels)-1
	for levels[first] < loudest-silenceBelow {
		first++
	}
	for levels[last] < loudest-silenceBelow {
		last--
	}
	from := max(0, first*frame-int(headSeconds*float64(rate)))
	to := min(len(pcm), (last+1)*frame+int(tailSeconds*float64(rate)))
	return pcm[from:to]
}

// frameLevels is the RMS of each frame of pcm in dBFS; the last may be short.
func frameLevels(pcm []int16, frame int) []float64 {
	var out []float64
	for at := 0; at < len(pcm); at += frame {
		sum := 0.0
		part := pcm[at:min(at+frame, len(pcm))]
		for _, s := range part {
			v := float64(s) / 32768
			sum += v * v
		}
		out = append(out, 10*math.Log10(sum/float64(len(part))+1e-12))
	}
	return out
}

// ActiveRMS is the level of pcm in dBFS without its pauses; -120 for silence.
func ActiveRMS(pcm []int16, rate int) float64 {
	levels := frameLevels(pcm, int(frameSeconds*float64(rate)))
	loudest := -120.0
	for _, l := range levels {
		loudest = max(loudest, l)
	}
	sum, n := 0.0, 0
	for _, l := range levels {
		if l > loudest-activeRange {
			sum += math.Pow(10, l/10)
			n++
		}
	}
	if n == 0 || loudest <= -120 {
		return -120
	}
	return 10 * math.Log10(sum/float64(n))
}

// fit takes away the rumble below the telephone band and lifts what carries consonants.
func (b Band) fit(x []float64, rate float64) {
	if b.Low > 0 {
		highPass(rate, b.Low, 0.707).run(x)
	}
	if b.Presence != 0 {
		peak(rate, 2600, 0.8, b.Presence).run(x)
	}
}

// level brings the active speech of x to ActiveLevel.
func level(x []float64, rate int) {
	pcm := make([]int16, len(x))
	for i, v := range x {
		pcm[i] = int16(max(-1, min(v, 0.9999)) * 32768)
	}
	gain := min(maxGain, ActiveLevel-ActiveRMS(pcm, rate))
	factor := math.Pow(10, gain/20)
	for i := range x {
		x[i] *= factor
	}
}

// limit keeps x below PeakLevel: the gain is down before a peak arrives and comes back slowly.
func limit(x []float64, rate int) {
	ceiling := math.Pow(10, PeakLevel/20)
	ahead := max(1, int(0.002*float64(rate)))
	release := math.Exp(-1 / (0.05 * float64(rate)))
	gain := make([]float64, len(x))
	for i, v := range x {
		gain[i] = min(1, ceiling/max(math.Abs(v), 1e-9))
	}
	held := 1.0
	for i := len(x) - 1; i >= 0; i-- {
		held = min(gain[i], held+(1-held)/float64(ahead))
		gain[i] = held
	}
	held = 1.0
	for i := range x {
		held = min(gain[i], 1-(1-held)*release)
		x[i] *= held
	}
}

// fade takes the clicks off both ends.
func fade(x []float64, rate int) {
	n := min(len(x)/2, int(fadeSeconds*float64(rate)))
	for i := range n {
		g := float64(i) / float64(n)
		x[i] *= g
		x[len(x)-1-i] *= g
	}
}
