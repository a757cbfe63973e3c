package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voxgate/cmd/voxgate/internal/scripts"
)

const scriptedCalls = "internal/scripts/testdata/chinese.jsonl"

// TestEvalDialogReports plays a few calls and reads all three reports of them.
func TestEvalDialogReports(t *testing.T) {
	page := filepath.Join(t.TempDir(), "report.html")
	var text, lines bytes.Buffer
	o := dialogOptions{page: page, only: []string{"track_one_on_the_way", "contact_courier"}}
	if err := evalDialog(context.Background(), &text, []string{scriptedCalls}, o); err != nil {
		t.Fatal(err)
	}
	o.asJSON, o.page = true, ""
	if err := evalDialog(context.Background(), &lines, []string{scriptedCalls}, o); err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(&lines)
	var first scripts.Result
	if err := dec.Decode(&first); err != nil || first.Name != "track_one_on_the_way" || first.Outcome != "answer" || len(first.Exchanges) != 3 {
		t.Errorf("first line %+v, %v", first, err)
	}
	html, err := os.ReadFile(page)
	if err != nil || !strings.Contains(string(html), "courier_phone_known") || !strings.Contains(string(html), "right end, nothing forbidden") {
		t.Errorf("page of %d bytes, %v", len(html), err)
	}
	if !strings.Contains(text.String(), "contact_courier") {
		t.Errorf("text:\n%s", text.String())
	}
}

func TestEvalDialogFaultsAreClear(t *testing.T) {
	for _, c := range []struct {
		name, want string
		files      []string
		o          dialogOptions
	}{
		{"no such file", "open scripts", []string{"none.jsonl"}, dialogOptions{}},
		{"no such call", "no call has such a name", []string{scriptedCalls}, dialogOptions{only: []string{"none"}}},
		{"nothing spoken", "none of the calls is marked", []string{scriptedCalls}, dialogOptions{only: []string{"bad_input"}, spoken: true, atOnce: 1, voices: evalVoices}},
		{"no calls at once", "--at-once", []string{scriptedCalls}, dialogOptions{spoken: true, voices: evalVoices}},
		{"page in no folder", "--html", []string{scriptedCalls}, dialogOptions{only: []string{"contact_courier"}, page: "none/x.html"}},
	} {
		if err := evalDialog(context.Background(), &bytes.Buffer{}, c.files, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

// TestSpokenScripts plays three calls by voice at once: a fact, a change with its yes, and a secret for the right number.
func TestSpokenScripts(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	o := dialogOptions{asJSON: true, spoken: true, atOnce: 3, voices: []string{"f4", "Michael", "steph2"},
		only: []string{"track_one_on_the_way", "cancel_before_shipping", "pickup_code_for_own_number"}}
	if err := evalDialog(context.Background(), &lines, []string{scriptedCalls}, o); err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(&lines)
	for range o.only {
		var r scripts.Result
		if err := dec.Decode(&r); err != nil {
			t.Fatal(err)
		}
		if !r.Right() {
			t.Errorf("%s: %+v", r, r.Exchanges)
		}
		t.Log(r)
	}
}

func TestBenchDialog(t *testing.T) {
	var out bytes.Buffer
	if err := benchDialog(context.Background(), &out, simulateOptions{calls: 3, seed: 1, asJSON: true}); err != nil {
		t.Fatal(err)
	}
	var sum benchDialogLine
	if err := json.Unmarshal(out.Bytes(), &sum); err != nil || sum.Calls != 3 || sum.Turns == 0 || len(sum.Outcomes) == 0 {
		t.Errorf("got %s, %v", out.String(), err)
	}
}
