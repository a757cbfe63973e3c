package nlu

import (
	"strconv"
	"strings"
	"unicode"
)

var englishDigits = map[string]string{
	"zero": "0", "oh": "0", "o": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
	"seven": "7", "eight": "8", "nine": "9",
}

var englishTeens = map[string]int{
	"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
	"seventeen": 17, "eighteen": 18, "nineteen": 19,
}

var englishTens = map[string]int{
	"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}

// englishAt reads an English number word at i: seven, double eight, triple five, thirty seven.
func englishAt(runes []rune, i int) (digits string, cardinal bool, n int) {
	if i > 0 && unicode.IsLetter(runes[i-1]) && runes[i-1] < unicode.MaxASCII {
		return "", false, 0
	}
	first, n := wordAt(runes, i)
	if d, ok := englishDigits[first]; ok {
		// "o" and "oh" are digits only beside other digits.
		if d == "0" && first != "zero" && !digitNear(runes, i, i+n) {
			return "", false, 0
		}
		return d, false, n
	}
	if v, ok := englishTeens[first]; ok {
		return strconv.Itoa(v), false, n
	}
	next, m := wordAfter(runes, i+n)
	if v, ok := englishTens[first]; ok {
		if d, ok := englishDigits[next]; ok && d != "0" {
			return strconv.Itoa(v + int(d[0]-'0')), false, n + m
		}
		return strconv.Itoa(v), false, n
	}
	times := map[string]int{"double": 2, "triple": 3}[first]
	d, ok := englishDigits[next]
	if !ok && len(next) == 0 && times > 0 && i+n+1 < len(runes) && unicode.IsDigit(runes[i+n+1]) {
		d, ok, m = string(runes[i+n+1]), true, 2
	}
	if times == 0 || !ok {
		return "", false, 0
	}
	return strings.Repeat(d, times), false, n + m
}

func digitNear(runes []rune, start, end int) bool {
	before := strings.Fields(string(runes[max(0, start-12):start]))
	if len(before) > 0 {
		last := before[len(before)-1]
		if _, ok := englishDigits[last]; ok || unicode.IsDigit(rune(last[len(last)-1])) {
			return true
		}
	}
	next, _ := wordAfter(runes, end)
	d, ok := englishDigits[next]
	if ok && d == "0" && next != "zero" {
		_, m := wordAfter(runes, end)
		beyond, _ := wordAfter(runes, end+m)
		_, ok = englishDigits[beyond] // oh oh eight
		return ok
	}
	return ok || next == "double" || next == "triple"
}

// wordAt is the ASCII word at i.
func wordAt(runes []rune, i int) (string, int) {
	at := i
	for at < len(runes) && runes[at] < unicode.MaxASCII && unicode.IsLetter(runes[at]) {
		at++
	}
	return string(runes[i:at]), at - i
}

// wordAfter is the word after the spaces or hyphens at i, and the length of both.
func wordAfter(runes []rune, i int) (string, int) {
	at := i
	for at < len(runes) && (runes[at] == ' ' || runes[at] == '-') {
		at++
	}
	word, n := wordAt(runes, at)
	return word, at - i + n
}
