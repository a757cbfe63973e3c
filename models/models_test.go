package models

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func TestManifestIsTrue(t *testing.T) {
	if err := Check(); err != nil {
		t.Errorf("%v\nrun: go run ./models/recipe/manifest", err)
	}
}

func TestManifestIsComplete(t *testing.T) {
	entries, err := Manifest()
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	total := int64(0)
	for _, e := range entries {
		listed[e.Name] = true
		total += e.Size
		if e.Licence == "" || e.Source == "" {
			t.Errorf("%s has no licence or no source", e.Name)
		}
	}
	if total > 20<<20 {
		t.Errorf("the models hold %d bytes, more than 20 MB", total)
	}
	err = fs.WalkDir(shipped, "hearing", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !listed[name] && !strings.Contains(name, "testdata") && !strings.HasSuffix(name, ".md") {
			t.Errorf("%s ships without a manifest entry", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEntryNoticesAChange(t *testing.T) {
	entries, err := Manifest()
	if err != nil {
		t.Fatal(err)
	}
	e := entries[0]
	files := fstest.MapFS{e.Name: {Data: []byte("something else")}}
	if err := e.Check(files); !errors.Is(err, ErrChanged) {
		t.Errorf("a changed file passed: %v", err)
	}
}

func TestOverride(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "hearing"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "hearing", "words.city.txt"), []byte("阿拉善\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	files := Files(dir)
	if data, err := fs.ReadFile(files, "hearing/words.city.txt"); err != nil || string(data) != "阿拉善\n" {
		t.Errorf("override gave %q, %v", data, err)
	}
	if data, err := fs.ReadFile(files, "hearing/units.txt"); err != nil || !strings.HasPrefix(string(data), "<blk>") {
		t.Errorf("fallback gave %.10q, %v", data, err)
	}
	if _, err := Open("hearing/none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
}
