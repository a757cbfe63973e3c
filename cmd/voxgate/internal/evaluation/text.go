package evaluation

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"voxgate/dialog/nlu"
)

// numerals are the characters that numbers are said with; those of spoken only count beside others.
const (
	numerals = "0123456789零〇一幺二两三四五六七八九十百千万双"
	spoken   = "洞妖拐勾"
)

// Characters cuts a text into what its character error counts: hanzi and digits one by one, English words whole, in
// lower case. Spaces and punctuation fall away. Numbers are digits however they are written: 三七二幺 and 3721,
// 三千七百二十一 and 3721 are the same.
func Characters(text string) []string {
	var out []string
	runes := []rune(digits(strings.ToLower(norm.NFKC.String(text))))
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		switch {
		case unicode.Is(unicode.Han, r), unicode.IsDigit(r):
			out = append(out, string(r))
		case unicode.IsLetter(r):
			end := i + 1
			for end < len(runes) && inWord(runes, end) {
				end++
			}
			out = append(out, string(runes[i:end]))
			i = end - 1
		}
	}
	return out
}

// inWord reports whether the rune at i goes on with the word before it: a letter, a mark, or an apostrophe before a letter.
func inWord(runes []rune, i int) bool {
	r := runes[i]
	if r == '\'' || r == '’' {
		return i+1 < len(runes) && unicode.IsLetter(runes[i+1]) && !unicode.Is(unicode.Han, runes[i+1])
	}
	return (unicode.IsLetter(r) || unicode.IsMark(r)) && !unicode.Is(unicode.Han, r)
}

func isWord(token string) bool {
	for _, r := range token {
		return unicode.IsLetter(r) && !unicode.Is(unicode.Han, r)
	}
	return false
}

// digits writes every number of a text in ASCII digits.
func digits(text string) string {
	var out strings.Builder
	runes := []rune(text)
	for i := 0; i < len(runes); {
		end := i
		for end < len(runes) && (strings.ContainsRune(numerals, runes[end]) || strings.ContainsRune(spoken, runes[end]) && beside(runes, end)) {
			end++
		}
		if end == i {
			out.WriteRune(runes[i])
			i++
			continue
		}
		out.WriteString(numbers(runes[i:end]))
		i = end
	}
	return out.String()
}

// beside reports whether a numeral stands right before or after i.
func beside(runes []rune, i int) bool {
	return i > 0 && strings.ContainsRune(numerals, runes[i-1]) || i+1 < len(runes) && strings.ContainsRune(numerals, runes[i+1])
}

// numbers turns a stretch of numerals into digits; what is no number, as the 万 of 万一, stays.
func numbers(stretch []rune) string {
	var out strings.Builder
	at := 0
	for _, run := range nlu.Numbers(string(stretch)) {
		out.WriteString(string(stretch[at:run.Start]))
		out.WriteString(run.Digits)
		at = run.End
	}
	out.WriteString(string(stretch[min(at, len(stretch)):]))
	return out.String()
}

// longNumbers are the numbers of a text that have four or more digits, with the letters that belong to them.
func longNumbers(text string) []string {
	var out []string
	for _, run := range nlu.Numbers(norm.NFKC.String(text)) {
		if len(run.Digits) >= 4 {
			out = append(out, run.Number())
		}
	}
	return out
}
