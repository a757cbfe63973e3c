package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voxgate/asr/decode"
)

func wordsFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "words.tsv")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWordsShowsReadingsAndDoubts(t *testing.T) {
	path := wordsFile(t, "# ours\nproduct\t雪顶云雾茶\nname\t单茜\nproduct\tZephyr 耳机\tZ EH F ER er3 ji1\nbrand\tZephyr\n")
	var out bytes.Buffer
	if err := showWords(&out, path, "", false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"LINE", "xue3 ding3 yun2 wu4 cha2", "dan1 qian4 | dan1 xi1 | +", "sounds like"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	out.Reset()
	if err := showWords(&out, path, "", true); err != nil {
		t.Fatal(err)
	}
	var lines []decode.SpokenWord
	for line := range strings.Lines(out.String()) {
		var w decode.SpokenWord
		if err := json.Unmarshal([]byte(line), &w); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, w)
	}
	if len(lines) != 4 || lines[0].Line != 2 || lines[0].Word != "雪顶云雾茶" || len(lines[1].Readings) < 3 || len(lines[3].English) != 1 {
		t.Errorf("%+v", lines)
	}
}

func TestWordsTellsWhatIsWrong(t *testing.T) {
	var out bytes.Buffer
	var bad decode.BadLines
	err := showWords(&out, wordsFile(t, "product\t雪顶云雾茶\nproduct\t云雾茶\tyun2 wuu4 cha2\n"), "", false)
	if !errors.As(err, &bad) || bad[0].Line != 2 || !strings.Contains(out.String(), "雪顶云雾茶") {
		t.Errorf("%v, and printed\n%s", err, out.String())
	}
	if err := showWords(&out, filepath.Join(t.TempDir(), "none"), "", false); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if code := run([]string{"words"}); code != exitUsage {
		t.Errorf("without a file it ends with %d", code)
	}
}
