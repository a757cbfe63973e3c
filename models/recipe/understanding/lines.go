package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"voxgate/models/understanding"
)

// line is one written line and what it means.
type line struct {
	Text   string   `json:"text"`
	Class  string   `json:"class"`
	Also   []string `json:"also,omitempty"` // further intents
	Mood   string   `json:"mood"`           // empty: nobody said
	Source string   `json:"source"`         // file without ending, such as "terse.zh"
	Lang   string   `json:"lang"`
}

// moods of the tags; a line without one is neutral where its file has tags at all.
var moods = []string{"negative", "angry", "positive"}

// readFolder reads the files of lines of a folder, in the order of their names.
func readFolder(dir string) ([]line, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return nil, err
	}
	slices.Sort(paths)
	var out []line
	for _, path := range paths {
		more, err := readLines(path)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// readLines reads a file of lines under [class] heads; # begins a comment line. After a tab stand tags: a mood,
// +intent for what else is wanted.
func readLines(path string) ([]line, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open lines: %w", err)
	}
	defer func() { _ = in.Close() }()
	var out []line
	class, tagged := "", false
	source := strings.TrimSuffix(filepath.Base(path), ".txt")
	scan := bufio.NewScanner(in)
	for n := 1; scan.Scan(); n++ {
		text, tags, _ := strings.Cut(strings.TrimSpace(scan.Text()), "\t")
		switch {
		case text == "" || text[0] == '#':
			continue
		case text[0] == '[' && strings.HasSuffix(text, "]"):
			class = text[1 : len(text)-1]
			continue
		case class == "":
			return nil, fmt.Errorf("%s:%d: a line before the first [class]", path, n)
		}
		l := line{Text: strings.TrimSpace(text), Class: class, Source: source, Lang: langOf(text)}
		for _, tag := range strings.Fields(tags) {
			switch {
			case slices.Contains(moods, tag):
				l.Mood, tagged = tag, true
			case tag[0] == '+':
				l.Also, tagged = append(l.Also, tag[1:]), true
			case tag != "neutral":
				return nil, fmt.Errorf("%s:%d: unknown tag %q", path, n, tag)
			}
		}
		out = append(out, l)
	}
	if err := scan.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	for i, l := range out {
		if l.Mood == "" && (tagged || !strings.HasPrefix(source, "callers") && calm(l.Text)) {
			out[i].Mood = "neutral"
		}
	}
	return out, nil
}

// calm reports whether no word of a line speaks of a feeling: such a line is neutral also where nobody said so. The many
// short lines of callers would make every mood rarer than it is, so nothing is taken for granted of them.
func calm(text string) bool {
	return !slices.ContainsFunc(understanding.Concepts(text), func(c string) bool {
		return slices.Contains([]string{"angry", "sad", "late", "glad", "thanks", "broken", "lost", "notgot", "hurry", "stalled"}, c)
	})
}

// langOf is zh for a line with hanzi, else en.
func langOf(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return "zh"
	}
	return "en"
}

// classesOf lists the classes of lines, sorted.
func classesOf(lines []line) []string {
	var out []string
	for _, l := range lines {
		if !slices.Contains(out, l.Class) {
			out = append(out, l.Class)
		}
	}
	slices.Sort(out)
	return out
}
