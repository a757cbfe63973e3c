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
	"voxgate/models/onnx"
)

func TestEvalNLU(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	tagged := put("lines.txt", "[track_logistics]\n我的快递到哪了\n[greet]\n你好\n")
	objects := put("slots.jsonl", `{"text":"尾号三七二幺","slots":{"phone_tail":"3721"}}`+"\n"+`{"text":"明天下午送","today":"2026-03-20","slots":{"date":"2026-03-21","time":"下午"}}`+"\n")
	page := filepath.Join(dir, "page.html")
	var out bytes.Buffer
	err := evalNLU(&out, []string{tagged, objects}, true, page)
	if errors.Is(err, onnx.ErrNoRuntime) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	var results []evaluation.MeaningResult
	for d := json.NewDecoder(&out); d.More(); {
		var r evaluation.MeaningResult
		if err := d.Decode(&r); err != nil {
			t.Fatal(err)
		}
		results = append(results, r)
	}
	if len(results) != 2 || results[0].Intent.Part != 2 || results[1].Slots.Recall.Of != 3 || results[1].Slots.Recall.Part < 2 || results[0].MeanMS <= 0 {
		t.Errorf("got %+v", results)
	}
	if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), "slots.jsonl") {
		t.Errorf("page: %v", err)
	}
	out.Reset()
	if err := evalNLU(&out, []string{tagged}, false, ""); err != nil || !strings.Contains(out.String(), "lines.txt") {
		t.Errorf("table %q, %v", out.String(), err)
	}
	for _, c := range []struct{ path, want string }{
		{put("empty.txt", "# nothing\n"), "holds no utterances"}, {put("bad.txt", "no head\n"), "line 1"},
		{put("day.jsonl", `{"text":"a","today":"20 March"}`), "today"}, {filepath.Join(dir, "none.txt"), "none.txt"},
	} {
		if err := evalNLU(&out, []string{c.path}, true, ""); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", c.path, err)
		}
	}
}
