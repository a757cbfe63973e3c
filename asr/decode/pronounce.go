package decode

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"voxgate/models/reading"
)

// maxReadings bounds the readings of one word; the likeliest stay.
const maxReadings = 8

// pronunciation is how a word may be said.
type pronunciation struct {
	readings []string // the usual one first
	unread   string   // letters and hanzi that nobody can read
	skipped  string   // signs that are not spoken
	guessed  string   // English words read by rule, with spaces between them
}

// option is a reading of a part of a word, and how unusual it is.
type option struct {
	reading string
	rare    int
}

// pronounce reads any text in Mandarin: hanzi with all their plausible readings, English words as Mandarin speakers
// say them, letters by name, numbers as a value and digit by digit.
func (l *Language) pronounce(text string) pronunciation {
	var p pronunciation
	ways := []option{{}}
	syllables := reading.Of(text)
	for i, s := range syllables {
		var parts []string
		switch s.Kind {
		case reading.Hanzi:
			parts = l.hanziReadings(syllables, i)
		case reading.Latin:
			var byRule bool
			if parts, byRule = l.latinReadings(s.Text); byRule {
				p.guessed = strings.TrimSpace(p.guessed + " " + s.Text)
			}
			if parts == nil {
				p.unread += s.Text
			}
		case reading.Digits:
			parts = numberReadings(s.Text)
		default:
			parts = p.sign(syllables, i)
		}
		ways = combine(ways, parts)
	}
	for _, w := range ways {
		if w.reading != "" && !slices.Contains(p.readings, w.reading) {
			p.readings = append(p.readings, w.reading)
		}
	}
	return p
}

// plausible are all the ways in which a caller may say a name of theirs; none where a part of it cannot be read.
func (l *Language) plausible(text string) []string {
	switch {
	case l.pieces != nil, len(l.readings[text]) > 0:
		return l.readingsOf(text)
	case l.Spaced:
		return l.pronounceEnglish(text).readings
	}
	p := l.pronounce(text)
	if p.unread != "" {
		return nil
	}
	return p.readings
}

// combine appends each of parts to each way and keeps the least unusual ones.
func combine(ways []option, parts []string) []option {
	if len(parts) == 0 {
		return ways
	}
	var out []option
	for _, w := range ways {
		for i, part := range parts {
			out = append(out, option{strings.TrimSpace(w.reading + " " + part), w.rare + min(i, 1)})
		}
	}
	slices.SortStableFunc(out, func(a, b option) int { return a.rare - b.rare })
	return out[:min(len(out), maxReadings)]
}

// hanziReadings are the readings of syllable i. A word of the dictionary has the one that it gives; a single
// character, as in most names of shops and people, has all of its own.
func (l *Language) hanziReadings(all []reading.Syllable, i int) []string {
	s := all[i]
	out := []string{s.Pinyin}
	inWord := i > 0 && all[i-1].Word == s.Word || i+1 < len(all) && all[i+1].Word == s.Word
	if inWord && len(all) > 2 {
		return out
	}
	for _, r := range l.heteronyms[s.Text] {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// latinReadings are the ways to say a Latin word within Mandarin, and whether a rule of spelling had to guess one.
func (l *Language) latinReadings(text string) ([]string, bool) {
	known := l.loans[strings.ToLower(text)]
	if len(text) == 1 {
		return slices.Concat(l.readings[strings.ToUpper(text)], known), false
	}
	if len(known) > 0 {
		return known, false
	}
	letters := ""
	for _, r := range strings.ToUpper(text) {
		if names := l.readings[string(r)]; len(names) > 0 {
			letters = strings.TrimSpace(letters + " " + names[0])
		} else if unicode.IsLetter(r) {
			return nil, false
		}
	}
	capitals := strings.ToUpper(text) == text
	if capitals && (len(text) <= 3 || !strings.ContainsAny(text, "AEIOUY")) {
		return []string{letters}, false
	}
	out := nativised(guessed(text))
	if capitals || len(out) == 0 {
		out = append(out, letters)
	}
	return out, true
}

// sign reads what is neither hanzi nor letter nor digit: few signs are spoken.
func (p *pronunciation) sign(all []reading.Syllable, i int) []string {
	s := all[i]
	between := i > 0 && i+1 < len(all) && all[i-1].Kind == reading.Digits && all[i+1].Kind == reading.Digits
	switch {
	case s.Text == "." && between:
		return []string{"dian3"}
	case s.Text == "+":
		return []string{"jia1"}
	case s.Text == "&":
		return []string{"he2", "an1"}
	}
	for _, r := range s.Text {
		switch {
		case unicode.IsLetter(r), r == unicode.ReplacementChar:
			p.unread += s.Text
		case !unicode.IsSpace(r) && !unicode.IsPunct(r):
			p.skipped += s.Text
		}
	}
	return nil
}

var digitSyllables = strings.Fields("ling2 yi1 er4 san1 si4 wu3 liu4 qi1 ba1 jiu3")

// numberReadings are the ways to say digits in a name: as a value while that is short, and one by one.
func numberReadings(digits string) []string {
	var single []string
	for _, d := range digits {
		single = append(single, digitSyllables[d-'0'])
	}
	apart := strings.Join(single, " ")
	n, err := strconv.Atoi(digits)
	if err != nil || n >= 100_000 || len(digits) == 1 || digits[0] == '0' {
		return []string{apart}
	}
	value := strings.Join(cardinal(n), " ")
	if len(digits) > 3 {
		return []string{apart, value}
	}
	return []string{value, apart}
}

// cardinal is a number from 1 to 99,999 in syllables, ten without a one before it.
func cardinal(n int) []string {
	units := []string{"wan4", "qian1", "bai3", "shi2", ""}
	var out []string
	zero := false
	for i, scale := 0, 10_000; scale > 0; i, scale = i+1, scale/10 {
		d := n / scale % 10
		switch {
		case d == 0:
			zero = len(out) > 0
			continue
		case zero:
			out = append(out, "ling2")
			zero = false
		}
		switch {
		case d == 1 && scale == 10 && len(out) == 0:
		case d == 2 && scale >= 1000:
			out = append(out, "liang3")
		default:
			out = append(out, digitSyllables[d])
		}
		if units[i] != "" {
			out = append(out, units[i])
		}
	}
	return out
}
