package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"
)

func benchMediaOutput(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := newBenchCommand()
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(io.Discard)
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	cmd.SetArgs(append([]string{"media"}, args...))
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

func TestBenchMediaPrintsALineForEachStepAndLoad(t *testing.T) {
	out, err := benchMediaOutput(t, "--json", "--length", "300ms", "--lines", "2,4")
	if err != nil {
		t.Fatal(err)
	}
	steps, loads := map[string]bool{}, map[string][]int{}
	for decoder := json.NewDecoder(bytes.NewBufferString(out)); ; {
		var line struct {
			Bench      string  `json:"bench"`
			Step       string  `json:"step"`
			NsPerFrame float64 `json:"ns_per_frame"`
			Codec      string  `json:"codec"`
			Calls      int     `json:"calls"`
			CPUPerCall float64 `json:"cpu_per_call"`
			Lost       int     `json:"lost_packets"`
		}
		if err := decoder.Decode(&line); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if line.Bench != "media" {
			t.Errorf("bench %q", line.Bench)
		}
		if line.Step != "" {
			steps[line.Step] = line.NsPerFrame > 0
			continue
		}
		loads[line.Codec] = append(loads[line.Codec], line.Calls)
		if line.CPUPerCall <= 0 || line.Lost > 0 {
			t.Errorf("%+v", line)
		}
	}
	for _, want := range []string{"PCMU encode", "opus decode", "resample(22050 -> 8000)", "jitter buffer, 5 % loss", "recording to disk"} {
		if !steps[want] {
			t.Errorf("no figure for %q in %v", want, steps)
		}
	}
	if len(loads["PCMU"]) != 2 || len(loads["opus"]) != 2 {
		t.Errorf("loads %v, want 2 and 4 lines of each codec", loads)
	}
}

func TestBenchMediaRefusesNonsense(t *testing.T) {
	for _, args := range [][]string{{"--lines", "0"}, {"--lines", "9999"}, {"--length", "1ms"}, {"stray"}} {
		if out, err := benchMediaOutput(t, args...); err == nil {
			t.Errorf("%v: no error, printed %q", args, out)
		}
	}
}
