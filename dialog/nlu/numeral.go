package nlu

import (
	"regexp"
	"strconv"
	"strings"
)

// Patterns of a number of things, as the grammars of money, measures and dates use them.
const (
	digitZh   = `[零〇一二两三四五六七八九]`
	numberZh  = `(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千万幺]+(?:点` + digitZh + `+)?|半)`
	wholeZh   = `(?:\d+|[零〇一二两三四五六七八九十百千万]+)`
	unitEn    = `(?:thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|eleven|twelve|one|two|three|four|five|six|seven|eight|nine|ten)`
	numberEn  = `(?:\d+(?:\.\d+)?(?: and a half)?|half an?|(?:an? )?couple(?: of)?|(?:an? )?dozen|an? hundred|an? thousand|(?:an? )?` + unitEn + `(?:[ -](?:and )?` + unitEn + `)*(?: point(?: (?:zero|oh|` + unitEn + `))+| and a half)?)`
	hundredth = 100
)

// numeral is the value of a number as said, in hundredths; false where it is none. 三百二十九, 两千三, 一二零三 digit by digit,
// 二点五, 半, 329.5, twenty nine, a couple of, two and a half.
func numeral(text string) (int, bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > 120 {
		return 0, false
	}
	if text[0] < 0x80 {
		return numeralEnglish(text)
	}
	if text == "半" {
		return hundredth / 2, true
	}
	head, tail, point := strings.Cut(text, "点")
	whole, ok := wholeHanzi(head)
	if !ok || len(whole) > 9 {
		return 0, false
	}
	if point {
		fraction, ok := digitString(tail)
		if !ok {
			return 0, false
		}
		return parseDecimal(whole + "." + fraction)
	}
	return parseDecimal(whole)
}

// wholeHanzi reads a cardinal or digits said one by one.
func wholeHanzi(text string) (string, bool) {
	if digits, ok := digitString(text); ok {
		return digits, true
	}
	runes := []rune(text)
	digits, n := cardinalAt(runes, 0)
	return digits, n > 0 && n == len(runes)
}

// digitString reads hanzi and ASCII digits, and nothing else.
func digitString(text string) (string, bool) {
	var out strings.Builder
	for _, r := range text {
		d, ok := hanziDigits[r]
		if r >= '0' && r <= '9' {
			d, ok = byte(r), true
		}
		if !ok {
			return "", false
		}
		out.WriteByte(d)
	}
	return out.String(), out.Len() > 0
}

func parseDecimal(text string) (int, bool) {
	whole, fraction, _ := strings.Cut(text, ".")
	n, err := strconv.Atoi(whole)
	if err != nil || n > 1e9 {
		return 0, false
	}
	for len(fraction) < 2 {
		fraction += "0"
	}
	cents, err := strconv.Atoi(fraction[:2])
	return n*hundredth + cents, err == nil
}

var englishHalf = regexp.MustCompile(` and a half$`)

// numeralEnglish reads English number words and ASCII digits.
func numeralEnglish(text string) (int, bool) {
	switch strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(text, "a "), "an "), " of") {
	case "couple":
		return 2 * hundredth, true
	case "dozen":
		return 12 * hundredth, true
	case "half a", "half an":
		return hundredth / 2, true
	}
	half := 0
	if cut := englishHalf.ReplaceAllString(text, ""); cut != text {
		text, half = cut, hundredth/2
	}
	if text[0] >= '0' && text[0] <= '9' {
		n, ok := parseDecimal(text)
		return n + half, ok
	}
	head, tail, _ := strings.Cut(text, " point ")
	n, ok := wholeEnglish(head)
	if !ok || tail == "" {
		return n*hundredth + half, ok
	}
	fraction := ""
	for _, w := range strings.Fields(tail) {
		fraction += englishDigits[w]
	}
	return parseDecimal(strconv.Itoa(n) + "." + fraction)
}

// wholeEnglish reads three hundred and twenty nine; two numbers side by side, such as twenty nine ninety nine, are none.
func wholeEnglish(text string) (int, bool) {
	total, section, last := 0, 0, 1000
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '-' })
	for i, w := range words {
		switch {
		case w == "and" || i == 0 && (w == "a" || w == "an"):
			if w != "and" {
				section, last = 1, 1
			}
		case w == "hundred":
			section, last = max(section, 1)*100, 100
		case w == "thousand":
			total, section, last = total+max(section, 1)*1000, 0, 1000
		case englishTens[w] > 0 && last >= 100:
			section, last = section+englishTens[w], 10
		case englishTeens[w] > 0 && last >= 100:
			section, last = section+englishTeens[w], 1
		case englishDigits[w] != "" && last >= 10:
			section, last = section+int(englishDigits[w][0]-'0'), 1
		default:
			return 0, false
		}
	}
	return total + section, total+section > 0 && total+section < 1e7
}

// decimal writes hundredths as a plain number: 329.5, 12.
func decimal(hundredths int) string {
	whole := strconv.Itoa(hundredths / hundredth)
	rest := hundredths % hundredth
	if rest == 0 {
		return whole
	}
	fraction := strconv.Itoa(rest)
	if rest < 10 {
		fraction = "0" + fraction
	}
	return whole + "." + strings.TrimRight(fraction, "0")
}
