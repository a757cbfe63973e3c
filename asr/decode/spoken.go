package decode

import (
	"fmt"
	"slices"
	"strings"
)

// SpokenWord is how a listed word is heard, for people to check.
type SpokenWord struct {
	Line     int      `json:"line"`
	Class    string   `json:"class"`
	Word     string   `json:"word"`
	Readings []string `json:"readings"`          // in Mandarin; a consonant alone stands for itself
	English  []string `json:"english,omitempty"` // in ARPAbet, where the word is English
	Warnings []string `json:"warnings,omitempty"`
}

// Lengths in syllables outside of which a word is seldom heard well.
const (
	fewSyllables  = 2
	manySyllables = 10
)

// Spoken says how each word of a list is heard by the two languages, with what is doubtful about it. The error is of
// type BadLines.
func Spoken(zh, en *Language, list *WordList) ([]SpokenWord, error) {
	sounds := zh.sounds()
	for _, w := range list.Words {
		said, _ := zh.said(w)
		for _, s := range said {
			sounds.add(s.reading, w.Word)
		}
	}
	var bad BadLines
	out := make([]SpokenWord, 0, len(list.Words))
	for _, w := range list.Words {
		said, fault := zh.said(w)
		if fault != nil {
			bad = append(bad, BadLine{list.Name, w.Line, fault.What, fault.Advice})
			continue
		}
		_, p, _ := zh.listed(w)
		spoken := SpokenWord{Line: w.Line, Class: w.Class, Word: w.Word}
		for _, s := range said {
			spoken.Readings = append(spoken.Readings, s.reading)
		}
		english, _ := en.said(w)
		for _, s := range english {
			spoken.English = append(spoken.English, s.reading)
		}
		spoken.Warnings = warnings(w, p, said, sounds)
		out = append(out, spoken)
	}
	if len(bad) > 0 {
		return out, bad
	}
	return out, nil
}

func warnings(w ListedWord, p pronunciation, said []saying, sounds soundIndex) (out []string) {
	if p.skipped != "" {
		out = append(out, fmt.Sprintf("%q is not spoken", p.skipped))
	}
	if p.guessed != "" && w.Reading == "" {
		out = append(out, fmt.Sprintf("%s read by rule: check it or give ARPAbet", p.guessed))
	}
	switch n := len(strings.Fields(said[0].reading)); {
	case n < fewSyllables:
		out = append(out, "one syllable: will be heard where nobody said it")
	case n > manySyllables:
		out = append(out, fmt.Sprintf("%d syllables: callers say less, list the short form", n))
	}
	var alike []string
	for _, s := range said {
		for _, other := range sounds[toneless(s.reading)] {
			if other != w.Word && !slices.Contains(alike, other) {
				alike = append(alike, other)
			}
		}
	}
	if len(alike) > 0 {
		out = append(out, "sounds like "+strings.Join(alike[:min(len(alike), 3)], ", "))
	}
	return out
}

// soundIndex finds the words of a toneless reading.
type soundIndex map[string][]string

func (x soundIndex) add(reading, text string) {
	key := toneless(reading)
	if !slices.Contains(x[key], text) {
		x[key] = append(x[key], text)
	}
}

// sounds are the words that the language knows by itself.
func (l *Language) sounds() soundIndex {
	x := soundIndex{}
	for _, w := range l.tree.words {
		if w.kind == plain {
			x.add(w.reading, w.text)
		}
	}
	return x
}

func toneless(reading string) string {
	return strings.Map(func(r rune) rune {
		if r >= '1' && r <= '5' {
			return -1
		}
		return r
	}, reading)
}
