package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"unicode"
)

// heardVariants is how many variants of a line are what the recogniser truly made of it, where that is known.
const heardVariants = 4

// utterance is a line as a voice read it to the recogniser.
type utterance struct {
	Text   string `json:"text"`
	Heard  string `json:"heard"`
	Pinyin string `json:"pinyin"`
}

// readHeard reads the utterances of voxgate eval asr, by the letters of what was said. Without a file there are none.
func readHeard(path string) (map[string]utterance, error) {
	out := map[string]utterance{}
	if path == "" {
		return out, nil
	}
	in, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open utterances: %w", err)
	}
	defer func() { _ = in.Close() }()
	scan := bufio.NewScanner(in)
	scan.Buffer(nil, 1<<20)
	for n := 1; scan.Scan(); n++ {
		var u utterance
		if err := json.Unmarshal(scan.Bytes(), &u); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		if u.Heard != "" {
			out[letters(u.Text)] = u
		}
	}
	return out, scan.Err()
}

// letters are those of a line, without spaces and marks, in lower case.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}
