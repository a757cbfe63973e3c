package proof

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

var months = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

var weekdays = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

var spelled = map[string]int{"zero": 0, "oh": 0, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
	"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100}

var (
	enDate     = regexp.MustCompile(`(?i)\b(` + strings.Join(months, "|") + `) (\d{1,2})(?:st|nd|rd|th)?\b(?:,? (\d{4}))?`)
	enNear     = regexp.MustCompile(`(?i)\b(yesterday|today|tonight|tomorrow)\b`)
	enWeekday  = regexp.MustCompile(`(?i)\b(next )?(` + strings.Join(weekdays, "|") + `)\b`)
	enClock    = regexp.MustCompile(`(?i)\b(\d{1,2})(?::(\d{2}))? ?(am|pm)\b`)
	enPart     = regexp.MustCompile(`(?i)\b(morning|afternoon|noon|evening|midnight)\b`)
	enMoney    = regexp.MustCompile(`(?i)\b(\d+)(?:\.(\d{1,2}))? ?(?:yuan|rmb)\b`)
	enRow      = regexp.MustCompile(`\b[A-Za-z]{0,4}\d(?:[ \-]?\d){2,}(?:[A-Z]{2})?\b`)
	enSpelt    = regexp.MustCompile(`(?i)\b(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)[ ,]+){2,}(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b`)
	enNumber   = regexp.MustCompile(`\b\d+(?:\.\d+)?\b`)
	enSpelled  = regexp.MustCompile(`(?i)\b(?:` + strings.Join(spelledWords(), "|") + `)\b`)
	enPartName = map[string]string{"morning": "am", "afternoon": "pm", "noon": "noon", "evening": "evening", "midnight": "night"}
)

func spelledWords() []string {
	var out []string
	for w := range spelled {
		out = append(out, w)
	}
	slices.Sort(out)
	return out
}

// english reads the claims of an English sentence; rest is what claims nothing by a number.
func english(text string, now time.Time) (claims []Claim, rest string) {
	s := &scanner{rest: text, now: now}
	s.take(enDate, func(g []string) (Claim, bool) {
		return dateClaim(atoi(g[3]), slices.Index(months, strings.ToLower(g[1]))+1, atoi(g[2]), now)
	})
	s.take(enNear, func(g []string) (Claim, bool) {
		n := map[string]int{"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}[strings.ToLower(g[1])]
		return Claim{Kind: Date, Values: []string{day(now.AddDate(0, 0, n))}}, true
	})
	s.take(enWeekday, func(g []string) (Claim, bool) {
		which := ""
		if g[1] != "" {
			which = "下"
		}
		at := slices.Index(weekdays, strings.ToLower(g[2]))
		return weekdayClaim(which, string([]rune("一二三四五六日")[at]), now), true
	})
	s.take(enClock, func(g []string) (Claim, bool) {
		hour := atoi(g[1]) % 12
		if strings.EqualFold(g[3], "pm") {
			hour += 12
		}
		return clockClaim(hour, atoi(g[2]), "上午")
	})
	s.take(enPart, func(g []string) (Claim, bool) {
		return Claim{Kind: Part, Values: []string{enPartName[strings.ToLower(g[1])]}}, true
	})
	s.take(enMoney, func(g []string) (Claim, bool) {
		return Claim{Kind: Money, Values: []string{itoa(atoi(g[1])*100 + atoi((g[2] + "00")[:2]))}}, true
	})
	s.claims = append(s.claims, s.numbers()...)
	return s.claims, s.rest
}

// latinNumbers are the numbers that an English line spells or writes.
func latinNumbers(text string) []Claim {
	s := &scanner{rest: text}
	return s.numbers()
}

// numbers takes out what is left of numbers: rows of digits, written or spelled, and counts.
func (s *scanner) numbers() []Claim {
	before := len(s.claims)
	s.take(enRow, func(g []string) (Claim, bool) { return Claim{Kind: Digits, Values: []string{onlyDigits(g[0])}}, true })
	s.take(enSpelt, func(g []string) (Claim, bool) {
		row := ""
		for _, w := range strings.FieldsFunc(strings.ToLower(g[0]), func(r rune) bool { return r == ' ' || r == ',' }) {
			if w == "one" {
				row += "1"
			} else {
				row += itoa(spelled[w])
			}
		}
		return Claim{Kind: Digits, Values: []string{row}}, true
	})
	s.take(enNumber, func(g []string) (Claim, bool) { return Claim{Kind: Count, Values: []string{g[0]}}, g[0] != "1" })
	s.take(enSpelled, func(g []string) (Claim, bool) {
		return Claim{Kind: Count, Values: []string{itoa(spelled[strings.ToLower(g[0])])}}, true
	})
	found := s.claims[before:]
	s.claims = s.claims[:before:before]
	return found
}
