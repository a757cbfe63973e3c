package engine

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"voxgate/asr"
	"voxgate/media"
)

// fainter is sound so many dB softer.
func fainter(pcm []int16, db float64) []int16 {
	out := make([]int16, len(pcm))
	for i, v := range pcm {
		out[i] = int16(math.Round(float64(v) * math.Pow(10, -db/20)))
	}
	return out
}

// TestOthersTalkFirst hears the caller's own number and nothing of what others say in the same place before, softer.
func TestOthersTalkFirst(t *testing.T) {
	other, number := speech(t, "track"), speech(t, "phone")
	alone := only(hearAll(t, asr.Hints{}, join(silence(time.Second), number, silence(2*time.Second))), asr.Final)
	if len(alone) != 1 {
		t.Fatalf("%d utterances of one", len(alone))
	}
	want, dice := alone[0].Text, rand.New(rand.NewPCG(3, 4))
	crowd := func(pcm []int16) []int16 {
		out := make([]int16, len(pcm))
		for i, v := range pcm {
			out[i] = v + int16(250*dice.NormFloat64())
		}
		return out
	}
	line := crowd(join(silence(time.Second), fainter(other, 15), number, silence(2*time.Second)))
	both := only(hearAll(t, asr.Hints{}, line), asr.Final)
	if len(both) == 0 || both[len(both)-1].Text != want || both[len(both)-1].Start < time.Second+time.Duration(len(other))*time.Second/media.Narrowband-400*time.Millisecond {
		t.Errorf("heard %q, want %q from behind the others' talk", texts(both), want)
	}
	// In a quiet place all that is said is the caller's, softly or not.
	for _, by := range []float64{0, 8} {
		same := only(hearAll(t, asr.Hints{}, join(silence(time.Second), fainter(other, by), number, silence(2*time.Second))), asr.Final)
		if said := texts(same); !strings.HasSuffix(said, want) || len(said) <= len(want) {
			t.Errorf("of two sentences in a quiet place, the first %g dB softer, heard %q", by, said)
		}
	}
}

func texts(events []asr.Event) string {
	var out strings.Builder
	for _, ev := range events {
		out.WriteString(ev.Text)
	}
	return out.String()
}

func TestOwnWords(t *testing.T) {
	for name, c := range map[string]struct {
		levels      []float64
		first, last int
	}{
		"one word":                {[]float64{60}, 0, 1},
		"no words":                {nil, 0, 0},
		"even":                    {[]float64{70, 72, 69, 73, 68}, 0, 5},
		"soft first word":         {[]float64{65, 72, 70, 71}, 0, 4},
		"much softer first word":  {[]float64{58, 72, 70, 71}, 1, 4},
		"others before":           {[]float64{60, 59, 61, 72, 70, 68, 73}, 3, 7},
		"falling end":             {[]float64{72, 71, 70, 68, 65}, 0, 5},
		"others after":            {[]float64{72, 71, 73, 60, 59, 61}, 0, 3},
		"others before and after": {[]float64{60, 61, 73, 74, 72, 73, 60, 58}, 2, 6},
		"a cry in between":        {[]float64{70, 71, 84, 70, 71}, 0, 5},
	} {
		if first, last := own(c.levels); first != c.first || last != c.last {
			t.Errorf("%s: %d to %d, want %d to %d", name, first, last, c.first, c.last)
		}
	}
}

func TestLoudness(t *testing.T) {
	var l loudness
	l.add(sound(4*time.Second, func(at float64) float64 { return 0.1 * sine(400, at) }), media.Narrowband)
	if got, want := l.between(10, 20), 20*math.Log10(3276.7/math.Sqrt2); math.Abs(got-want) > 0.1 {
		t.Errorf("%.2f dB, want %.2f", got, want)
	}
	if got := l.between(200, 300); got != 0 {
		t.Errorf("%.2f dB of what was not heard", got)
	}
	for range 12 {
		l.add(silence(4*time.Second), 2*media.Narrowband)
	}
	if l.steps != 100+12*50 || l.between(0, 100) != 0 {
		t.Errorf("%d steps, %.2f dB of what is long ago", l.steps, l.between(0, 100))
	}
}
