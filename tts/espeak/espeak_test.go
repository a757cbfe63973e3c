package espeak

import (
	"context"
	"errors"
	"iter"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"voxgate/media"
	"voxgate/tts"
	"voxgate/tts/shape"
	"voxgate/tts/text"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// realEngine is the installed espeak-ng.
func realEngine(t testing.TB) *Engine {
	t.Helper()
	if _, err := exec.LookPath("espeak-ng"); err != nil {
		t.Skip("espeak-ng is not installed")
	}
	e, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

// fakeEngine runs a shell script in the place of espeak-ng's synthesis.
func fakeEngine(t *testing.T, script string) *Engine {
	t.Helper()
	path := filepath.Join(t.TempDir(), "espeak-ng")
	program := "#!/bin/sh\ncase $1 in --voices=cmn) echo cmn-latn-pinyin; exit;; --voices=variant) echo ' !v/f3 '; exit;; esac\n" + script
	if err := os.WriteFile(path, []byte(program), 0o755); err != nil {
		t.Fatal(err)
	}
	e, err := New(Config{Program: path, Processes: 2, Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

func collect(t *testing.T, frames iter.Seq2[media.Frame, error]) ([]int16, error) {
	t.Helper()
	var pcm []int16
	for frame, err := range frames {
		if err != nil {
			return pcm, err
		}
		pcm = append(pcm, frame.PCM()...)
	}
	return pcm, nil
}

func TestSpeaksBothRatesAtTheTelephonesLevel(t *testing.T) {
	e := realEngine(t)
	for _, u := range []tts.Utterance{
		{Text: "您的空气炸锅昨天到达武汉转运中心,预计明天晚上八点送到。"},
		{Text: "单号是SF1562204478319", Rate: media.Wideband},
		{Text: "Your parcel will arrive tomorrow at 20:00.", Lang: "en"},
		{Text: "您好", Voice: "m3"},
	} {
		pcm, err := collect(t, e.Speak(t.Context(), u))
		if err != nil {
			t.Fatal(err)
		}
		rate := max(u.Rate, media.Narrowband)
		seconds := float64(len(pcm)) / float64(rate)
		runes := float64(len([]rune(u.Text)))
		if u.Lang != "en" && (seconds < 0.1*runes || seconds > 0.6*runes) {
			t.Errorf("%s: %.2f s for %.0f characters", u.Text, seconds, runes)
		}
		if got := shape.ActiveRMS(pcm, rate); math.Abs(got-shape.ActiveLevel) > 1.5 {
			t.Errorf("%s: %.1f dBFS", u.Text, got)
		}
	}
}

func TestFirstFrameHasSound(t *testing.T) {
	e := realEngine(t)
	for frame, err := range e.Speak(t.Context(), tts.Utterance{Text: "好的"}) {
		if err != nil {
			t.Fatal(err)
		}
		if shape.ActiveRMS(frame.PCM(), frame.Rate) < -60 {
			t.Error("the first 20 ms are silent")
		}
		break
	}
	if got := e.Stats(); got.Failures != 0 {
		t.Errorf("%+v", got)
	}
}

func TestNothingToSay(t *testing.T) {
	e := realEngine(t)
	for _, s := range []string{"", "   ", "😀", "。。。"} {
		if pcm, err := collect(t, e.Speak(t.Context(), tts.Utterance{Text: s})); err != nil || len(pcm) != 0 {
			t.Errorf("%q: %d samples, %v", s, len(pcm), err)
		}
	}
}

func TestTextIsNeverMarkupNorOption(t *testing.T) {
	e := realEngine(t)
	for _, u := range []tts.Utterance{
		{Text: `--version $(touch /tmp/x) <voice name="m1"> & ' "`, Lang: "en"},
		{Text: `-w /tmp/x.wav </prosody>您好`},
	} {
		if pcm, err := collect(t, e.Speak(t.Context(), u)); err != nil || len(pcm) == 0 {
			t.Errorf("%s: %d samples, %v", u.Text, len(pcm), err)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	e := realEngine(t)
	var group sync.WaitGroup
	for range 12 {
		group.Go(func() {
			if pcm, err := collect(t, e.Speak(t.Context(), tts.Utterance{Text: "请说手机尾号1234"})); err != nil || len(pcm) == 0 {
				t.Errorf("%d samples, %v", len(pcm), err)
			}
		})
	}
	group.Wait()
}

func TestBadRequests(t *testing.T) {
	e := realEngine(t)
	for _, u := range []tts.Utterance{{Text: "好", Rate: 44100}, {Text: "好", Voice: "../x"}, {Text: "好", Lang: "fr"}} {
		if _, err := collect(t, e.Speak(t.Context(), u)); err == nil {
			t.Errorf("%+v: no error", u)
		}
	}
	if _, err := collect(t, e.Speak(t.Context(), tts.Utterance{Text: "好", Voice: "nosuch"})); !errors.Is(err, ErrVoice) {
		t.Errorf("got %v", err)
	}
}

func TestNewExplainsWhatIsMissing(t *testing.T) {
	if _, err := New(Config{Program: "no-such-espeak"}); !errors.Is(err, ErrNotInstalled) || !strings.Contains(err.Error(), "apt-get install espeak-ng") {
		t.Errorf("got %v", err)
	}
	if _, err := New(Config{Program: "/bin/true"}); !errors.Is(err, ErrNotInstalled) {
		t.Errorf("got %v", err)
	}
	for _, cfg := range []Config{{Speed: 1}, {Pitch: 100}, {Range: 400}, {Processes: -1}, {Timeout: -1}} {
		if _, err := New(cfg); err == nil {
			t.Errorf("%+v: no error", cfg)
		}
	}
}

func TestCancelKillsTheProcess(t *testing.T) {
	started := filepath.Join(t.TempDir(), "started")
	e := fakeEngine(t, "echo $$ > "+started+"; exec sleep 600")
	bargeIn := errors.New("barge-in")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		for {
			if b, err := os.ReadFile(started); err == nil && strings.HasSuffix(string(b), "\n") {
				cancel(bargeIn)
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	if _, err := collect(t, e.Speak(ctx, tts.Utterance{Text: "您好"})); !errors.Is(err, bargeIn) {
		t.Errorf("got %v", err)
	}
	pid, _ := os.ReadFile(started)
	if _, err := os.Stat("/proc/" + strings.TrimSpace(string(pid))); err == nil {
		t.Error("the process is still there (or was not reaped)")
	}
	if got := e.Stats(); got.Killed != 1 || got.Failures != 0 {
		t.Errorf("%+v", got)
	}
}

func TestListenerLeavesEarly(t *testing.T) {
	e := realEngine(t)
	for range e.Speak(t.Context(), tts.Utterance{Text: "第一句。第二句。第三句。第四句。第五句。"}) {
		break
	}
	if len(e.slots) != 0 || len(e.ahead) != 0 {
		t.Error("a process still runs")
	}
}

func TestFailingPrograms(t *testing.T) {
	for name, script := range map[string]string{
		"dies":         "echo broken >&2; exit 3",
		"no sound":     "exit 0",
		"no WAV":       "echo hello",
		"endless":      "yes",
		"silent WAV":   `printf 'RIFF\000\000\000\000WAVEfmt \020\000\000\000\001\000\001\000\042\126\000\000\104\254\000\000\002\000\020\000data\000\000\000\000\000\000\000\000'`,
		"stdin closed": "exec <&-; exit 1",
	} {
		e := fakeEngine(t, script)
		if _, err := collect(t, e.Speak(t.Context(), tts.Utterance{Text: "您好"})); !errors.Is(err, ErrFailed) {
			t.Errorf("%s: got %v", name, err)
		}
		if got := e.Stats(); got.Failures == 0 || got.Killed != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// A process that dies within a sentence is replaced once; the caller hears nothing of it.
func TestDeadProcessIsReplaced(t *testing.T) {
	real, err := exec.LookPath("espeak-ng")
	if err != nil {
		t.Skip("espeak-ng is not installed")
	}
	mark := filepath.Join(t.TempDir(), "died")
	e := fakeEngine(t, "if [ ! -e "+mark+" ]; then : > "+mark+"; kill -9 $$; fi; exec "+real+` "$@"`)
	pcm, err := collect(t, e.Speak(t.Context(), tts.Utterance{Text: "您好。请讲。"}))
	if err != nil || len(pcm) < 4000 {
		t.Errorf("%d samples, %v", len(pcm), err)
	}
	if got := e.Stats(); got.Failures != 1 {
		t.Errorf("%+v", got)
	}
}

func TestHangingProgramIsGivenUp(t *testing.T) {
	e := fakeEngine(t, "exec sleep 600")
	e.cfg.Timeout = 50 * time.Millisecond
	_, err := collect(t, e.Speak(t.Context(), tts.Utterance{Text: "您好"}))
	if !errors.Is(err, ErrFailed) || !strings.Contains(err.Error(), "no answer within") {
		t.Errorf("got %v", err)
	}
}

func TestUtterances(t *testing.T) {
	e := &Engine{cfg: Config{Range: 150, Speed: 190, Pitch: 50}}
	clauses := text.Plan("单号S不是A4纸到哪儿嗯hello", text.Chinese)
	got := e.utterances("f3", clauses[0])
	want := []utterance{
		{"cmn-latn-pinyin+f3", `<prosody range="150%">dan1 hao4 ai2 si5 bu2 shi4 ei1 si4 zhi3 dao4 na3 r5 en4</prosody>`, 190, 50, 0},
		{"en-us+f3", "hello", 190, 50, 0},
	}
	if len(clauses) != 1 || !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	got = e.utterances("m3", text.Clause{
		Parts: []text.Part{{Lang: text.English, Text: "A&B <x>"}, {Lang: text.Chinese, Text: "𪚥"}},
		Rate:  0.5, Pitch: 2, Gain: -6,
	})
	if want := []utterance{{"en-us+m3", "A&amp;B &lt;x&gt;", 95, 99, -6}}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestDigitsAreSaidMoreSlowly(t *testing.T) {
	e := &Engine{cfg: Config{Range: 150, Speed: 200}}
	for _, u := range []struct {
		text string
		lang text.Lang
		want []int
	}{
		{"您的电话13711029846对吗", text.Chinese, []int{170, 170, 200}},
		{"The number is 13711029846, right?", text.English, []int{170, 170, 170, 200}},
	} {
		var got []int
		for _, clause := range text.Plan(u.text, u.lang) {
			for _, said := range e.utterances("f3", clause) {
				got = append(got, said.speed)
			}
		}
		if !slices.Equal(got, u.want) {
			t.Errorf("%s: speeds %v, want %v", u.text, got, u.want)
		}
	}
}

func FuzzParseWAV(f *testing.F) {
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x22\x56\x00\x00\x44\xac\x00\x00\x02\x00\x10\x00data\xff\xff\xff\xff\x01\x00"))
	f.Add([]byte("RIFF----WAVEdata"))
	f.Fuzz(func(t *testing.T, b []byte) {
		pcm, rate, err := parseWAV(b)
		if err == nil && (rate < 8000 || rate > 48000 || 2*len(pcm) > len(b)) {
			t.Fatalf("%d samples at %d Hz of %d bytes", len(pcm), rate, len(b))
		}
	})
}
