package knowledge

import (
	"regexp"
	"strconv"
	"strings"
)

// units are measures as shops write them and their English names; the longer ones first.
var units = []struct{ zh, en string }{
	{"平方米", "square metres"}, {"毫安时", "milliamp hours"}, {"毫升", "millilitres"}, {"公斤", "kilograms"}, {"千克", "kilograms"},
	{"厘米", "centimetres"}, {"毫米", "millimetres"}, {"分贝", "decibels"}, {"小时", "hours"}, {"分钟", "minutes"}, {"个月", "months"},
	{"英寸", "inches"}, {"升", "litres"}, {"瓦", "watts"}, {"克", "grams"}, {"米", "metres"}, {"天", "days"}, {"年", "years"}, {"寸", "inches"},
	{"伏", "volts"}, {"度", "degrees"},
}

var measured = regexp.MustCompile(`^([0-9.]+|[零一二两三四五六七八九十百千万点]+)(.+?)(以下|以内|以上|左右)?$`)

// inEnglish says a value such as 一点七升 in English: 1.7 litres. Empty where it is more than a number with a unit.
func inEnglish(value string) string {
	m := measured.FindStringSubmatch(strings.TrimSpace(value))
	if m == nil {
		return ""
	}
	n := m[1]
	if n[0] >= 0x80 {
		n = figures(n)
	}
	for _, u := range units {
		if m[2] == u.zh && n != "" {
			bound := map[string]string{"以下": "below ", "以内": "within ", "以上": "over ", "左右": "about "}[m[3]]
			return bound + n + " " + u.en
		}
	}
	return ""
}

// figures writes a number of hanzi in figures, empty where it is none.
func figures(text string) string {
	whole, fraction, dotted := strings.Cut(text, "点")
	sum, section, digit := 0, 0, 0
	for _, r := range whole {
		if at := strings.IndexRune("零一二三四五六七八九", r); at >= 0 {
			digit = at / 3
			continue
		}
		switch r {
		case '两':
			digit = 2
		case '十', '百', '千':
			if digit == 0 {
				digit = 1
			}
			section += digit * map[rune]int{'十': 10, '百': 100, '千': 1000}[r]
			digit = 0
		case '万':
			sum, section, digit = (section+digit)*10000, 0, 0
		}
	}
	out := strconv.Itoa(sum + section + digit)
	if !dotted {
		return out
	}
	out += "."
	for _, r := range fraction {
		at := strings.IndexRune("零一二三四五六七八九", r)
		if at < 0 {
			return ""
		}
		out += strconv.Itoa(at / 3)
	}
	return out
}
