package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"voxgate/cmd/voxgate/internal/catalogue"
)

// runCommand runs the program with its arguments and returns what it wrote to stdout and its error.
func runCommand(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out, diary bytes.Buffer
	started := false
	root := newRootCommand(&started)
	root.SetOut(&out)
	root.SetErr(&diary)
	root.SetArgs(args)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

func TestModelsListNamesShippedAndPublic(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	out, err := runCommand(t, "models", "list", "--json")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for text := range strings.Lines(out) {
		var line modelLine
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if line.Licence == "" || line.Name == "" || (line.Size == 0) != (strings.HasPrefix(line.Name, "zipformer-ctc")) {
			t.Errorf("incomplete: %+v", line)
		}
		if line.Kind == "shipped" && line.State != "ok" {
			t.Errorf("%s is %s: %s", line.Name, line.State, line.Fault)
		}
		kinds[line.Kind]++
	}
	for _, kind := range []string{"shipped", "recogniser", "voice"} {
		if kinds[kind] == 0 {
			t.Errorf("no %s in the list: %v", kind, kinds)
		}
	}
}

func TestModelsCheckPassesOnWhatShips(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	if out, err := runCommand(t, "models", "check"); err != nil || !strings.Contains(out, "SHA256") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestModelsGetRefusesAnUnknownName(t *testing.T) {
	if _, err := runCommand(t, "models", "get", "nonsense"); err == nil || !strings.Contains(err.Error(), "zipformer-small-ctc-zh") {
		t.Errorf("got %v", err)
	}
	if _, err := runCommand(t, "models", "get"); err == nil {
		t.Error("models get without a name was accepted")
	}
	if _, err := runCommand(t, "models", "burn"); err == nil {
		t.Error("models burn was accepted")
	}
}

func TestGetModelPrintsWhereItLies(t *testing.T) {
	content := []byte("the weights of a very small model")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/weights" {
			w.Write(content) //nolint:errcheck // the client sees it
		}
	}))
	defer server.Close()
	sum := sha256.Sum256(content)
	entry := catalogue.Entry{Name: "small", Kind: "voice", Title: "small", Licence: "CC0-1.0", Files: []catalogue.File{{
		Name: "weights.onnx", URL: "https://unreachable.invalid/weights", Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:]),
	}}}
	dir := t.TempDir()
	var out, progress bytes.Buffer
	if err := getModel(t.Context(), &out, &progress, dir, server.URL, entry); err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(out.String()); got != filepath.Join(dir, "small") {
		t.Errorf("printed %q", got)
	}
	for _, want := range []string{"CC0-1.0", "weights.onnx 100 %"} {
		if !strings.Contains(progress.String(), want) {
			t.Errorf("progress lacks %q:\n%s", want, progress.String())
		}
	}
	line := publicLine(dir, entry, true)
	if line.State != string(catalogue.Complete) || line.Fault != "" {
		t.Errorf("afterwards: %+v", line)
	}
	entry.Files[0].SHA256 = strings.Repeat("0", 64)
	if line := publicLine(dir, entry, true); line.State != string(catalogue.Damaged) || line.Fault == "" {
		t.Errorf("with another sha256 listed: %+v", line)
	}
}
