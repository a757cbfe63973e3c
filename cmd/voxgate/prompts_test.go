package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voxgate/media/mediatest"
	"voxgate/media/wav"
)

// promptFiles is a configuration with a folder for recordings and one for prompts, and a recording of 2 s of voice.
func promptFiles(t *testing.T) (cfg, recordings, sound string) {
	t.Helper()
	if _, err := exec.LookPath("espeak-ng"); err != nil {
		t.Skip("espeak-ng is not installed")
	}
	dir := t.TempDir()
	cfg, recordings, sound = filepath.Join(dir, "voxgate.yaml"), filepath.Join(dir, "recordings"), filepath.Join(dir, "mine.wav")
	settings := fmt.Sprintf("tts:\n  folder: %s\n  recordings: %s\n", filepath.Join(dir, "prompts"), recordings)
	if err := os.WriteFile(cfg, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	audio := wav.Audio{Rate: 22050, Channels: 1, Samples: mediatest.Voice(22050, 180, 2*time.Second)}
	if err := wav.WriteFile(sound, audio); err != nil {
		t.Fatal(err)
	}
	return cfg, recordings, sound
}

func TestOperatorReplacesAPrompt(t *testing.T) {
	cfg, recordings, sound := promptFiles(t)
	const said = "请问要办什么？"
	if out, err := runCommand(t, "prompts", "replace", said, sound, "--config", cfg); err != nil || !strings.Contains(out, "2.0 s") {
		t.Fatalf("%s, %v", out, err)
	}
	out, err := runCommand(t, "prompts", "list", "--json", "--config", cfg)
	if err != nil || !strings.Contains(out, `{"text":"请问要办什么？","lang":"zh","kept":false,"recording":"`+recordings) {
		t.Errorf("%v", err)
	}
	spoken := filepath.Join(t.TempDir(), "said.wav")
	if _, err := runCommand(t, "say", "-o", spoken, "--config", cfg, said); err != nil {
		t.Fatal(err)
	}
	if audio, err := wav.ReadFile(spoken); err != nil || audio.Duration() < 2400*time.Millisecond || audio.Duration() > 2600*time.Millisecond {
		t.Errorf("%v of sound, with the silence around it 2.5 s were expected: %v", audio.Duration(), err)
	}
	if _, err := runCommand(t, "prompts", "remove", "请问要办什么", "--config", cfg); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(recordings); err != nil || len(left) != 0 {
		t.Errorf("%d files left, %v", len(left), err)
	}
}

func TestPromptsExplainWhatIsWrong(t *testing.T) {
	cfg, _, sound := promptFiles(t)
	bad := filepath.Join(t.TempDir(), "bad.wav")
	if err := os.WriteFile(bad, []byte("no sound"), 0o600); err != nil {
		t.Fatal(err)
	}
	none := filepath.Join(t.TempDir(), "none.yaml")
	if err := os.WriteFile(none, []byte("tts: {folder: none}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"prompts"}, "list, build, replace or remove"},
		{[]string{"prompts", "play"}, "unknown"},
		{[]string{"prompts", "replace", "您好"}, "wants the text and the WAV"},
		{[]string{"prompts", "replace", "您好", bad, "--config", cfg}, "RIFF"},
		{[]string{"prompts", "replace", "。", sound, "--config", cfg}, "nothing to say"},
		{[]string{"prompts", "replace", "您好", sound, "--config", none}, "tts.recordings"},
		{[]string{"prompts", "remove", "您好", "--config", cfg}, "no recording"},
		{[]string{"prompts", "build", "--config", none}, "tts.folder"},
	} {
		if _, err := runCommand(t, c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v", c.args, err)
		}
	}
}
