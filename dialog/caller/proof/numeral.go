package proof

import (
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

var hanziDigits = map[rune]int{
	'零': 0, '〇': 0, '一': 1, '幺': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9,
}

var hanziUnits = map[rune]int{'十': 10, '百': 100, '千': 1000}

// number reads a numeral in hanzi or digits; a row of hanzi digits is read one by one (二二零七 is 2207).
func number(text string) (int, bool) {
	if n, err := strconv.Atoi(text); err == nil {
		return n, true
	}
	if !strings.ContainsAny(text, "十百千万") {
		return rowOfDigits(text)
	}
	total, section, digit, last := 0, 0, 0, 1
	seen := false
	for _, r := range text {
		if d, ok := hanziDigits[r]; ok {
			digit, seen = d, true
			if d == 0 {
				last = 10 // after 零 a digit means itself
			}
			continue
		}
		switch unit := hanziUnits[r]; {
		case unit > 0:
			if !seen {
				digit = 1
			}
			section += digit * unit
			last = unit
		case r == '万':
			total += (section + digit) * 10000
			section, last = 0, 10000
		default:
			return 0, false
		}
		digit, seen = 0, false
	}
	if seen && last >= 100 { // 三百二 is 320
		digit *= last / 10
	}
	return total + section + digit, true
}

func rowOfDigits(text string) (int, bool) {
	n := 0
	for _, r := range text {
		d, ok := hanziDigits[r]
		if !ok || n > 1<<40 {
			return 0, false
		}
		n = n*10 + d
	}
	return n, text != ""
}

// arabic writes the hanzi digits of a row as digits: 八三二二零七 is 832207.
func arabic(text string) string {
	var out strings.Builder
	for _, r := range text {
		if d, ok := hanziDigits[r]; ok {
			out.WriteByte(byte('0' + d))
		} else if r >= '0' && r <= '9' {
			out.WriteRune(r)
		}
	}
	return out.String()
}

func onlyDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
}
