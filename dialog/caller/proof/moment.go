package proof

import (
	"fmt"
	"strings"
	"time"
)

func day(t time.Time) string { return t.Format("2006-01-02") }

// dateClaim is a date; without a year it is that of any year near now.
func dateClaim(year, month, date int, now time.Time) (Claim, bool) {
	if month < 1 || month > 12 || date < 1 || date > 31 {
		return Claim{}, false
	}
	years := []int{year}
	if year == 0 {
		years = []int{now.Year(), now.Year() + 1, now.Year() - 1}
	}
	c := Claim{Kind: Date}
	for _, y := range years {
		c.Values = append(c.Values, fmt.Sprintf("%04d-%02d-%02d", y, month, date))
	}
	return c, true
}

// dayClaim is a day of this month or of one beside it.
func dayClaim(date int, now time.Time) (Claim, bool) {
	if date < 1 || date > 31 {
		return Claim{}, false
	}
	c := Claim{Kind: Date}
	for months := -1; months <= 1; months++ {
		first := time.Date(now.Year(), now.Month()+time.Month(months), 1, 0, 0, 0, 0, now.Location())
		c.Values = append(c.Values, day(first.AddDate(0, 0, date-1)))
	}
	return c, true
}

var nearDays = map[string]int{"大前天": -3, "前天": -2, "昨": -1, "今": 0, "明": 1, "后天": 2, "大后天": 3}

func nearClaim(word string, now time.Time) Claim {
	n, ok := nearDays[word]
	if !ok {
		n = nearDays[string([]rune(word)[0])]
	}
	return Claim{Kind: Date, Values: []string{day(now.AddDate(0, 0, n))}}
}

// weekdayClaim is a day of this week, or of a next or the last one; 周五 said alone may be the coming one.
func weekdayClaim(which, name string, now time.Time) Claim {
	at := strings.Index("一二三四五六日", strings.ReplaceAll(name, "天", "日")) / len("一")
	today := (int(now.Weekday()) + 6) % 7
	monday := now.AddDate(0, 0, -today)
	weeks := map[string][]int{"下下": {2}, "下": {1}, "上": {-1}, "这": {0}, "本": {0}, "": {0, 1}}[which]
	c := Claim{Kind: Date}
	for _, w := range weeks {
		c.Values = append(c.Values, day(monday.AddDate(0, 0, 7*w+at)))
	}
	return c
}

var parts = map[string]string{"凌晨": "night", "清晨": "am", "早上": "am", "早晨": "am", "上午": "am", "中午": "noon", "下午": "pm", "傍晚": "pm",
	"晚上": "evening", "夜里": "night", "今晚": "evening", "明晚": "evening"}

func partOf(word string) string { return parts[word] }

// clockClaim is a time of day. Where the part of the day is left open, the hour may be before or after noon.
func clockClaim(hour, minute int, part string) (Claim, bool) {
	if hour > 24 || minute > 59 {
		return Claim{}, false
	}
	c := Claim{Kind: Clock}
	add := func(h int) { c.Values = append(c.Values, fmt.Sprintf("%02d:%02d", h%24, minute)) }
	switch parts[part] {
	case "":
		add(hour)
		if hour < 12 {
			add(hour + 12)
		}
	case "pm", "evening":
		if hour < 12 {
			hour += 12
		}
		add(hour)
	case "noon":
		if hour < 3 {
			hour += 12
		}
		add(hour)
	case "night":
		add(hour % 12)
		if part == "夜里" {
			add(hour%12 + 12)
		}
	default:
		add(hour)
	}
	return c, true
}

// partOfHour is the part of the day in which an hour lies, by each of the words that may name it.
func partsOfHour(hour int) []string {
	switch {
	case hour < 5:
		return []string{"night"}
	case hour < 11:
		return []string{"am"}
	case hour < 12:
		return []string{"am", "noon"}
	case hour < 14:
		return []string{"noon", "pm"}
	case hour < 18:
		return []string{"pm"}
	case hour < 20:
		return []string{"pm", "evening"}
	}
	return []string{"evening"}
}
