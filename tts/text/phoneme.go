package text

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// syllable is a syllable of Hanyu Pinyin (ISO 7098) with its tone as a digit, v for u-umlaut, r at the end for erhua.
var syllable = regexp.MustCompile(`^(?:(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?(?:a|ai|an|ang|ao|e|ei|en|eng|i|ia|ian|iang|iao|ie|in|ing|iong|iu|o|ong|ou|u|ua|uai|uan|uang|ue|ui|un|uo|v|van|ve|vn)r?|er|r)[1-5]$`)

var toneMarks = map[rune]string{'\u0304': "1", '\u0301': "2", '\u030c': "3", '\u0300': "4"}

// fixedSyllables are the syllables of a phoneme element: as many as its text has hanzi, or one fewer for each 儿.
func fixedSyllables(attributes map[string]string, content string) ([]string, error) {
	if alphabet, ok := attributes["alphabet"]; ok && alphabet != "pinyin" && alphabet != "x-pinyin" {
		return nil, badValue("phoneme", "alphabet", alphabet, "pinyin is the only one")
	}
	const advice = `write toned pinyin, one syllable for each character: ph="shan4" or ph="zhong4 liang4"`
	var out []string
	for _, written := range strings.Fields(attributes["ph"]) {
		s := toned(written)
		if !syllable.MatchString(s) {
			return nil, badValue("phoneme", "ph", attributes["ph"], advice)
		}
		out = append(out, s)
	}
	hanzi := hanziOf(content)
	n := len([]rune(hanzi))
	if len(out) == 0 || len(out) > n || len(out) < n-strings.Count(hanzi, "儿") {
		return nil, badValue("phoneme", "ph", attributes["ph"], advice)
	}
	return out, nil
}

// toned writes a syllable with its tone as a digit at the end, whichever way it was written: shàn, shan4, lü4, lu:4.
func toned(written string) string {
	var name strings.Builder
	tone := ""
	for _, r := range norm.NFD.String(strings.ToLower(strings.ReplaceAll(written, "u:", "v"))) {
		switch mark, isTone := toneMarks[r]; {
		case isTone:
			tone = mark
		case r == '\u0308':
			before := strings.TrimSuffix(name.String(), "u")
			name.Reset()
			name.WriteString(before + "v")
		default:
			name.WriteRune(r)
		}
	}
	s := strings.TrimSuffix(name.String()+tone, "0")
	if s != "" && !isASCIIDigit(rune(s[len(s)-1])) {
		s += "5"
	}
	return s
}
