package proof

import (
	"regexp"
	"strings"
)

var (
	rawDecimal = regexp.MustCompile(`^-?(\d+)(?:\.(\d{1,2}))?$`)
	rawPeriod  = regexp.MustCompile(`上午|中午|下午|晚上`)
	rawDigits  = regexp.MustCompile(`\d{3,}`)
)

// raw keeps what a value means as the shop writes values: sums as decimals, moments as 2026-05-14 18:00, numbers whole.
func (l *Ledger) raw(text string) {
	text = strings.TrimSpace(text)
	if m := rawDecimal.FindStringSubmatch(text); m != nil {
		cents := atoi(m[1])*100 + atoi((m[2] + "00")[:2])
		l.keep(Money, itoa(cents))
		if strings.Trim(m[2], "0") == "" {
			l.keep(Count, itoa(atoi(m[1])))
		}
	}
	if d := onlyDigits(text); len(d) >= 3 {
		l.keep(Digits, d)
	}
	for _, d := range rawDigits.FindAllString(text, -1) {
		l.keep(Digits, d)
	}
	for _, p := range rawPeriod.FindAllString(text, -1) {
		l.keep(Part, partOf(p))
	}
	for _, m := range isoClock.FindAllStringSubmatch(text, -1) {
		for _, p := range partsOfHour(atoi(m[1])) {
			l.keep(Part, p)
		}
	}
}
