package engines

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"time"
	"voxgate/cmd/voxgate/internal/config"
	"voxgate/dialog/reply"
	"voxgate/media"
	"voxgate/media/mediatest"
	"voxgate/media/wav"
	"voxgate/tts"
	"voxgate/tts/cache"
	"voxgate/tts/ttstest"
)

func TestFixedPromptsHoldNothingOfACaller(t *testing.T) {
	book, err := reply.Load(fstest.MapFS{"all.yaml": {Data: []byte(`
zeta: {zh: ["雨停了。", "{product}还没发货，不用换。要改吗？"], en: ["Your {product}, sorry, isn't here. Shall I ask?", "It rains."]}
greeting: {zh: ["您好。"], en: ["Hello."]}
again: {zh: ["您好。"], en: ["{name}"]}
`)}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range FixedPrompts(book) {
		if u.Rate != media.Narrowband {
			t.Errorf("%+v", u)
		}
		got = append(got, u.Lang+" "+u.Text)
	}
	want := []string{"zh 您好。", "en Hello.", "zh 雨停了。", "zh 不用换。", "zh 要改吗？", "en sorry,", "en isn't here.", "en Shall I ask?", "en It rains."}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestFixedPromptsThatShip(t *testing.T) {
	book, err := reply.Load(reply.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	all := FixedPrompts(book)
	if len(all) < 500 || !strings.Contains(all[0].Text, "智能语音助手") {
		t.Errorf("%d prompts, the first %q", len(all), all[0].Text)
	}
	for _, u := range all {
		if strings.ContainsAny(u.Text, "{}") {
			t.Errorf("%q", u.Text)
		}
	}
}

func TestPromptsAreMadeInAdvance(t *testing.T) {
	store, err := cache.OpenStore(t.TempDir(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	prompts := []tts.Utterance{{Text: "您好", Lang: "zh", Rate: media.Narrowband}, {Text: "hello", Lang: "en", Rate: media.Narrowband}}
	voices := &Voices{Engine: cache.New(&ttstest.Engine{}, cache.Config{Memory: 1 << 20, Store: store})}
	if err := BuildPrompts(t.Context(), voices, prompts); err != nil || voices.Stats().Misses != 4 {
		t.Errorf("%+v, %v", voices.Stats(), err)
	}
	again := cache.New(&ttstest.Engine{}, cache.Config{Memory: 1 << 20, Store: store})
	w := startWarming(again, prompts)
	<-w.done
	if err := w.Close(); err != nil || again.Stats().Misses != 0 {
		t.Errorf("%+v, %v", again.Stats(), err)
	}
	if !again.Kept(prompts[0]) || !again.Kept(wide(prompts)[1]) {
		t.Error("not kept")
	}
}

// Warming ends at once when the program does.
func TestWarmingEnds(t *testing.T) {
	voice := cache.New(&ttstest.Engine{Latency: time.Hour}, cache.Config{Memory: 1 << 20})
	w := startWarming(voice, []tts.Utterance{{Text: "您好", Rate: media.Narrowband}})
	if err := w.Close(); err != nil || voice.Stats().Entries != 0 {
		t.Errorf("%+v, %v", voice.Stats(), err)
	}
}

func TestRecordingsAreTakenWhenTheyChange(t *testing.T) {
	needEspeak(t)
	cfg := config.Default().TTS
	cfg.Folder, cfg.Recordings = config.NoFolder, t.TempDir()
	voices, err := OpenTTS(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer voices.Close()
	spoken := frames(t, voices, tts.Utterance{Text: "您好"})
	before := recordingsStamp(cfg.Recordings)
	sound := wav.Audio{Rate: 16000, Channels: 1, Samples: mediatest.Voice(16000, 200, 3*time.Second)}
	if err := wav.WriteFile(filepath.Join(cfg.Recordings, "hello.wav"), sound); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(cfg.Recordings, "hello.txt"), []byte("您好"), 0o600); err != nil {
		t.Fatal(err)
	}
	if recordingsStamp(cfg.Recordings) == before {
		t.Error("a new recording goes unnoticed")
	}
	recordings, err := cache.ReadRecordings(cfg.Recordings)
	if err != nil {
		t.Fatal(err)
	}
	voices.SetRecordings(recordings)
	if n := frames(t, voices, tts.Utterance{Text: "您好"}); n < 140 || n == spoken {
		t.Errorf("%d frames, %d before", n, spoken)
	}
}
