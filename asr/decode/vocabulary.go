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
	switch {
	case l.pieces != nil:
		return l.pieces.spellings(l.spokenForms(w.Word)), pronunciation{}, nil
	case w.Reading != "":
		given, fault := l.given(w)
		return given, pronunciation{}, fault
	case l.Spaced:
		p := l.pronounceEnglish(w.Word)
		return p.readings, p, nil
	}
	p := l.pronounce(w.Word)
	if own := l.readings[w.Word]; len(own) > 0 {
		p.readings = own
	}
	return p.readings, p, nil
}

// given are the readings that a word's own reading stands for: pinyin as it is, ARPAbet as Mandarin speakers say it,
// one after the other as in "Z EH F ER er3 ji1". English takes nothing but ARPAbet, and guesses where there is none.
func (l *Language) given(w ListedWord) ([]string, *BadLine) {
	ways, phones, mixed := []option{{}}, []string(nil), false
	flush := func() {
		if len(phones) > 0 {
			ways = combine(ways, nativised(phones))
		}
		phones = nil
	}
	for part := range strings.FieldsSeq(w.Reading) {
		if strings.Trim(part, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			flush()
			ways, mixed = combine(ways, []string{strings.ToLower(part)}), true
			continue
		}
		if nuclei[part] == (nucleus{}) && onsets[part] == "" && part != "NG" {
			return nil, &BadLine{What: fmt.Sprintf("reading: unknown phone %q", cut(part)), Advice: "write ARPAbet without stress, e.g. Z EH F ER, or toned pinyin"}
		}
		phones = append(phones, part)
	}
	switch {
	case l.Spaced && mixed:
		return l.pronounceEnglish(w.Word).readings, nil
	case l.Spaced:
		return []string{w.Reading}, nil
	case !mixed && hanzi(w.Word):
		return nil, &BadLine{What: fmt.Sprintf("the reading of %q leaves out its hanzi", cut(w.Word)), Advice: "add their pinyin at their place, e.g. Z EH F ER er3 ji1"}
	}
	flush()
	out := make([]string, 0, len(ways))
	for _, way := range ways {
		if way.reading != "" {
			out = append(out, way.reading)
		}
	}
	return out, nil
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
