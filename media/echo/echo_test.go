package echo

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"voxgate/media"
	"voxgate/media/mediatest"
)

// delayed is a sound so much later and by so many dB softer.
func delayed(pcm []int16, d time.Duration, rate int, db float64) []int16 {
	out := make([]int16, len(pcm))
	shift := int(d.Seconds() * float64(rate))
	gain := math.Pow(10, db/20)
	for i := shift; i < len(out); i++ {
		out[i] = int16(gain * float64(pcm[i-shift]))
	}
	return out
}

func mixed(a, b []int16) []int16 {
	out := make([]int16, len(a))
	for i := range out {
		out[i] = int16(max(-32768, min(32767, int(a[i])+int(b[i]))))
	}
	return out
}

// run gives a guard both directions and returns what it said after every tick.
func run(rate int, received, sent []int16) []Verdict {
	g := New(rate)
	var all []Verdict
	in, out := media.Frames(rate, received), media.Frames(rate, sent)
	for i := range in {
		g.Tick(&in[i], &out[i])
		all = append(all, g.Verdict())
	}
	return all
}

func TestEchoIsFoundAtAnyDelay(t *testing.T) {
	for _, rate := range []int{media.Narrowband, media.Wideband} {
		for _, d := range []time.Duration{0, 35 * time.Millisecond, 180 * time.Millisecond, 430 * time.Millisecond, 600 * time.Millisecond} {
			sent := mediatest.Talk(rate, 6*time.Second, 3)
			all := run(rate, delayed(sent, d, rate, -10), sent)
			echoes := 0
			for _, v := range all[150:] {
				if v.Echo {
					echoes++
				}
			}
			last := all[len(all)-1]
			if off := (last.Delay - d).Abs(); off > 20*time.Millisecond || echoes < len(all[150:])*95/100 {
				t.Errorf("%d Hz, %v: found %v, echo in %d of %d ticks, score %.2f", rate, d, last.Delay, echoes, len(all[150:]), last.Score)
			}
		}
	}
}

func TestAnotherVoiceIsNoEcho(t *testing.T) {
	sent, other := mediatest.Talk(8000, 8*time.Second, 3), mediatest.Talk(8000, 8*time.Second, 4)
	for i, v := range run(8000, other, sent) {
		if v.Echo && v.Settled {
			t.Fatalf("tick %d: %+v", i, v)
		}
	}
}

func TestCallerOverTheEchoIsHeard(t *testing.T) {
	const rate = 8000
	sent, caller := mediatest.Talk(rate, 6*time.Second, 3), mediatest.Talk(rate, 6*time.Second, 4)
	clear(caller[:4*rate])
	all := run(rate, mixed(delayed(sent, 200*time.Millisecond, rate, -10), caller), sent)
	for i, v := range all[150:200] {
		if !v.Echo {
			t.Errorf("tick %d before the caller speaks: %+v", 150+i, v)
		}
	}
	first, echoes := 0, 0
	for i, v := range all[200:] {
		if v.Echo {
			echoes++
		} else if first == 0 {
			first = i
		}
	}
	if first == 0 || first > 10 || echoes > 30 {
		t.Errorf("noticed after %d ticks, taken for an echo in %d of %d", first, echoes, len(all[200:]))
	}
}

func TestTonesAreToldFromVoices(t *testing.T) {
	sent := make([]int16, 2*8000)
	tone, voice := mediatest.Tone(8000, 450, 0.1, 2*time.Second), mediatest.Talk(8000, 2*time.Second, 1)
	for i, v := range run(8000, tone, sent)[10:] {
		if !v.Tone {
			t.Fatalf("tick %d of a tone: %+v", i, v)
		}
	}
	for i, v := range run(8000, voice, sent) {
		if v.Tone {
			t.Fatalf("tick %d of a voice: %+v", i, v)
		}
	}
}

// Music that goes on and on is the line's own noise; a voice over it is not.
func TestWhatGoesOnIsNoise(t *testing.T) {
	sent := make([]int16, 5*8000)
	noise := mediatest.Noise(8000, 0.003, 5*time.Second, 1)
	voice := mediatest.Talk(8000, time.Second, 2)
	for i, v := range voice {
		noise[4*8000+i] += v
	}
	all := run(8000, noise, sent)
	for i, v := range all[50:200] {
		if v.Level > 6 {
			t.Fatalf("tick %d of noise: %+v", i, v)
		}
	}
	loud := 0
	for _, v := range all[210:] {
		if v.Level > 9 {
			loud++
		}
	}
	if loud < 20 {
		t.Errorf("a voice over it stands out in %d of %d ticks", loud, len(all[210:]))
	}
}

func TestSilenceAndWrongRatesSayNothing(t *testing.T) {
	for _, v := range run(8000, make([]int16, 16000), make([]int16, 16000)) {
		if v.Echo || v.Delay != 0 || v.Level > 1 || v.Loud > -80 {
			t.Fatalf("%+v", v)
		}
	}
	g := New(8000)
	g.Tick(&media.Frame{Rate: 16000}, &media.Frame{Rate: 8000})
	g.Tick(&media.Frame{}, &media.Frame{})
	if g.Verdict() != (Verdict{}) {
		t.Errorf("frames of another rate were taken: %+v", g.Verdict())
	}
}

// Whatever a line brings, a verdict stays within its bounds.
func TestVerdictsAreWithinBounds(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	received, sent := make([]int16, 4*8000), make([]int16, 4*8000)
	for i := range received {
		switch i / 4000 % 4 {
		case 0: // as loud as can be
			received[i], sent[i] = int16(dice.IntN(2)*65535-32768), int16(dice.IntN(2)*65535-32768)
		case 1: // a constant
			received[i], sent[i] = math.MinInt16, math.MaxInt16
		case 2: // one and the same
			received[i] = int16(dice.IntN(65536) - 32768)
			sent[i] = received[i]
		}
	}
	for i, v := range run(8000, received, sent) {
		within := v.Score >= 0 && v.Score <= 1 && v.Level >= 0 && v.Level < 120 && v.Loud <= 0 && v.Loud >= -127 &&
			v.Delay >= 0 && v.Delay <= 640*time.Millisecond
		if !within {
			t.Fatalf("tick %d: %+v", i, v)
		}
	}
}

func TestTickAllocatesNothing(t *testing.T) {
	g := New(8000)
	in, out := media.Frames(8000, mediatest.Talk(8000, time.Second, 1)), media.Frames(8000, mediatest.Talk(8000, time.Second, 2))
	n := 0
	if got := testing.AllocsPerRun(100, func() { g.Tick(&in[n%50], &out[n%50]); n++ }); got != 0 {
		t.Errorf("%v allocations a tick", got)
	}
}

func BenchmarkTick(b *testing.B) {
	g := New(8000)
	in, out := media.Frames(8000, mediatest.Talk(8000, 4*time.Second, 1)), media.Frames(8000, mediatest.Talk(8000, 4*time.Second, 2))
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		g.Tick(&in[n%200], &out[n%200])
	}
}
