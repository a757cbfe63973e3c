package text

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// englishRule rewrites one kind of written thing; say gets what pattern found and its groups.
type englishRule struct {
	pattern *regexp.Regexp
	say     func(m []string) string
}

// englishRules are applied one after the other. What they write has no long number any more for a later one to find.
var englishRules = []englishRule{
	{regexp.MustCompile(`\b\d{1,3}(?:,\d{3})+\b`), func(m []string) string { return strings.ReplaceAll(m[0], ",", "") }},
	{regexp.MustCompile(`\b\d(?: \d){4,}\b`), func(m []string) string { return strings.ReplaceAll(m[0], " ", "") }},
	{regexp.MustCompile(`(?:https?://)?\b[A-Za-z0-9._-]+(?:@[A-Za-z0-9-]+)?(?:\.[A-Za-z0-9-]+)*\.(?:com|cn|net|org|io)\b(?:/[A-Za-z0-9_./-]*[A-Za-z0-9])?`), sayEnglishAddress},
	{regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})(?:T| +)([01]?\d|2[0-4]):([0-5]\d)(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?`), sayEnglishMoment},
	{regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})\b`), func(m []string) string { return sayEnglishDate(m[0]) }},
	{regexp.MustCompile(`\b([01]?\d|2[0-3]):([0-5]\d)(\s?[apAP]\.?[mM]\b\.?)?\s?[-–~]\s?([01]?\d|2[0-4]):([0-5]\d)(\s?[apAP]\.?[mM]\b\.?)?`), sayEnglishHours},
	{regexp.MustCompile(`\b([01]?\d|2[0-3]):([0-5]\d)\b(?::\d{2})?(\s?[apAP]\.?[mM]\b\.?)?`), func(m []string) string { return sayEnglishClock(m[1], m[2], m[3]) }},
	{regexp.MustCompile(`(?:[¥￥]|RMB ?|CNY ?)(\d+(?:\.\d+)?)|\b(\d+(?:\.\d+)?) ?(?:yuan|RMB|CNY)\b`), func(m []string) string { return englishMoney(m[1]+m[2], "yuan", "yuan", "") }},
	{regexp.MustCompile(`(?:US)?\$(\d+(?:\.\d+)?)`), func(m []string) string { return englishMoney(m[1], "dollar", "dollars", "cents") }},
	{regexp.MustCompile(`€(\d+(?:\.\d+)?)`), func(m []string) string { return englishMoney(m[1], "euro", "euros", "cents") }},
	{regexp.MustCompile(`£(\d+(?:\.\d+)?)`), func(m []string) string { return englishMoney(m[1], "pound", "pounds", "pence") }},
	{regexp.MustCompile(`(?i)\b(ending in|ends in|ends with|ending with|ending|last four digits(?: are| of)?|tail|code(?: is)?|room|extension|ext\.?|flight|pin(?: is)?)\s+(\d{3,4})\b`), func(m []string) string { return m[1] + " " + spaced(m[2]) }},
	{regexp.MustCompile(`(?i)\b(code(?: is)?|locker|shelf|order(?: number)?(?: is)?|number(?: is)?)\s+([A-Z]{0,4}\d*(?:-[A-Z]{0,4}\d+)+)\b`), func(m []string) string { return m[1] + " " + sayEnglishDashes(m[2]) }},
	{regexp.MustCompile(`(?:\+|00)86[- ]?(1[3-9]\d{9})\b`), func(m []string) string { return m[1] }},
	{regexp.MustCompile(`\b(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})\b`), func(m []string) string { return spacedGroups(m[1:]) }},
	{regexp.MustCompile(`\(?\b(0\d{2,3}|[48]00)[-) ]{1,2}(\d{3,4})[- ]?(\d{4})\b`), func(m []string) string { return spacedGroups(m[1:]) }},
	{regexp.MustCompile(`\+(\d{1,3})[ -](\d{2,4})[ -](\d{3,4})[ -](\d{4})\b`), func(m []string) string { return "plus " + spacedGroups(m[1:]) }},
	{regexp.MustCompile(`\b([A-Z]{1,5})?-?(\d{5,})([A-Z]{0,3})\b`), sayEnglishCode},
	{regexp.MustCompile(`(?i)\b(?:no\.|#) ?(\d+)\b`), func(m []string) string { return "number " + m[1] }},
	{regexp.MustCompile(`#(\d+)\b`), func(m []string) string { return "number " + m[1] }},
	{regexp.MustCompile(`\b(\d+(?:\.\d+)?)%? ?[-–~] ?(\d+(?:\.\d+)?%?)`), func(m []string) string { return m[1] + " to " + m[2] }},
	{regexp.MustCompile(`(\d) ?%`), func(m []string) string { return m[1] + " percent" }},
	{regexp.MustCompile(`(\d) ?°C`), func(m []string) string { return m[1] + " degrees Celsius" }},
	{regexp.MustCompile(`(\d) ?°F`), func(m []string) string { return m[1] + " degrees Fahrenheit" }},
	{regexp.MustCompile(`\b(\d+(?:\.\d+)?) ?(kg|km|cm|mm|ml|mL|GB|MB|TB|mAh|kW|min|hrs?|g|m|L|W|V|h)\b`), sayEnglishUnit},
	{regexp.MustCompile(`\b24/7\b`), func([]string) string { return "24 7" }},
	{regexp.MustCompile(`\b1/2\b`), func([]string) string { return "one half" }},
	{regexp.MustCompile(`\b(\d{1,2})/(\d{1,2})\b`), func(m []string) string { return m[1] + " over " + m[2] }},
	{regexp.MustCompile(`\s?&\s?`), func([]string) string { return " and " }},
	{regexp.MustCompile(`\s\+\s|\+`), func([]string) string { return " plus " }},
	{regexp.MustCompile(`\s=\s|=`), func([]string) string { return " equals " }},
}

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

func sayEnglishDate(date string) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return day.Format("January ") + englishOrdinalOf(day.Day()) + day.Format(", 2006")
}

// sayEnglishMoment says a day with a time, without the year: such a moment is near.
func sayEnglishMoment(m []string) string {
	day, err := time.Parse(time.DateOnly, m[1]+"-"+m[2]+"-"+m[3])
	if err != nil {
		return m[0]
	}
	return day.Format("January ") + englishOrdinalOf(day.Day()) + " at " + sayEnglishClock(m[4], m[5], "")
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
	return sayEnglishClock(m[1], m[2], first) + " to " + sayEnglishClock(m[4], m[5], m[6])
}

// sayEnglishClock says 20:00 as 8 P M; half is the half of the day where it is written.
func sayEnglishClock(hour, minutes, half string) string {
	h, _ := strconv.Atoi(hour)
	said := " A M"
	switch {
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
	whole, part, _ := strings.Cut(amount, ".")
	part = strings.TrimRight(part, "0")
	name := many
	if whole == "1" && part == "" {
		name = one
	}
	switch {
	case part == "":
		return whole + " " + name
	case small == "" || len(part) > 2:
		return whole + "." + part + " " + name
	}
	n, _ := strconv.Atoi((part + "0")[:2])
	if strings.Trim(whole, "0") == "" {
		return strconv.Itoa(n) + " " + small
	}
	return whole + " " + name + " and " + strconv.Itoa(n) + " " + small
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
	return m[1] + " " + englishUnits[m[2]] + "s"
}
