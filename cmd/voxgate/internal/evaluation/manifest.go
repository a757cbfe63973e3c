// Package evaluation measures a recogniser on recordings whose words are known: it sends them through a telephone
// network of given quality, counts what was heard wrongly and says how sure the figures are.
package evaluation

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"voxgate/asr"
)

// Bounds of a manifest, so that a wrong file is told and not worked on.
const (
	longestLine = 64 << 10 // bytes
	longestText = 1000     // runes
	mostRows    = 1 << 20
)

// ErrManifest says that a manifest cannot be read; the message names the line and what is wrong with it.
var ErrManifest = errors.New("manifest")

// Row is one utterance of a manifest. What follows Text may be empty.
type Row struct {
	Line    int    // in the manifest, counted from 1
	File    string // recording of this row alone; empty in the corpus form
	Start   int64  // corpus form: first sample
	Samples int64  // corpus form: how many
	Text    string // empty: nobody speaks, and every word that is heard is false
	Pinyin  string // toned syllables with spaces
	Speaker string
	Lang    string // of the call, as asr.Hints has it
	Pattern string // what a sentence was made from; sentences of one pattern are not independent
	Intent  string // what the caller wants
	Expect  string // what the dialogue expects, as asr.ParseHints reads it
	Known   string // numbers that the caller may say, likewise
}

// ParseManifest reads a table of tab-separated columns with a header line: either start, samples and text (pieces of one
// long recording) or wav and text (a file each), and the other columns of Row where they are known. Further ones are ignored.
func ParseManifest(r io.Reader) ([]Row, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, longestLine)
	var columns map[string]int
	var rows []Row
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSuffix(lines.Text(), "\r")
		if !utf8.ValidString(line) {
			return nil, fmt.Errorf("%w line %d: it is not UTF-8 text", ErrManifest, number)
		}
		if columns == nil {
			var err error
			if columns, err = header(strings.TrimPrefix(line, "\ufeff")); err != nil {
				return nil, err
			}
			continue
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		if len(rows) == mostRows {
			return nil, fmt.Errorf("%w line %d: more than %d rows", ErrManifest, number, mostRows)
		}
		row, err := parseRow(columns, strings.Split(line, "\t"))
		if err != nil {
			return nil, fmt.Errorf("%w line %d: %w", ErrManifest, number, err)
		}
		row.Line = number
		rows = append(rows, row)
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("%w: a line is longer than %d bytes; is this a table?", ErrManifest, longestLine)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrManifest, err)
	case len(rows) == 0:
		return nil, fmt.Errorf("%w: no rows; it wants a header line and one line for each utterance", ErrManifest)
	}
	return rows, nil
}

// header finds the columns by their names.
func header(line string) (map[string]int, error) {
	columns := map[string]int{}
	for i, name := range strings.Split(line, "\t") {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := columns[name]; twice && name != "" {
			return nil, fmt.Errorf("%w line 1: the column %q is there twice", ErrManifest, name)
		}
		columns[name] = i
	}
	wanted := []string{"wav", "text"}
	if _, files := columns["wav"]; !files {
		wanted = []string{"start", "samples", "text"}
	}
	for _, name := range wanted {
		if _, ok := columns[name]; !ok {
			return nil, fmt.Errorf("%w line 1: no column %q; the header must name start, samples and text, or wav and text, with tabs between them", ErrManifest, name)
		}
	}
	return columns, nil
}

func parseRow(columns map[string]int, fields []string) (Row, error) {
	var row Row
	field := func(name string) string {
		if i, ok := columns[name]; ok && i < len(fields) {
			return strings.TrimSpace(fields[i])
		}
		return ""
	}
	if columns["text"] >= len(fields) {
		return row, errors.New("no text: the line ends before that column; leave it empty, with a tab before it, where nobody speaks")
	}
	row.Text, row.Pinyin, row.Speaker = field("text"), field("pinyin"), field("speaker")
	row.Pattern, row.Intent = field("pattern"), field("intent")
	row.Lang, row.Expect, row.Known = field("lang"), field("expect"), field("known")
	if row.Text == "" && row.Pinyin != "" {
		return row, errors.New("pinyin without a text")
	}
	if n := utf8.RuneCountInString(row.Text); n > longestText {
		return row, fmt.Errorf("a text of %d characters, over %d: cut the recording into utterances", n, longestText)
	}
	if row.Lang != "" && row.Lang != "zh" && row.Lang != "en" {
		return row, fmt.Errorf("column lang: %q is neither zh nor en", row.Lang)
	}
	if _, err := asr.ParseHints(row.Expect, row.Known); err != nil {
		return row, fmt.Errorf("columns expect and known: %w", err)
	}
	if _, files := columns["wav"]; files {
		row.File = field("wav")
		if row.File == "" {
			return row, errors.New("no name in column wav")
		}
		return row, nil
	}
	var err error
	if row.Start, err = count(field("start"), 0); err != nil {
		return row, fmt.Errorf("column start: %w", err)
	}
	if row.Samples, err = count(field("samples"), 1); err != nil {
		return row, fmt.Errorf("column samples: %w", err)
	}
	return row, nil
}

func count(s string, least int64) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < least || n > 1<<40 {
		return 0, fmt.Errorf("%q is no number of samples from %d on", s, least)
	}
	return n, nil
}

// sounds are how recordings begin that are given in place of a manifest.
var sounds = [][]byte{[]byte("RIFF"), []byte("fLaC"), []byte("OggS")}

// looksLikeSound reports whether a file begins as a recording does.
func looksLikeSound(head []byte) bool {
	for _, magic := range sounds {
		if bytes.HasPrefix(head, magic) {
			return true
		}
	}
	return false
}
