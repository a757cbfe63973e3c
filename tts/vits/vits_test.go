package vits

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"voxgate/media"
	"voxgate/media/mediatest"
	"voxgate/tts"
	"voxgate/tts/shape"
	"voxgate/tts/text"
)

// read speaks u and reads the units back.
func read(t *testing.T, e *Engine, u tts.Utterance, shift float64) ([]heard, []int16) {
	t.Helper()
	pcm, err := collect(t, e.Speak(t.Context(), u))
	if err != nil {
		t.Fatalf("%s: %v", u.Text, err)
	}
	return listen(pcm, max(u.Rate, media.Narrowband), shift), pcm
}

func TestPiperSaysPhonemesInOrderWithPadsBetween(t *testing.T) {
	e := open(t, Config{Files: fixture("piper"), Phonemes: said("nˈi")})
	for _, rate := range []int{media.Narrowband, media.Wideband} {
		got, pcm := read(t, e, tts.Utterance{Text: "你", Rate: rate}, 0)
		// ^ _ n _ ˈ _ i _ . _ $
		if want := []int64{1, 0, 6, 0, 13, 0, 7, 0, 5, 0, 2}; !slices.Equal(units(got), want) {
			t.Errorf("%d Hz: heard %v, want %v", rate, units(got), want)
		}
		if level := shape.ActiveRMS(pcm, rate); math.Abs(level-shape.ActiveLevel) > 1.5 {
			t.Errorf("%d Hz: %.1f dBFS", rate, level)
		}
	}
	if got := e.Stats(); got.Runs != 2 || got.Failures != 0 || got.Skipped != 0 {
		t.Errorf("%+v", got)
	}
}

// Voices of pinyin need no espeak-ng: initial, final, tone and a pad for each syllable.
func TestPinyinSaysInitialsFinalsAndTones(t *testing.T) {
	e := open(t, Config{Files: fixture("pinyin")})
	for _, c := range []struct {
		text    string
		want    []int64
		skipped int64
	}{
		{"你好", []int64{1, 0, 4, 8, 14, 0, 5, 9, 15, 0, 18, 0, 2}, 0},   // ni2 hao3
		{"儿", []int64{1, 0, 3, 10, 14, 0, 18, 0, 2}, 0},                // no initial
		{"哪儿", []int64{1, 0, 4, 11, 15, 0, 3, 10, 17, 0, 18, 0, 2}, 0}, // na3 er5
		{"一元，", []int64{1, 0, 7, 8, 16, 0, 7, 12, 14, 0, 18, 0, 2}, 0}, // yi4 yuan2
		{"你啵", []int64{1, 0, 4, 8, 15, 0, 18, 0, 2}, 1},                // bo1 is not known
	} {
		before := e.Stats().Skipped
		got, _ := read(t, e, tts.Utterance{Text: c.text}, 0)
		if !slices.Equal(units(got), c.want) || e.Stats().Skipped-before != c.skipped {
			t.Errorf("%s: heard %v, want %v; %d skipped", c.text, units(got), c.want, e.Stats().Skipped-before)
		}
	}
	if _, err := collect(t, e.Speak(t.Context(), tts.Utterance{Text: "你hello"})); !errors.Is(err, tts.ErrUnspeakable) {
		t.Errorf("English: %v", err)
	}
	if pcm, err := collect(t, e.Speak(t.Context(), tts.Utterance{Text: "啵"})); err != nil || len(pcm) != 0 {
		t.Errorf("nothing known: %d samples, %v", len(pcm), err)
	}
}

func TestPiperScalesAreThoseOfItsDescription(t *testing.T) {
	e := open(t, Config{Files: fixture("piper"), Phonemes: said("n")})
	_, pcm := read(t, e, tts.Utterance{Text: "你", Rate: media.Wideband}, 0)
	noise, noiseW := mediatest.Level(pcm, media.Wideband, 3150), mediatest.Level(pcm, media.Wideband, 3250)
	if ratio := noiseW / noise; math.Abs(ratio-2) > 0.2 {
		t.Errorf("noise_w is %.2f times noise_scale; the description says 0.4 and 0.2", ratio)
	}
}

