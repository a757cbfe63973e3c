package proof

import (
	"regexp"
	"strings"
	"time"
)

const (
	numeralShape = `(?:[0-9]+(?:\.[0-9]+)?|[零〇一二两三四五六七八九十百千万]+)`
	partShape    = `(凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|今晚|明晚)`
)

var (
	isoMoment  = regexp.MustCompile(`(\d{4})-(\d{1,2})-(\d{1,2})`)
	isoClock   = regexp.MustCompile(`(\d{1,2}):(\d{2})(?::\d{2})?`)
	fullDate   = regexp.MustCompile(`(?:([0-9零〇一二三四五六七八九]{4})年)?(` + numeralShape + `)月(` + numeralShape + `)[日号]?`)
	weekday    = regexp.MustCompile(`(下下|下|这|本|上)?个?(?:周|星期|礼拜)([一二三四五六日天])`)
	weekend    = regexp.MustCompile(`(下|这|本)?个?周末`)
	nearDay    = regexp.MustCompile(`大前天|大后天|前天|昨[天日]|今[天日晚早]|明[天日晚早]|后天`)
	dayOfMonth = regexp.MustCompile(`(^|[^路街巷道弄村里第镇\d零〇一二三四五六七八九十百千万])([0-9]{1,2}|[一二三四五六七八九十]{1,3})[号日]`)
	yuan       = regexp.MustCompile(`(` + numeralShape + `)(?:元|块钱?)(?:零?(` + numeralShape + `)(?:角|毛|(分))?)?(?:零?(` + numeralShape + `)分)?`)
	jiao       = regexp.MustCompile(`(` + numeralShape + `)(?:角|毛)(?:(` + numeralShape + `)分)?`)
	clock      = regexp.MustCompile(partShape + `?(` + numeralShape + `)点钟?(?:(半)|整|([一三])刻|零?(` + numeralShape + `)分?)?`)
	partAlone  = regexp.MustCompile(partShape)
	rowShape   = regexp.MustCompile(`[A-Za-z]{0,4}[0-9][0-9\-]{2,}[0-9A-Za-z]*|[零〇一二三四五六七八九幺](?:[杠\-]?[零〇一二三四五六七八九幺]){2,}`)
	counted    = regexp.MustCompile(numeralShape)
)

// idioms are words with a numeral in them that counts nothing.
var idioms = strings.NewReplacer("万一", " ", "千万", " ", "一下", " ", "一样", " ", "一起", " ", "一定", " ", "一会", " ", "一般", " ",
	"一直", " ", "一些", " ", "一点儿", " ", "有一点", " ", "统一", " ", "唯一", " ", "三方", " ", "四川", "肆川", "两江", "量江", "七夕", " ", "百分", " ")

// scanner takes claims out of a text; what is left is for the next pattern.
type scanner struct {
	rest   string
	now    time.Time
	claims []Claim
}

// take hands each match of a pattern to read, which gives the claim and whether it is one.
func (s *scanner) take(pattern *regexp.Regexp, read func(groups []string) (Claim, bool)) {
	var out strings.Builder
	at := 0
	for _, m := range pattern.FindAllStringSubmatchIndex(s.rest, -1) {
		groups := make([]string, len(m)/2)
		for i := range groups {
			if m[2*i] >= 0 {
				groups[i] = s.rest[m[2*i]:m[2*i+1]]
			}
		}
		claim, ok := read(groups)
		if !ok {
			continue
		}
		claim.Text = groups[0]
		s.claims = append(s.claims, claim)
		out.WriteString(s.rest[at:m[0]])
		out.WriteString(" ")
		at = m[1]
	}
	out.WriteString(s.rest[at:])
	s.rest = out.String()
}

// chinese reads the claims of a Chinese sentence; rest is what claims nothing by a number.
func chinese(text string, now time.Time) (claims []Claim, rest string) {
	s := &scanner{rest: idioms.Replace(text), now: now}
	s.take(isoMoment, func(g []string) (Claim, bool) {
		return dateClaim(atoi(g[1]), atoi(g[2]), atoi(g[3]), now)
	})
	s.take(isoClock, func(g []string) (Claim, bool) { return clockClaim(atoi(g[1]), atoi(g[2]), "") })
	s.take(fullDate, func(g []string) (Claim, bool) {
		year := 0
		if g[1] != "" {
			year = atoi(arabic(g[1]))
		}
		return dateClaim(year, atoi(g[2]), atoi(g[3]), now)
	})
	s.take(weekday, func(g []string) (Claim, bool) { return weekdayClaim(g[1], g[2], now), true })
	s.take(weekend, func(g []string) (Claim, bool) {
		saturday, sunday := weekdayClaim(g[1], "六", now), weekdayClaim(g[1], "日", now)
		return Claim{Kind: Date, Values: append(saturday.Values, sunday.Values...)}, true
	})
	s.take(clock, func(g []string) (Claim, bool) {
		minute := 0
		switch {
		case g[3] != "":
			minute = 30
		case g[4] != "":
			minute = 15 * atoi(g[4])
		case g[5] != "":
			minute = atoi(g[5])
		}
		if strings.HasSuffix(g[1], "晚") {
			s.claims = append(s.claims, nearClaim(g[1], now))
		}
		return clockClaim(atoi(g[2]), minute, g[1])
	})
	s.take(nearDay, func(g []string) (Claim, bool) { return nearClaim(g[0], now), true })
	s.take(yuan, func(g []string) (Claim, bool) { return moneyClaim(g) })
	s.take(jiao, func(g []string) (Claim, bool) {
		return Claim{Kind: Money, Values: []string{itoa(atoi(g[1])*10 + atoi(g[2]))}}, true
	})
	s.take(dayOfMonth, func(g []string) (Claim, bool) { return dayClaim(atoi(g[2]), now) })
	s.take(partAlone, func(g []string) (Claim, bool) { return Claim{Kind: Part, Values: []string{partOf(g[1])}}, true })
	s.take(rowShape, func(g []string) (Claim, bool) { return Claim{Kind: Digits, Values: []string{arabic(g[0])}}, true })
	s.take(counted, func(g []string) (Claim, bool) {
		n, ok := number(strings.TrimSuffix(g[0], ".0"))
		if !ok {
			return Claim{Kind: Count, Values: []string{g[0]}}, strings.Contains(g[0], ".")
		}
		return Claim{Kind: Count, Values: []string{itoa(n)}}, n != 1
	})
	return s.claims, s.rest
}

func atoi(text string) int {
	n, ok := number(text)
	if !ok {
		return 0
	}
	return n
}

func moneyClaim(g []string) (Claim, bool) {
	whole, part, _ := strings.Cut(g[1], ".")
	cents := atoi(whole) * 100
	if part != "" {
		cents += atoi((part + "00")[:2])
	}
	switch {
	case g[3] != "":
		cents += atoi(g[2])
	case g[2] != "":
		cents += 10 * atoi(g[2])
	}
	cents += atoi(g[4])
	return Claim{Kind: Money, Values: []string{itoa(cents)}}, true
}
