package nlu

import (
	"regexp"
	"strconv"
	"strings"
)

// Fix is a correction of part of a number: 最后是八, 中间是零二, 第三位是五, 不是二是七, 后四位是三七二一不是三七一二. While a number
// is being said in parts, 后面是 may as well go on with it.
type Fix struct {
	Part   string // "first", "middle", "last", "rest" (后面是), "swap" or a position from "1"; empty for none
	From   string // what stood there, where the caller said it
	Digits string
}

// Apply puts the correction into an old number; false where it does not fit.
func (f Fix) Apply(old string) (string, bool) {
	if f.Part == "" || f.Digits == "" || len(f.Digits) > len(old) {
		return old, false
	}
	n, d := len(old), len(f.Digits)
	if f.From != "" && f.Part != "swap" && len(f.From) == d && !f.replaces(old) {
		f.Part = "swap" // what stood there stands elsewhere
	}
	switch f.Part {
	case "first":
		return f.Digits + old[d:], true
	case "last", "rest":
		return old[:n-d] + f.Digits, true
	case "middle":
		at := (n - d) / 2
		return old[:at] + f.Digits + old[at+d:], true
	case "swap":
		if strings.Count(old, f.From) != 1 {
			return old, false
		}
		return strings.Replace(old, f.From, f.Digits, 1), true
	}
	at, err := strconv.Atoi(f.Part)
	if err != nil || at < 1 || at-1+d > n {
		return old, false
	}
	return old[:at-1] + f.Digits + old[at-1+d:], true
}

// replaces says whether the digits that the correction is to replace are those that the caller says were wrong.
func (f Fix) replaces(old string) bool {
	switch f.Part {
	case "first":
		return strings.HasPrefix(old, f.From)
	case "last", "rest":
		return strings.HasSuffix(old, f.From)
	}
	return true
}

var (
	correctStart = regexp.MustCompile(`^(不是|不对|错了|说错了|我说错了|不不|不不不|no|no,? it's|wrong)[\s,，。、]*(.+)$`)
	correctWords = regexp.MustCompile(`说错了|我说错|讲错了|报错了|搞错了|记错了|念错了|(?:前面|刚才|刚刚|上面)(?:那个|说的|的)?(?:不对|错了|不算)|我是说|应该是|改成|更正|i meant|i mean|actually|scratch that|correction`)
	fixPart      = regexp.MustCompile(`(最后|末尾|结尾|后面|前面|开头|最前面|中间|第([一二三四五六七八九十\d]+)位|[后末前]([一两二三四五六2-6])位)(?:那|的)?(?:一位|[两二三四五六2-6][位个]|几位|个|位)?(?:数字|数)?(?:应该)?(?:是|改成)(.+?)(?:[\s,，]*(?:而)?不是(.+))?$`)
	fixSwap      = regexp.MustCompile(`不是(.{1,8}?)[\s,，]*(?:而)?是(.{1,8})$`)
	fixEnglish   = regexp.MustCompile(`(last|first)(?: digit| one| digits| two| two digits)? (?:is|are|should be) (.+)$`)
)

// correction tells whether an utterance corrects what was said before, and which part of a number.
func correction(text string) (bool, Fix) {
	lower := strings.ToLower(text)
	correct := correctWords.MatchString(lower)
	if m := correctStart.FindStringSubmatch(lower); m != nil && len([]rune(m[2])) > 1 {
		correct = true
	}
	if m := fixPart.FindStringSubmatch(lower); m != nil {
		if digits := onlyNumber(m[4]); digits != "" && len(digits) <= 6 {
			return true, Fix{Part: partOf(m[1], m[2]), From: onlyNumber(m[5]), Digits: digits}
		}
	}
	if m := fixSwap.FindStringSubmatch(lower); m != nil {
		from, to := onlyNumber(m[1]), onlyNumber(m[2])
		if from != "" && len(from) == len(to) && len(from) <= 4 {
			return true, Fix{Part: "swap", From: from, Digits: to}
		}
	}
	if m := fixEnglish.FindStringSubmatch(lower); m != nil {
		if digits := onlyNumber(m[2]); digits != "" && len(digits) < 4 {
			return true, Fix{Part: m[1], Digits: digits}
		}
	}
	return correct, Fix{}
}

// startOver is a caller who says the whole number again.
var startOver = regexp.MustCompile(`(?i)重来|从头(?:来|说|报)|重新?[来说报念](?:一[遍下次])?|再[来报念]一[遍次]|start (?:over|again)|from the (?:start|beginning)`)

func partOf(word, position string) string {
	switch {
	case position != "":
		return onlyNumber(position)
	case word == "后面":
		return "rest"
	case strings.HasPrefix(word, "后") || strings.HasPrefix(word, "末") || word == "最后" || word == "结尾":
		return "last"
	case word == "中间":
		return "middle"
	}
	return "first"
}

// onlyNumber is the one number that text consists of, apart from particles; empty where there is more to it.
func onlyNumber(text string) string {
	text = strings.TrimSpace(text)
	runs := Numbers(text)
	if len(runs) != 1 || runs[0].Start > 1 || len([]rune(text))-runs[0].End > 2 {
		return ""
	}
	return runs[0].Digits
}
