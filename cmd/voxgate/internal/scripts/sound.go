package scripts

import (
	"strings"
	"unicode"

	"voxgate/models/reading"
)

// mostOff is the share of a fact's syllables that may have been heard otherwise.
const mostOff = 0.34

// soundsIn reports whether a fact was heard somewhere in a text that a recogniser has written: by its syllables, a third
// of which may be off.
func soundsIn(heard, fact string) bool {
	want := syllables(fact)
	return len(want) == 0 || distanceWithin(syllables(heard), want) <= mostOff*float64(len(want))
}

// digitSounds are the digits as they are read one by one.
var digitSounds = map[rune]string{'0': "ling", '1': "yi", '2': "er", '3': "san", '4': "si", '5': "wu", '6': "liu", '7': "qi", '8': "ba", '9': "jiu"}

// spelledSounds are English digits, which a recogniser may write as figures.
var spelledSounds = map[string]string{"zero": "ling", "oh": "ling", "one": "yi", "two": "er", "three": "san", "four": "si", "five": "wu", "six": "liu", "seven": "qi",
	"eight": "ba", "nine": "jiu"}

// syllables are a text's syllables without tones, its digits and its English words.
func syllables(text string) []string {
	var out []string
	for _, s := range reading.Of(text) {
		switch s.Kind {
		case reading.Hanzi:
			sound := strings.TrimRight(s.Pinyin, "12345")
			if sound == "yao" && strings.Contains("幺", s.Text) {
				sound = "yi"
			}
			out = append(out, sound)
		default:
			out = append(out, latin(s.Text)...)
		}
	}
	return out
}

// latin are the digits and words of a text without hanzi.
func latin(text string) []string {
	var out []string
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if sound, ok := spelledSounds[word]; ok {
			out = append(out, sound)
			continue
		}
		letters := ""
		for _, r := range word {
			if sound, ok := digitSounds[r]; ok {
				out = append(out, sound)
			} else {
				letters += string(r)
			}
		}
		if letters != "" {
			out = append(out, letters)
		}
	}
	return out
}

// distanceWithin is the least number of changes that make want a part of heard; a syllable that differs in its beginning or
// in its end alone is half a change.
func distanceWithin(heard, want []string) float64 {
	before := make([]float64, len(heard)+1)
	for i, w := range want {
		row := make([]float64, len(heard)+1)
		row[0] = float64(i + 1)
		for j, h := range heard {
			row[j+1] = min(before[j]+apart(w, h), before[j+1]+1, row[j]+1)
		}
		before = row
	}
	least := before[0]
	for _, d := range before {
		least = min(least, d)
	}
	return least
}

// apart is how far two syllables or words are from each other, 0 to 1.
func apart(a, b string) float64 {
	if a == b {
		return 0
	}
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	m := 0
	for m < len(a)-n && m < len(b)-n && a[len(a)-1-m] == b[len(b)-1-m] {
		m++
	}
	if 2*(n+m) >= max(len(a), len(b)) {
		return 0.5
	}
	return 1
}
