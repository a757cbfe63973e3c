// Package catalogue knows a few public recognisers and voices that an operator may add to what ships, fetches them
// and keeps them under the user's data directory. Sizes and sha256 are listed where they are known for certain; what
// came is recorded beside the files, so that a later check finds a change in any case.
package catalogue

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
	Lang    string `json:"lang"` // of what is heard or spoken: "zh", "en", "zh en"
	Licence string `json:"licence"`
	Source  string `json:"source"` // page where its makers describe it
	Files   []File `json:"files"`
}

// File is one file that is fetched for an Entry.
type File struct {
	Name   string `json:"name"`
	URL    string `json:"url"`
	Size   int64  `json:"size,omitempty"`   // bytes; 0: not known, as listed nowhere
	SHA256 string `json:"sha256,omitempty"` // hex, lower case; empty: not known
	// Members are what is kept of a tar.bz2; empty: the file itself is kept.
	Members []Member `json:"members,omitempty"`
}

// Member is one file of an archive.
type Member struct {
	Name   string `json:"name"` // under which it is kept
	Path   string `json:"path"` // within the archive
	Size   int64  `json:"size,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
}

// kept is a file as it lies on this machine, with what is listed of it.
type kept struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// kept are the files that a whole entry consists of.
func (e Entry) kept() []kept {
	var out []kept
	for _, file := range e.Files {
		if len(file.Members) == 0 {
			out = append(out, kept{file.Name, file.Size, file.SHA256})
		}
		for _, m := range file.Members {
			out = append(out, kept{m.Name, m.Size, m.SHA256})
		}
	}
	return out
}

// Size is the sum of what is fetched, in bytes, as far as it is listed; all says whether that is the whole.
func (e Entry) Size() (sum int64, all bool) {
	all = true
	for _, file := range e.Files {
		sum += file.Size
		all = all && file.Size > 0
	}
	return sum, all
}

// Unverified are the files whose content cannot be compared with a listed sha256.
func (e Entry) Unverified() []string {
	var out []string
	for _, file := range e.Files {
		bare := slices.ContainsFunc(file.Members, func(m Member) bool { return m.SHA256 == "" })
		if file.SHA256 == "" && (len(file.Members) == 0 || bare) {
			out = append(out, file.Name)
		}
	}
	return out
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

// Parse reads a list and refuses entries that could not be fetched and kept: file names with folders in them, addresses
// that are not http or https, impossible sizes and sums, two files of one name.
func Parse(raw []byte) ([]Entry, error) {
	var entries []Entry
	if err := json.Unmarshal(raw, &entries); err != nil {
		return nil, fmt.Errorf("list of public models: %w", err)
	}
	for _, entry := range entries {
		if !plainName.MatchString(entry.Name) || len(entry.Files) == 0 {
			return nil, fmt.Errorf("list of public models: entry %q needs a plain name and files", entry.Name)
		}
		taken := map[string]bool{recordName: true}
		for _, file := range entry.Files {
			address, err := url.Parse(file.URL)
			if err != nil || (address.Scheme != "https" && address.Scheme != "http") || address.Host == "" {
				return nil, fmt.Errorf("list of public models: %s: %q is not a web address", entry.Name, file.URL)
			}
			names := []kept{{file.Name, file.Size, file.SHA256}}
			for _, m := range file.Members {
				names = append(names, kept{m.Name, m.Size, m.SHA256})
			}
			for _, k := range names {
				if err := k.plausible(); err != nil || taken[k.Name] {
					return nil, fmt.Errorf("list of public models: %s: %q needs a plain name of its own: %w", entry.Name, k.Name, err)
				}
				taken[k.Name] = true
			}
		}
	}
	return entries, nil
}

func (k kept) plausible() error {
	switch {
	case !plainName.MatchString(k.Name) || strings.HasSuffix(k.Name, partSuffix) || strings.HasSuffix(k.Name, tagSuffix):
		return errors.New("the name is not plain")
	case k.Size < 0:
		return errors.New("the size is less than nothing")
	case k.SHA256 != "" && !hexDigest.MatchString(k.SHA256):
		return errors.New("the sha256 is none")
	}
	return nil
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
