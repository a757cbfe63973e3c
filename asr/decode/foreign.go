package decode

import (
	"slices"
	"strings"
)

// How Mandarin speakers say English words: every vowel opens a syllable of Mandarin, consonants that Mandarin has at
// no end of a syllable get a weak vowel of their own or are swallowed. (Lin, Y.-H., The Sounds of Chinese, 2007,
// chapter 11, on loanwords.)

// nucleus is the Mandarin final of an English vowel: open, another that is as usual, before n or m, and before ng.
type nucleus struct{ open, other, n, ng string }

var nuclei = map[string]nucleus{
	"AA": {"a", "a", "an", "ang"}, "AE": {"ai", "a", "an", "ang"}, "AH": {"a", "e", "an", "ang"}, "AO": {"ou", "ao", "ong", "ong"},
	"AW": {"ao", "ao", "ang", "ang"}, "AY": {"ai", "ai", "ai", "ang"}, "EH": {"ai", "ei", "en", "eng"}, "ER": {"e", "e", "en", "eng"},
	"EY": {"ei", "ei", "en", "eng"}, "IH": {"i", "i", "in", "ing"}, "IY": {"i", "i", "in", "ing"}, "OW": {"ou", "ou", "eng", "ong"},
	"OY": {"uai", "uai", "un", "ong"}, "UH": {"u", "u", "un", "ong"}, "UW": {"u", "u", "un", "ong"},
}

// onsets are the Mandarin initials of English consonants; those before i where they differ.
var onsets = map[string]string{
	"P": "p", "B": "b", "T": "t", "D": "d", "K": "k", "G": "g", "F": "f", "V": "w", "TH": "s", "DH": "d", "S": "s", "Z": "z",
	"SH": "sh", "ZH": "r", "CH": "ch", "JH": "zh", "HH": "h", "M": "m", "N": "n", "L": "l", "R": "r", "W": "w", "Y": "y", "NG": "",
}

var onsetsBeforeI = map[string]string{"S": "x", "SH": "x", "CH": "q", "JH": "j", "HH": "x"}

// otherOnsets are the initials of consonants that Mandarin lacks in other mouths: swallowed, or a neighbour of them.
var otherOnsets = map[string]string{"V": "f", "Z": "", "DH": "z", "TH": "f", "R": "l"}

// weak are the syllables of consonants that no vowel follows.
var weak = map[string]string{
	"P": "pu5", "B": "bu5", "T": "te5", "D": "de5", "K": "ke5", "G": "ge5", "F": "fu5", "V": "fu5", "TH": "si5", "DH": "de5", "S": "si5",
	"Z": "zi5", "SH": "shi5", "ZH": "shi5", "CH": "qi5", "JH": "ji5", "M": "mu5", "L": "ou5", "R": "er5", "W": "wu5", "Y": "yi5",
	"HH": "", "N": "en5", "NG": "",
}

// nativised are the readings in Mandarin of a word in ARPAbet phones, the usual one first.
func nativised(phones []string) []string {
	var out []string
	for _, way := range []foreignWay{{}, {bare: true}, {other: true}, {bare: true, other: true}} {
		r := way.nativise(phones)
		if way.bare && !strings.Contains(r, " ") {
			continue // one syllable that is left of a word is heard everywhere
		}
		if r != "" && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// foreignWay is one of the habits of saying foreign words. Where bare is set, consonants without a vowel are swallowed
// at the end of a syllable and stand alone at its beginning; other takes the other vowels.
type foreignWay struct{ bare, other bool }

// nativise writes phones as pinyin.
func (f foreignWay) nativise(phones []string) string {
	var out []string
	for at := 0; at < len(phones); {
		vowel := at
		for vowel < len(phones) && nuclei[phones[vowel]] == (nucleus{}) {
			vowel++
		}
		if vowel == len(phones) { // what is left is the end of the last syllable
			out = append(out, f.codas(phones[at:])...)
			break
		}
		onset := phones[at:vowel]
		first := max(0, len(onset)-1)
		if at > 0 { // consonants between vowels: the last ones that can begin a syllable do
			if first > 0 && opensWith(onset[first-1], onset[first]) {
				first--
			}
			out = append(out, f.codas(onset[:first])...)
			onset = onset[first:]
		}
		for _, c := range onset[:max(0, len(onset)-1)] {
			out = f.appendWeak(out, c)
		}
		consonant := ""
		if len(onset) > 0 {
			consonant = onset[len(onset)-1]
		}
		final, used := f.rime(phones[vowel:], at > 0)
		out = append(out, f.syllable(consonant, final)+"4")
		at = vowel + used
	}
	return strings.Join(slices.DeleteFunc(out, func(s string) bool { return s == "" }), " ")
}

// codas are the syllables of consonants at the end of a syllable.
func (f foreignWay) codas(consonants []string) (out []string) {
	if f.bare {
		return nil
	}
	for _, c := range consonants {
		out = append(out, weak[c])
	}
	return out
}

// appendWeak adds a consonant that stands before another one at the beginning of a syllable.
func (f foreignWay) appendWeak(out []string, c string) []string {
	if initial := onsets[c]; f.bare && initial != "w" && initial != "y" {
		return append(out, initial)
	}
	return append(out, weak[c])
}

// opensWith says that two consonants between vowels both go with the second one.
func opensWith(a, b string) bool {
	return strings.Contains(" P B T D K G F TH ", " "+a+" ") && strings.Contains(" L R W Y ", " "+b+" ")
}

// rime is the final of a vowel and of the nasal behind it, and how many phones that takes. later says that the vowel
// is not the word's first: there AH is weak.
func (f foreignWay) rime(phones []string, later bool) (string, int) {
	v := phones[0]
	n := nuclei[v]
	weakened := v == "AH" && later
	if len(phones) > 1 && (len(phones) == 2 || nuclei[phones[2]] == (nucleus{})) {
		switch phones[1] {
		case "N", "M":
			if weakened {
				return "en", 2
			}
			if v == "AY" {
				return n.n, 1
			}
			return n.n, 2
		case "NG":
			return n.ng, 2
		case "L":
			if weakened {
				return "ou", 2
			}
		}
	}
	if weakened {
		return "e", 1
	}
	if f.other {
		return n.other, 1
	}
	return n.open, 1
}

// afterW and afterY are finals behind w and y, where pinyin's spelling has others.
var (
	afterW = map[string]string{"ou": "o", "e": "o", "i": "ei", "in": "en", "ing": "eng", "ong": "eng", "un": "en", "ao": "o", "uai": "ai"}
	afterY = map[string]string{"ai": "e", "e": "e", "ei": "e", "en": "in", "eng": "ing", "un": "uan", "uai": "ou", "u": "ou"}
	alone  = map[string]string{"i": "yi", "in": "yin", "ing": "ying", "u": "wu", "un": "wen", "uai": "wai", "ong": "weng"}
)

// syllable joins an English consonant ("" for none) and a Mandarin final.
func (f foreignWay) syllable(consonant, final string) string {
	initial := onsets[consonant]
	if other, known := otherOnsets[consonant]; known && f.other {
		initial = other
	}
	if front := onsetsBeforeI[consonant]; front != "" && final[0] == 'i' {
		initial = front
	}
	switch initial {
	case "":
		if spelled := alone[final]; spelled != "" {
			return spelled
		}
	case "w":
		if other := afterW[final]; other != "" {
			final = other
		}
	case "y":
		if other := afterY[final]; other != "" {
			final = other
		}
	}
	return initial + final
}
