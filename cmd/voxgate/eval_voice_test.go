package main

import (
	"encoding/json"
	"errors"
	"os/exec"
	"strings"
	"testing"

	"voxgate/cmd/voxgate/internal/voicebench"
	"voxgate/models/onnx"
)

func TestEvalVoiceHearsItsOwnVoice(t *testing.T) {
	if _, err := exec.LookPath("espeak-ng"); err != nil {
		t.Skip("espeak-ng is not installed")
	}
	out, err := runCommand(t, "eval", "voice", "--limit", "3", "--json")
	if errors.Is(err, onnx.ErrNoRuntime) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	lines, right := 0, 0
	for line := range strings.Lines(out) {
		var score voicebench.Score
		if err := json.Unmarshal([]byte(line), &score); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		lines += score.Lines
		right += score.Length - score.Missed
	}
	if lines != 3 || right == 0 {
		t.Errorf("%d lines, %d syllables right", lines, right)
	}
	for _, args := range [][]string{{"--limit", "-1"}, {"--low", "0", "--presence", "0"}, {"--variant", "nobody"}, {"--recogniser", "./none"}} {
		if _, err := runCommand(t, append([]string{"eval", "voice"}, args...)...); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}
