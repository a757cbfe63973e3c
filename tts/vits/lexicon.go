package vits

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of what is believed of a voice's word lists: the largest public one has 200,000 words of some ten sounds.
const (
	maxWords  = 1 << 20
	maxSounds = 256  // of one word
	maxTone   = 1000 // public voices have fewer than 20
	maxRunes  = 16   // of a word in hanzi
)

// parseTokens reads tokens.txt: a symbol, a space and its number on each line; a number alone stands for the space.
// Of a symbol that is there twice the first counts. The error names the line.
func parseTokens(data []byte) (map[string]int64, error) {
	tokens := map[string]int64{}
	number := 0
	for raw := range bytes.Lines(data) {
		number++
		line := strings.TrimRight(strings.TrimPrefix(string(raw), "\ufeff"), " \t\r\n")
		if line == "" {
			continue
		}
		if !utf8.ValidString(line) {
			return nil, fmt.Errorf("tokens.txt, line %d: not UTF-8", number)
		}
		cut := strings.LastIndexAny(line, " \t")
		symbol := cmp.Or(strings.Trim(line[:max(0, cut)], " \t"), " ")
		id, err := strconv.ParseInt(line[cut+1:], 10, 64)
		if err != nil || id < 0 || id >= maxSymbols {
			return nil, fmt.Errorf("tokens.txt, line %d: %.40q is no number from 0 to %d; each line holds a symbol, a space and a number",
				number, line[cut+1:], maxSymbols-1)
		}
		if _, twice := tokens[symbol]; !twice {
			tokens[symbol] = id
		}
	}
	if len(tokens) < 2 {
		return nil, fmt.Errorf("tokens.txt holds %d symbols", len(tokens))
	}
	return tokens, nil
}

// sounds are a word's sounds; tones are as many, or none where the voice has no tones of its own.
type sounds struct{ ids, tones []int64 }

// lexicon is how words are said.
type lexicon struct {
	words   map[string]sounds
	longest int // runes of the longest word in hanzi
}

// parseLexicon reads lexicon.txt: on each line a word, its sounds as symbols of tokens and, where toned, as many tones.
// Of a word that is there twice the first counts. Exporters write a few words with symbols that their voice lacks; those
// are left out, unless they are more than one in twenty. The error names the line.
func parseLexicon(data []byte, tokens map[string]int64, toned bool) (*lexicon, error) {
	l := &lexicon{words: map[string]sounds{}}
	number, lost := 0, 0
	var first error
	for raw := range bytes.Lines(data) {
		number++
		if number > maxWords {
			return nil, fmt.Errorf("lexicon.txt has more than %d lines", maxWords)
		}
		line := strings.TrimPrefix(string(raw), "\ufeff")
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		said, err := parseSounds(fields[1:], tokens, toned)
		if err == nil && !utf8.ValidString(line) {
			err = errors.New("not UTF-8")
		}
		if err != nil {
			err = fmt.Errorf("lexicon.txt, line %d (%.40q): %w", number, fields[0], err)
		}
		if errors.Is(err, errUnknownSound) {
			if lost++; lost == 1 {
				first = err
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		l.add(strings.ToLower(fields[0]), said)
	}
	if lost > 0 && lost*20 > len(l.words) {
		return nil, fmt.Errorf("%d words of %d have sounds that tokens.txt lacks; the first: %w", lost, lost+len(l.words), first)
	}
	if len(l.words) == 0 {
		return nil, errors.New("lexicon.txt holds no words")
	}
	return l, nil
}

// errUnknownSound marks a word whose sounds the voice does not have.
var errUnknownSound = errors.New("tokens.txt lacks the sound")

func parseSounds(fields []string, tokens map[string]int64, toned bool) (sounds, error) {
	var out sounds
	symbols := fields
	if toned {
		if len(fields)%2 != 0 {
			return out, fmt.Errorf("%d sounds and tones: each sound needs a tone", len(fields))
		}
		symbols = fields[:len(fields)/2]
		for _, field := range fields[len(fields)/2:] {
			tone, err := strconv.ParseInt(field, 10, 64)
			if err != nil || tone < 0 || tone > maxTone {
				return out, fmt.Errorf("%.40q is no tone from 0 to %d", field, maxTone)
			}
			out.tones = append(out.tones, tone)
		}
	}
	if len(symbols) == 0 || len(symbols) > maxSounds {
		return out, fmt.Errorf("it has %d sounds: 1 to %d are wanted", len(symbols), maxSounds)
	}
	for _, symbol := range symbols {
		id, ok := tokens[symbol]
		if !ok {
			return out, fmt.Errorf("%w %.40q", errUnknownSound, symbol)
		}
		out.ids = append(out.ids, id)
	}
	return out, nil
}

func (l *lexicon) add(word string, said sounds) {
	if _, twice := l.words[word]; twice {
		return
	}
	l.words[word] = said
	if n := utf8.RuneCountInString(word); n <= maxRunes && n < len(word) {
		l.longest = max(l.longest, n)
	}
}

// cut parts hanzi into words: from the left the longest that the lexicon has, else one hanzi.
func (l *lexicon) cut(hanzi string) []string {
	var out []string
	runes := []rune(hanzi)
	for len(runes) > 0 {
		n := min(max(1, l.longest), len(runes))
		for ; n > 1; n-- {
			if _, ok := l.words[string(runes[:n])]; ok {
				break
			}
		}
		out = append(out, string(runes[:n]))
		runes = runes[n:]
	}
	return out
}
