package proof

import (
	"regexp"
	"strings"
	"unicode"

	"voxgate/models/reading"
)

// normal is a text without spaces and punctuation, in small letters, with numerals as digits.
func normal(text string) string {
	text = counted.ReplaceAllStringFunc(text, func(m string) string {
		if n, ok := number(m); ok {
			return itoa(n)
		}
		return m
	})
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
}

// romanised is how the hanzi of a text sound, without tones and spaces; empty where it has none.
func romanised(text string) string {
	var out strings.Builder
	hanzi := false
	for _, s := range reading.Of(text) {
		if s.Kind == reading.Hanzi {
			hanzi = true
			out.WriteString(strings.ReplaceAll(strings.TrimRight(s.Pinyin, "12345"), "v", "u"))
			continue
		}
		out.WriteString(normal(s.Text))
	}
	if !hanzi {
		return ""
	}
	return out.String()
}

var (
	ends      = regexp.MustCompile(`[^。？！.?!]+(?:[。？！?!]+|\.(?:\s|$)|$)\s*`)
	hanziRuns = regexp.MustCompile(`[\p{Han}]+|[A-Za-z]+`)
	latinRuns = regexp.MustCompile(`[\p{L}']+`)
)

// sentences parts a text after each full stop, question mark and exclamation mark.
func sentences(text string) []string { return ends.FindAllString(text, -1) }

// little are English words that name nothing.
var little = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(`a an the your my it is was are be been at by in on of to from for with and or not no yet one that this its you we i
		as before after until till between per each`) {
		out[w] = true
	}
	return out
}()

// wordsOf are the words of what is left of a field: runs of hanzi or letters, in English each word.
func wordsOf(rest, lang string) []string {
	if lang != "en" {
		return hanziRuns.FindAllString(suffixes.Replace(rest), -1)
	}
	var out []string
	for _, w := range latinRuns.FindAllString(rest, -1) {
		if !little[strings.ToLower(w)] {
			out = append(out, w)
		}
	}
	return out
}

// suffixes are what a courier's name or a list gets in a sentence.
var suffixes = strings.NewReplacer("快递", " ", "物流", " ", "那一单", " ", "的", " ", "到", " ", "至", " ", "前", " ", "左右", " ", "和", " ", "或者", " ", "或", " ")
