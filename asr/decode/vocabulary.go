package decode

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"

	"voxgate/models/reading"
)

// Scores of an operator's words within their class: half of what the class may bring is theirs, as far as a long list
// does not make each of them too rare and a short one too likely.
const (
	listedShare = 0.5
	listedMost  = float32(-2)
	listedLeast = float32(-6.5)
)

// With is the language with an operator's words added, for the utterances that begin from now on; the language itself
// stays as it was. The error is of type BadLines.
func (l *Language) With(list *WordList) (*Language, error) {
	out := *l
	out.member = maps.Clone(l.member)
	out.tree = tree{
		words: slices.Clone(l.tree.words), leaves: slices.Clone(l.tree.leaves), roots: l.tree.roots,
	}
	b := &builder{Language: &out}
	size := map[string]int{}
	for _, w := range list.Words {
		size[w.Class]++
	}
	var bad BadLines
	for _, w := range list.Words {
		said, fault := l.said(w)
		if fault != nil {
			bad = append(bad, BadLine{list.Name, w.Line, fault.What, fault.Advice})
			continue
		}
		share := float32(math.Log(listedShare / float64(size[w.Class])))
		score := min(max(share, listedLeast), listedMost)
		token, known := l.tokens["<"+w.Class+">"]
		if !known {
			token = anyClass
		} else if _, taken := out.member[w.Word]; !taken {
			out.member[w.Word] = "<" + w.Class + ">"
		}
		for _, s := range said {
			b.insert(out.root, word{text: w.Word, reading: l.shown(w.Word, s.reading), units: s.units, token: token, logp: score})
		}
	}
	if len(bad) > 0 {
		return nil, bad
	}
	b.finish()
	return &out, nil
}

// Language is the language in which a search was made.
func (s *Search) Language() *Language { return s.lang }

// saying is a reading with its units.
type saying struct {
	reading string
	units   []uint16
}

// said are the ways to say a listed word in the units of the language. English has no words for hanzi: none are not a
// fault there.
func (l *Language) said(w ListedWord) ([]saying, *BadLine) {
	readings, p, fault := l.listed(w)
	switch {
	case fault != nil:
		return nil, fault
	case l.Spaced && len(readings) == 0:
		return nil, nil
	case p.unread != "":
		return nil, &BadLine{What: fmt.Sprintf("cannot read %q in %q", cut(p.unread), cut(w.Word)), Advice: "add a TAB and its reading in toned pinyin, e.g. yun2 wu4 cha2"}
	case len(readings) == 0:
		return nil, &BadLine{What: fmt.Sprintf("nothing in %q is spoken", cut(w.Word)), Advice: "write the word as callers say it"}
	}
	out := make([]saying, 0, len(readings))
	for _, r := range readings {
		units, err := l.spelling.spell(r)
		if err != nil {
			if w.Reading == "" {
				continue // one of several readings, in a syllable that no unit stands for
			}
			return nil, &BadLine{What: fmt.Sprintf("reading %q: %v", cut(r), err), Advice: "write toned pinyin such as ti4 xu4, 5 for no tone and v for ü, or ARPAbet in capitals such as T IY"}
		}
		out = append(out, saying{r, units})
	}
	if len(out) == 0 {
		return nil, &BadLine{What: fmt.Sprintf("%q cannot be spelled in the recogniser's sounds", cut(w.Word)), Advice: "add a TAB and a reading"}
	}
	return out, nil
}

// listed are the readings of a listed word: the given one, or all that are plausible.
func (l *Language) listed(w ListedWord) ([]string, pronunciation, *BadLine) {
	phones := strings.Fields(w.Reading)
	english := len(phones) > 0 && strings.ToUpper(w.Reading) == w.Reading && strings.Trim(w.Reading, "ABCDEFGHIJKLMNOPQRSTUVWXYZ ") == ""
	for _, p := range phones {
		if english && nuclei[p] == (nucleus{}) && onsets[p] == "" && p != "NG" {
			return nil, pronunciation{}, &BadLine{What: fmt.Sprintf("reading: unknown phone %q", cut(p)), Advice: "write ARPAbet without stress, e.g. Z EH F ER, or toned pinyin"}
		}
	}
	switch {
	case l.pieces != nil:
		return l.pieces.spellings(l.spokenForms(w.Word)), pronunciation{}, nil
	case l.Spaced && english:
		return []string{w.Reading}, pronunciation{}, nil
	case l.Spaced:
		p := l.pronounceEnglish(w.Word)
		return p.readings, p, nil
	case english:
		return nativised(phones), pronunciation{}, nil
	case len(phones) > 0:
		return []string{strings.ToLower(w.Reading)}, pronunciation{}, nil
	}
	p := l.pronounce(w.Word)
	if own := l.readings[w.Word]; len(own) > 0 {
		p.readings = own
	}
	return p.readings, p, nil
}

// pronounceEnglish reads a text that is all Latin letters, digits and signs in English; of others it returns nothing.
func (l *Language) pronounceEnglish(text string) pronunciation {
	p := pronunciation{}
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) && r >= 0x80 }) {
		return p
	}
	ways := []option{{}}
	for _, s := range reading.Of(text) {
		var parts []string
		switch {
		case s.Kind == reading.Digits:
			parts = []string{l.digitsInEnglish(s.Text)}
		case s.Kind != reading.Latin:
			continue
		case len(l.readings[strings.ToLower(s.Text)]) > 0:
			parts = l.readings[strings.ToLower(s.Text)]
		case strings.ToUpper(s.Text) == s.Text && len(s.Text) <= 3:
			for _, r := range strings.ToLower(s.Text) {
				ways = combine(ways, l.readings[string(r)])
			}
		default:
			p.guessed = strings.TrimSpace(p.guessed + " " + s.Text)
			parts = []string{strings.Join(guessed(s.Text), " ")}
		}
		ways = combine(ways, parts)
	}
	for _, w := range ways {
		if w.reading != "" {
			p.readings = append(p.readings, w.reading)
		}
	}
	return p
}

// digitsInEnglish are digits one by one.
func (l *Language) digitsInEnglish(digits string) string {
	var out []string
	for _, d := range digits {
		if r := l.readings[string(d)]; len(r) > 0 {
			out = append(out, r[0])
		}
	}
	return strings.Join(out, " ")
}

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
