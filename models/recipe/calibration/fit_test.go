package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voxgate/asr/decode"
)

// boastful are samples whose confidences claim more than they keep: the log-odds are really half of it, less one.
func boastful(n int) []sample {
	dice := rand.New(rand.NewPCG(7, 7))
	out := make([]sample, n)
	for i := range out {
		x := dice.NormFloat64() * 3
		p := 1 / (1 + math.Exp(-(0.5*x - 1)))
		out[i] = sample{1 / (1 + math.Exp(-x)), dice.Float64() < p, i % 2}
	}
	return out
}

func TestFitFindsTheScale(t *testing.T) {
	all := boastful(20_000)
	got, ok := fit(all)
	if !ok || math.Abs(got.Slope-0.5) > 0.03 || math.Abs(got.Shift+1) > 0.05 {
		t.Errorf("%+v", got)
	}
	if before, after := calibrationError(all, decode.Scale{Slope: 1}), calibrationError(all, got); before < 0.1 || after > 0.02 {
		t.Errorf("calibration error %v before, %v after", before, after)
	}
	if _, ok := fit(all[:20]); ok {
		t.Error("twenty samples were enough")
	}
}

func TestRunWritesAndStartsFromWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	heard, file := filepath.Join(dir, "heard.jsonl"), filepath.Join(dir, "calibration.json")
	var lines bytes.Buffer
	for i, s := range boastful(4000) {
		word := map[string]any{"confidence": s.confidence, "right": s.right}
		line, err := json.Marshal(map[string]any{
			"text": fmt.Sprint("句", i), "heard": "句", "right": s.right, "finals": 1, "confidence": s.confidence, "words": []any{word},
		})
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
	}
	if err := os.WriteFile(heard, lines.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for round, want := range []decode.Scale{{Slope: 0.5, Shift: -1}, {Slope: 0.25, Shift: -1.5}} {
		if err := run(&out, file, []string{heard}); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all, err := decode.ParseCalibration(data)
		if got := all["zh"].Word; err != nil || math.Abs(got.Slope-want.Slope) > 0.05 || math.Abs(got.Shift-want.Shift) > 0.1 {
			t.Errorf("round %d: %+v, %v", round, all, err)
		}
	}
	if !strings.Contains(out.String(), "zh utterances: 4000") {
		t.Error(out.String())
	}
	if err := run(&out, file, nil); err == nil {
		t.Error("nothing to read is no error")
	}
	if err := os.WriteFile(heard, []byte("x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(&out, file, []string{heard}); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("%v", err)
	}
}
