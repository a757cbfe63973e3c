package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voxgate/asr"
	"voxgate/asr/engine"
	"voxgate/media/wav"
)

const (
	trackWAV = "../../asr/engine/testdata/track.wav" // mu-law, 8,000 Hz
	tailWAV  = "../../asr/engine/testdata/digits.wav"
)

func TestTranscribeJSON(t *testing.T) {
	// The same speech as stereo PCM must be heard the same.
	sound, err := wav.ReadFile(trackWAV)
	if err != nil {
		t.Fatal(err)
	}
	stereo := wav.Audio{Rate: sound.Rate, Channels: 2}
	for _, v := range sound.Samples {
		stereo.Samples = append(stereo.Samples, v, v)
	}
	both := filepath.Join(t.TempDir(), "stereo.wav")
	if err := wav.WriteFile(both, stereo); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := transcribe(context.Background(), &out, []string{trackWAV, both}, asr.Hints{}, engine.Config{}, true); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines:\n%s", len(lines), out.String())
	}
	for i, line := range lines {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"file", "text", "pinyin", "confidence", "seconds", "compute_seconds"} {
			if _, ok := fields[key]; !ok || len(fields) != 6 {
				t.Errorf("line %d: field %q missing or others there: %v", i, key, fields)
			}
		}
		if fields["text"] != "帮我查一下我的快递到哪了" {
			t.Errorf("line %d: heard %q", i, fields["text"])
		}
		if s := fields["seconds"].(float64); s < 3 || s > 3.2 {
			t.Errorf("line %d: %v seconds", i, s)
		}
	}
}

func TestTranscribeDigits(t *testing.T) {
	var out bytes.Buffer
	if err := transcribe(context.Background(), &out, []string{tailWAV}, asr.Hints{Digits: true, Only: true}, engine.Config{}, false); err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(out.String()); got != "9846" {
		t.Errorf("heard %q", got)
	}
}

func TestTranscribeBadInput(t *testing.T) {
	text := filepath.Join(t.TempDir(), "notes.wav")
	if err := os.WriteFile(text, []byte("these are notes, not sound"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"transcribe"}, exitUsage},
		{[]string{"transcribe", "--expect", "letters", text}, exitUsage},
		{[]string{"transcribe", "--nothing", text}, exitUsage},
		{[]string{"transcribe", text}, exitFailed},
		{[]string{"transcribe", filepath.Join(t.TempDir(), "absent.wav")}, exitFailed},
	} {
		if got := run(c.args); got != c.code {
			t.Errorf("%v: exit code %d, want %d", c.args, got, c.code)
		}
	}
}

func TestJoinFinals(t *testing.T) {
	got := joinFinals("f", []asr.Event{
		{Text: "我的单号是", Confidence: 0.5, End: time.Second},
		{},
		{Text: "9846", Confidence: 1, Start: 2 * time.Second, End: 5 * time.Second},
	})
	if got.Text != "我的单号是9846" || got.Confidence != 0.875 {
		t.Errorf("%+v", got)
	}
	if got := joinFinals("f", []asr.Event{{Text: "yes"}, {Text: "please"}}); got.Text != "yes please" {
		t.Errorf("%q", got.Text)
	}
}

func TestBenchASR(t *testing.T) {
	l, err := loadASR(context.Background(), 2, 200*time.Millisecond, make([]int16, 1600))
	if err != nil {
		t.Fatal(err)
	}
	if l.Calls != 2 || l.Batch < 1 || l.PerCore <= 0 {
		t.Errorf("%+v", l)
	}
}

// The folder holds a small model in the form of public ones; it knows digits.
func TestTranscribeWithAPublicModel(t *testing.T) {
	const folder = "../../asr/zipformer/testdata"
	out, err := runCommand(t, "transcribe", "--expect", "digits", "--recogniser", folder, folder+"/digits.wav")
	if err != nil || strings.TrimSpace(out) != "1370295846" {
		t.Errorf("%q, %v", out, err)
	}
	if _, err := runCommand(t, "transcribe", "--recogniser", "nonsense", folder+"/digits.wav"); err == nil || !strings.Contains(err.Error(), "zipformer-small-ctc-zh") {
		t.Errorf("a name that no model has: %v", err)
	}
}
