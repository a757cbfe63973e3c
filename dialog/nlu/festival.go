package nlu

import (
	"regexp"
	"strings"
	"sync"
	"time"
)

// festivals of the solar calendar: month and day.
var solar = map[string][2]int{"元旦": {1, 1}, "情人节": {2, 14}, "妇女节": {3, 8}, "三八节": {3, 8}, "五一": {5, 1}, "劳动节": {5, 1}, "六一": {6, 1}, "儿童节": {6, 1},
	"六一八": {6, 18}, "618": {6, 18}, "国庆": {10, 1}, "国庆节": {10, 1}, "十一国庆": {10, 1}, "教师节": {9, 10}, "双十一": {11, 11}, "双11": {11, 11}, "双十二": {12, 12}, "双12": {12, 12},
	"平安夜": {12, 24}, "圣诞": {12, 25}, "圣诞节": {12, 25}, "christmas": {12, 25}, "christmas eve": {12, 24}, "new year": {1, 1}, "new year's day": {1, 1},
	"national day": {10, 1}, "labor day": {5, 1}, "labour day": {5, 1}}

// lunar are the days of the festivals of the traditional calendar by year, from 2025 on, as MMDD: the new year, the lanterns,
// the sweeping of the graves, the dragon boats, the middle of autumn. Beyond the table they stay as said.
var lunar = map[string][]int{
	"春节": {129, 217, 206, 126, 213, 203, 123, 211, 131, 219, 208},
	"元宵": {212, 303, 220, 209, 227, 217, 206, 225, 214, 305, 222},
	"清明": {404, 405, 405, 404, 404, 405, 405, 404, 404, 405, 405},
	"端午": {531, 619, 609, 528, 616, 605, 624, 612, 601, 620, 610},
	"中秋": {1006, 925, 915, 1003, 922, 912, 1001, 919, 908, 927, 916},
}

// firstLunarYear is the year of the first column of lunar.
const firstLunarYear = 2025

// otherNames of the festivals.
var otherNames = map[string]string{"端午节": "端午", "清明节": "清明", "元宵节": "元宵", "正月十五": "元宵", "中秋节": "中秋", "大年初一": "春节", "年初一": "春节", "过年": "春节", "chinese new year": "春节", "spring festival": "春节",
	"dragon boat festival": "端午", "mid-autumn festival": "中秋", "mid autumn festival": "中秋", "国庆假期": "国庆节", "五一节": "五一", "五一劳动节": "五一", "五一假期": "五一", "圣诞节": "圣诞"}

// festivalIndex holds all names.
var festivalIndex = sync.OnceValue(func() *wordIndex[string] {
	x := newWordIndex[string]()
	for name := range solar {
		x.add(name, name)
	}
	for name := range lunar {
		x.add(name, name)
	}
	for other, name := range otherNames {
		x.add(other, name)
	}
	return x
})

// besideIt is a day before or after a festival, which is not the festival: 清明后面那天 四月六号.
var besideIt = regexp.MustCompile(`^(?:假期|节)?的?(?:之?[前后]面?|第二|次)[那一几两]?天`)

// festivals reads 国庆, 元旦, 端午节: the next to come, or the last for what is past.
func (l *line) festivals() []day {
	var out []day
	end := 0
	festivalIndex().each(l.text, func(from, to int, name string) {
		if from < end || besideIt.MatchString(l.text[to:]) || partOfMore(l.text, from, to, name) || l.state.Asked == "name" || l.state.Asked == "receiver" {
			return // 尾号五一二三, 张国庆
		}
		year := yearBefore.FindString(l.text[:from])
		at := time.Time{}
		if !l.state.Now.IsZero() {
			at = l.festival(name, strings.TrimSuffix(year, "的"), pastWords.MatchString(l.text[to:]))
		}
		from, end = from-len(year), to
		out = append(out, l.day(l.text[from:to], at, from, to))
	})
	return out
}

var yearBefore = regexp.MustCompile(`(?:今年|明年|去年)的?$`)

// partOfMore reports whether the name of a festival is part of a number or of a person's name.
func partOfMore(text string, start, end int, name string) bool {
	digitName := strings.ContainsAny(name, "一八6")
	before, after := lastRune(text[:start]), firstRune(text[end:])
	_, digitA := hanziDigits[before]
	_, digitB := hanziDigits[after]
	digitA, digitB = digitA || before >= '0' && before <= '9', digitB || after >= '0' && after <= '9'
	if digitName {
		return digitA || digitB || strings.ContainsRune("路街点号块个折十百千万公", after) || strings.ContainsRune("十百千万第号", before)
	}
	return strings.HasPrefix(name, "国庆") && before != 0 && strings.ContainsRune(surnames, before) && after == 0
}

// festival is the day of a festival in the year named, else the next or the last one.
func (l *line) festival(name, year string, past bool) time.Time {
	y, month, d := l.state.Now.Date()
	today := date(y, month, d)
	if year != "" {
		return festivalIn(name, yearOf(year, y))
	}
	at := festivalIn(name, y)
	switch {
	case at.IsZero():
	case past && at.After(today):
		return festivalIn(name, y-1)
	case !past && at.Before(today):
		return festivalIn(name, y+1)
	}
	return at
}

func festivalIn(name string, y int) time.Time {
	if md, ok := solar[name]; ok {
		return date(y, time.Month(md[0]), md[1])
	}
	days := lunar[name]
	if i := y - firstLunarYear; i >= 0 && i < len(days) {
		return date(y, time.Month(days[i]/100), days[i]%100)
	}
	return time.Time{}
}
