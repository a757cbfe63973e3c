// Command manifest brings models/manifest.json up to date: sizes and sha256 are measured, licence and source are kept
// from the manifest that is there. A new file must first be given a licence and a source in it.
//
//	go run ./models/recipe/manifest
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"voxgate/models"
)

const path = "models/manifest.json"

func main() {
	if err := update("models"); err != nil {
		fmt.Fprintln(os.Stderr, "manifest:", err)
		os.Exit(1)
	}
}

func update(root string) error {
	known := map[string]models.Entry{}
	var list struct {
		Files []models.Entry `json:"files"`
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("run it at the top of the repository: %w", err)
	}
	if err := json.Unmarshal(data, &list); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for _, e := range list.Files {
		known[e.Name] = e
	}
	names, err := shipped(root)
	if err != nil {
		return err
	}
	list.Files = nil
	for _, name := range names {
		e, ok := known[name]
		if !ok {
			return fmt.Errorf("%s has no entry: add its name, licence and source to %s, then run this again", name, path)
		}
		data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		e.Size, e.SHA256 = int64(len(data)), hex.EncodeToString(sum[:])
		list.Files = append(list.Files, e)
	}
	out, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(out, '\n'), 0o644)
}

// shipped lists the files that go into the program, cards and test data aside.
func shipped(root string) ([]string, error) {
	var names []string
	for _, dir := range []string{"endpoint", "hearing", "reading", "understanding"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && d.Name() == "testdata" {
				return fs.SkipDir
			}
			name, err := filepath.Rel(root, p)
			if err != nil || d.IsDir() {
				return err
			}
			if ext := filepath.Ext(name); ext != ".go" && ext != ".md" {
				names = append(names, strings.ReplaceAll(name, string(filepath.Separator), "/"))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(names)
	return names, nil
}
