// Package turns measures when a recogniser takes a caller's turn for over: sentences are spoken with pauses where people
// pause, and what counts is how long after the last sound the turn ends, and how often it ends within a pause.
package turns

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"voxgate/asr"
)

// ErrScript says that a table of scripts cannot be read; the message names the line and what is wrong with it.
var ErrScript = errors.New("table of turns")

// Shipped is the table that is measured where none is given: sentences that no training text of the models holds.
//
//go:embed turns.tsv
var Shipped string

// Bounds of a table.
const (
	longestLine  = 16 << 10 // bytes
	longestPiece = 200      // runes
	longestPause = 5 * time.Second
	mostScripts  = 1 << 16
	mostPieces   = 16
)

// Script is one caller's turn.
type Script struct {
	Line   int
	Class  string // what its delay is counted under, such as "request"
	Lang   string // "zh" or "en"
	Hints  asr.Hints
	Pieces []string        // spoken one after the other
	Pauses []time.Duration // between them: one fewer than pieces
	Open   bool            // the turn is left unfinished: ending it late is right
}

// Parse reads a table of tab-separated columns: class, lang, expect, text. expect is in the form of asr.ParseHints. A
// pause stands in the text as its seconds, "我想问一下 <0.6> 我的快递到哪了"; a turn that ends in "<...>" is left unfinished.
// Empty lines and those that begin with '#' are passed over.
func Parse(r io.Reader) ([]Script, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, longestLine)
	var scripts []Script
	number := 0
	for lines.Scan() {
		number++
		line := strings.TrimRight(strings.TrimPrefix(lines.Text(), "\ufeff"), "\r ")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if len(scripts) == mostScripts {
			return nil, fmt.Errorf("%w line %d: more than %d turns", ErrScript, number, mostScripts)
		}
		s, err := parseLine(line)
		if err != nil {
			return nil, fmt.Errorf("%w line %d: %w", ErrScript, number, err)
		}
		s.Line = number
		scripts = append(scripts, s)
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("%w line %d: longer than %d bytes; is this a table?", ErrScript, number+1, longestLine)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrScript, err)
	case len(scripts) == 0:
		return nil, fmt.Errorf("%w: no turns; it wants lines of class, lang, expect and text with tabs between them", ErrScript)
	}
	return scripts, nil
}

func parseLine(line string) (Script, error) {
	if !utf8.ValidString(line) {
		return Script{}, errors.New("it is not UTF-8 text")
	}
	fields := strings.Split(line, "\t")
	if len(fields) != 4 {
		return Script{}, fmt.Errorf("%d columns; it wants class, lang, expect and text with tabs between them", len(fields))
	}
	s := Script{Class: strings.TrimSpace(fields[0]), Lang: strings.TrimSpace(fields[1])}
	if s.Class == "" {
		return s, errors.New("no class")
	}
	if s.Lang != "zh" && s.Lang != "en" {
		return s, fmt.Errorf("language %q: it is zh or en", s.Lang)
	}
	var err error
	if s.Hints, err = asr.ParseHints(fields[2], ""); err != nil {
		return s, err
	}
	s.Hints.Lang = s.Lang
	return s, s.cut(fields[3])
}

// cut finds the pieces and the pauses of a text.
func (s *Script) cut(text string) error {
	for rest := text; ; {
		piece, after, more := strings.Cut(rest, "<")
		if piece = strings.TrimSpace(piece); piece == "" || utf8.RuneCountInString(piece) > longestPiece || len(s.Pieces) == mostPieces {
			return fmt.Errorf("text %q: between pauses stand 1 to %d characters, and at most %d such pieces", text, longestPiece, mostPieces)
		}
		s.Pieces = append(s.Pieces, piece)
		if !more {
			return nil
		}
		mark, next, closed := strings.Cut(after, ">")
		if mark == "..." && strings.TrimSpace(next) == "" && closed {
			s.Open = true
			return nil
		}
		seconds, err := strconv.ParseFloat(mark, 64)
		if pause := time.Duration(seconds * float64(time.Second)); !closed || err != nil || pause <= 0 || pause > longestPause {
			return fmt.Errorf("pause %q: write its seconds as <0.6>, at most %v; <...> at the end leaves the turn unfinished", mark, longestPause)
		}
		s.Pauses = append(s.Pauses, time.Duration(seconds*float64(time.Second)))
		rest = next
	}
}

// Said is the whole text without its pauses.
func (s Script) Said() string {
	gap := ""
	if s.Lang == "en" {
		gap = " "
	}
	return strings.Join(s.Pieces, gap)
}
