package engines

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"voxgate/asr/model"
	"voxgate/cmd/voxgate/internal/catalogue"
	"voxgate/cmd/voxgate/internal/config"
)

func TestOpenPublic(t *testing.T) {
	data := t.TempDir()
	t.Setenv("XDG_DATA_HOME", data)
	file := filepath.Join(data, "file")
	if err := os.WriteFile(file, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"":                          "",
		data + "/":                  "",
		filepath.Join(data, "x"):    "no such file",
		file:                        "no folder",
		"nonsense":                  "no such model",
		"piper-zh_CN-huayan-medium": "is a voice",
		"zipformer-ctc-zh":          "voxgate models get zipformer-ctc-zh",
	} {
		_, err := OpenPublic(name)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestInstalledRecogniserIsFound(t *testing.T) {
	data := t.TempDir()
	t.Setenv("XDG_DATA_HOME", data)
	entries, err := catalogue.Public()
	if err != nil {
		t.Fatal(err)
	}
	entry, err := catalogue.Find(entries, "zipformer-ctc-zh")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(data, "voxgate", "models", entry.Name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, m := range entry.Files[0].Members {
		if err := os.WriteFile(filepath.Join(dir, m.Name), []byte("<blk> 0\n我 1\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	files, err := OpenPublic(entry.Name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fs.Stat(files, "tokens.txt"); err != nil {
		t.Error(err)
	}
	if _, err := OpenASR(config.ASR{Recogniser: entry.Name}); !errors.Is(err, model.ErrBadModel) {
		t.Errorf("a token list in the model's place: %v", err)
	}
}
