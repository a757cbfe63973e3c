package text

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var (
	englishMobile = regexp.MustCompile(`\b(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})\b`)
	englishCode   = regexp.MustCompile(`\b([A-Z]{1,5})?(\d{5,})([A-Z]{0,3})\b`)
	englishTail   = regexp.MustCompile(`(?i)\b(ending in|ends in|ends with|ending with|last four digits(?: are| of)?|tail|code(?: is)?|room)\s+(\d{3,4})\b`)
	englishSpaced = regexp.MustCompile(`\b\d(?: \d){4,}\b`)
	englishDate   = regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})\b`)
	englishClock  = regexp.MustCompile(`\b([01]?\d|2[0-3]):([0-5]\d)\b(\s?[ap]\.?m\b\.?)?`)
	englishYuan   = regexp.MustCompile(`(?:[¥￥]|RMB ?|CNY ?)(\d+(?:\.\d+)?)`)
	spelled       = regexp.MustCompile(`\b\d \d \d(?: \d)*$`)
	englishStops  = regexp.MustCompile(`[,.;:!?|()"]+(?:\s+|$)|\|`)
)

// normaliseEnglish writes English text so that an English engine says numbers by their kind; "|" is a gap between groups.
func normaliseEnglish(written string) string {
	s := norm.NFKC.String(limitRunes(strings.ToValidUTF8(written, ""), MaxRunes))
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '|' || unicode.IsControl(r) || unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.So, unicode.Sk, unicode.Cf, unicode.Mn):
			return -1
		}
		return r
	}, s)
	s = englishSpaced.ReplaceAllStringFunc(s, func(m string) string { return strings.ReplaceAll(m, " ", "") })
	s = englishDate.ReplaceAllStringFunc(s, sayEnglishDate)
	s = englishClock.ReplaceAllStringFunc(s, sayEnglishClock)
	s = englishYuan.ReplaceAllString(s, "$1 yuan")
	s = englishTail.ReplaceAllStringFunc(s, func(m string) string {
		n := strings.LastIndexByte(m, ' ')
		return m[:n+1] + spaced(m[n+1:])
	})
	s = englishMobile.ReplaceAllStringFunc(s, func(m string) string {
		p := englishMobile.FindStringSubmatch(m)
		return spaced(p[1]) + "|" + spaced(p[2]) + "|" + spaced(p[3])
	})
	return englishCode.ReplaceAllStringFunc(s, sayEnglishCode)
}

// spaced parts the characters of s by spaces, so that each is said by its name.
func spaced(s string) string { return strings.Join(strings.Split(s, ""), " ") }

func sayEnglishCode(code string) string {
	p := englishCode.FindStringSubmatch(code)
	var parts []string
	if p[1] != "" {
		parts = append(parts, spaced(p[1]))
	}
	rest := p[2]
	for _, size := range groupSizes(rest) {
		parts = append(parts, spaced(rest[:size]))
		rest = rest[size:]
	}
	if p[3] != "" {
		parts = append(parts, spaced(p[3]))
	}
	return strings.Join(parts, "|")
}

func sayEnglishDate(date string) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return day.Format("January ") + strconv.Itoa(day.Day()) + ordinalSuffix(day.Day()) + day.Format(", 2006")
}

func ordinalSuffix(day int) string {
	switch {
	case day >= 11 && day <= 13:
		return "th"
	case day%10 == 1:
		return "st"
	case day%10 == 2:
		return "nd"
	case day%10 == 3:
		return "rd"
	}
	return "th"
}

// sayEnglishClock says 20:00 as 8 p m; a time that has its half of the day already is left alone.
func sayEnglishClock(clock string) string {
	p := englishClock.FindStringSubmatch(clock)
	hour, _ := strconv.Atoi(p[1])
	if p[3] != "" {
		return strings.TrimSpace(strings.TrimSuffix(p[1]+minutesEnglish(p[2]), " ")) + " " + strings.Join(strings.Split(strings.ToUpper(strings.NewReplacer(".", "", " ", "").Replace(p[3])), ""), " ")
	}
	half := " A M"
	if hour >= 12 {
		half = " P M"
	}
	return strconv.Itoa((hour+11)%12+1) + minutesEnglish(p[2]) + half
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

// planEnglish is Plan for English text.
func planEnglish(written string) []Clause {
	s := normaliseEnglish(written)
	var out []Clause
	for s != "" {
		end, next, pause := len(s), len(s), PauseStop
		if at := englishStops.FindStringIndex(s); at != nil {
			end, next = at[0], at[1]
			pause = englishPause(s[end:next])
		}
		if words := strings.Join(strings.Fields(s[:end]), " "); hasSpeech(words) {
			clause := Clause{Parts: []Part{{Lang: English, Text: words}}, Pause: pause, Rate: 1, Pitch: 1}
			if spelled.MatchString(words) {
				clause.Rate = digitRate
			}
			out = append(out, clause)
		}
		s = s[next:]
	}
	if len(out) > 0 {
		out[len(out)-1].Pause = 0
	}
	return out
}

func englishPause(mark string) time.Duration {
	switch {
	case mark == "|":
		return PauseGap
	case strings.ContainsAny(mark, ".!?;"):
		return PauseStop
	}
	return PauseComma
}

func hasSpeech(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) >= 0
}