func TestSpeedFollowsConfigAndClause(t *testing.T) {
	slow := open(t, Config{Files: fixture("piper"), Phonemes: said("ni"), Rate: 0.5})
	usual := open(t, Config{Files: fixture("piper"), Phonemes: said("ni")})
	_, long := read(t, slow, tts.Utterance{Text: "你"}, 0)
	_, short := read(t, usual, tts.Utterance{Text: "你"}, 0)
	_, digits := read(t, usual, tts.Utterance{Text: "尾号一二三四"}, 0)
	if ratio := float64(len(long)) / float64(len(short)); math.Abs(ratio-2) > 0.1 {
		t.Errorf("at half the speed %.2f times as long", ratio)
	}
	// Digits to be written down are said at 0.85 of the usual speed.
	if ratio := float64(len(digits)) / float64(len(short)); math.Abs(ratio-1/0.85) > 0.08 {
		t.Errorf("digits take %.2f times as long", ratio)
	}
}

func TestSpeakersByNameAndNumber(t *testing.T) {
	e := open(t, Config{Files: fixture("speakers"), Phonemes: said("n")})
	want := []int64{1, 0, 6, 0, 5, 0, 2}
	for voice, shift := range map[string]float64{"": 0, "low": 0, "high": 50, "1": 50, "0": 0} {
		got, _ := read(t, e, tts.Utterance{Text: "no", Lang: "en", Voice: voice}, shift)
		if !slices.Equal(units(got), want) {
			t.Errorf("speaker %q: heard %v", voice, units(got))
		}
	}
	for _, voice := range []string{"2", "-1", "nobody"} {
		if _, err := collect(t, e.Speak(t.Context(), tts.Utterance{Text: "no", Lang: "en", Voice: voice})); !errors.Is(err, ErrSpeaker) || !errors.Is(err, tts.ErrUnspeakable) {
			t.Errorf("speaker %q: %v", voice, err)
		}
	}
	if _, err := New(Config{Files: fixture("speakers"), Phonemes: said("n"), Speaker: "nobody"}); !errors.Is(err, ErrSpeaker) {
		t.Errorf("configured: %v", err)
	}
}

func TestMeloSaysReadingsWithTonesAndBlanks(t *testing.T) {
	e := open(t, Config{Files: fixture("melo")})
	// 你 is ni3 by the lexicon; blanks stand everywhere; the sign of the end has no tone. The voice's one speaker is
	// number 1.
	got, pcm := read(t, e, tts.Utterance{Text: "你的", Rate: media.Wideband}, 50)
	if want := []int64{0, 1, 0, 2, 0, 3, 0, 2, 0, 19, 0}; !slices.Equal(units(got), want) {
		t.Fatalf("heard %v, want %v", units(got), want)
	}
	if want := []int64{0, 3, 0, 3, 0, 5, 0, 5, 0, 0, 0}; !slices.Equal(tones(got), want) {
		t.Errorf("tones %v, want %v", tones(got), want)
	}
	if noise := mediatest.Level(pcm, media.Wideband, 3150); noise < 0.01 {
		t.Errorf("noise_scale has the level %g", noise)
	}
	for _, h := range got {
		if want := map[bool]int{true: 50, false: 100}[h.unit == 0]; h.ms < want-30 || h.ms > want+30 {
			t.Errorf("unit %d lasted %d ms, want %d", h.unit, h.ms, want)
		}
	}
}

// The readings and the sandhi of tts/text are followed, not those of the lexicon.
func TestMeloFollowsSandhi(t *testing.T) {
	e := open(t, Config{Files: fixture("melo")})
	got, _ := read(t, e, tts.Utterance{Text: "不是"}, 50)
	if want := []int64{0, 5, 0, 6, 0, 7, 0, 2, 0, 19, 0}; !slices.Equal(units(got), want) {
		t.Fatalf("heard %v, want %v", units(got), want)
	}
	// bu2 shi4: no hanzi of the lexicon has bu2, it is put together from its sounds and the tone.
	if want := []int64{0, 2, 0, 2, 0, 4, 0, 4, 0, 0, 0}; !slices.Equal(tones(got), want) {
		t.Errorf("tones %v, want %v", tones(got), want)
	}
}

