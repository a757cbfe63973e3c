package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voxgate/cmd/voxgate/internal/evaluation"
	"voxgate/media"
	"voxgate/media/wav"
	"voxgate/models/onnx"
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
	table := "wav\tspeaker\ttext\tintent\n"
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
		table += name + "\tf3\t" + text + "\ttransfer_human\n"
	}
	manifest := filepath.Join(dir, "set.tsv")
	if err := os.WriteFile(manifest, []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
	page, utterances, quiet := filepath.Join(dir, "page.html"), filepath.Join(dir, "utterances.jsonl"), filepath.Join(dir, "quiet.wav")
	if err := wav.WriteFile(quiet, wav.Audio{Rate: media.Narrowband, Channels: 1, Samples: make([]int16, 5*media.Narrowband)}); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err = evalASR(t.Context(), &out, manifest, evalOptions{asJSON: true, page: page, conditions: []string{"clean", "alaw"}, quiet: quiet, utterances: utterances})
	if errors.Is(err, onnx.ErrNoRuntime) {
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
		if f := got.FalseWords; f == nil || f.Words != 0 || f.Hours == 0 {
			t.Errorf("%s: words from silence: %+v", condition, f)
		}
		if turns := got.Turns.Sentences; turns == nil || turns.Utterances != 2 || turns.P50 == nil {
			t.Errorf("%s: ends of turns: %+v", condition, got.Turns)
		}
		if got.Calibration.Word == nil || got.Rates["labelled_intent"] == nil || len(got.Slots) != 0 && got.Rates["slot_error"] == nil {
			t.Errorf("%s: %+v", condition, got.Result)
		}
	}
	if lines, err := os.ReadFile(utterances); err != nil || strings.Count(string(lines), "\n") != 4 || !strings.Contains(string(lines), `"confidence":0.`) {
		t.Errorf("utterances: %v\n%s", err, lines)
	}
	if html, err := os.ReadFile(page); err != nil || !strings.Contains(string(html), "<svg") {
		t.Errorf("page: %d bytes, %v", len(html), err)
	}
}

func TestSpreadFallsInWithNoPeriod(t *testing.T) {
	rows := make([]evaluation.Row, 427)
	for i := range rows {
		rows[i].Line = i
	}
	voices := map[int]bool{}
	last := -1
	for _, r := range spread(rows, 32) {
		if r.Line <= last {
			t.Fatalf("row %d after row %d", r.Line, last)
		}
		last, voices[r.Line%8] = r.Line, true
	}
	if len(voices) != 8 {
		t.Errorf("of eight voices that take turns, %d are drawn", len(voices))
	}
	if got := spread(rows, 0); len(got) != len(rows) {
		t.Errorf("without a limit %d rows", len(got))
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
		"eval asr " + table + " --conditions loud":    exitUsage,
		"eval asr " + table + " --limit -1":           exitUsage,
		"eval asr " + table + " --false-words no.wav": exitFailed,
		"eval asr " + table:                           exitFailed,
		"eval asr /nowhere/at/all.tsv":                exitFailed,
	} {
		if got := run(strings.Fields(args)); got != want {
			t.Errorf("%s: exit code %d, want %d", args, got, want)
		}
	}
}
