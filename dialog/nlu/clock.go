package nlu

import (
	"regexp"
	"strconv"
	"strings"
)

// Window is a span of the day in minutes from midnight; To is 24*60 for an open end. The zero value is no time.
type Window struct{ From, To int }

const (
	hour   = 60
	allDay = 24 * hour
)

// dayParts are the hours that callers mean by the parts of a day.
var dayParts = map[string]Window{
	"凌晨": {0, 6 * hour}, "清晨": {6 * hour, 9 * hour}, "早上": {7 * hour, 10 * hour}, "早晨": {7 * hour, 10 * hour}, "早": {7 * hour, 10 * hour}, "一早": {7 * hour, 10 * hour}, "大清早": {6 * hour, 9 * hour}, "上午": {8 * hour, 12 * hour}, "中午": {11 * hour, 14 * hour},
	"午后": {12 * hour, 15 * hour}, "下午": {12 * hour, 18 * hour}, "傍晚": {17 * hour, 19 * hour}, "晚上": {18 * hour, 22 * hour}, "晚": {18 * hour, 22 * hour}, "夜里": {20 * hour, allDay}, "半夜": {0, 5 * hour},
	"morning": {8 * hour, 12 * hour}, "noon": {11 * hour, 14 * hour}, "midday": {11 * hour, 14 * hour}, "lunchtime": {11 * hour, 14 * hour}, "afternoon": {12 * hour, 18 * hour}, "evening": {18 * hour, 22 * hour}, "tonight": {18 * hour, 22 * hour}, "night": {18 * hour, 22 * hour},
}

const (
	partZh  = `(凌晨|清晨|大清早|一早|早上|早晨|上午|中午|午后|下午|傍晚|晚上|夜里|半夜|晚|早)`
	clockZh = `(?:` + partZh + `的?)?(\d{1,2}|[零一二两三四五六七八九十]{1,3})(?:点钟?|时)(整|半|一刻|三刻|\d{1,2}分?|[零一二三四五六七八九十]{1,3}分?)?`
	edgeZh  = `(之后|以后|过后|往后|后|之前|以前|前|左右|多)?`
	clockEn = `(?:half past |quarter past |quarter to )?(?:\d{1,2}(?::\d{2})?|` + unitEn + `(?: (?:thirty|fifteen|forty five|o'clock))?)(?: ?(?:a\.?m\.?|p\.?m\.?))?(?: o'clock)?`
)

var (
	timeZh    = regexp.MustCompile(clockZh + edgeZh + `(?:[到至\-~—]` + clockZh + `)?(?:之间)?`)
	timeColon = regexp.MustCompile(`(?:` + partZh + `的?)?\b([01]?\d|2[0-4])[:：]([0-5]\d)` + edgeZh)
	timePart  = regexp.MustCompile(partZh + `(?:之?[后前]|以[后前])?`)
	offWork   = regexp.MustCompile(`下班(?:之?后|以后)|午休|中饭|晚饭后|放学后`)
	timeEn    = regexp.MustCompile(`\b(?:(after|before|by|at|around|about|until|till|from|between) )?(` + clockEn + `)(?:(?: to | and | - |-| till | until )(` + clockEn + `))?\b`)
	partEn    = regexp.MustCompile(`\b(?:(?:before|after|by|until) )?(morning|noon|midday|lunchtime|afternoon|evening|tonight|night)s?\b`)
	clockOnly = regexp.MustCompile(`(\d{1,2}|` + unitEn + `)`)
	softer    = regexp.MustCompile(`[早晚快慢便宜差有大小高低多少好贵重轻远近再稍]$`)
)

