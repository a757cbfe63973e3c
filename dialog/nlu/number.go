package nlu

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Run is a number found in a line: digits as they would be keyed, with the Latin letters that lead or follow them.
type Run struct {
	Digits   string
	Prefix   string // upper-case letters before the digits, "SF"
	Suffix   string // letters after them, "CN"
	Cardinal bool   // said with 十, 百, 千 or 万: an amount or a tail, never a long number
	Start    int    // offset in runes
	End      int
}

// Number is the run as one normalised number: letters and digits without spaces.
func (r Run) Number() string { return r.Prefix + r.Digits + r.Suffix }

// longestLine bounds what the grammars look at, in runes.
const longestLine = 400

var hanziDigits = map[rune]byte{
	'零': '0', '〇': '0', '洞': '0', '一': '1', '幺': '1', '妖': '1', '壹': '1', '二': '2', '两': '2', '贰': '2', '三': '3', '叁': '3',
	'四': '4', '肆': '4', '五': '5', '伍': '5', '六': '6', '陆': '6', '七': '7', '拐': '7', '柒': '7', '八': '8', '捌': '8',
	'九': '9', '勾': '9', '玖': '9',
}

// pauses may stand between two digits of one number.
var pauses = []string{" ", "-", "—", "，", ",", "、", "。", "杠", "呃", "嗯", "额", "啊", "然后是", "然后", "后面是", "接着", "再", "uh", "um", "er"}

// Numbers finds all numbers of a line, written or spoken in Chinese or English, in order.
func Numbers(text string) []Run {
	runes := []rune(strings.ToLower(text))
	runes = runes[:min(len(runes), longestLine)]
	var out []Run
	for i := 0; i < len(runes); {
		run, ok := runAt(runes, i)
		if !ok {
			i++
			continue
		}
		run = withLetters(runes, run)
		out = append(out, run)
		i = max(run.End, i+1)
	}
	return out
}

// runAt reads the longest number that starts at i.
func runAt(runes []rune, i int) (Run, bool) {
	all := withoutCount(runes, piecesAt(runes, i))
	if len(all) == 0 {
		return Run{}, false
	}
	run := Run{Start: i, End: all[len(all)-1].to}
	all = begunAgain(runes, all)
	run.Digits = joinPieces(all)
	run.Cardinal = slices.ContainsFunc(all, func(p piece) bool { return p.cardinal })
	return run, true
}

// pauseAt is the length of the pauses at i when a digit follows them, else 0.
func pauseAt(runes []rune, i int) int {
	at := i
	for again := true; again; {
		again = false
		for _, p := range pauses {
			if strings.HasPrefix(string(runes[at:min(len(runes), at+4)]), p) {
				at += len([]rune(p))
				again = true
				break
			}
		}
	}
	if at == i || at >= len(runes) {
		return 0
	}
	if _, _, n := digitsAt(runes, at); n == 0 {
		return 0
	}
	return at - i
}

// digitsAt reads one item of a number at i: a digit, a repeated digit, a cardinal or an English digit word.
func digitsAt(runes []rune, i int) (digits string, cardinal bool, n int) {
	r := runes[i]
	if r >= '0' && r <= '9' {
		return string(r), false, 1
	}
	if unicode.IsLetter(r) && r < unicode.MaxASCII {
		return englishAt(runes, i)
	}
	if digits, n := repeatAt(runes, i); n > 0 {
		return digits, false, n
	}
	if digits, n := cardinalAt(runes, i); n > 0 {
		return digits, true, n
	}
	if d, ok := hanziDigits[r]; ok {
		return string(rune(d)), false, 1
	}
	return "", false, 0
}

// repeatAt reads 双八, 三个八, 七个一 and 三连六.
func repeatAt(runes []rune, i int) (string, int) {
	count, n := 0, 0
	switch {
	case runes[i] == '双':
		count, n = 2, 1
	case i+1 < len(runes) && (runes[i+1] == '个' || runes[i+1] == '连'):
		if d, ok := hanziDigits[runes[i]]; ok {
			count, n = int(d-'0'), 2
		} else if runes[i] >= '2' && runes[i] <= '9' {
			count, n = int(runes[i]-'0'), 2
		}
	}
	if count < 1 || count == 1 && !digitBefore(runes, i) || i+n >= len(runes) {
		return "", 0
	}
	d, ok := hanziDigits[runes[i+n]]
	if !ok && runes[i+n] >= '0' && runes[i+n] <= '9' {
		d, ok = byte(runes[i+n]), true
	}
	if !ok || (i+n+1 < len(runes) && strings.ContainsRune("十百千万", runes[i+n+1])) {
		return "", 0
	}
	return strings.Repeat(string(rune(d)), count), n + 1
}

// digitBefore reports whether a digit stands right before i: only then is 一个六 a six and not 一个 and a word.
func digitBefore(runes []rune, i int) bool {
	if i == 0 {
		return false
	}
	_, ok := hanziDigits[runes[i-1]]
	return ok || runes[i-1] >= '0' && runes[i-1] <= '9'
}

// cardinalAt reads a cardinal such as 三千七百二十一 or 十五; 三千七 is 3700.
func cardinalAt(runes []rune, i int) (string, int) {
	units := map[rune]int{'十': 10, '百': 100, '千': 1000, '万': 10000}
	total, section, digit, last, at, seen := 0, 0, -1, 1, i, false
	for at < len(runes) {
		r := runes[at]
		if unit, ok := units[r]; ok {
			if unit == 10000 {
				section += max(digit, 0)
				if section == 0 {
					break
				}
				total, section, digit, last, seen = total+section*unit, 0, -1, unit, true
				at++
				continue
			}
			if digit < 0 {
				if unit != 10 || (seen && last <= 10) {
					break
				}
				digit = 1
			}
			if seen && unit >= last && last != 10000 {
				break
			}
			section, digit, last, seen = section+digit*unit, -1, unit, true
			at++
			continue
		}
		d, ok := hanziDigits[r]
		if !ok || digit >= 0 && digit != 0 {
			break
		}
		// A digit that a smaller unit does not follow ends the cardinal: 三十七 二十一 is two of them.
		if seen && last == 10 && at+1 < len(runes) && runes[at+1] == '十' {
			break
		}
		digit = int(d - '0')
		if r != '零' && r != '〇' && seen && (at+1 >= len(runes) || units[runes[at+1]] == 0) {
			at++
			if last > 10 && !afterZero(runes, at-1) {
				digit *= last / 10
			}
			break
		}
		at++
	}
	if !seen {
		return "", 0
	}
	return strconv.Itoa(total + section + max(digit, 0)), at - i
}

func afterZero(runes []rune, i int) bool {
	return i > 0 && (runes[i-1] == '零' || runes[i-1] == '〇')
}
