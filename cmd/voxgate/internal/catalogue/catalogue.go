// Package catalogue knows a few public recognisers and voices that an operator may add to what ships, fetches them
// and keeps them under the user's data directory. Every file has a known size and sha256.
package catalogue

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

//go:embed public.json
var publicJSON []byte

var (
	// ErrUnknown: no entry has that name.
	ErrUnknown = errors.New("no such model in the list")
	// ErrWrongContent: what came is not the file that was listed.
	ErrWrongContent = errors.New("wrong content")
)

// Entry is one public model: a set of files that belong together.
type Entry struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"` // recogniser or voice
	Title   string `json:"title"`
	Licence string `json:"licence"`
	Source  string `json:"source"` // page where its makers describe it
	Files   []File `json:"files"`
}

// File is one file of an Entry.
type File struct {
	Name   string `json:"name"`
	URL    string `json:"url"`
	Size   int64  `json:"size"`   // bytes
	SHA256 string `json:"sha256"` // hex, lower case
}

// Size is the sum of the entry's files, in bytes.
func (e Entry) Size() int64 {
	var sum int64
	for _, file := range e.Files {
		sum += file.Size
	}
	return sum
}

// Public is the built-in list.
func Public() ([]Entry, error) { return Parse(publicJSON) }

// Find is the entry of that name; ErrUnknown names those there are.
func Find(entries []Entry, name string) (Entry, error) {
	names := make([]string, len(entries))
	for i, entry := range entries {
		if names[i] = entry.Name; entry.Name == name {
			return entry, nil
		}
	}
	return Entry{}, fmt.Errorf("%w: %q; there are %s", ErrUnknown, name, strings.Join(names, ", "))
}

var (
	plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	hexDigest = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// Parse reads a list and refuses entries that could not be fetched and checked: file names with folders in them,
// addresses that are not http or https, a missing size or sha256.
func Parse(raw []byte) ([]Entry, error) {
	var entries []Entry
	if err := json.Unmarshal(raw, &entries); err != nil {
		return nil, fmt.Errorf("list of public models: %w", err)
	}
	for _, entry := range entries {
		if !plainName.MatchString(entry.Name) || len(entry.Files) == 0 {
			return nil, fmt.Errorf("list of public models: entry %q needs a plain name and files", entry.Name)
		}
		for _, file := range entry.Files {
			address, err := url.Parse(file.URL)
			if err != nil || (address.Scheme != "https" && address.Scheme != "http") || address.Host == "" {
				return nil, fmt.Errorf("list of public models: %s: %q is not a web address", entry.Name, file.URL)
			}
			if !plainName.MatchString(file.Name) || file.Size <= 0 || !hexDigest.MatchString(file.SHA256) {
				return nil, fmt.Errorf("list of public models: %s: %q needs a plain name, a size and a sha256", entry.Name, file.Name)
			}
		}
	}
	return entries, nil
}

// DefaultDir is where fetched models are kept: $XDG_DATA_HOME/voxgate/models, by default under ~/.local/share.
func DefaultDir() (string, error) {
	if data := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(data) {
		return filepath.Join(data, "voxgate", "models"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no place for fetched models: %w; set XDG_DATA_HOME", err)
	}
	return filepath.Join(home, ".local", "share", "voxgate", "models"), nil
}

// State says how much of an entry is on this machine.
type State string

// States of an entry.
const (
	Absent   State = "absent"
	Partial  State = "partial" // a download was broken off
	Complete State = "complete"
	Damaged  State = "damaged" // a file's size, or with Check its sha256, is wrong
)

// Installed looks at names and sizes only, which takes no time.
func Installed(dir string, entry Entry) State {
	seen, whole := false, true
	for _, file := range entry.Files {
		path := filepath.Join(dir, entry.Name, file.Name)
		info, err := os.Stat(path)
		switch {
		case err == nil && info.Size() != file.Size:
			return Damaged
		case err == nil:
			seen = true
		default:
			whole = false
			if _, err := os.Stat(path + partSuffix); err == nil {
				seen = true
			}
		}
	}
	switch {
	case whole:
		return Complete
	case seen:
		return Partial
	default:
		return Absent
	}
}

// Check reads the whole entry and compares every sha256. The error names the first file that is missing or wrong.
func Check(dir string, entry Entry) error {
	for _, file := range entry.Files {
		path := filepath.Join(dir, entry.Name, file.Name)
		sum, size, err := digest(path)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is missing: voxgate models get %s", path, entry.Name)
		}
		if err != nil {
			return err
		}
		if size != file.Size || sum != file.SHA256 {
			return fmt.Errorf("%s: %w: %d bytes, sha256 %s; delete it, then voxgate models get %s", path, ErrWrongContent, size, sum, entry.Name)
		}
	}
	return nil
}

// digest is the sha256 and the size of a file.
func digest(path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	hash := sha256.New()
	size, err = io.Copy(hash, f)
	if err != nil {
		return "", 0, fmt.Errorf("read %s: %w", path, err)
	}
	return hex.EncodeToString(hash.Sum(nil)), size, nil
}
