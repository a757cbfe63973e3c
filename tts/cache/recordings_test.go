package cache

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voxgate/media"
	"voxgate/media/mediatest"
	"voxgate/media/wav"
	"voxgate/tts"
	"voxgate/tts/shape"
)

// record writes a recording of a second of voice and the text that it says.
func record(t *testing.T, folder, name, said string, sound wav.Audio) {
	t.Helper()
	if err := wav.WriteFile(filepath.Join(folder, name+".wav"), sound); err != nil {
		t.Fatal(err)
	}
	if said != "" {
		if err := os.WriteFile(filepath.Join(folder, name+".txt"), []byte(said+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// quietStereo is a second of speech-like sound at a low level, on the left channel of two.
func quietStereo(rate int) wav.Audio {
	sound := wav.Audio{Rate: rate, Channels: 2}
	for _, s := range mediatest.Voice(rate, 200, time.Second) {
		sound.Samples = append(sound.Samples, s/10, 0)
	}
	return sound
}

func TestRecordingStandsForItsClauses(t *testing.T) {
	folder := t.TempDir()
	record(t, folder, "greeting", "您好,请讲。", quietStereo(44100))
	record(t, folder, "hello", "您好", quietStereo(16000))
	r, err := ReadRecordings(folder)
	if err != nil || len(r.All()) != 2 {
		t.Fatalf("%d, %v", len(r.All()), err)
	}
	v := &voice{}
	e := inMemory(v, 1<<20)
	e.SetRecordings(r)
	for _, c := range []struct {
		u        tts.Utterance
		recorded int64
		texts    int // that the voice said
	}{
		{tts.Utterance{Text: "您好,请讲。"}, 2, 0},
		{tts.Utterance{Text: "早上好。您好,请讲。要查什么?", Rate: media.Wideband}, 2, 2},
		{tts.Utterance{Text: "您好,请等。"}, 1, 1},
		{tts.Utterance{Text: "您好,请讲。", Speed: 0.8}, 0, 2}, // spoken more slowly by the voice
		{tts.Utterance{Text: "您好,请讲。", From: 1}, 0, 1},
	} {
		before, spoken := e.Stats().Recorded, len(v.tones.Spoken())
		pcm := must(t, e, c.u)
		if got := e.Stats().Recorded - before; got != c.recorded || len(v.tones.Spoken())-spoken != c.texts {
			t.Errorf("%+v: %d clauses recorded, %d spoken", c.u, got, len(v.tones.Spoken())-spoken)
		}
		if level := shape.ActiveRMS(pcm, media.Narrowband); c.texts == 0 && math.Abs(level-shape.ActiveLevel) > 1.5 {
			t.Errorf("%+v: %.1f dBFS", c.u, level)
		}
	}
	said := 0
	ctx := tts.WithSaid(t.Context(), func(n int) { said = n })
	if _, err := speak(t, ctx, e, tts.Utterance{Text: "您好,请讲。要查什么?"}); err != nil || said != 3 {
		t.Errorf("%d clauses told, %v", said, err)
	}
	if one, ok := r.Says("您好，请讲"); !ok || !strings.HasSuffix(one.File, "greeting.wav") {
		t.Errorf("%+v, %v", one, ok)
	}
	if e.SetRecordings(nil); len(must(t, e, tts.Utterance{Text: "您好"})) != 1600 {
		t.Error("a recording that was taken away is still heard")
	}
}

func TestBadRecordingsAreNamed(t *testing.T) {
	folder := t.TempDir()
	fine := quietStereo(8000)
	record(t, folder, "fine", "好的", fine)
	record(t, folder, "mute", "没有声音", wav.Audio{Rate: 8000, Channels: 1, Samples: make([]int16, 8000)})
	record(t, folder, "untold", "", fine)
	record(t, folder, "nothing", "😀", fine)
	record(t, folder, "long", "很长", wav.Audio{Rate: 8000, Channels: 1, Samples: make([]int16, 61*8000)})
	record(t, folder, "wordy", strings.Repeat("好", 1000), fine)
	record(t, folder, "broken", "坏了", fine)
	if err := os.WriteFile(filepath.Join(folder, "broken.wav"), []byte("no sound"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := ReadRecordings(folder)
	if len(r.All()) != 1 || !errors.Is(err, ErrRecording) || !errors.Is(err, wav.ErrNotWAV) {
		t.Fatalf("%d, %v", len(r.All()), err)
	}
	for name, why := range map[string]string{
		"mute": "nobody speaks", "untold": "untold.txt", "nothing": "nothing to say", "long": "61 s", "wordy": "longer than", "broken": "RIFF",
	} {
		found := false
		for line := range strings.Lines(err.Error()) {
			found = found || strings.Contains(line, name+".wav") && strings.Contains(line, why)
		}
		if !found {
			t.Errorf("%s: not in %v", name, err)
		}
	}
	if r, err := ReadRecordings(filepath.Join(folder, "none")); err != nil || len(r.All()) != 0 {
		t.Errorf("a folder that is not there: %v", err)
	}
}

func TestAddAndRemove(t *testing.T) {
	source := t.TempDir()
	record(t, source, "one", "", quietStereo(16000))
	folder := filepath.Join(t.TempDir(), "new")
	first, err := AddRecording(folder, " 好的，请讲。 ", filepath.Join(source, "one.wav"))
	if err != nil || first.Text != "好的，请讲。" {
		t.Fatalf("%+v, %v", first, err)
	}
	if again, err := AddRecording(folder, "好的,请讲", filepath.Join(source, "one.wav")); err != nil || again.File != first.File {
		t.Errorf("the same words are in another file: %+v, %v", again, err)
	}
	if _, err := AddRecording(folder, "好的", filepath.Join(source, "none.wav")); !errors.Is(err, ErrRecording) {
		t.Errorf("%v", err)
	}
	if _, err := RemoveRecording(folder, "别的"); !errors.Is(err, ErrRecording) {
		t.Errorf("%v", err)
	}
	if _, err := RemoveRecording(folder, "好的，请讲"); err != nil {
		t.Error(err)
	}
	if r, err := ReadRecordings(folder); err != nil || len(r.All()) != 0 {
		t.Errorf("%d left, %v", len(r.All()), err)
	}
}
