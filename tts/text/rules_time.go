package text

import (
	"regexp"
	"strconv"
	"strings"
)

func sayISODate(_ *scanner, m []string) (string, bool) {
	month, day, ok := monthDay(m[3], m[5])
	if !ok || m[2] != m[4] {
		return "", false
	}
	said := digits(m[1], "一") + "年" + month + "月" + day + "号"
	if m[6] != "" {
		clock, ok := clockTime(m[6], m[7], "", true)
		if !ok {
			return "", false
		}
		said += clock
	}
	return said, true
}

// sayYear says 2026年 digit by digit; two digits are a year only before a month (26年3月), else they count years.
func sayYear(_ *scanner, m []string) (string, bool) {
	if len(m[1]) == 2 && m[2] == "" {
		return "", false
	}
	said := digits(m[1], "一") + "年"
	if m[2] != "" {
		said += cardinal(m[2]) + "月"
	}
	if m[3] != "" {
		said += cardinal(m[3]) + m[4]
	}
	return said, true
}

func sayMonth(_ *scanner, m []string) (string, bool) {
	said := cardinal(m[1]) + "月"
	if m[2] != "" {
		said += cardinal(m[2]) + m[3]
	}
	return said, true
}

// sayShortDate says 03-20 as a day; 10-15 before a measure word is a range.
func sayShortDate(s *scanner, m []string) (string, bool) {
	right := s.right(len(m[0]))
	if measureFollows(right) || strings.HasPrefix(right, "%") || unitStart.MatchString(right) {
		return "", false
	}
	month, day, ok := monthDay(m[1], m[2])
	return month + "月" + day + "号", ok
}

// monthDay says a month and a day of it, ok false where there are no such ones.
func monthDay(month, day string) (saidMonth, saidDay string, ok bool) {
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	return cardinal(month), cardinal(day), m >= 1 && m <= 12 && d >= 1 && d <= 31
}

var dayPart = regexp.MustCompile(`(?:凌晨|清晨|早上|早晨|上午|中午|午后|下午|傍晚|晚上|夜里|半夜|夜间|今晚|明晚|昨晚|当晚|早|晚)[ ,]?$`)

// sayClock says 20:00 as 晚上八点, without the part of the day where it is already written.
func sayClock(s *scanner, m []string) (string, bool) {
	hour := m[1]
	if h, _ := strconv.Atoi(hour); h >= 1 && h <= 12 && m[4] != "" {
		h %= 12
		if strings.ContainsAny(m[4], "pP") {
			h += 12
		}
		hour = strconv.Itoa(h)
	}
	said, ok := clockTime(hour, m[2], m[3], !dayPart.MatchString(s.left()))
	if !ok {
		return cardinal(m[1]) + "比" + cardinal(m[2]), m[3] == ""
	}
	return said, true
}

// sayHours says 20点30 in the same way.
func sayHours(s *scanner, m []string) (string, bool) {
	hour, _ := strconv.Atoi(m[1])
	named := dayPart.MatchString(s.left())
	if minute, err := strconv.Atoi(m[2]); hour > 24 || err == nil && minute > 59 {
		return "", false
	}
	minutes := m[2]
	if minutes == "" {
		minutes = "00"
	}
	return clockTime(m[1], minutes, "", !named && hour >= 13)
}

// clockTime says a time of day on the twelve-hour clock; withPart puts the part of the day before it.
func clockTime(hour, minute, second string, withPart bool) (string, bool) {
	h, _ := strconv.Atoi(hour)
	m, _ := strconv.Atoi(minute)
	sec, _ := strconv.Atoi(second)
	if h > 24 || m > 59 || sec > 59 || h == 24 && m > 0 {
		return "", false
	}
	said := ""
	if withPart {
		said = partOfDay(h)
	}
	switch {
	case h == 24:
		said += "十二点"
	case h == 0:
		said += "零点"
	case h > 12:
		said += quantity(strconv.Itoa(h-12), "点")
		said += "点"
	default:
		said += quantity(strconv.Itoa(h), "点") + "点"
	}
	return said + minutesPast(m, sec), true
}

func minutesPast(m, sec int) string {
	said := ""
	switch {
	case m == 0 && sec == 0:
		return ""
	case m == 30 && sec == 0:
		return "半"
	case m < 10:
		said = "零" + digitNames[m] + "分"
	case m == 10 && sec == 0:
		said = "十分"
	default:
		said = cardinal(strconv.Itoa(m))
	}
	if m == 0 {
		said = "零分"
	}
	if sec > 0 {
		if m >= 10 {
			said += "分"
		}
		said += cardinal(strconv.Itoa(sec)) + "秒"
	}
	return said
}

func partOfDay(hour int) string {
	switch {
	case hour < 6:
		return "凌晨"
	case hour < 9:
		return "早上"
	case hour < 12:
		return "上午"
	case hour == 12:
		return "中午"
	case hour < 18:
		return "下午"
	}
	return "晚上"
}
