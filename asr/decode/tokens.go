package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ErrBadTokens says that a token list cannot be read.
var ErrBadTokens = errors.New("token list not usable")

// mostTokens bounds a token list: units are numbered in 16 bits.
const mostTokens = 1<<16 - 1

// blankNames are what token lists call the CTC blank.
var blankNames = []string{"<blk>", "<blank>", "<eps>"}

// disambiguation marks symbols that lexicon graphs need and networks do not know: #0, #1 ...
var disambiguation = regexp.MustCompile(`^#\d+$`)

// ParseTokens reads a token list as public models carry it (tokens.txt): a symbol, a space and its number on each line,
// the numbers in any order without gaps, number 0 the CTC blank. The error, an ErrBadTokens, names the line.
func ParseTokens(data []byte) (*Inventory, error) {
	names := map[int]string{}
	v := &Inventory{index: map[string]int{}}
	number := 0
	for line := range bytes.Lines(data) {
		number++
		symbol, id, err := parseToken(string(bytes.TrimRight(line, "\r\n")))
		if err == nil && id < 0 {
			continue
		}
		if _, taken := names[id]; err == nil && taken {
			err = fmt.Errorf("number %d is there twice", id)
		}
		if _, taken := v.index[symbol]; err == nil && taken {
			err = fmt.Errorf("symbol %q is there twice", symbol)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: line %d: %w; each line holds a symbol, a space and a number", ErrBadTokens, number, err)
		}
		names[id], v.index[symbol] = symbol, id
	}
	for last := len(names) - 1; last > 0 && disambiguation.MatchString(names[last]); last-- {
		delete(v.index, names[last])
		delete(names, last)
	}
	if len(names) < 2 {
		return nil, fmt.Errorf("%w: it holds %d symbols", ErrBadTokens, len(names))
	}
	for id := range len(names) {
		name, ok := names[id]
		if !ok {
			return nil, fmt.Errorf("%w: %d symbols, but none has the number %d", ErrBadTokens, len(names), id)
		}
		v.names = append(v.names, name)
	}
	if !isBlank(v.names[0]) {
		return nil, fmt.Errorf("%w: number 0 is %q, it must be the blank, one of %s", ErrBadTokens, v.names[0], strings.Join(blankNames, " "))
	}
	v.kin = make([][]relative, len(v.names))
	return v, nil
}

// parseToken cuts a line at its last space; an empty line has the number -1. A number alone stands for the space.
func parseToken(line string) (symbol string, id int, err error) {
	if strings.TrimSpace(line) == "" {
		return "", -1, nil
	}
	if !utf8.ValidString(line) {
		return "", 0, errors.New("not UTF-8")
	}
	line = strings.TrimRight(strings.TrimPrefix(line, "\ufeff"), " \t")
	cut := strings.LastIndexAny(line, " \t")
	if symbol = " "; cut > 0 {
		symbol = line[:cut]
	}
	id, err = strconv.Atoi(line[cut+1:])
	if err != nil || id < 0 || id >= mostTokens {
		return "", 0, fmt.Errorf("%.40q is no number from 0 to %d", line[cut+1:], mostTokens-1)
	}
	return symbol, id, nil
}

func isBlank(name string) bool {
	for _, b := range blankNames {
		if strings.EqualFold(name, b) {
			return true
		}
	}
	return false
}

// LoadPieces makes a language ("zh" or "en") over the tokens of a public model: words are spelled in its characters and
// BPE pieces instead of sounds; words, sentences and digit strings are those of the files of package models. A word that
// the tokens cannot spell is not heard; where that is so of all words the error is an ErrBadTokens.
func LoadPieces(files fs.FS, lang string, tokens *Inventory, tuning Tuning) (*Language, error) {
	l := newLanguage(lang, tuning)
	l.Units, l.spelling, l.pieces = tokens, &spelling{units: tokens}, newPieces(tokens)
	if err := (&builder{Language: l, files: files, suffix: l.suffix()}).build(); err != nil {
		return nil, err
	}
	if l.Words() == 0 {
		return nil, fmt.Errorf("%w: it spells none of the %s words; lists of characters, pieces and byte-level BPE are understood",
			ErrBadTokens, lang)
	}
	return l, nil
}

// PieceTuning is for public models: they hear tones and whole words themselves, have no half-swallowed sounds and know
// far more words than the trade's. It was not tuned on speech.
func PieceTuning() Tuning {
	t := DefaultTuning()
	t.Blank, t.Unknown = 0, -7
	return t
}