// times finds the times of day and leaves them as said, with the hours that they mean beside them.
func (l *line) times() {
	var all []candidate
	windows := map[int]Window{}
	add := func(m []int, w Window) {
		all = append(all, candidate{value: strings.TrimSpace(l.text[m[0]:m[1]]), start: m[0], end: m[1]})
		windows[m[0]] = w
	}
	if l.any("点时") {
		for _, m := range timeZh.FindAllStringSubmatchIndex(l.text, -1) {
			if w, ok := l.clockChinese(m); ok {
				add(m, w)
			}
		}
	}
	for _, m := range timeColon.FindAllStringSubmatchIndex(l.text, -1) {
		h, _ := strconv.Atoi(group(l.text, m, 2))
		minutes, _ := strconv.Atoi(group(l.text, m, 3))
		add(m, edge(group(l.text, m, 4), point(h, minutes, group(l.text, m, 1)), hour))
	}
	for _, m := range l.english(timeEn) {
		if w, ok := l.clockEnglish(m); ok {
			add(m, w)
		}
	}
	if len(all) == 0 && (l.latin || l.any("早晚午晨夜班学休饭")) {
		for _, re := range []*regexp.Regexp{timePart, partEn, offWork} {
			for _, m := range re.FindAllStringSubmatchIndex(l.text, -1) {
				if l.dayPart(m) {
					add(m, partWindow(l.text[m[0]:m[1]]))
				}
			}
		}
	}
	for _, c := range all {
		l.take(c.start, c.end)
	}
	if best, ok := l.choose(inOrder(all)); ok && !refused.MatchString(l.whole[best.end:]) {
		l.set("time", best.value)
		l.r.Window = windows[best.start]
	}
}

// firstWord is the part of the day that a match begins with: 晚上 of 晚上以后.
func firstWord(said string) string {
	if m := timePart.FindStringSubmatch(said); m != nil {
		return m[1]
	}
	if m := partEn.FindStringSubmatch(said); m != nil {
		return m[1]
	}
	return said
}

// partWindow is the hours of a part of the day, or those before or after it.
func partWindow(said string) Window {
	w := dayParts[firstWord(said)]
	switch {
	case w == Window{}:
	case strings.HasPrefix(said, "before"), strings.HasPrefix(said, "by"), strings.HasPrefix(said, "until"), strings.HasSuffix(said, "前"):
		return Window{0, w.From + hour}
	case strings.HasPrefix(said, "after"), strings.HasSuffix(said, "后") && !strings.HasPrefix(said, "午"):
		return Window{w.From, allDay}
	}
	return w
}

// dayPart reports whether 早 and 晚 are a part of the day: only behind a day, as in 明早 and 昨晚.
func (l *line) dayPart(m []int) bool {
	said := l.text[m[0]:m[1]]
	if said != "早" && said != "晚" {
		return said != "一早" || m[0] == 0 || l.text[m[0]-1] == 0 || strings.HasSuffix(l.text[:m[0]], " ")
	}
	return m[0] > 0 && l.text[m[0]-1:m[0]] == taken
}

// clockChinese is the time of a match of timeZh. 一点 by itself is a little, not an hour.
func (l *line) clockChinese(m []int) (Window, bool) {
	said := group(l.text, m, 2)
	h, ok := wholeNumber(said)
	bare := m[2] < 0 && m[6] < 0 && m[8] < 0 && m[12] < 0
	if _, range2 := twoHours(said); !range2 && (!ok || h > 24) || bare && said == "一" && !strings.HasSuffix(l.text[m[0]:m[1]], "钟") || m[2] < 0 && softer.MatchString(lastBytes(l.text[:m[0]], near)) && said == "一" {
		return Window{}, false
	}
	if before := lastRune(l.text[:m[0]]); m[2] < 0 && before != 0 {
		if _, digit := hanziDigits[before]; digit || before >= '0' && before <= '9' {
			return Window{}, false
		}
	}
	if until, ok := twoHours(said); ok {
		from := point(until-1, 0, group(l.text, m, 1))
		return Window{from, from + 2*hour}, true
	}
	from := point(h, minutes(group(l.text, m, 3)), group(l.text, m, 1))
	if m[12] >= 0 {
		part := group(l.text, m, 5)
		if part == "" {
			part = group(l.text, m, 1)
		}
		h, _ := wholeNumber(group(l.text, m, 6))
		to := point(h, minutes(group(l.text, m, 7)), part)
		if to < from && to+12*hour <= allDay {
			to += 12 * hour
		}
		return Window{from, min(to, allDay)}, true
	}
	return edge(group(l.text, m, 4), from, hour), true
}

