package nlu

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// day is a date as said: where it stands, its value where it can be reckoned, and whether any calendar has it.
type day struct {
	candidate
	impossible bool
}

const weekdayZh = `(?:周|星期|礼拜)([一二三四五六日天末1-6])`

var (
	relativeZh  = regexp.MustCompile(`大前天|大后天|前天|昨[天晚日儿]|今[天晚日儿早晨]|明[天晚日儿早晨]|后[天日儿]`)
	weekZh      = regexp.MustCompile(`(上上|上|这|本|下下|下)?(?:一?个)?` + weekdayZh + `(?:那天)?|(上上|上|这|本|下下|下)(?:一?个)?(周|星期|礼拜)(?:内|之内|里)?|周末`)
	monthDayZh  = regexp.MustCompile(`(?:(今年|明年|去年|后年|\d{4}年|[一二两][零〇九]` + digitZh + digitZh + `年)的?)?(?:(` + wholeZh + `)月份?的?|(上|这|本|下)个?月的?)?(` + wholeZh + `)[号日]|(` + wholeZh + `)月(` + wholeZh + `)`)
	onlyMonth   = regexp.MustCompile(`(上|这|本|下)个?月([初底末])|(` + wholeZh + `)月([初底末])|([年月])([底初])`)
	offsetZh    = regexp.MustCompile(`(?:再?过)?(` + numberZh + `)(?:个)?(天|日|周|星期|礼拜|月)(半)?(?:之?(后|前)|以(后|前))|再?过(` + numberZh + `)(?:个)?(天|周|星期|礼拜|月)`)
	pastWords   = regexp.MustCompile(`^[^，,]{0,4}?(?:[买下拍付发寄签收退申打投送到]了?[的单过]|就|申请的|签收|下单|收到|说好?的|说过|付款|打的|来的)`)
	houseNumber = regexp.MustCompile(`^(?:楼|院|店|铺|线|门|房|柜|仓|机|车|库|口|桌|坑|井|矿|桥|客服|员|学|常|用)`)
	roadBefore  = regexp.MustCompile(`(?:[路街道巷弄里村园苑城尾单柜第幢栋区大小编工])$`)
	slashDate   = regexp.MustCompile(`\b(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\b`)
)

