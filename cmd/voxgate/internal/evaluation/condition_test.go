package evaluation

import (
	"errors"
	"math"
	"slices"
	"testing"

	"voxgate/media/codec"
)

func TestParseCondition(t *testing.T) {
	for name, want := range map[string]Condition{
		"clean":        {Name: "clean"},
		"alaw":         {Name: "alaw", ALaw: true},
		"noise10":      {Name: "noise10", Noisy: true, SNR: 10},
		"noise-5":      {Name: "noise-5", Noisy: true, SNR: -5},
		"loss2.5":      {Name: "loss2.5", Loss: 0.025},
		"noise0+loss5": {Name: "noise0+loss5", Noisy: true, Loss: 0.05},
	} {
		if got, err := ParseCondition(name); err != nil || got != want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for _, name := range []string{"", "noise", "noiseNaN", "noise99", "loss", "loss0", "loss80", "clean+alaw", "ulaw", "loss5+"} {
		if _, err := ParseCondition(name); !errors.Is(err, ErrCondition) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// voice is a tone that swells four times a second, as speech does.
func voice(n int) []int16 {
	out := make([]int16, n)
	for i := range out {
		x := float64(i) / 8000
		out[i] = int16(9000 * math.Sin(2*math.Pi*180*x) * (0.6 + 0.4*math.Sin(2*math.Pi*4*x)))
	}
	return out
}

// far is the line's sound from where it is most like the speech on, and their signal-to-noise ratio in dB.
func far(speech, line []int16) (snr float64) {
	snr = math.Inf(-1)
	for shift := 0; shift <= 480 && shift+len(speech) <= len(line); shift += 160 {
		signal, noise := 0.0, 1e-9
		for i, v := range speech {
			d := float64(line[shift+i]) - float64(v)
			signal, noise = signal+float64(v)*float64(v), noise+d*d
		}
		snr = max(snr, 10*math.Log10(signal/noise))
	}
	return snr
}

func TestDegrade(t *testing.T) {
	speech := voice(32000)
	through := func(name string) []int16 {
		t.Helper()
		c, err := ParseCondition(name)
		if err != nil {
			t.Fatal(err)
		}
		line, err := c.Degrade(speech, nil, 7)
		if err != nil {
			t.Fatal(err)
		}
		again, err := c.Degrade(speech, nil, 7)
		if err != nil || !slices.Equal(line, again) {
			t.Errorf("%s: the same seed gives two lines, %v", name, err)
		}
		return line
	}
	clean := through("clean")
	want := codec.DecodeMuLaw(codec.EncodeMuLaw(speech[16000]))
	if !slices.Contains([]int16{clean[16000], clean[16160], clean[16320]}, want) {
		t.Errorf("clean is not mu-law of the speech")
	}
	if snr := far(speech, clean); snr < 30 {
		t.Errorf("clean: %.1f dB, mu-law gives about 37", snr)
	}
	if snr := far(speech, through("alaw")); snr < 30 || slices.Equal(clean, through("alaw")) {
		t.Errorf("A-law: %.1f dB", snr)
	}
	if snr := far(speech, through("noise10")); math.Abs(snr-10) > 0.5 {
		t.Errorf("noise10: %.1f dB", snr)
	}
	// Every concealed packet is a guess: the damage grows with the loss, and some of the speech stays.
	few, many := far(speech, through("loss2")), far(speech, through("loss30"))
	if few > 30 || few <= many || many < -3 {
		t.Errorf("loss: %.1f dB at 2 %%, %.1f dB at 30 %%", few, many)
	}
}

func TestNoiseOfARecordingSkipsItsSilence(t *testing.T) {
	noise := make([]int16, 16000)
	for i := range 8000 {
		noise[i] = int16(500 * math.Sin(float64(i)))
	}
	c := Condition{Name: "noise10", Noisy: true, SNR: 10}
	speech := voice(4000)
	for seed := range uint64(20) {
		line, err := c.Degrade(speech, noise, seed)
		if err != nil {
			t.Fatal(err)
		}
		if snr := far(speech, line); math.Abs(snr-10) > 1.5 {
			t.Errorf("seed %d: %.1f dB", seed, snr)
		}
	}
}

func TestDegradeBearsAnything(t *testing.T) {
	for _, speech := range [][]int16{nil, {1}, make([]int16, 8000), slices.Repeat([]int16{math.MaxInt16}, 500)} {
		for _, c := range []Condition{{}, {Noisy: true, SNR: -20}, {Loss: 0.5, ALaw: true}} {
			if _, err := c.Degrade(speech, nil, 1); err != nil {
				t.Errorf("%d samples: %v", len(speech), err)
			}
		}
	}
}
