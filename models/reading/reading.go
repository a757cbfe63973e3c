// Package reading says how Chinese text is read aloud: it cuts text into words and gives every hanzi its toned pinyin.
//
// Readings are citation forms (bu4, yi1; no tone sandhi), in the spelling that the sound units and espeak-ng share:
// v for u-umlaut (nv3, lve4), a digit 1-5 for the tone, 5 the neutral one, and a final r for erhua (nar3).
// The dictionary is built by models/recipe/reading; the card beside this file names its sources and licences.
package reading

import "unicode"

// Kind tells what a Syllable's text is.
type Kind uint8

// The kinds of text that Of returns.
const (
	Hanzi  Kind = iota // one character (two for erhua) with a reading
	Latin              // a run of Latin letters, apostrophes inside included
	Digits             // a run of ASCII digits
	Other              // one rune of anything else: punctuation, space, a hanzi without a known reading
)

// Syllable is one read unit of a text. The texts of all Syllables, joined, are the text again.
type Syllable struct {
	Kind   Kind
	Text   string // the part of the text, as it was given
	Pinyin string // toned, such as "zhuang1"; empty unless Kind is Hanzi
	Start  int    // offset of Text in runes
	Word   int    // number of the word that it belongs to, counted from 0; a word is what Segment returns
}

// Of reads text: one Syllable for each hanzi (with its erhua) and one for each run of anything else.
// It never fails; bytes that are no UTF-8 come back as runes of Kind Other.
func Of(text string) []Syllable {
	runes := []rune(text)
	words := segment(runes)
	out := make([]Syllable, 0, len(runes))
	for n, w := range words {
		out = append(out, syllables(runes, w, n)...)
	}
	chooseByNeighbours(out, words)
	return out
}

// Pinyin is the toned syllables of the hanzi of text; all else is left out.
func Pinyin(text string) []string {
	var out []string
	for _, s := range Of(text) {
		if s.Kind == Hanzi {
			out = append(out, s.Pinyin)
		}
	}
	return out
}

// Segment cuts text into its most likely words. Runs of Latin letters and of digits are words; so is each
// other rune. The words, joined, are the text again.
func Segment(text string) []string {
	runes := []rune(text)
	words := segment(runes)
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(runes[w.start:w.end])
	}
	return out
}

// syllables reads the one word w of runes.
func syllables(runes []rune, w word, number int) []Syllable {
	text := string(runes[w.start:w.end])
	if w.kind != Hanzi {
		return []Syllable{{Kind: w.kind, Text: text, Start: w.start, Word: number}}
	}
	readings := w.entry.readings(runes[w.start:w.end])
	out := make([]Syllable, 0, len(readings))
	at := w.start
	for i, r := range readings {
		end := at + 1
		if left := w.end - at; left > len(readings)-i && end < w.end && runes[end] == '儿' {
			end++
		}
		out = append(out, Syllable{Kind: Hanzi, Text: string(runes[at:end]), Pinyin: r, Start: at, Word: number})
		at = end
	}
	return out
}

func kindOf(r rune) Kind {
	switch {
	case r >= '0' && r <= '9':
		return Digits
	case r < 0x250 && unicode.IsLetter(r):
		return Latin
	case unicode.Is(unicode.Han, r):
		return Hanzi
	}
	return Other
}
