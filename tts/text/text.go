// Package text turns written Chinese (with English, numbers and signs in it) into what is said: numbers by their kind,
// pauses by punctuation, Latin letters and words marked as English, and hanzi into toned pinyin with tone sandhi.
//
// The steps are Normalise (written to spoken text), Plan (spoken text to clauses for an engine) and Pinyin. What the
// text alone does not tell may be marked with a subset of SSML 1.1 (W3C, 2010):
//
//	<say-as interpret-as="T">...</say-as>   T: characters, spell-out, digits, telephone, date, time, currency, cardinal,
//	                                        number, ordinal, fraction, unit, address, name (its first character a surname)
//	<break time="500ms"/>                   0 to 10 s; or strength: none, x-weak, weak, medium, strong, x-strong
//	<prosody rate="80%" pitch="high" volume="-3dB">...</prosody>
//	<phoneme alphabet="pinyin" ph="shan4">单</phoneme>
//	<sub alias="中国邮政">EMS</sub>
//	<speak>...</speak>                      may enclose all of it
//
// Check tells an author what is wrong with such marks; Plan speaks the text of a broken one as if it were not there.
package text

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxRunes is how much of a text is spoken; the rest is cut off at a pause. It is several minutes of speech.
const MaxRunes = 2000

// Marks that Normalise writes between spoken text.
const (
	markComma = ',' // pause of a clause
	markStop  = '.' // pause of a sentence
	markGap   = '|' // short gap between groups of digits
	openLatin = '{' // English from here ...
	shutLatin = '}' // ... to here
)

// Normalise writes Chinese text as it is said. The result holds hanzi, English within braces ({S_F} is letters by name,
// {hello} a word), "|" for the gap between groups of digits, "," for a clause's pause and "." for a sentence's; it is
// empty where nothing can be said.
//
// Eleven-digit mobile numbers are said 3-4-4 and other strings of five digits and more in groups, digit by digit with
// 幺 for 1; so are the digits after words such as 尾号. Numbers before a unit or measure word are quantities, with 两.
func Normalise(written string) string {
	said, marks := normalise(written)
	var b strings.Builder
	for _, r := range said {
		if !isPlaceholder(r) {
			b.WriteRune(r)
			continue
		}
		switch m := markOf(marks, r); {
		case m.kind == fixedMark:
			b.WriteString(m.text)
		case m.kind == pauseMark && m.pause >= PauseStop:
			b.WriteRune(markStop)
		case m.kind == pauseMark && m.pause > 0:
			b.WriteRune(markComma)
		}
	}
	return tidy(b.String())
}

// normalise is the spoken form with placeholders for the marks that an engine carries out.
func normalise(written string) (string, []mark) {
	plain, marks := parseMarks(limitBytes(written), Chinese)
	return tidy(speak(prepare(plain), marks, false)), marks
}

// maxBytes bounds the work on marks; far more than MaxRunes of text with them.
const maxBytes = 32 << 10

// limitBytes makes written valid UTF-8 of a bounded size without runes for private use, which stand for marks.
func limitBytes(written string) string {
	written = strings.ToValidUTF8(written[:min(len(written), maxBytes)], "")
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Co, r) {
			return -1
		}
		return r
	}, written)
}

var (
	thousands = regexp.MustCompile(`\d+(?:,\d+)+`)
	threes    = regexp.MustCompile(`^\d{1,3}(?:,\d{3})+$`)
	plus86Far = regexp.MustCompile(`(?:\+|00)86[- ]?(\d{2,3}-\d{7,8})`)
	plus86    = regexp.MustCompile(`(?:(?:\+|00)86[- ]?|(?:^|\b)86[- ])(1\d{2}[- ]?\d{4}[- ]?\d{4})`)
	timestamp = regexp.MustCompile(`(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?`)
	halves    = regexp.MustCompile(`(\d)([½¼¾⅓⅔⅛])`)
	powers    = regexp.MustCompile(`(\d)([⁰¹²³⁴-⁹]+)`)
	circled   = regexp.MustCompile(`[①-⑳]`)
	// Folding would write squared units and degrees as plain letters; line breaks would be lost as spaces.
	unfolded = strings.NewReplacer("\r\n", "\n", "cm²", "平方厘米", "km²", "平方公里", "㎡", "平方米", "m²", "平方米", "m³", "立方米", "°C", "℃", "…", "，", "——", "，")
)

// prepare brings text to one form: compatibility forms folded (full-width digits), accents, controls and
// pictures dropped.
func prepare(written string) string {
	written = unfolded.Replace(limitRunes(written, MaxRunes))
	written = circled.ReplaceAllStringFunc(written, func(c string) string { return "(" + norm.NFKD.String(c) + ")" })
	written = powers.ReplaceAllString(written, "$1^$2")
	written = halves.ReplaceAllString(written, "${1}又$2")
	written = strings.ReplaceAll(written, "℃", "摄氏度")
	folded := norm.NFKD.String(written)
	var b strings.Builder
	for _, r := range folded {
		switch {
		case r == '\n':
			b.WriteRune('。')
		case unicode.IsSpace(r):
			b.WriteRune(' ')
		case r == '{' || r == '}' || unicode.IsControl(r):
			b.WriteRune(' ')
		case r == '|':
			b.WriteRune('、')
		case r == '\u2044':
			b.WriteRune('/')
		case r == '°' || r == '^':
			b.WriteRune(r)
		case unicode.Is(unicode.Sk, r) || unicode.Is(unicode.So, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Mn, r):
		default:
			b.WriteRune(r)
		}
	}
	s := thousands.ReplaceAllStringFunc(b.String(), func(m string) string {
		if !threes.MatchString(m) {
			return m
		}
		return strings.ReplaceAll(m, ",", "")
	})
	s = timestamp.ReplaceAllString(s, "$1 $2")
	s = plus86Far.ReplaceAllString(s, "0$1")
	return plus86.ReplaceAllString(s, "$1")
}

// limitRunes is the first n runes of s, cut back to the last punctuation where there is one in the second half.
func limitRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	head := string([]rune(s)[:n])
	if i := strings.LastIndexAny(head, "。！？!?；;，,\n"); i > len(head)/2 {
		_, size := utf8.DecodeRuneInString(head[i:])
		return head[:i+size]
	}
	return head
}

// tidy joins marks that meet (the strongest stays), and drops them at the start.
func tidy(s string) string {
	var b strings.Builder
	var pending rune
	for _, r := range s {
		switch r {
		case markComma, markStop, markGap:
			if strength(r) > strength(pending) {
				pending = r
			}
		case ' ':
		default:
			if pending != 0 && b.Len() > 0 {
				b.WriteRune(pending)
			}
			pending = 0
			b.WriteRune(r)
		}
	}
	if pending == markStop && b.Len() > 0 {
		b.WriteRune(pending)
	}
	return b.String()
}

func strength(mark rune) int {
	return strings.IndexRune(" |,.", mark)
}
