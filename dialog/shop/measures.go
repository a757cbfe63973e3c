package shop

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	weightShape = regexp.MustCompile(`^(?:about|大概|大约)?\s*(\d{1,5})(?:\.(\d{1,3}))?\s*(公斤|千克|(?i:kgs?|kilos?|g|lbs?|t)|斤|克|吨)?(半)?`)
	countShape  = regexp.MustCompile(`^\d{1,3}`)
	clockShape  = regexp.MustCompile(`(\d{1,2})(?:[:：点时](\d{2})?|\s*(am|pm|a\.m|p\.m))`)
	spanShape   = regexp.MustCompile(`(\d{1,2})[:：](\d{2})\s*[-~到至]\s*(\d{1,2})[:：](\d{2})`)
)

// hanziNumbers are the numbers that callers say in words for pieces, kilograms and hours.
var hanziNumbers = strings.NewReplacer("二十四", "24", "二十三", "23", "二十二", "22", "二十一", "21", "二十", "20", "十九", "19", "十八", "18", "十七", "17",
	"十六", "16", "十五", "15", "十四", "14", "十三", "13", "十二", "12", "十一", "11", "十", "10", "九", "9", "八", "8", "七", "7", "六", "6", "五", "5",
	"四", "4", "三", "3", "两", "2", "二", "2", "一", "1")

// count reads a number of pieces.
func count(text string) (int, bool) {
	n, err := strconv.Atoi(countShape.FindString(hanziNumbers.Replace(text)))
	return n, err == nil
}

// kilograms reads a weight and rounds it up, as couriers do; a bare number is kilograms.
func kilograms(text string) (int, bool) {
	m := weightShape.FindStringSubmatch(hanziNumbers.Replace(strings.TrimSpace(text)))
	if m == nil {
		return 0, false
	}
	whole, errWhole := strconv.Atoi(m[1])
	part, errPart := strconv.Atoi((m[2] + "000")[:3])
	if errWhole != nil || errPart != nil {
		return 0, false
	}
	units := whole*1000 + part
	if m[4] != "" {
		units += 500
	}
	grams := units
	switch strings.ToLower(m[3]) {
	case "斤":
		grams = units / 2
	case "克", "g":
		grams = units / 1000
	case "lb", "lbs":
		grams = units * 454 / 1000
	case "吨", "t":
		grams = units * 1000
	}
	if grams <= 0 {
		return 0, false
	}
	return (grams + 999) / 1000, true
}

// dayWords lead from what callers say to the hours that they mean.
var dayWords = []struct {
	word     string
	from, to int
}{
	{"上午", 8, 12}, {"早", 8, 12}, {"morning", 8, 12}, {"中午", 11, 14}, {"noon", 11, 14}, {"下午", 12, 18}, {"傍晚", 17, 19}, {"下班", 18, 22},
	{"晚", 18, 22}, {"夜", 18, 22}, {"evening", 18, 22}, {"night", 18, 22},
}

// hours reads a time of day as callers say it: 下午三点, 18:00, 14:00-16:00, 晚上.
func hours(text string) (from, to time.Duration, ok bool) {
	text = hanziNumbers.Replace(strings.ToLower(text))
	if m := spanShape.FindStringSubmatch(text); m != nil {
		from, to = clockTime(m[1], m[2]), clockTime(m[3], m[4])
		return from, to, from < to && to <= 24*time.Hour
	}
	for _, w := range dayWords {
		if strings.Contains(text, w.word) {
			from, to, ok = time.Duration(w.from)*time.Hour, time.Duration(w.to)*time.Hour, true
			break
		}
	}
	m := clockShape.FindStringSubmatch(text)
	if m == nil {
		return from, to, ok
	}
	at := clockTime(m[1], m[2])
	afternoon := ok && from >= 11*time.Hour || strings.HasPrefix(m[3], "p") || !ok && at > 0 && at < 7*time.Hour
	if afternoon && at < 11*time.Hour {
		at += 12 * time.Hour
	}
	return at, at + time.Minute, at < 24*time.Hour
}

func clockTime(hour, minute string) time.Duration {
	h, _ := strconv.Atoi(hour)
	m, _ := strconv.Atoi(minute)
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
}
