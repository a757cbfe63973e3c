package text

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// normaliseEnglish writes English text so that an English engine says numbers by their kind; "|" is a gap between groups.
// Placeholders for marks stay in it.
func normaliseEnglish(plain string) string {
	s := norm.NFKC.String(strings.ReplaceAll(limitRunes(plain, MaxRunes), "…", ", "))
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '|' || unicode.IsControl(r) || unicode.IsSpace(r):
			return ' '
		case r == '°':
			return r
		case unicode.In(r, unicode.So, unicode.Sk, unicode.Cf, unicode.Mn):
			return -1
		}
		return r
	}, s)
	for _, rule := range englishRules {
		s = rule.pattern.ReplaceAllStringFunc(s, func(found string) string {
			return rule.say(rule.pattern.FindStringSubmatch(found))
		})
	}
	return s
}

// spaced parts the characters of s by spaces, so that each is said by its name.
func spaced(s string) string { return strings.Join(strings.Split(s, ""), " ") }

func spacedGroups(groups []string) string {
	parts := make([]string, len(groups))
	for i, g := range groups {
		parts[i] = spaced(g)
	}
	return strings.Join(parts, "|")
}

// englishGroups says digits in groups.
func englishGroups(s string) string {
	var parts []string
	for _, size := range groupSizes(s) {
		parts = append(parts, spaced(s[:size]))
		s = s[size:]
	}
	return strings.Join(parts, "|")
}

func sayEnglishCode(m []string) string {
	parts := []string{englishGroups(m[2])}
	if m[1] != "" {
		parts = append([]string{spaced(m[1])}, parts...)
	}
	if m[3] != "" {
		parts = append(parts, spaced(m[3]))
	}
	return strings.Join(parts, "|")
}

func sayEnglishDashes(code string) string {
	parts := strings.Split(code, "-")
	for i, p := range parts {
		parts[i] = spaced(p)
	}
	return strings.Join(parts, " dash ")
}

var addressWords = strings.NewReplacer(".", " dot ", "@", " at ", "-", " dash ", "_", " underscore ", "/", " slash ", "www", "w w w")

func sayEnglishAddress(m []string) string {
	_, address, ok := strings.Cut(m[0], "://")
	if !ok {
		address = m[0]
	}
	return strings.TrimSpace(addressWords.Replace(address))
}

// englishDay is a day that exists.
func englishDay(year, month, day string) (time.Time, bool) {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return t, t.Year() == y && int(t.Month()) == m && t.Day() == d
}

func sayEnglishDate(written, year, month, day string) string {
	t, ok := englishDay(year, month, day)
	if !ok {
		return written
	}
	return t.Format("January ") + englishOrdinalOf(t.Day()) + t.Format(", 2006")
}

// sayEnglishMoment says a day with a time, without the year: such a moment is near.
func sayEnglishMoment(m []string) string {
	t, ok := englishDay(m[1], m[2], m[3])
	if !ok {
		return m[0]
	}
	return t.Format("January ") + englishOrdinalOf(t.Day()) + " at " + sayEnglishClock(m[4], m[5], "")
}

func englishOrdinalOf(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		suffix = map[int]string{1: "st", 2: "nd", 3: "rd"}[n%10]
	}
	if suffix == "" {
		suffix = "th"
	}
	return strconv.Itoa(n) + suffix
}

// sayEnglishHours says 9:00-18:00 as 9 A M to 6 P M.
func sayEnglishHours(m []string) string {
	first := m[3]
	if first == "" {
		first = m[6]
		if first != "" && strings.ContainsAny(first, "pP") {
			from, _ := strconv.Atoi(m[1])
			till, _ := strconv.Atoi(m[4])
			if from > till && from < 12 {
				first = "am"
			}
		}
	}
	if m[5] == "" {
		if m[6] == "" {
			return m[0]
		}
		m[5] = "00"
	}
	return sayEnglishClock(m[1], m[2], first) + " to " + sayEnglishClock(m[4], m[5], m[6])
}

// sayEnglishClock says 20:00 as 8 P M; half is the half of the day where it is written.
func sayEnglishClock(hour, minutes, half string) string {
	h, _ := strconv.Atoi(hour)
	said := " A M"
	switch {
	case half == "" && h == 12 && minutes == "00":
		return "12 noon"
	case half == "" && h%24 == 0 && minutes == "00":
		return "midnight"
	case half == "" && h >= 12 && h < 24, strings.ContainsAny(half, "pP"):
		said = " P M"
	}
	return strconv.Itoa((h+11)%12+1) + minutesEnglish(minutes) + said
}

func minutesEnglish(minutes string) string {
	switch {
	case minutes == "00":
		return ""
	case minutes[0] == '0':
		return " oh " + minutes[1:]
	}
	return " " + minutes
}

// englishMoney says an amount: 45.9 yuan as it is, 19.99 dollars with their cents.
func englishMoney(amount, one, many, small string) string {
	whole, part, _ := strings.Cut(strings.ReplaceAll(amount, ",", ""), ".")
	part = strings.TrimRight(part, "0")
	name := many
	if whole == "1" && part == "" {
		name = one
	}
	switch {
	case part == "":
		return englishCardinal(whole) + " " + name
	case small == "" || len(part) > 2:
		return englishCardinal(whole) + "." + part + " " + name
	}
	n, _ := strconv.Atoi((part + "0")[:2])
	if strings.Trim(whole, "0") == "" {
		return strconv.Itoa(n) + " " + small
	}
	return englishCardinal(whole) + " " + name + " and " + strconv.Itoa(n) + " " + small
}

// englishCardinal writes a long number with its thousands as words, so that it is not taken for a code.
func englishCardinal(number string) string {
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 10_000 && n > -10_000 || n <= -1e15 || n >= 1e15 {
		return number
	}
	if n < 0 {
		return "minus " + englishCardinal(strconv.FormatInt(-n, 10))
	}
	var parts []string
	for _, unit := range []struct {
		size int64
		name string
	}{{1e12, " trillion"}, {1e9, " billion"}, {1e6, " million"}, {1e3, " thousand"}, {1, ""}} {
		if n >= unit.size {
			parts = append(parts, strconv.FormatInt(n/unit.size, 10)+unit.name)
			n %= unit.size
		}
	}
	return strings.Join(parts, " ")
}

var englishUnits = map[string]string{
	"kg": "kilogram", "km": "kilometre", "cm": "centimetre", "mm": "millimetre", "ml": "millilitre", "mL": "millilitre",
	"GB": "gigabyte", "MB": "megabyte", "TB": "terabyte", "mAh": "milliamp hour", "kW": "kilowatt", "min": "minute", "hr": "hour",
	"hrs": "hour", "g": "gram", "m": "metre", "L": "litre", "W": "watt", "V": "volt", "h": "hour",
}

func sayEnglishUnit(m []string) string {
	if m[1] == "1" {
		return m[1] + " " + englishUnits[m[2]]
	}
	return englishCardinal(m[1]) + " " + englishUnits[m[2]] + "s"
}
