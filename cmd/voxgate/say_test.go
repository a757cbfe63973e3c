package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"voxgate/media/wav"
)

// smallVoice is a test voice of tones, see tts/vits.
const smallVoice = "../../tts/vits/testdata/speakers"

func TestSayInAPublicVoice(t *testing.T) {
	if _, err := exec.LookPath("espeak-ng"); err != nil {
		t.Skip("espeak-ng is not installed")
	}
	var lengths []int
	for i, args := range [][]string{{"--voice", smallVoice}, {"--voice", smallVoice, "--speaker", "high"}, {"--voice", "m3"}} {
		file := filepath.Join(t.TempDir(), "said.wav")
		if _, err := runCommand(t, append([]string{"say", "-o", file, "--rate", "8000", "hello"}, args...)...); err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		sound, err := wav.ReadFile(file)
		if err != nil || sound.Rate != 8000 {
			t.Fatalf("%d Hz, %v", sound.Rate, err)
		}
		lengths = append(lengths, len(sound.Samples))
		if i == 1 && lengths[0] != lengths[1] {
			t.Errorf("two speakers of one voice: %v samples", lengths)
		}
	}
	if lengths[2] == lengths[0] {
		t.Error("espeak-ng takes as long as the voice of tones")
	}
}

func TestSayExplainsVoicesThatAreNotThere(t *testing.T) {
	if _, err := exec.LookPath("espeak-ng"); err != nil {
		t.Skip("espeak-ng is not installed")
	}
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	file := filepath.Join(t.TempDir(), "said.wav")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--voice", "nobody"}, "voxgate models list"},
		{[]string{"--voice", "melo-tts-zh_en-int8"}, "voxgate models get melo-tts-zh_en-int8"},
		{[]string{"--voice", smallVoice, "--speaker", "nobody"}, "numbered from 0"},
		{[]string{"--voice", smallVoice, "--lang", "zh"}, "speaks en"},
		{[]string{"--speaker", "3"}, "no speakers"},
	} {
		if _, err := runCommand(t, append([]string{"say", "-o", file, "hello"}, c.args...)...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v", c.args, err)
		}
	}
}
