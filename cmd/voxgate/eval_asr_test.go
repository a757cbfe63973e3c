package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voxgate/asr/model"
	"voxgate/media"
	"voxgate/media/wav"
	"voxgate/tts"
	"voxgate/tts/espeak"
)

func TestEvalASRHearsSpeech(t *testing.T) {
	voice, err := espeak.New(espeak.Config{})
	if errors.Is(err, espeak.ErrNotInstalled) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	table := "wav\tspeaker\ttext\n"
	for i, text := range []string{"帮我查一下我的快递到哪了", "转人工"} {
		var pcm []int16
		for frame, err := range voice.Speak(t.Context(), tts.Utterance{Text: text}) {
			if err != nil {
				t.Fatal(err)
			}
			pcm = append(pcm, frame.PCM()...)
		}
		name := string(rune('a'+i)) + ".wav"
		if err := wav.WriteFile(filepath.Join(dir, name), wav.Audio{Rate: media.Narrowband, Channels: 1, Samples: pcm}); err != nil {
			t.Fatal(err)
		}
		table += name + "\tf3\t" + text + "\n"
	}
	manifest := filepath.Join(dir, "set.tsv")
	if err := os.WriteFile(manifest, []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
	page := filepath.Join(dir, "page.html")
	var out bytes.Buffer
	err = evalASR(t.Context(), &out, manifest, evalOptions{asJSON: true, page: page, conditions: []string{"clean", "alaw"}})
	if errors.Is(err, model.ErrNoRuntime) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := json.NewDecoder(&out)
	for _, condition := range []string{"clean", "alaw"} {
		var got evalLine
		if err := lines.Decode(&got); err != nil {
			t.Fatal(err)
		}
		rate := got.Rates["character_error"]
		if got.Condition != condition || got.Utterances != 2 || len(got.Model) != 8 || rate == nil || rate.Of != 15 {
			t.Errorf("%s: %+v", condition, got)
		} else if rate.Value > 0.5 {
			t.Errorf("%s: half of the program's own voice is misheard: %v", condition, rate)
		}
	}
	if html, err := os.ReadFile(page); err != nil || !strings.Contains(string(html), "<svg") {
		t.Errorf("page: %d bytes, %v", len(html), err)
	}
}

func TestEvalRefusesBadUsage(t *testing.T) {
	table := filepath.Join(t.TempDir(), "set.tsv")
	if err := os.WriteFile(table, []byte("wav\ttext\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]int{
		"eval":     exitUsage,
		"eval tts": exitUsage,
		"eval asr": exitUsage,
		"eval asr " + table + " --conditions loud": exitUsage,
		"eval asr " + table + " --limit -1":        exitUsage,
		"eval asr " + table:                        exitFailed,
		"eval asr /nowhere/at/all.tsv":             exitFailed,
	} {
		if got := run(strings.Fields(args)); got != want {
			t.Errorf("%s: exit code %d, want %d", args, got, want)
		}
	}
}
