package text

import (
	"regexp"
	"strconv"
	"strings"
)

var clockAfter = regexp.MustCompile(`^ *(?: \d{1,2}:\d{2}|` + partNames + `)`)

// sayISODate says a date; its year is left out where a time of day follows, since such a moment is near.
func sayISODate(s *scanner, m []string) (string, bool) {
	month, day, ok := monthDay(m[3], m[5])
	if !ok || m[2] != m[4] {
		return "", false
	}
	said := month + "月" + day + "号"
	if !clockAfter.MatchString(s.right(len(m[0]))) {
		said = digits(m[1], "一") + "年" + said
	}
	return said, true
}

func sayYears(_ *scanner, m []string) (string, bool) {
	return digits(m[1], "一") + "到" + digits(m[2], "一") + "年", true
}

var dateGoesOn = regexp.MustCompile(`^[-/.]\d`)

func sayYearMonth(s *scanner, m []string) (string, bool) {
	if dateGoesOn.MatchString(s.right(len(m[0]))) {
		return "", false
	}
	return digits(m[1], "一") + "年" + cardinal(m[2]) + "月", true
}

// sayYear says 2026年 digit by digit; two digits are a year before a month (26年3月) or with a zero, else they count years.
func sayYear(_ *scanner, m []string) (string, bool) {
	if len(m[1]) == 2 && m[2] == "" && m[1][0] != '0' {
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

var period = regexp.MustCompile(`(?:时间|日期|活动|假期|放假|档期|有效期|期间|从|自|于)(?:是|为|:| |,)*$`)

// sayDays says 11.20-11.25 as two days after a word for a time.
func sayDays(s *scanner, m []string) (string, bool) {
	month, day, ok := monthDay(m[1], m[2])
	month2, day2, ok2 := monthDay(m[3], m[4])
	if !ok || !ok2 || !period.MatchString(s.left()) {
		return "", false
	}
	return month + "月" + day + "号到" + month2 + "月" + day2 + "号", true
}

// sayShortDate says 03-20 as a day; 10-15 before a measure word is a range.
func sayShortDate(s *scanner, m []string) (string, bool) {
	right := s.right(len(m[0]))
	if measureFollows(right) || rangeUnit.MatchString(right) || strings.HasPrefix(right, "-") || strings.HasSuffix(s.left(), "满") {
		return "", false
	}
	month, day, ok := monthDay(m[1], m[2])
	return month + "月" + day + "号", ok
}

// rangeUnit follows a range rather than a day.
var rangeUnit = regexp.MustCompile(`^ ?(?:%|°|摄氏度|` + latinUnit + `)`)

var dateBefore = regexp.MustCompile(`(?:日期|时间|截止|截至|于)(?:是|为|:| |到)*$`)

// sayCompactDate says 20260301 as a day after a word for one.
func sayCompactDate(s *scanner, m []string) (string, bool) {
	month, day, ok := monthDay(m[2], m[3])
	return digits(m[1], "一") + "年" + month + "月" + day + "号", ok && dateBefore.MatchString(s.left())
}

// sayFestival says 3·15, a day known by its figures.
func sayFestival(_ *scanner, m []string) (string, bool) { return digits(m[1]+m[2], "一"), true }

var (
	generation = regexp.MustCompile(`^后(?:$|[^面来天续])`)
	shopping   = regexp.MustCompile(`^(?:大促|活动|期间|年中|购物|狂欢)`)
)

// sayFigures says the sale of 618 and generations (90后) by their figures.
func sayFigures(s *scanner, m []string) (string, bool) {
	right := s.right(len(m[0]))
	before, _ := s.before()
	if len(m[0]) == 3 && !shopping.MatchString(right) && !strings.HasSuffix(s.left(), "年中") ||
		len(m[0]) == 2 && (!generation.MatchString(right) || isASCIIDigit(before)) {
		return "", false
	}
	return digits(m[0], "一"), true
}

// monthDay says a month and a day of it, ok false where there are no such ones.
func monthDay(month, day string) (saidMonth, saidDay string, ok bool) {
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	return cardinal(month), cardinal(day), m >= 1 && m <= 12 && d >= 1 && d <= 31
}
