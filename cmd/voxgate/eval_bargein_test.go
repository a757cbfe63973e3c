package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"voxgate/models/onnx"
	"voxgate/tts/espeak"
)

// The shipped recogniser, guard and turn-taking tell the bot's echo from a caller.
func TestEvalBargeIn(t *testing.T) {
	var out bytes.Buffer
	err := evalBargeIn(t.Context(), &out, bargeInOptions{
		asJSON: true, conditions: []string{"echo10", "barge"}, voices: evalVoices, scenes: 1,
	})
	if errors.Is(err, espeak.ErrNotInstalled) || errors.Is(err, onnx.ErrNoRuntime) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bargeInLine{}
	for lines := json.NewDecoder(&out); lines.More(); {
		var l bargeInLine
		if err := lines.Decode(&l); err != nil {
			t.Fatal(err)
		}
		got[l.Condition] = l
	}
	if e := got["echo10"]; e.Answers != 2 || e.False != 0 {
		t.Errorf("echo %+v", e)
	}
	if b := got["barge"]; b.Barges != 1 || b.Missed != 0 || b.False != 0 || b.P50 <= 0 || b.Model == "" {
		t.Errorf("barge-in %+v", b)
	}
}

func TestEvalBargeInRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, o := range []bargeInOptions{
		{scenes: 0, voices: evalVoices}, {scenes: 1}, {scenes: 1, voices: evalVoices, conditions: []string{"whistle"}},
	} {
		var wrong usageError
		if err := evalBargeIn(t.Context(), &bytes.Buffer{}, o); !errors.As(err, &wrong) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}
