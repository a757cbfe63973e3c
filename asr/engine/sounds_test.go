package engine

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"voxgate/asr"
	"voxgate/media"
)

// sound makes audio of a function of time in seconds, -1..1.
func sound(d time.Duration, at func(t float64) float64) []int16 {
	out := make([]int16, int(d.Seconds()*media.Narrowband))
	for i := range out {
		v := at(float64(i) / media.Narrowband)
		out[i] = int16(32767 * max(-1, min(1, v)))
	}
	return out
}

func sine(hertz, t float64) float64 { return math.Sin(2 * math.Pi * hertz * t) }

// TestSoundsThatAreNoSpeech hears no words in what telephone lines bring beside voices, and stops the bot for none of
// the short ones.
func TestSoundsThatAreNoSpeech(t *testing.T) {
	noise := rand.New(rand.NewPCG(8, 9))
	chord := [][]float64{{220, 277, 330}, {196, 247, 294}, {175, 220, 262}, {196, 247, 294}}
	for name, c := range map[string]struct {
		pcm   []int16
		quiet bool // not even a beginning of speech
	}{
		"dial tone": {sound(5*time.Second, func(t float64) float64 { return 0.3 * sine(450, t) }), false},
		"busy tone": {sound(6*time.Second, func(t float64) float64 {
			if math.Mod(t, 0.7) > 0.35 {
				return 0
			}
			return 0.3 * sine(450, t)
		}), false},
		"keys": {sound(5*time.Second, func(t float64) float64 {
			if math.Mod(t, 0.5) > 0.12 {
				return 0
			}
			return 0.2*sine(770, t) + 0.2*sine(1336, t)
		}), false},
		"music": {sound(10*time.Second, func(t float64) float64 {
			v := 0.0
			for _, f := range chord[int(t)%4] {
				for k := 1.0; k <= 4; k++ {
					v += sine(f*k, t) / k
				}
			}
			return 0.1 * v * math.Exp(-1.5*math.Mod(t, 0.5))
		}), false},
		"clicks": {sound(6*time.Second, func(t float64) float64 {
			if math.Mod(t, 1) > 0.03 {
				return 0
			}
			return 0.5 * noise.NormFloat64()
		}), true},
		"coughs": {sound(8*time.Second, func(t float64) float64 {
			return 0.4 * noise.NormFloat64() * math.Exp(-12*math.Mod(t, 2))
		}), false},
		"clipped hum": {sound(5*time.Second, func(t float64) float64 { return 4 * sine(50, t) }), false},
	} {
		events := hearAll(t, asr.Hints{}, join(silence(time.Second), c.pcm, silence(time.Second)))
		started := only(events, asr.SpeechStarted)
		if c.quiet && len(started) > 0 {
			t.Errorf("%s: taken for speech at %v", name, started[0].End)
		}
		for _, ev := range only(events, asr.Final) {
			if ev.Text != "" {
				t.Errorf("%s: heard %q from %v to %v (%s, %.2f)", name, ev.Text, ev.Start, ev.End, ev.Reason, ev.Confidence)
			}
		}
	}
}
