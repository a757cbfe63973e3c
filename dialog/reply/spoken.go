package reply

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"voxgate/dialog/shop"
)

var digitNames = []string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}

// Count writes a whole number from 0 to 99,999 in hanzi as it is read: 15 is 十五, 329 三百二十九.
func Count(n int) string {
	if n < 0 || n > 99999 {
		return strconv.Itoa(n)
	}
	if n == 0 {
		return "零"
	}
	var out strings.Builder
	units := []struct {
		size int
		name string
	}{{10000, "万"}, {1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}}
	zero := false
	for _, u := range units {
		d := n / u.size % 10
		if d == 0 {
			zero = out.Len() > 0
			continue
		}
		if zero {
			out.WriteString("零")
			zero = false
		}
		if !(d == 1 && u.size == 10 && out.Len() == 0) {
			out.WriteString(digitNames[d])
		}
		out.WriteString(u.name)
	}
	return out.String()
}

// Things is a count before a measure word: two is 两.
func Things(n int) string {
	if n == 2 {
		return "两"
	}
	return Count(n)
}

// Digits writes a number that is to be read digit by digit: in Chinese as it is, since the speech does that to long
// numbers, in English with spaces.
func Digits(number, lang string) string {
	if lang != "en" {
		return number
	}
	return strings.Join(strings.Split(strings.ReplaceAll(number, "-", ""), ""), " ")
}

// Money writes an amount as it is spoken: 三百二十九元, 四十五元九角; in English as 45.90 yuan. Nothing for none.
func Money(c shop.Cents, lang string) string {
	if c <= 0 {
		return ""
	}
	if lang == "en" {
		return strings.TrimSuffix(c.String(), ".00") + " yuan"
	}
	text := ""
	if c >= 100 {
		text = Count(int(c/100)) + "元"
	}
	jiao, fen := c/10%10, c%10
	if jiao > 0 {
		text += digitNames[jiao] + "角"
	} else if fen > 0 && text != "" {
		text += "零"
	}
	if fen > 0 {
		text += digitNames[fen] + "分"
	}
	return text
}

// When writes a moment as it is spoken on the day of now: 明天晚上八点, 今天凌晨四点四十, 五月二日; tomorrow at 8 pm.
func When(m shop.Moment, now time.Time, lang string) string {
	m.Time = m.In(now.Location())
	if lang == "en" {
		return whenEnglish(m, now)
	}
	day := dayName(m.Time, now)
	if !m.Clock {
		return day
	}
	return day + clock(m.Time)
}

// dayName is 今天, 明天... near now, else the date, with the year where it is another.
func dayName(t, now time.Time) string {
	if name, ok := map[int]string{-2: "前天", -1: "昨天", 0: "今天", 1: "明天", 2: "后天"}[daysBetween(now, t)]; ok {
		return name
	}
	date := Count(int(t.Month())) + "月" + Count(t.Day()) + "日"
	if t.Year() != now.Year() {
		year := ""
		for _, d := range strconv.Itoa(t.Year()) {
			year += digitNames[d-'0']
		}
		date = year + "年" + date
	}
	return date
}

func daysBetween(a, b time.Time) int {
	from := time.Date(a.Year(), a.Month(), a.Day(), 0, 0, 0, 0, time.UTC)
	to := time.Date(b.Year(), b.Month(), b.Day(), 0, 0, 0, 0, time.UTC)
	return int(to.Sub(from).Hours() / 24)
}

// clock is the time of day: 晚上八点半, 凌晨四点四十, 上午十点零五.
func clock(t time.Time) string {
	h := t.Hour()
	part := "晚上"
	switch {
	case h < 6:
		part = "凌晨"
	case h < 9:
		part = "早上"
	case h < 12:
		part = "上午"
	case h < 13:
		part = "中午"
	case h < 18:
		part = "下午"
	}
	if h > 12 {
		h -= 12
	}
	text := part + Things(h) + "点"
	switch m := t.Minute(); {
	case m == 30:
		return text + "半"
	case m > 0 && m < 10:
		return text + "零" + Count(m) + "分"
	case m > 0:
		return text + Count(m) + "分"
	}
	return text
}

func whenEnglish(m shop.Moment, now time.Time) string {
	day, near := map[int]string{-1: "yesterday", 0: "today", 1: "tomorrow"}[daysBetween(now, m.Time)]
	if !near {
		day = "on " + m.Format("January 2")
		if m.Year() != now.Year() {
			day += m.Format(", 2006")
		}
	}
	if !m.Clock {
		return day
	}
	layout := "3:04 pm"
	if m.Minute() == 0 {
		layout = "3 pm"
	}
	return fmt.Sprintf("%s at %s", day, m.Format(layout))
}
