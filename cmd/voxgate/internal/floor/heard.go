package floor

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Heard is what a listener got of a text of which a share, 0..1, was heard: whole words only, and in Chinese, which shows
// no words, whole characters, back to the last comma where that is near. Numbers are heard whole or not at all.
func Heard(text string, share float64) string {
	if share >= 1 {
		return text
	}
	runes := []rune(text)
	reached := int(math.Floor(max(0, share)*weight(runes) + 1e-9))
	end, at := 0, 0.0
	for i := 0; i < len(runes); {
		next := wordEnd(runes, i)
		if at += weight(runes[i:next]); int(math.Ceil(at-1e-9)) > reached {
			break
		}
		i, end = next, next
	}
	for back := end; back > 0 && end < len(runes) && end-back <= nearComma; back-- {
		if isPause(runes[back-1]) {
			end = back
			break
		}
	}
	heard := strings.TrimRightFunc(string(runes[:end]), unicode.IsSpace)
	if utf8.RuneCountInString(heard) < len(runes) && heard != "" {
		heard += "…"
	}
	return heard
}

// nearComma is how many characters of a new clause are too few to have been understood.
const nearComma = 2

func isPause(r rune) bool { return strings.ContainsRune("，。！？；：、,.!?;:", r) }

// weight is about how long runes take to say: hanzi and digits one each, a letter a third, all else nothing.
func weight(runes []rune) float64 {
	total := 0.0
	for _, r := range runes {
		switch {
		case unicode.Is(unicode.Han, r), unicode.IsDigit(r):
			total++
		case unicode.IsLetter(r):
			total += 1.0 / 3
		}
	}
	return total
}

// wordEnd is where the word ends that begins at i: a number, a word of letters, or one rune.
func wordEnd(runes []rune, i int) int {
	same := func(r rune) bool { return false }
	switch r := runes[i]; {
	case unicode.IsDigit(r):
		same = func(r rune) bool { return unicode.IsDigit(r) || r == '.' || r == '-' }
	case unicode.IsLetter(r) && !unicode.Is(unicode.Han, r):
		same = func(r rune) bool { return r == '\'' || unicode.IsLetter(r) && !unicode.Is(unicode.Han, r) }
	}
	for i++; i < len(runes) && same(runes[i]); i++ {
	}
	return i
}
