package evaluation

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"voxgate/asr"
	"voxgate/media/codec"
)

func TestParseCondition(t *testing.T) {
	for name, want := range map[string]Condition{
		"clean":        {Name: "clean"},
		"alaw":         {Name: "alaw", Codec: "alaw"},
		"noise10":      {Name: "noise10", Noisy: true, SNR: 10},
		"noise-5":      {Name: "noise-5", Noisy: true, SNR: -5},
		"loss2.5":      {Name: "loss2.5", Loss: 0.025},
		"noise0+loss5": {Name: "noise0+loss5", Noisy: true, Loss: 0.05},
		"opus+known":   {Name: "opus+known", Codec: "opus", Known: true},
		"level-30":     {Name: "level-30", Level: -30},
		"clip12":       {Name: "clip12", Clip: 12},
		"room+narrow":  {Name: "room+narrow", Room: true, Narrow: true},
		"expect":       {Name: "expect", Expect: true},
	} {
		if got, err := ParseCondition(name); err != nil || got != want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for _, name := range []string{"", "noise", "noiseNaN", "noise99", "loss", "loss0", "loss80", "clean+alaw", "ulaw", "loss5+", "level", "clip0", "roomy"} {
		if _, err := ParseCondition(name); !errors.Is(err, ErrCondition) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range Standard() {
		if _, err := ParseCondition(name); err != nil {
			t.Error(err)
		}
	}
}

func TestHintsAreToldUnderTheirConditionsOnly(t *testing.T) {
	row := Row{Lang: "en", Expect: "digits:11", Known: "13711029846|SF1562204478319"}
	for name, want := range map[string]asr.Hints{
		"clean":         {},
		"expect":        {Lang: "en", Digits: true, MinDigits: 11, MaxDigits: 11},
		"noise10+known": {Known: []string{"13711029846", "SF1562204478319"}},
		"expect+known":  {Lang: "en", Digits: true, MinDigits: 11, MaxDigits: 11, Known: []string{"13711029846", "SF1562204478319"}},
	} {
		c, err := ParseCondition(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Hints(row); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", name, got, err)
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

// far is the line's signal-to-noise ratio against the speech, in dB. The line must be in time with it.
func far(speech, line []int16) float64 {
	signal, noise := 0.0, 1e-9
	for i, v := range speech {
		d := float64(line[i]) - float64(v)
		signal, noise = signal+float64(v)*float64(v), noise+d*d
	}
	return 10 * math.Log10(signal/noise)
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
	if clean[16000] != want || len(clean) < len(speech) {
		t.Errorf("clean is not mu-law of the speech, in time with it")
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
		for _, c := range []Condition{{}, {Noisy: true, SNR: -20}, {Loss: 0.5, Codec: "alaw"}, {Room: true, Narrow: true, Clip: 40}, {Codec: "opus", Level: -60}} {
			if _, err := c.Degrade(speech, nil, 1); err != nil {
				t.Errorf("%d samples: %v", len(speech), err)
			}
		}
	}
}

// level is the mean power in dB of a tone after an effect.
func level(effect func([]int16) []int16, hertz float64) float64 {
	tone := make([]int16, 8000)
	for i := range tone {
		tone[i] = int16(8000 * math.Sin(2*math.Pi*hertz*float64(i)/8000))
	}
	out := effect(tone)[800:]
	sum := 0.0
	for _, v := range out {
		sum += float64(v) * float64(v)
	}
	return 10 * math.Log10(sum/float64(len(out))/(8000*8000/2)+1e-12)
}

func TestTelephoneBandCutsBothEnds(t *testing.T) {
	for hertz, bounds := range map[float64][2]float64{
		50: {-200, -50}, 150: {-30, -20}, 300: {-3.2, -2.8}, 1000: {-0.1, 0.1}, 2500: {-0.2, 0.1}, 3400: {-3.2, -2.8}, 3900: {-200, -30},
	} {
		if got := level(telephoneBand, hertz); got < bounds[0] || got > bounds[1] {
			t.Errorf("%g Hz: %.2f dB, want %v", hertz, got, bounds)
		}
	}
}

func TestAmplify(t *testing.T) {
	pcm := []int16{100, -200, 50}
	if got := amplify(pcm, -6.0206, 0); !slices.Equal(got, []int16{50, -100, 25}) {
		t.Errorf("6 dB softer: %v", got)
	}
	if got := amplify(pcm, 0, 6.0206); !slices.Equal(got, []int16{math.MaxInt16, math.MinInt16, 16384}) {
		t.Errorf("6 dB over full scale: %v", got)
	}
}

func TestReverberationComesAfterTheSound(t *testing.T) {
	click := make([]int16, 8000)
	click[1000] = 20000
	out := reverberate(click, rand.New(rand.NewPCG(1, 2)))
	energy := func(pcm []int16) (sum float64) {
		for _, v := range pcm {
			sum += float64(v) * float64(v)
		}
		return sum
	}
	direct, early, late := energy(out[:1001]), energy(out[1001:2200]), energy(out[3400:])
	if direct != 4e8 || early < direct/8 || early > direct/2 || late > early/1000 {
		t.Errorf("direct %g, early %g, late %g", direct, early, late)
	}
}

func TestMadeNoiseHasTheSpectrumOfItsKind(t *testing.T) {
	noise := make([]float64, 1<<15)
	pink(noise, rand.New(rand.NewPCG(3, 4)))
	// Differences of neighbours weigh high frequencies; pink noise has far less of them than white noise, where the ratio is 2.
	diff := 0.0
	for i := 1; i < len(noise); i++ {
		diff += (noise[i] - noise[i-1]) * (noise[i] - noise[i-1])
	}
	if ratio := diff / power(noise) / float64(len(noise)); ratio > 1 || ratio < 0.2 {
		t.Errorf("pink noise: %.2f of its power between neighbours", ratio)
	}
	// Voices come and go: the loud tenth of the frames is well above the soft one.
	voices := make([]float64, 1<<16)
	babble(voices, rand.New(rand.NewPCG(5, 6)))
	var frames []float64
	for part := range slices.Chunk(voices, 160) {
		frames = append(frames, power(part))
	}
	slices.Sort(frames)
	if n := len(frames); frames[n*9/10] < 3*frames[n/10] || frames[n/10] <= 0 {
		t.Errorf("babble is as even as %g to %g", frames[n/10], frames[n*9/10])
	}
}
