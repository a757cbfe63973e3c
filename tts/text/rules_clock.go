package text

import (
	"regexp"
	"strconv"
	"strings"
)

const partNames = `凌晨|清晨|早上|早晨|上午|中午|午后|下午|傍晚|晚上|夜里|半夜|夜间|今晚|明晚|昨晚|当晚|早|晚`

var (
	dayPart  = regexp.MustCompile(`(?:` + partNames + `)[ ,]?$`)
	fromHour = regexp.MustCompile(`(` + partNames + `)?(\d{1,2})(?::\d{2}|[点时](?:半|\d{1,2}分?)?)(?:` + to + `|至|到)$`)
)

// sayClock says 20:00 as 晚上八点, without the part of the day where that is already said.
func sayClock(s *scanner, m []string) (string, bool) {
	hour := m[1]
	if h, _ := strconv.Atoi(hour); h >= 1 && h <= 12 && m[4] != "" {
		h %= 12
		if strings.ContainsAny(m[4], "pP") {
			h += 12
		}
		hour = strconv.Itoa(h)
	}
	return clockTime(hour, m[2], m[3], !s.partOfDayKnown(hour))
}

// partOfDayKnown tells whether the part of the day of hour is written before it, or is that of the time from which a range goes.
func (s *scanner) partOfDayKnown(hour string) bool {
	left := s.left()
	if dayPart.MatchString(left) {
		return true
	}
	from := fromHour.FindStringSubmatch(left)
	if from == nil {
		return false
	}
	h, _ := strconv.Atoi(hour)
	h0, _ := strconv.Atoi(from[2])
	if from[1] != "" && h <= 12 && h > h0 {
		return true
	}
	part, part0 := partOfDay(h), partOfDay(h0)
	return part == part0 || part0 == "早上" && part == "上午" || h == 12 && h0 >= 6 && h0 < 12
}

// sayHours says 20点30 and 18时30分 in the same way.
func sayHours(s *scanner, m []string) (string, bool) {
	right := s.right(len(m[0]))
	hour, _ := strconv.Atoi(m[1])
	minute, err := strconv.Atoi(m[2])
	official := strings.Contains(m[0], "时")
	if hour > 24 || err == nil && minute > 59 || official && strings.HasPrefix(right, "间") {
		return "", false
	}
	minutes := m[2]
	if minutes == "" {
		minutes = "00"
	}
	said, ok := clockTime(m[1], minutes, "", !s.partOfDayKnown(m[1]) && (hour >= 13 || official && hour == 0))
	if minute >= 10 && !strings.Contains(m[0], "分") {
		said = strings.TrimSuffix(said, "分")
	}
	return said, ok
}

var (
	scoreBefore = regexp.MustCompile(`(?:比分|比例|比|打成|战平)(?:是|为|:|,| )*$`)
	scoreAfter  = regexp.MustCompile(`^(?:的?比分|战平|险胜|屏|画面|的比例)`)
)

// sayScore says two numbers as a score or a proportion where the words beside them name one.
func sayScore(s *scanner, m []string) (string, bool) {
	if !scoreBefore.MatchString(s.left()) && !scoreAfter.MatchString(s.right(len(m[0]))) {
		return "", false
	}
	return sayRatio(s, m)
}

func sayRatio(_ *scanner, m []string) (string, bool) {
	parts := strings.Split(m[0], ":")
	for i, p := range parts {
		parts[i] = cardinal(p)
	}
	return strings.Join(parts, "比"), true
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
	switch {
	case m == 0 && sec == 0:
		return ""
	case m == 30 && sec == 0:
		return "半"
	case sec == 0:
		return belowSixty(m) + "分"
	case m == 0:
		return "零分" + belowSixty(sec) + "秒"
	}
	return belowSixty(m) + "分" + belowSixty(sec) + "秒"
}

// belowSixty says minutes or seconds with the zero of the tens.
func belowSixty(n int) string {
	if n < 10 {
		return "零" + digitNames[n]
	}
	return cardinal(strconv.Itoa(n))
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
	case hour <= 18:
		return "下午"
	}
	return "晚上"
}
