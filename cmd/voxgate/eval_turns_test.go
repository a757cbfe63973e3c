package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"voxgate/models/endpoint"
	"voxgate/models/onnx"
	"voxgate/tts/espeak"
)

// spokenTurns writes a table and measures it; the test is skipped where this machine cannot speak or hear.
func spokenTurns(t *testing.T, table string, o turnsOptions) *bytes.Buffer {
	t.Helper()
	path := filepath.Join(t.TempDir(), "turns.tsv")
	if err := os.WriteFile(path, []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
	o.asJSON, o.conditions, o.voices = true, []string{"clean"}, evalVoices
	var out bytes.Buffer
	err := evalTurns(t.Context(), &out, path, o)
	if errors.Is(err, espeak.ErrNotInstalled) || errors.Is(err, onnx.ErrNoRuntime) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return &out
}

func TestEvalTurnsTellsRequestsFromNumbers(t *testing.T) {
	out := spokenTurns(t, "request\tzh\t\t我的快递到哪了\nphone\tzh\tdigits:11\t幺三八 <0.9> 零零幺三 <1.1> 八零零零\n"+
		"unfinished\tzh\t\t我的单号是 <...>\n", turnsOptions{})
	lines := json.NewDecoder(out)
	got := map[string]turnsLine{}
	for lines.More() {
		var l turnsLine
		if err := lines.Decode(&l); err != nil {
			t.Fatal(err)
		}
		got[l.Class] = l
	}
	if r := got["request"]; r.Turns != 1 || r.False != 0 || r.P50 <= 0 || r.P50 > 600 || r.Reasons["complete"] != 1 {
		t.Errorf("request %+v", r)
	}
	if p := got["phone"]; p.False != 0 || p.Never != 0 {
		t.Errorf("phone %+v", p)
	}
	if u := got["unfinished"]; u.P50 < 1000 || u.Reasons["waited"] != 1 {
		t.Errorf("unfinished %+v", u)
	}
}

func TestEvalTurnsWritesSteps(t *testing.T) {
	path := filepath.Join(t.TempDir(), "steps.jsonl")
	spokenTurns(t, "begun\tzh\t\t我想问一下 <0.8> 我的快递到哪了\n", turnsOptions{steps: path})
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	count := map[bool]int{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var e endpoint.Example
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		if e.Class != "begun" || e.Text == "" || e.Quiet <= 0 || e.Over && e.Now < 2 {
			t.Errorf("%+v", e)
		}
		count[e.Over]++
	}
	if count[false] < 10 || count[true] < 30 {
		t.Errorf("%d steps within the pause, %d after the end", count[false], count[true])
	}
}
