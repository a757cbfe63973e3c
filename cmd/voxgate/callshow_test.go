package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"voxgate/cmd/voxgate/internal/timeline"
)

// keptCall is a folder with one call's record.
func keptCall(t *testing.T) (dir string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("internal", "timeline", "testdata", "call.json"))
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, timeline.Stem(time.Unix(0, 0), "4f2c")+".json"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, timeline.Stem(time.Unix(1, 0), "broken")+".json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestCallList(t *testing.T) {
	var out bytes.Buffer
	if err := listCalls(&out, callFlags{records: keptCall(t), most: 20, json: true}); err != nil {
		t.Fatal(err)
	}
	var s callSummary
	if err := json.Unmarshal(out.Bytes(), &s); err != nil || s.CallID != "4f2c" || s.P50 != 301 || s.Turns != 2 {
		t.Errorf("%s: %+v, %v", out.String(), s, err)
	}
}

func TestCallShow(t *testing.T) {
	dir := keptCall(t)
	page, picture := filepath.Join(t.TempDir(), "call.html"), filepath.Join(t.TempDir(), "call.svg")
	var text, object, nothing bytes.Buffer
	if err := errors.Join(
		showCall(&text, "4f", callFlags{records: dir}), showCall(&object, "4f2c", callFlags{records: dir, json: true}),
		showCall(&nothing, "4f2c", callFlags{records: dir, html: page, svg: picture}),
	); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), "我的快递到哪了") {
		t.Errorf("the text of the call:\n%s", text.String())
	}
	var r timeline.Record
	if err := json.Unmarshal(object.Bytes(), &r); err != nil || len(r.Events) != 20 || r.Turns[1].Stages.Sum() != 301 {
		t.Errorf("%s: %v", object.String(), err)
	}
	for _, file := range []string{page, picture} {
		if raw, err := os.ReadFile(file); err != nil || !strings.Contains(string(raw), "我的快递到哪了") {
			t.Errorf("%s: %v", file, err)
		}
	}
	if nothing.Len() > 0 {
		t.Errorf("printed beside the files: %s", nothing.String())
	}
}

func TestCallThatIsNotThere(t *testing.T) {
	dir := keptCall(t)
	for id, want := range map[string]error{"nobody": timeline.ErrNoRecord, timeline.Last: timeline.ErrBadRecord} {
		if err := showCall(&bytes.Buffer{}, id, callFlags{records: dir}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", id, err, want)
		}
	}
	if err := listCalls(&bytes.Buffer{}, callFlags{records: filepath.Join(dir, "elsewhere"), most: 1}); err == nil {
		t.Error("a folder that is not there was listed")
	}
}
