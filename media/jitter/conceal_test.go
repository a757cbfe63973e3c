package jitter

import (
	"math"
	"testing"
	"time"

	"voxgate/media/mediatest"
)

// steepest is the largest step between neighbouring samples.
func steepest(pcm []int16) (step int) {
	for i := 1; i < len(pcm); i++ {
		step = max(step, int(math.Abs(float64(pcm[i])-float64(pcm[i-1]))))
	}
	return step
}

func TestConcealmentMakesNoClicks(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		for _, hertz := range []float64{70, 133.3, 317, 400} {
			sound := mediatest.Tone(rate, hertz, 0.5, 400*time.Millisecond)
			natural := steepest(sound)
			for _, lost := range []int{rate / 100, rate / 50, rate / 25, rate / 10} {
				c := newConcealer(rate)
				cut := rate/5 + 13
				c.push(sound[:cut])
				out := append([]int16(nil), sound[:cut]...)
				out = c.append(out, lost)
				after := append([]int16(nil), sound[cut+lost:]...)
				c.merge(after)
				out = append(out, after...)
				if got := steepest(out); got > natural*5/2 {
					t.Errorf("%d Hz, tone of %.0f Hz, %d samples lost: a step of %d, natural is %d", rate, hertz, lost, got, natural)
				}
			}
		}
	}
}

// A sound that grows does not repeat: the end of its last period must be led over to the beginning.
func TestGrowingSoundMakesNoClicks(t *testing.T) {
	sound := mediatest.Tone(8000, 100, 0.9, 200*time.Millisecond)
	for i := range sound {
		sound[i] = int16(int(sound[i]) * max(0, i-1200) / 400)
	}
	c := newConcealer(8000)
	c.push(sound)
	natural := steepest(sound)
	if out := c.append(nil, 160); steepest(out) > natural*3/2 {
		t.Errorf("a step of %d, natural is %d", steepest(out), natural)
	}
}

func TestConcealmentFadesWithin60ms(t *testing.T) {
	c := newConcealer(8000)
	c.push(mediatest.Voice(8000, 140, time.Second))
	out := c.append(nil, 8000)
	if first := mediatest.RMS(out[:80]); first < 0.02 {
		t.Errorf("the first 10 ms have RMS %.3f: nothing was made up", first)
	}
	for i, v := range out[480:] {
		if v != 0 {
			t.Fatalf("sample %d after the loss is %d, want silence after 60 ms", 480+i, v)
		}
	}
	last := 1.0
	for at := 80; at < 480; at += 80 {
		level := mediatest.RMS(out[at : at+80])
		if level > last*1.1 {
			t.Errorf("the sound swells after %d ms", at/8)
		}
		last = level
	}
}

func TestPitchIsFound(t *testing.T) {
	for _, hertz := range []float64{72, 95.5, 117, 210, 290} {
		for _, rate := range []int{8000, 16000} {
			got := pitch(mediatest.Voice(rate, hertz, 300*time.Millisecond), rate)
			want := float64(rate) / hertz // or a multiple, which repeats as well
			if want *= max(1, math.Round(got/want)); math.Abs(got-want) > 0.02*want {
				t.Errorf("%.1f Hz at %d Hz: period %.2f, want %.2f", hertz, rate, got, want)
			}
		}
	}
	if got := pitch(make([]int16, 400), 8000); got != 120 {
		t.Errorf("silence has period %.1f, want the longest", got)
	}
	if got := pitch(mediatest.Noise(8000, 0.5, 50*time.Millisecond, 1), 8000); got < 20 || got > 120 {
		t.Errorf("noise has period %.1f", got)
	}
}
