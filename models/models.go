// Package models carries what ships with the program: the recogniser's weights, its sound units, words and sentences,
// the readings of hanzi, the weights of understanding and those of the end of turn. manifest.json names each file with its size, sha256, licence
// and source; how each file was made is in models/recipe and in the cards beside the files.
package models

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

//go:embed manifest.json hearing reading understanding endpoint/weights.json
var shipped embed.FS

// Entry describes one shipped file.
type Entry struct {
	Name    string `json:"name"` // path below models/, such as "hearing/acoustic.onnx"
	Size    int64  `json:"size"` // bytes
	SHA256  string `json:"sha256"`
	Licence string `json:"licence"` // SPDX
	Source  string `json:"source"`  // where it comes from or how it was made
}

// ErrChanged says that a file is not the one that the manifest names.
var ErrChanged = errors.New("file differs from the manifest")

// Open opens a shipped file by its path below models/, such as "hearing/units.txt".
func Open(name string) (fs.File, error) { return shipped.Open(name) }

// Files are the shipped files, or, where dir is not empty, those of dir before the shipped ones: a file of the same
// path below dir replaces the shipped one.
func Files(dir string) fs.FS {
	if dir == "" {
		return shipped
	}
	return override{os.DirFS(dir)}
}

type override struct{ first fs.FS }

func (o override) Open(name string) (fs.File, error) {
	f, err := o.first.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return shipped.Open(name)
	}
	return f, err
}

// Manifest lists the shipped files in the order of their names.
func Manifest() ([]Entry, error) {
	data, err := shipped.ReadFile("manifest.json")
	if err != nil {
		return nil, err
	}
	var list struct {
		Files []Entry `json:"files"`
	}
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("models/manifest.json: %w", err)
	}
	return list.Files, nil
}

// Check compares every shipped file with the manifest. The error joins one ErrChanged for each file that differs.
func Check() error {
	entries, err := Manifest()
	if err != nil {
		return err
	}
	var wrong []error
	for _, e := range entries {
		wrong = append(wrong, e.Check(shipped))
	}
	return errors.Join(wrong...)
}

// Check compares the file in files with the entry.
func (e Entry) Check(files fs.FS) error {
	data, err := fs.ReadFile(files, e.Name)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	if int64(len(data)) != e.Size || hex.EncodeToString(sum[:]) != e.SHA256 {
		return fmt.Errorf("%s: %w (%d bytes, sha256 %x)", e.Name, ErrChanged, len(data), sum)
	}
	return nil
}
