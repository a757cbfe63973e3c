package catalogue

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// State says how much of an entry is on this machine.
type State string

// States of an entry.
const (
	Absent   State = "absent"
	Partial  State = "partial" // a download was broken off
	Complete State = "complete"
	Damaged  State = "damaged" // a file's size, or with Check its sha256, is wrong
)

// recordName is the file beside an entry's own that says what came, when nothing is listed to compare with.
const recordName = "manifest.json"

// record is what is written once an entry is whole.
type record struct {
	Name    string `json:"name"`
	Licence string `json:"licence"`
	Source  string `json:"source"`
	Files   []kept `json:"files"`
}

// expected are the files of an entry with the sizes and sums that are listed, else those that were recorded.
func expected(dir string, entry Entry) []kept {
	files := entry.kept()
	var r record
	raw, err := os.ReadFile(filepath.Join(dir, entry.Name, recordName))
	if err != nil || json.Unmarshal(raw, &r) != nil {
		return files // nothing was recorded: what is listed must do
	}
	recorded := map[string]kept{}
	for _, k := range r.Files {
		recorded[k.Name] = k
	}
	for i, k := range files {
		if k.Size == 0 {
			files[i].Size = recorded[k.Name].Size
		}
		if k.SHA256 == "" {
			files[i].SHA256 = recorded[k.Name].SHA256
		}
	}
	return files
}

// writeRecord notes what lies there of a whole entry.
func writeRecord(dir string, entry Entry) error {
	r := record{Name: entry.Name, Licence: entry.Licence, Source: entry.Source}
	for _, k := range entry.kept() {
		sum, size, err := digest(filepath.Join(dir, entry.Name, k.Name))
		if err != nil {
			return err
		}
		r.Files = append(r.Files, kept{k.Name, size, sum})
	}
	raw, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(dir, entry.Name, recordName)
	if err := os.WriteFile(path+partSuffix, append(raw, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(path+partSuffix, path)
}

// Installed looks at names and sizes only, which takes no time.
func Installed(dir string, entry Entry) State {
	seen, whole := false, true
	for _, k := range expected(dir, entry) {
		info, err := os.Stat(filepath.Join(dir, entry.Name, k.Name))
		switch {
		case err == nil && (info.Size() == 0 || k.Size > 0 && info.Size() != k.Size):
			return Damaged
		case err == nil:
			seen = true
		default:
			whole = false
		}
	}
	if whole {
		return Complete
	}
	for _, file := range entry.Files {
		for _, name := range []string{file.Name, file.Name + partSuffix} {
			if _, err := os.Stat(filepath.Join(dir, entry.Name, name)); err == nil {
				seen = true
			}
		}
	}
	if seen {
		return Partial
	}
	return Absent
}

// Check reads the whole entry and compares every sha256, the listed one or else the recorded one. The error names the
// first file that is missing or wrong.
func Check(dir string, entry Entry) error {
	for _, k := range expected(dir, entry) {
		path := filepath.Join(dir, entry.Name, k.Name)
		sum, size, err := digest(path)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is missing: voxgate models get %s", path, entry.Name)
		}
		if err != nil {
			return err
		}
		if !k.matches(size, sum) {
			return fmt.Errorf("%s: %w: %d bytes, sha256 %s; delete it, then voxgate models get %s", path, ErrWrongContent, size, sum, entry.Name)
		}
	}
	return nil
}

// matches compares with what is known; of a file of which nothing is known any content will do.
func (k kept) matches(size int64, sum string) bool {
	return size > 0 && (k.Size == 0 || size == k.Size) && (k.SHA256 == "" || sum == k.SHA256)
}

// digest is the sha256 and size of a file.
func digest(path string) (sum string, size int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	hash := sha256.New()
	if size, err = io.Copy(hash, file); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(hash.Sum(nil)), size, nil
}
