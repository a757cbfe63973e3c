package nlu

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	monthsEn   = `(january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)`
	weekdaysEn = `(monday|tuesday|wednesday|thursday|friday|saturday|sunday)`
	ordinalEn  = `(\d{1,2})(?:st|nd|rd|th)?|((?:twenty|thirty)[ -](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|one|two|three|four|five|six|seven|eight|nine)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth|` + unitEn + `(?:[ -]` + unitEn + `)?)`
)

var (
	relativeEn = regexp.MustCompile(`\b(?:the )?day after tomorrow\b|\bthe day after$|\b(?:the )?day before yesterday\b|\btomorrow\b|\btoday\b|\btonight\b|\byesterday\b`)
	weekEn     = regexp.MustCompile(`\b(?:(this|next|last|this coming|coming) )?(?:` + weekdaysEn + `|(weekend))\b|\b(next|this|last) (week|month)\b`)
	monthDayEn = regexp.MustCompile(`\b` + monthsEn + `\.? (?:the )?(?:` + ordinalEn + `)\b`)
	dayMonthEn = regexp.MustCompile(`\b(?:the )?(?:` + ordinalEn + `)(?: of)? ` + monthsEn + `\b`)
	theDayEn   = regexp.MustCompile(`\b(?:on |by |until |till )?the (?:(\d{1,2})(?:st|nd|rd|th)|((?:twenty|thirty)[ -](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|(?:thir|four|fif|six|seven|eigh|nine)teenth|tenth|eleventh|twelfth|twentieth|thirtieth))\b`)
	offsetEn   = regexp.MustCompile(`\bin (` + numberEn + `) (day|week|month)s?\b|\b(` + numberEn + `) (day|week|month)s? (ago|from now|later|from today)\b|\b(?:at )?(?:the )?end of (?:the|this) (month)\b`)
)

var ordinals = map[string]int{"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
	"eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18,
	"nineteenth": 19, "twentieth": 20, "thirtieth": 30}

// datesEnglish reads tomorrow, next wednesday, march twenty first, the 21st, in three days.
func (l *line) datesEnglish() []day {
	if !l.latin {
		return nil
	}
	var out []day
	for _, m := range relativeEn.FindAllStringIndex(l.text, -1) {
		said := l.text[m[0]:m[1]]
		shift := map[string]int{"tomorrow": 1, "yesterday": -1}[said]
		if strings.HasSuffix(said, "after tomorrow") || said == "the day after" {
			shift = 2
		} else if strings.HasSuffix(said, "before yesterday") {
			shift = -2
		}
		out = append(out, l.day(said, l.after(0, 0, shift), m[0], m[1]))
	}
	out = append(out, l.weeksEnglish()...)
	out = append(out, l.offsetsEnglish()...)
	for _, m := range monthDayEn.FindAllStringSubmatchIndex(l.text, -1) {
		out = append(out, l.monthDayEnglish(m, group(l.text, m, 1), group(l.text, m, 2), group(l.text, m, 3)))
	}
	if len(out) == 0 {
		for _, m := range dayMonthEn.FindAllStringSubmatchIndex(l.text, -1) {
			out = append(out, l.monthDayEnglish(m, group(l.text, m, 3), group(l.text, m, 1), group(l.text, m, 2)))
		}
	}
	if len(out) == 0 {
		for _, m := range theDayEn.FindAllStringSubmatchIndex(l.text, -1) {
			if !followsOrdinal.MatchString(l.text[m[1]:]) {
				out = append(out, l.monthDayEnglish(m, "", group(l.text, m, 1), group(l.text, m, 2)))
			}
		}
	}
	return out
}

var followsOrdinal = regexp.MustCompile(`^ (?:one|order|parcel|package|item|floor|street|avenue|time|st\b|ave)`)

func (l *line) weeksEnglish() []day {
	var out []day
	for _, m := range weekEn.FindAllStringSubmatchIndex(l.text, -1) {
		said := l.text[m[0]:m[1]]
		if m[8] >= 0 || l.state.Now.IsZero() {
			out = append(out, l.day(said, time.Time{}, m[0], m[1]))
			continue
		}
		weekday := 5
		for i, name := range []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
			if name == group(l.text, m, 2) {
				weekday = i
			}
		}
		which, after := map[string]string{"next": "下", "this": "这", "last": "上"}[group(l.text, m, 1)], ""
		if which == "上" && weekday < (int(l.state.Now.Weekday())+6)%7 {
			which = "这" // last monday is the one that has just been
		}
		out = append(out, l.day(said, l.weekday(weekday, which, after), m[0], m[1]))
	}
	return out
}

func (l *line) offsetsEnglish() []day {
	var out []day
	for _, m := range offsetEn.FindAllStringSubmatchIndex(l.text, -1) {
		said := l.text[m[0]:m[1]]
		if m[12] >= 0 {
			at := time.Time{}
			if !l.state.Now.IsZero() {
				y, month, _ := l.state.Now.Date()
				at = date(y, month+1, 0)
			}
			out = append(out, l.day(said, at, m[0], m[1]))
			continue
		}
		n, ok := wholeNumber(group(l.text, m, 1) + group(l.text, m, 3))
		if !ok || n > 400 {
			continue
		}
		if group(l.text, m, 5) == "ago" {
			n = -n
		}
		at := l.after(0, 0, n)
		switch group(l.text, m, 2) + group(l.text, m, 4) {
		case "week":
			at = l.after(0, 0, 7*n)
		case "month":
			at = l.after(0, n, 0)
		}
		out = append(out, l.day(said, at, m[0], m[1]))
	}
	return out
}

// monthDayEnglish reckons a day of a month; without a month the next one to come.
func (l *line) monthDayEnglish(m []int, month, digits, words string) day {
	said := l.text[m[0]:m[1]]
	d, err := strconv.Atoi(digits)
	if err != nil {
		d = ordinal(words)
	}
	number := 0
	if month != "" {
		number = strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", month[:3])/3 + 1
	}
	if l.state.Now.IsZero() {
		impossible := d < 1 || d > 31 || number > 0 && d > lastOf(2028, time.Month(number))
		return day{candidate{value: said, start: m[0], end: m[1]}, impossible}
	}
	return l.monthDay(said, "", number, "", d, m[0], m[1])
}

func ordinal(words string) int {
	total := 0
	for _, w := range strings.FieldsFunc(words, func(r rune) bool { return r == ' ' || r == '-' }) {
		n := ordinals[w] + englishTens[w] + englishTeens[w]
		if d := englishDigits[w]; d != "" {
			n += int(d[0] - '0')
		}
		total += n
	}
	return total
}