func TestMeloSaysEnglishWordsAndLetters(t *testing.T) {
	e := open(t, Config{Files: fixture("melo")})
	got, _ := read(t, e, tts.Utterance{Text: "Hello", Lang: "en"}, 50)
	if want := []int64{0, 11, 0, 12, 0, 13, 0, 14, 0, 19, 0}; !slices.Equal(units(got), want) {
		t.Errorf("Hello: heard %v, want %v", units(got), want)
	}
	got, _ = read(t, e, tts.Utterance{Text: "SF"}, 50)
	if want := []int64{0, 16, 0, 15, 0, 16, 0, 17, 0, 19, 0}; !slices.Equal(units(got), want) {
		t.Errorf("SF: heard %v, want %v", units(got), want)
	}
	_, err := collect(t, e.Speak(t.Context(), tts.Utterance{Text: "refrigerator", Lang: "en"}))
	if !errors.Is(err, tts.ErrUnspeakable) || !strings.Contains(err.Error(), "refrigerator") {
		t.Errorf("a long unknown word: %v", err)
	}
}

// Icefall's form has the tone within the sounds, names its inputs otherwise and ends sentences with signs.
func TestAishell3FormWithSilencesAndWords(t *testing.T) {
	e := open(t, Config{Files: fixture("aishell3"), Speaker: "2"})
	got, _ := read(t, e, tts.Utterance{Text: "你不"}, 100)
	if want := []int64{0, 2, 3, 8, 9, 0, 1}; !slices.Equal(units(got), want) {
		t.Errorf("heard %v, want %v", units(got), want)
	}
	// bu2 is none of the lexicon's readings: the word is said as it stands there.
	got, _ = read(t, e, tts.Utterance{Text: "不是"}, 100)
	if want := []int64{0, 8, 9, 11, 12, 0, 1}; !slices.Equal(units(got), want) {
		t.Errorf("heard %v, want %v", units(got), want)
	}
}

func TestClausesComeInOrderWithPausesAndFrom(t *testing.T) {
	e := open(t, Config{Files: fixture("melo")})
	var done int
	ctx := tts.WithSaid(t.Context(), func(n int) { done = n })
	pcm, err := collect(t, e.Speak(ctx, tts.Utterance{Text: "你。好。你。"}))
	if err != nil {
		t.Fatal(err)
	}
	var order []int64
	for _, u := range units(listen(pcm, media.Narrowband, 50)) {
		if u == 1 || u == 4 {
			order = append(order, u)
		}
	}
	if !slices.Equal(order, []int64{1, 4, 1}) || done != 3 {
		t.Errorf("heard %v, %d clauses told", order, done)
	}
	rest, err := collect(t, e.Speak(t.Context(), tts.Utterance{Text: "你。好。你。", From: 2}))
	if err != nil || len(rest) > len(pcm)/2 || len(rest) < len(pcm)/5 {
		t.Errorf("the last of three clauses has %d of %d samples, %v", len(rest), len(pcm), err)
	}
}

func TestNothingToSayAndUnknownSounds(t *testing.T) {
	melo := open(t, Config{Files: fixture("melo")})
	for _, s := range []string{"", "。。", "😀", "饕餮"} {
		if pcm, err := collect(t, melo.Speak(t.Context(), tts.Utterance{Text: s})); err != nil || len(pcm) != 0 {
			t.Errorf("%q: %d samples, %v", s, len(pcm), err)
		}
	}
	if got := melo.Stats(); got.Skipped != 2 {
		t.Errorf("two unknown hanzi: %+v", got)
	}
	piper := open(t, Config{Files: fixture("piper"), Phonemes: said("nʘʘi")})
	got, _ := read(t, piper, tts.Utterance{Text: "你"}, 0)
	if want := []int64{1, 0, 6, 0, 7, 0, 5, 0, 2}; !slices.Equal(units(got), want) {
		t.Errorf("heard %v, want %v", units(got), want)
	}
	if got := piper.Stats(); got.Skipped != 2 {
		t.Errorf("two unknown phonemes: %+v", got)
	}
}

