package engines

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"voxgate/cmd/voxgate/internal/catalogue"
	"voxgate/cmd/voxgate/internal/config"
	"voxgate/tts"
	"voxgate/tts/espeak"
	"voxgate/tts/vits"
)

// smallVoices is where the test voices lie; see tts/vits.
const smallVoices = "../../../../tts/vits/testdata/"

func needEspeak(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("espeak-ng"); err != nil {
		t.Skip("espeak-ng is not installed")
	}
}

// patientTTS is the default with all the time that a busy machine may need.
func patientTTS() config.TTS {
	cfg := config.Default().TTS
	cfg.Chinese.First, cfg.English.First = config.Duration(time.Minute), config.Duration(time.Minute)
	return cfg
}

// frames is how many frames of sound an utterance has.
func frames(t *testing.T, voice tts.Engine, u tts.Utterance) int {
	t.Helper()
	n := 0
	for _, err := range voice.Speak(t.Context(), u) {
		if err != nil {
			t.Fatalf("%+v: %v", u, err)
		}
		n++
	}
	return n
}

func TestOpenTTSByDefaultIsEspeak(t *testing.T) {
	needEspeak(t)
	voices, err := OpenTTS(patientTTS())
	if err != nil {
		t.Fatal(err)
	}
	defer voices.Close()
	if want := []string{"zh: espeak-ng f3", "en: espeak-ng f3"}; !slices.Equal(voices.Spoken, want) {
		t.Errorf("%v", voices.Spoken)
	}
	if n := frames(t, voices, tts.Utterance{Text: "您好"}); n < 10 {
		t.Errorf("%d frames", n)
	}
	if got := voices.Chain.Health(); len(got) != 1 {
		t.Errorf("one engine is there %d times", len(got))
	}
}

// A voice for each language; what the Chinese one cannot say is said by espeak-ng.
func TestOpenTTSByLanguageWithAStandIn(t *testing.T) {
	needEspeak(t)
	cfg := patientTTS()
	cfg.Chinese.Engine, cfg.Chinese.Voice = config.EngineVITS, smallVoices+"aishell3"
	cfg.English.Engine, cfg.English.Voice, cfg.English.Speaker = config.EngineVITS, smallVoices+"speakers", "high"
	voices, err := OpenTTS(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer voices.Close()
	// 你好: seven units of 100 ms, but for the silence (number 0) of 50 ms at both ends.
	if n := frames(t, voices, tts.Utterance{Text: "你好"}); n < 25 || n > 40 {
		t.Errorf("你好: %d frames", n)
	}
	if n := frames(t, voices, tts.Utterance{Text: "你hello"}); n < 30 {
		t.Errorf("你hello: %d frames", n)
	}
	if n := frames(t, voices, tts.Utterance{Text: "hello", Lang: "en"}); n < 50 {
		t.Errorf("hello: %d frames", n)
	}
	for _, health := range voices.Chain.Health() {
		if health.Failures != 0 {
			t.Errorf("%+v", health)
		}
	}
}

func TestOneVoiceForBothLanguagesIsOpenedOnce(t *testing.T) {
	cfg := patientTTS()
	cfg.Program = "no-such-espeak"
	cfg.Chinese.Engine, cfg.Chinese.Voice = config.EngineVITS, smallVoices+"melo"
	cfg.English = cfg.Chinese
	voices, err := OpenTTS(cfg)
	if err != nil {
		t.Fatalf("a voice that needs no espeak-ng: %v", err)
	}
	defer voices.Close()
	if got := voices.Chain.Health(); len(got) != 1 {
		t.Errorf("%+v", got)
	}
	if n := frames(t, voices, tts.Utterance{Text: "hello", Lang: "en"}); n < 20 {
		t.Errorf("%d frames", n)
	}
}

func TestOpenTTSExplainsWhatIsWrong(t *testing.T) {
	needEspeak(t)
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	for name, c := range map[string]struct {
		change func(*config.TTS)
		want   string
		is     error
	}{
		"not fetched":      {func(c *config.TTS) { c.Chinese.Voice = "piper-zh_CN-huayan-medium" }, "voxgate models get piper-zh_CN-huayan-medium", nil},
		"unknown":          {func(c *config.TTS) { c.Chinese.Voice = "nonsense" }, "no such model", nil},
		"a recogniser":     {func(c *config.TTS) { c.Chinese.Voice = "zipformer-ctc-zh" }, "is a recogniser", nil},
		"no folder":        {func(c *config.TTS) { c.Chinese.Voice = "./nothing" }, "no such file", nil},
		"an empty folder":  {func(c *config.TTS) { c.Chinese.Voice = t.TempDir() }, "no file *.onnx", vits.ErrBadVoice},
		"another language": {func(c *config.TTS) { c.Chinese.Voice = smallVoices + "speakers" }, "speaks en; name a voice that speaks zh", nil},
		"no such speaker":  {func(c *config.TTS) { c.Chinese.Voice, c.Chinese.Speaker = smallVoices+"aishell3", "7" }, "numbered from 0", vits.ErrSpeaker},
		"Piper and no espeak": {func(c *config.TTS) {
			c.Chinese.Voice, c.Program = smallVoices+"piper", "no-such-espeak"
			c.English.Engine, c.English.Voice = config.EngineVITS, smallVoices+"melo"
		}, "apt-get install espeak-ng", espeak.ErrNotInstalled},
	} {
		cfg := config.Default().TTS
		cfg.Chinese.Engine = config.EngineVITS
		c.change(&cfg)
		voices, err := OpenTTS(cfg)
		if err == nil || !strings.Contains(err.Error(), "tts.zh") || !strings.Contains(err.Error(), c.want) || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: %v", name, err)
		}
		if voices != nil {
			voices.Close()
		}
	}
}

func TestInstalledVoiceIsFound(t *testing.T) {
	needEspeak(t)
	data := t.TempDir()
	t.Setenv("XDG_DATA_HOME", data)
	entries, err := catalogue.Public()
	if err != nil {
		t.Fatal(err)
	}
	entry, err := catalogue.Find(entries, "vits-icefall-zh-aishell3")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(data, "voxgate", "models", entry.Name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, m := range entry.Files[0].Members {
		content, err := os.ReadFile(smallVoices + "aishell3/" + m.Name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, m.Name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cfg := patientTTS()
	cfg.Chinese.Engine, cfg.Chinese.Voice = config.EngineVITS, entry.Name
	voices, err := OpenTTS(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer voices.Close()
	if n := frames(t, voices, tts.Utterance{Text: "你好"}); n < 25 {
		t.Errorf("%d frames", n)
	}
}
