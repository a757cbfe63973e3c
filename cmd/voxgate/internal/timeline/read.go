package timeline

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Errors of reading records.
var (
	ErrNoRecord  = errors.New("no such call")
	ErrBadRecord = errors.New("not a call record")
)

// Last names the newest call where an id is asked for.
const Last = "last"

// longestID is how much of a call's id its files' names hold.
const longestID = 48

// Stem names a call's files, without folder and extension: sortable by time, and safe whatever the id holds.
func Stem(started time.Time, id string) string {
	return started.Format("20060102-150405.000") + "-" + safe(id)
}

func safe(id string) string {
	id = strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-':
			return c
		}
		return '_'
	}, id)
	return id[:min(len(id), longestID)]
}

// largestRecord bounds what is read into memory: a call of hours has a few megabytes.
const largestRecord = 64 << 20

// longest is what a record may claim a call to have taken.
const longest = 48 * time.Hour

// Parse reads a record. What cannot be, such as times outside the call's, is an ErrBadRecord.
func Parse(raw []byte) (Record, error) {
	var r Record
	if err := json.Unmarshal(raw, &r); err != nil {
		return Record{}, fmt.Errorf("%w: %w", ErrBadRecord, err)
	}
	if r.CallID == "" || r.Started.IsZero() {
		return Record{}, fmt.Errorf("%w: call_id or started is missing", ErrBadRecord)
	}
	if r.DurationS < 0 || r.DurationS > longest.Seconds() {
		return Record{}, fmt.Errorf("%w: a call of %g s", ErrBadRecord, r.DurationS)
	}
	for _, t := range r.Turns {
		if t.AtMS < 0 || t.AtMS > longest.Milliseconds() {
			return Record{}, fmt.Errorf("%w: a turn at %d ms", ErrBadRecord, t.AtMS)
		}
		if t.Stages != nil && !t.Stages.possible() {
			return Record{}, fmt.Errorf("%w: stages %v", ErrBadRecord, t.Stages)
		}
	}
	r.clean()
	slices.SortStableFunc(r.Events, func(a, b Event) int { return cmp.Compare(a.At, b.At) })
	return r, nil
}

// clean takes out of the texts what no picture can hold.
func (r *Record) clean() {
	for i := range r.Events {
		e := &r.Events[i]
		for _, text := range []*string{&e.Kind, &e.Reason, &e.Text, &e.Clip} {
			*text = printable(*text)
		}
	}
	for i := range r.Turns {
		t := &r.Turns[i]
		t.Kind, t.Said = printable(t.Kind), printable(t.Said)
		for j := range t.Answer {
			t.Answer[j].Say = printable(t.Answer[j].Say)
		}
	}
}

// printable has spaces in the place of control characters, and of what XML 1.0 (section 2.2) does not know.
func printable(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == 0xfffe || c == 0xffff {
			return ' '
		}
		return c
	}, text)
}

// ReadFile reads one record.
func ReadFile(path string) (Record, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Record{}, fmt.Errorf("call record: %w", err)
	}
	if info.Size() > largestRecord {
		return Record{}, fmt.Errorf("%s: %w: %d bytes", path, ErrBadRecord, info.Size())
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return Record{}, fmt.Errorf("call record: %w", err)
	}
	r, err := Parse(raw)
	if err != nil {
		return Record{}, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// Files are the records of a folder, newest first.
func Files(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("call records: %w", err)
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && filepath.Ext(e.Name()) == ".json" && len(e.Name()) > len(stamp) && e.Name()[len(stamp)-1] == '-' {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	slices.SortFunc(files, func(a, b string) int { return strings.Compare(b, a) })
	return files, nil
}

// stamp is what stands before the id in a file's name.
const stamp = "20060102-150405.000-"

// Find is the record of a call in a folder: by its id, by the beginning of it where no other call's begins alike, or the
// newest by the word "last".
func Find(dir, id string) (string, error) {
	files, err := Files(dir)
	if err != nil {
		return "", err
	}
	if id == Last && len(files) > 0 {
		return files[0], nil
	}
	var found []string
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".json")[len(stamp):]
		if name == safe(id) {
			return f, nil
		}
		if id != "" && strings.HasPrefix(name, safe(id)) {
			found = append(found, f)
		}
	}
	switch len(found) {
	case 0:
		return "", fmt.Errorf("%w: %q among the %d of %s: 'voxgate call list' shows them", ErrNoRecord, id, len(files), dir)
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("%w: %d calls of %s begin with %q: give more of the id", ErrNoRecord, len(found), dir, id)
}