func TestLanguagesThatAVoiceLacksAreRefused(t *testing.T) {
	zh := open(t, Config{Files: fixture("piper"), Phonemes: said("n")})
	en := open(t, Config{Files: fixture("speakers"), Phonemes: said("n")})
	for lang, e := range map[string]*Engine{"en": zh, "": en, "zh": en, "fr": en} {
		if _, err := collect(t, e.Speak(t.Context(), tts.Utterance{Text: "no", Lang: lang})); !errors.Is(err, tts.ErrUnspeakable) {
			t.Errorf("%q: %v", lang, err)
		}
	}
	if got := open(t, Config{Files: fixture("melo")}).Languages(); !slices.Equal(got, []string{"zh", "en"}) {
		t.Errorf("MeloTTS speaks %v", got)
	}
}

func TestManyCallsAtOnceShareTheModel(t *testing.T) {
	e := open(t, Config{Files: fixture("melo"), Runs: 2})
	want, err := collect(t, e.Speak(t.Context(), tts.Utterance{Text: "你好。不是。"}))
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if pcm, err := collect(t, e.Speak(t.Context(), tts.Utterance{Text: "你好。不是。"})); err != nil || !slices.Equal(pcm, want) {
				t.Errorf("%d samples, want %d: %v", len(pcm), len(want), err)
			}
		})
	}
	group.Wait()
	if len(e.slots) != 0 || len(e.ahead) != 0 {
		t.Error("a slot is still taken")
	}
}

func TestCancelledAndLeftUtterances(t *testing.T) {
	e := open(t, Config{Files: fixture("melo")})
	ctx, cancel := context.WithCancelCause(t.Context())
	bargeIn := errors.New("barge-in")
	cancel(bargeIn)
	if _, err := collect(t, e.Speak(ctx, tts.Utterance{Text: "你好"})); !errors.Is(err, bargeIn) {
		t.Errorf("got %v", err)
	}
	for range e.Speak(t.Context(), tts.Utterance{Text: strings.Repeat("你好。", 50)}) {
		break
	}
	if len(e.slots) != 0 || len(e.ahead) != 0 {
		t.Error("work goes on")
	}
	if got := e.Stats(); got.Failures != 0 {
		t.Errorf("%+v", got)
	}
}

// hasty is a phonemizer whose caller leaves as soon as it is asked.
type hasty struct{ leave func() }

func (h hasty) Phonemes(context.Context, text.Clause, string) (string, error) {
	h.leave()
	return strings.Repeat("niχɑu ", 40), nil
}

func TestCancelledWhileTheModelRuns(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	bargeIn := errors.New("barge-in")
	e := open(t, Config{Files: fixture("piper"), Phonemes: hasty{func() { cancel(bargeIn) }}})
	if pcm, err := collect(t, e.Speak(ctx, tts.Utterance{Text: "你好"})); !errors.Is(err, bargeIn) || len(pcm) != 0 {
		t.Errorf("%d samples, %v", len(pcm), err)
	}
	if got := e.Stats(); got.Failures != 0 || got.Stopped != 1 {
		t.Errorf("%+v", got)
	}
}

// late is a phonemizer that takes all the time there is.
type late struct{}

func (late) Phonemes(ctx context.Context, _ text.Clause, _ string) (string, error) {
	<-ctx.Done()
	return "n", nil
}

// A run that takes too long is given up and said so: here the model gets no time at all.
func TestARunThatTakesTooLong(t *testing.T) {
	e := open(t, Config{Files: fixture("piper"), Phonemes: late{}, Timeout: time.Millisecond})
	if _, err := collect(t, e.Speak(t.Context(), tts.Utterance{Text: "你好"})); !errors.Is(err, ErrFailed) || !strings.Contains(err.Error(), "no sound within") {
		t.Errorf("got %v", err)
	}
	if got := e.Stats(); got.Failures != 1 || got.Stopped != 0 {
		t.Errorf("%+v", got)
	}
}

func TestClosed(t *testing.T) {
	e, err := New(Config{Files: fixture("melo")})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(e.Close(), e.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := collect(t, e.Speak(t.Context(), tts.Utterance{Text: "你"})); !errors.Is(err, ErrFailed) {
		t.Errorf("got %v", err)
	}
}

func BenchmarkSpeak(b *testing.B) {
	e := open(b, Config{Files: fixture("melo")})
	for b.Loop() {
		if _, err := collect(b, e.Speak(b.Context(), tts.Utterance{Text: "你好。不是。"})); err != nil {
			b.Fatal(err)
		}
	}
}