var shifts = map[string]int{"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3}

// dates finds days and leaves the one meant as YYYY-MM-DD, or as said where it cannot be reckoned (下周, or no clock).
func (l *line) dates(written []day) {
	all := written
	for _, read := range []func() []day{l.festivals, l.monthDays, l.offsets, l.weeks, l.relatives, l.datesEnglish} {
		found := read()
		for _, d := range found {
			l.takeDate(d)
		}
		all = append(all, found...)
	}
	var good []candidate
	for _, d := range all {
		if !d.impossible {
			good = append(good, d.candidate)
		} else if !l.denied(d.start) {
			l.invalid("date", d.value)
		}
	}
	if best, ok := l.choose(inOrder(good)); ok && !refused.MatchString(l.whole[best.end:]) {
		l.set("date", best.value)
		delete(l.r.Invalid, "date")
	}
}

// relatives reads 明天, 大后天.
func (l *line) relatives() []day {
	if !l.any("前昨今明后") {
		return nil
	}
	var out []day
	for _, m := range relativeZh.FindAllStringIndex(l.text, -1) {
		said := l.text[m[0]:m[1]]
		shift := shifts[strings.TrimRight(said, "天晚日儿早晨")]
		out = append(out, l.day(said, l.after(0, 0, shift), m[0], m[1]))
	}
	return out
}

// takeDate blanks a date, but leaves what it says of the time of day: the evening of 明晚.
func (l *line) takeDate(d day) {
	said := l.text[d.start:d.end]
	for _, part := range []string{"晚", "早"} {
		if strings.HasSuffix(said, part) {
			d.end -= len(part)
		}
	}
	if strings.HasSuffix(said, "tonight") {
		d.end = d.start
	}
	l.take(d.start, d.end)
}

// day makes a candidate of a reckoned date; without a clock the words stay. A date already taken is no date.
func (l *line) day(said string, at time.Time, start, end int) day {
	value := said
	if !at.IsZero() {
		value = at.Format(time.DateOnly)
	}
	return day{candidate: candidate{value: value, start: start, end: end}}
}

// after is the day so many years, months and days from now; zero without a clock.
func (l *line) after(years, months, days int) time.Time {
	if l.state.Now.IsZero() {
		return time.Time{}
	}
	y, m, d := l.state.Now.Date()
	if years == 0 && months != 0 && days == 0 {
		// A month from the thirty-first is the last day of a short month.
		last := lastOf(y, m+time.Month(months))
		return date(y, m+time.Month(months), min(d, last))
	}
	return date(y+years, m+time.Month(months), d+days)
}

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// lastOf is the number of the last day of a month; months beyond December are those of the next year.
func lastOf(y int, m time.Month) int { return date(y, m+1, 0).Day() }

// slashed reads dates written in digits, 2026-04-03, and takes them before they are read as numbers.
func (l *line) slashed() []day {
	if !l.any("0123456789") {
		return nil
	}
	var out []day
	for _, m := range slashDate.FindAllStringSubmatchIndex(l.text, -1) {
		y, _ := strconv.Atoi(group(l.text, m, 1))
		mon, _ := strconv.Atoi(group(l.text, m, 2))
		d, _ := strconv.Atoi(group(l.text, m, 3))
		out = append(out, l.calendar(l.text[m[0]:m[1]], y, mon, d, m[0], m[1]))
	}
	for _, d := range out {
		l.takeDate(d)
	}
	return out
}

// calendar is the day of a year, or an impossible one.
func (l *line) calendar(said string, y, m, d, start, end int) day {
	if m < 1 || m > 12 || d < 1 || d > lastOf(y, time.Month(m)) {
		return day{candidate{value: said, start: start, end: end}, true}
	}
	return l.day(said, date(y, time.Month(m), d), start, end)
}

// monthDays reads 三月二十一号, 下个月五号, 二十一号.
func (l *line) monthDays() []day {
	if !l.any("号日月年") {
		return nil
	}
	var out []day
	for _, m := range monthDayZh.FindAllStringSubmatchIndex(l.text, -1) {
		said := l.text[m[0]:m[1]]
		d, ok := wholeNumber(group(l.text, m, 4) + group(l.text, m, 6))
		alone := m[4] < 0 && m[6] < 0 && m[10] < 0
		if !ok || alone && (d > 31 && l.state.Asked != "date" || houseNumber.MatchString(l.text[m[1]:]) || roadBefore.MatchString(lastBytes(l.text[:m[0]], near))) {
			continue // 152号 is a house
		}
		month, named := wholeNumber(group(l.text, m, 2) + group(l.text, m, 5))
		if named && month > 99 {
			continue
		}
		if l.state.Now.IsZero() {
			impossible := named && (month > 12 || month < 1 || d < 1 || d > lastOf(2028, time.Month(month))) || d < 1 || d > 31
			out = append(out, day{candidate{value: said, start: m[0], end: m[1]}, impossible})
			continue
		}
		out = append(out, l.monthDay(said, group(l.text, m, 1), month, group(l.text, m, 3), d, m[0], m[1]))
	}
	for _, m := range onlyMonth.FindAllStringSubmatchIndex(l.text, -1) {
		out = append(out, l.monthEdge(m))
	}
	return out
}

// monthDay reckons a day whose year or month may be left open: the nearest one to come, or for what is past the last.
func (l *line) monthDay(said, year string, month int, relative string, d, start, end int) day {
	y, m, today := l.state.Now.Date()
	past := pastWords.MatchString(l.text[end:])
	switch {
	case relative != "":
		first := date(y, m+months[relative], 1)
		return l.calendar(said, first.Year(), int(first.Month()), d, start, end)
	case year != "":
		if month == 0 {
			month = int(m)
		}
		return l.calendar(said, yearOf(year, y), month, d, start, end)
	case month == 0:
		if past && d > today {
			m--
		}
		for tries := 0; !past && tries < 2 && (d < today || d > lastOf(y, m)); tries++ {
			m++
			today = 0
		}
		first := date(y, m, 1)
		return l.calendar(said, first.Year(), int(first.Month()), d, start, end)
	}
	found := l.calendar(said, y, month, d, start, end)
	if gap := (month-int(m))*31 + d - today; !found.impossible && gap < -120 && !past {
		found = l.calendar(said, y+1, month, d, start, end)
	} else if gap > 0 && past {
		found = l.calendar(said, y-1, month, d, start, end)
	}
	return found
}

func yearOf(word string, y int) int {
	switch word {
	case "明年":
		return y + 1
	case "后年":
		return y + 2
	case "去年":
		return y - 1
	case "", "今年":
		return y
	}
	if digits, ok := digitString(strings.TrimSuffix(word, "年")); ok {
		y, _ = strconv.Atoi(digits)
	}
	return y
}

// months are how far the words before 月 are from this one.
var months = map[string]time.Month{"上": -1, "这": 0, "本": 0, "下": 1}

// monthEdge reads 月底, 下个月初, 年底.
func (l *line) monthEdge(m []int) day {
	said := l.text[m[0]:m[1]]
	if l.state.Now.IsZero() {
		return l.day(said, time.Time{}, m[0], m[1])
	}
	y, month, _ := l.state.Now.Date()
	edge := group(l.text, m, 2) + group(l.text, m, 4) + group(l.text, m, 6)
	if named, ok := wholeNumber(group(l.text, m, 3)); ok {
		if named < 1 || named > 12 {
			return day{candidate{value: said, start: m[0], end: m[1]}, true}
		}
		month = time.Month(named)
	}
	month += months[group(l.text, m, 1)]
	if group(l.text, m, 5) == "年" {
		month = time.December
		if edge == "初" {
			month = time.January
		}
	}
	d := 1
	if edge != "初" {
		d = lastOf(y, month)
	}
	return l.day(said, date(y, month, d), m[0], m[1])
}

// offsets reads 三天后, 过两周, 一个月前.
func (l *line) offsets() []day {
	if !l.any("后前过") {
		return nil
	}
	var out []day
	for _, m := range offsetZh.FindAllStringSubmatchIndex(l.text, -1) {
		n, ok := numeral(group(l.text, m, 1) + group(l.text, m, 6))
		if !ok || n > 400*hundredth {
			continue
		}
		unit := group(l.text, m, 2) + group(l.text, m, 7)
		if group(l.text, m, 4)+group(l.text, m, 5) == "前" {
			n = -n
		}
		at := l.after(0, 0, n/hundredth)
		switch unit {
		case "周", "星期", "礼拜":
			at = l.after(0, 0, n*7/hundredth)
		case "月":
			at = l.after(0, n/hundredth, 0)
			if n%hundredth != 0 {
				at = l.after(0, 0, n*30/hundredth)
			}
		}
		out = append(out, l.day(l.text[m[0]:m[1]], at, m[0], m[1]))
	}
	return out
}

// weeks reads 下周三, 周末, 这个星期天; a bare weekday is the next one, or for what is past the last one.
func (l *line) weeks() []day {
	if !l.any("周期拜") {
		return nil
	}
	var out []day
	for _, m := range weekZh.FindAllStringSubmatchIndex(l.text, -1) {
		said := l.text[m[0]:m[1]]
		which := group(l.text, m, 1)
		weekday := strings.Index("一二三四五六日", strings.NewReplacer("天", "日", "末", "六").Replace(group(l.text, m, 2))) / 3
		if n, err := strconv.Atoi(group(l.text, m, 2)); err == nil {
			weekday = n - 1
		}
		if m[8] >= 0 || l.state.Now.IsZero() {
			out = append(out, l.day(said, time.Time{}, m[0], m[1]))
			continue
		}
		if said == "周末" {
			weekday = 5
		}
		out = append(out, l.day(said, l.weekday(weekday, which, l.text[m[1]:]), m[0], m[1]))
	}
	return out
}

// weekday reckons a day of a week, Monday 0.
func (l *line) weekday(weekday int, which, after string) time.Time {
	today := (int(l.state.Now.Weekday()) + 6) % 7
	shift := weekday - today
	switch which {
	case "上上":
		shift -= 14
	case "上":
		shift -= 7
	case "下":
		shift += 7
	case "下下":
		shift += 14
	case "":
		if past := pastWords.MatchString(after); past && shift > 0 {
			shift -= 7
		} else if !past && shift < 0 {
			shift += 7
		}
	}
	return l.after(0, 0, shift)
}

// wholeNumber is a number without fraction as said.
func wholeNumber(text string) (int, bool) {
	n, ok := numeral(text)
	return n / hundredth, ok && n%hundredth == 0
}
