package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// converse runs chat --json and returns its lines.
func converse(t *testing.T, opt chatOptions, input string) []map[string]any {
	t.Helper()
	var out bytes.Buffer
	opt.asJSON = true
	if err := chat(context.Background(), strings.NewReader(input), &out, io.Discard, opt); err != nil {
		t.Fatal(err)
	}
	return objects(t, out.Bytes())
}

func objects(t *testing.T, text []byte) []map[string]any {
	t.Helper()
	var all []map[string]any
	dec := json.NewDecoder(bytes.NewReader(text))
	for dec.More() {
		var one map[string]any
		if err := dec.Decode(&one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}

func TestChatThreeSentences(t *testing.T) {
	got := converse(t, chatOptions{}, "帮我查一下我的快递到哪了\n那它什么时候能到\n转人工\n")
	if len(got) != 3 {
		t.Fatalf("%d turns, want one a line: %v", len(got), got)
	}
	for i, turn := range got {
		for _, field := range []string{"say", "acts", "slots", "done"} {
			if _, ok := turn[field]; !ok {
				t.Errorf("turn %d has no %s", i, field)
			}
		}
	}
	last := got[2]
	handoff, _ := last["handoff"].(map[string]any)
	if last["done"] != true || last["outcome"] != "transfer" || handoff["order"] == "" || handoff["summary"] == "" {
		t.Errorf("got %v", last)
	}
	if !strings.Contains(got[0]["say"].(string), "杭州") || !strings.Contains(got[1]["say"].(string), "明天") {
		t.Errorf("got %v", got)
	}
}

func TestChatLines(t *testing.T) {
	for _, c := range []struct {
		name, input, say, outcome string
		turns                     int
	}{
		{"input ends", "我的快递到哪了\n", "", "answer", 2},
		{"nothing said", "", "", "closed", 1},
		{"silence", "\n\n\n", "挂断", "closed_silence", 3},
		{"keys", "#0\n", "转接", "transfer", 1},
		{"back end", "!backend timeout\n我的快递到哪了\n再查一次\n", "没有响应", "transfer", 2},
		{"back end recovers", "!backend error\n我的快递到哪了\n!backend ok\n好\n", "", "answer", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := converse(t, chatOptions{}, c.input)
			last := got[len(got)-1]
			if len(got) != c.turns || last["outcome"] != c.outcome || !strings.Contains(last["say"].(string), c.say) {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestChatBarge(t *testing.T) {
	got := converse(t, chatOptions{}, "我的快递到哪了\n!barge 100\n转人工\n")
	handoff := got[1]["handoff"].(map[string]any)
	if told := handoff["told"].([]any); len(told) != 0 {
		t.Errorf("told %v though it was cut off", told)
	}
}

func TestChatShopAndClock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.json")
	text := `{"orders":[{"order_no":"510023347781902266","phone":"13711029846","name":"许文强","product":"空气炸锅","status":"运输中","courier":"圆通",
		"last_event":"到达武汉转运中心","last_time":"2026-03-20 04:40","eta":"2026-03-21 20:00"}]}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	opt := chatOptions{shopFile: path, caller: "13711029846", now: "2026-03-20T15:30:00+08:00"}
	if got := converse(t, opt, "什么时候能到\n"); !strings.Contains(got[0]["say"].(string), "明天晚上八点") {
		t.Errorf("got %v", got[0])
	}
	opt.caller = ""
	if got := converse(t, opt, "什么时候能到\n"); got[0]["acts"].([]any)[0] != "ask_slot:phone_tail" {
		t.Errorf("a caller without a number is known: %v", got[0])
	}
}

func TestChatErrors(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		opt   chatOptions
		input string
		usage bool
		want  string
	}{
		{chatOptions{now: "tomorrow"}, "", true, "--now"},
		{chatOptions{shopFile: "/nowhere.json"}, "", false, "nowhere"},
		{chatOptions{shopFile: broken}, "", false, "line 1"},
		{chatOptions{}, "!barge soon\n", true, "milliseconds"},
		{chatOptions{}, "!backend asleep\n", true, "timeout, error or ok"},
		{chatOptions{}, "!dance\n", true, "unknown line"},
		{chatOptions{}, strings.Repeat("一", longestInput), false, "too long"},
	} {
		var usage usageError
		err := chat(context.Background(), strings.NewReader(c.input), io.Discard, io.Discard, c.opt)
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.As(err, &usage) != c.usage {
			t.Errorf("%+v %.20q: got %v, want %s, usage %t", c.opt, c.input, err, c.want, c.usage)
		}
	}
}

func TestUnderstandCommand(t *testing.T) {
	var out bytes.Buffer
	if err := understand(strings.NewReader("顺丰一五六二二零四四七八三一九到哪了\n气死我了转人工\n\n"), &out, "", true); err != nil {
		t.Fatal(err)
	}
	got := objects(t, out.Bytes())
	if len(got) != 3 {
		t.Fatalf("%d lines, want 3", len(got))
	}
	slots := got[0]["slots"].(map[string]any)
	if got[0]["intent"] != "track_logistics" || slots["waybill_no"] != "SF1562204478319" || got[0]["sentiment"] != "neutral" {
		t.Errorf("got %v", got[0])
	}
	if got[1]["intent"] != "transfer_human" || got[1]["sentiment"] != "angry" || got[1]["confidence"].(float64) <= 0.5 {
		t.Errorf("got %v", got[1])
	}
	out.Reset()
	if err := understand(strings.NewReader("尾号3721\n"), &out, "", false); err != nil || !strings.Contains(out.String(), "phone_tail=3721") {
		t.Errorf("got %s, %v", out.String(), err)
	}
}
