package nlu

import (
	"regexp"
	"strconv"
	"strings"
)

// Fix is a correction of part of a number: 最后是八, 中间是零二, 第三位是五, 不是二是七.
type Fix struct {
	Part   string // "first", "middle", "last", "swap" or a position from "1"; empty for none
	From   string // of "swap"
	Digits string
}

// Apply puts the correction into an old number; false where it does not fit.
func (f Fix) Apply(old string) (string, bool) {
	if f.Part == "" || f.Digits == "" || len(f.Digits) > len(old) {
		return old, false
	}
	n, d := len(old), len(f.Digits)
	switch f.Part {
	case "first":
		return f.Digits + old[d:], true
	case "last":
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

var (
	correctStart = regexp.MustCompile(`^(不是|不对|错了|说错了|我说错了|不不|不不不|no|no,? it's|wrong)[\s,，。、]*(.+)$`)
	correctWords = regexp.MustCompile(`说错了|我说错|讲错了|报错了|应该是|改成|更正|i meant|i mean|actually`)
	fixPart      = regexp.MustCompile(`(最后|末尾|结尾|后面|前面|开头|最前面|中间|第([一二三四五六七八九十\d]+)位)(?:那)?(?:一位|两位|三位|四位|几位|个|位)?(?:数字|数)?(?:应该)?(?:是|改成)(.+)$`)
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
	if m := fixSwap.FindStringSubmatch(lower); m != nil {
		from, to := onlyNumber(m[1]), onlyNumber(m[2])
		if from != "" && len(from) == len(to) && len(from) <= 4 {
			return true, Fix{Part: "swap", From: from, Digits: to}
		}
	}
	if m := fixPart.FindStringSubmatch(lower); m != nil {
		if digits := onlyNumber(m[3]); digits != "" && len(digits) <= 6 {
			return true, Fix{Part: partOf(m[1], m[2]), Digits: digits}
		}
	}
	if m := fixEnglish.FindStringSubmatch(lower); m != nil {
		if digits := onlyNumber(m[2]); digits != "" && len(digits) < 4 {
			return true, Fix{Part: m[1], Digits: digits}
		}
	}
	return correct, Fix{}
}

func partOf(word, position string) string {
	switch {
	case position != "":
		return onlyNumber(position)
	case word == "最后" || word == "末尾" || word == "结尾" || word == "后面":
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
