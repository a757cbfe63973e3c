package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"unicode/utf8"
)

// synonyms are the words of each concept that may stand for each other while training: what a line is about does not
// change with them, though the line may read oddly.
type synonyms struct {
	concept map[string]int // of a word
	words   [2][][]string  // of a concept, Chinese and English
	longest int            // word in runes
}

// shortestWord is the shortest Chinese word that is exchanged, in hanzi: single ones are parts of other words.
const shortestWord = 2

// readSynonyms reads the concepts of a file in the form of models/understanding/concepts.txt.
func readSynonyms(path string) (*synonyms, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("concepts: %w", err)
	}
	s := &synonyms{concept: map[string]int{}}
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		var words [2][]string
		for _, w := range fields[1:] {
			w = strings.ReplaceAll(w, "_", " ")
			kind := 0
			if w[0] < utf8.RuneSelf {
				kind = 1
			} else if utf8.RuneCountInString(w) < shortestWord {
				continue
			}
			words[kind] = append(words[kind], w)
			if _, known := s.concept[w]; !known {
				s.concept[w] = len(s.words[0])
			}
			s.longest = max(s.longest, utf8.RuneCountInString(w))
		}
		s.words[0], s.words[1] = append(s.words[0], words[0]), append(s.words[1], words[1])
	}
	return s, nil
}

// exchange puts other words of their concepts in the place of some words of a Chinese line, each with the given chance.
func (s *synonyms) exchange(dice *rand.Rand, text string, chance float64) string {
	runes := []rune(text)
	var out strings.Builder
	for i := 0; i < len(runes); {
		n := 0
		for k := min(s.longest, len(runes)-i); k >= shortestWord && n == 0; k-- {
			if c, ok := s.concept[string(runes[i:i+k])]; ok && len(s.words[0][c]) > 1 {
				n = k
				if dice.Float64() < chance {
					out.WriteString(pick(dice, s.words[0][c]))
				} else {
					out.WriteString(string(runes[i : i+k]))
				}
			}
		}
		if n == 0 {
			out.WriteRune(runes[i])
			n = 1
		}
		i += n
	}
	return out.String()
}

// exchangeEnglish does the same to an English line, word by word.
func (s *synonyms) exchangeEnglish(dice *rand.Rand, text string, chance float64) string {
	words := strings.Fields(text)
	for i, w := range words {
		if c, ok := s.concept[w]; ok && dice.Float64() < chance {
			words[i] = pick(dice, s.words[1][c])
		}
	}
	return strings.Join(words, " ")
}
