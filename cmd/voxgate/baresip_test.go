package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voxgate/asr"
	"voxgate/asr/engine"
	"voxgate/cmd/voxgate/internal/config"
	"voxgate/cmd/voxgate/internal/engines"
	"voxgate/cmd/voxgate/internal/recording"
	"voxgate/dialog/shop"
	"voxgate/media"
	"voxgate/media/wav"
	"voxgate/sip/siptest"
	"voxgate/tts"
)

// baresipNumber is the number that siptest's baresip calls from.
const baresipNumber = "13800003721"

// shopOf is the demo shop with its first customer at another number.
func shopOf(t *testing.T, number string) string {
	t.Helper()
	raw, err := os.ReadFile("../../dialog/shop/demo.json")
	if err != nil {
		t.Fatal(err)
	}
	file, err := shop.Demo()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "shop.json")
	if err := os.WriteFile(path, bytes.ReplaceAll(raw, []byte(file.FirstCaller()), []byte(number)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// microphone is a recording of somebody who waits, speaks, and waits for the answer.
func microphone(t *testing.T, before time.Duration, text string, after time.Duration) string {
	t.Helper()
	voice, err := engines.OpenTTS(config.Default().TTS)
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, media.Narrowband*int(before/time.Second))
	for frame, err := range voice.Speak(t.Context(), tts.Utterance{Text: text, Voice: speakerVoice, Rate: media.Narrowband}) {
		if err != nil {
			t.Fatal(err)
		}
		pcm = append(pcm, frame.PCM()...)
	}
	pcm = append(pcm, make([]int16, media.Narrowband*int(after/time.Second))...)
	path := filepath.Join(t.TempDir(), "microphone.wav")
	if err := wav.WriteFile(path, wav.Audio{Rate: media.Narrowband, Channels: 1, Samples: pcm}); err != nil {
		t.Fatal(err)
	}
	return path
}

// heardIn is what our recogniser hears in a recording.
func heardIn(t *testing.T, path string) string {
	t.Helper()
	pcm, _, err := recording.Telephone(path)
	if err != nil {
		t.Fatal(err)
	}
	ears, err := engine.New(engine.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer ears.Close()
	events, err := ears.Transcribe(t.Context(), pcm, asr.Hints{})
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, ev := range events {
		text.WriteString(ev.Text)
	}
	return text.String()
}

// A softphone that is not ours: baresip plays the question from a WAV, and what it recorded holds the facts.
func TestBaresipHearsTheFacts(t *testing.T) {
	t.Parallel()
	phone := siptest.StartBaresip(t, microphone(t, 9*time.Second, sentencesToTry[0], 16*time.Second), "udp")
	h := startHotline(t, func(c *config.Config) { c.Shop.File = shopOf(t, baresipNumber) })
	phone.Command(t, "dial", h.sip)
	phone.Await(t, "CALL_ESTABLISHED")
	phone.Await(t, "CALL_CLOSED")
	heard := heardIn(t, phone.Recording(t))
	for _, fact := range []string{"电饭煲", "杭州"} {
		if !strings.Contains(heard, fact) {
			t.Errorf("baresip heard %q, which lacks %q", heard, fact)
		}
	}
	rec := h.record(t)
	if len(rec.Turns) < 2 || !strings.Contains(rec.Turns[1].Said, "快递") {
		t.Errorf("record %+v", rec.Turns)
	}
}