// twoHours reads 两三点 as from two to three; it is the later hour.
func twoHours(said string) (int, bool) {
	runes := []rune(said)
	if len(runes) != 2 || runes[0] < 0x80 {
		return 0, false
	}
	a, okA := hanziDigits[runes[0]]
	b, okB := hanziDigits[runes[1]]
	return int(b - '0'), okA && okB && b == a+1
}

// point is the minute of the day of an hour as said. Without a part of the day one to six o'clock are in the afternoon:
// nobody delivers at three in the morning.
func point(h, minutes int, part string) int {
	w, named := dayParts[part]
	switch {
	case named && h < 12 && w.From >= 11*hour && h*hour+12*hour < allDay && !(part == "中午" && h >= 10):
		h += 12
	case !named && h >= 1 && h <= 6:
		h += 12
	}
	return min(h*hour+minutes, allDay)
}

// edge widens a point by the word behind it.
func edge(word string, at, width int) Window {
	switch {
	case strings.HasSuffix(word, "后"):
		return Window{at, allDay}
	case strings.HasSuffix(word, "前"):
		return Window{0, at}
	}
	return Window{at, min(at+width, allDay)}
}

func minutes(word string) int {
	switch word {
	case "半":
		return 30
	case "一刻":
		return 15
	case "三刻":
		return 45
	}
	n, _ := wholeNumber(strings.TrimSuffix(word, "分"))
	return min(n, 59)
}

// clockEnglish is the time of a match of timeEn: a number is an hour only with am, pm, o'clock, a span or a word such as
// after before it.
func (l *line) clockEnglish(m []int) (Window, bool) {
	lead, first, second := group(l.text, m, 1), group(l.text, m, 2), group(l.text, m, 3)
	sure := strings.Contains(first, "m") && strings.HasSuffix(strings.ReplaceAll(first, ".", ""), "m") || strings.Contains(first, ":") || strings.Contains(first, "o'clock") ||
		strings.HasPrefix(first, "half past") || strings.HasPrefix(first, "quarter")
	spans := second != "" && (lead == "between" || lead == "from" || strings.HasSuffix(second, "m") || clockContext.MatchString(l.text))
	if !sure && !spans && !(lead == "at" || lead == "after" || lead == "before" || lead == "by" || lead == "around" || lead == "until") || unitBehind.MatchString(l.text[m[1]:]) {
		return Window{}, false
	}
	part := ""
	if p := partEn.FindStringSubmatch(l.text); p != nil {
		part = p[1]
	}
	from, ok := hourEnglish(first, part)
	if !ok {
		return Window{}, false
	}
	if second != "" {
		to, _ := hourEnglish(second, part)
		return Window{from, max(from, to)}, true
	}
	return edge(map[string]string{"after": "后", "before": "前", "by": "前", "until": "前", "till": "前"}[lead], from, hour), true
}

var (
	clockContext = regexp.MustCompile(`\b(?:morning|afternoon|evening|today|tomorrow|deliver|come|home|day)\b`)
	unitBehind   = regexp.MustCompile(`^ (?:days?|weeks?|months?|hours?|minutes?|yuan|dollars?|kilos?|kg|pieces?|percent|` + unitEn + `|\d)\b`)
)

func hourEnglish(said, part string) (int, bool) {
	found := clockOnly.FindString(said)
	h, ok := numeral(strings.TrimSpace(found))
	h /= hundredth
	if !ok || h > 24 {
		return 0, false
	}
	minutes := 0
	if _, after, colon := strings.Cut(said, ":"); colon && len(after) >= 2 {
		minutes, _ = strconv.Atoi(after[:2])
	}
	switch {
	case strings.Contains(said, "half past"), strings.Contains(said, " thirty"):
		minutes = 30
	case strings.Contains(said, "quarter past"), strings.Contains(said, " fifteen"):
		minutes = 15
	case strings.Contains(said, "quarter to"):
		minutes = -15
	}
	flat := strings.ReplaceAll(said, ".", "")
	switch {
	case strings.HasSuffix(flat, "pm") && h < 12:
		return (h+12)*hour + minutes, true
	case strings.HasSuffix(flat, "am"):
		return h%12*hour + minutes, true
	}
	return max(0, point(h, minutes, part)), true
}
