package reply

import (
	"strconv"
	"strings"
	"time"

	"voxgate/dialog/shop"
)

// Speak writes a raw fact of the shop as it is spoken on the day of now; empty for what is no value of its type, and for
// codes and yes-or-no, which only flows look at.
func Speak(t shop.Type, raw string, now time.Time, lang string) string {
	raw = strings.TrimSpace(raw)
	if raw == "" {
		return ""
	}
	switch t {
	case shop.TypeMoney:
		cents, err := shop.ParseCents(raw)
		if err != nil {
			return ""
		}
		return Money(cents, lang)
	case shop.TypeNumber:
		return number(raw, lang)
	case shop.TypeDigits:
		return Digits(raw, lang)
	case shop.TypeMoment:
		m, err := shop.ParseMoment(raw, now.Location())
		if err != nil {
			return ""
		}
		return When(m, now, lang)
	case shop.TypePeriod:
		return period(raw, now, lang)
	case shop.TypePeriods:
		return list(raw, lang, func(one string) string { return period(one, now, lang) })
	case shop.TypePlace, shop.TypeName:
		return place(raw, lang)
	case shop.TypeCourier:
		return Courier(raw, lang)
	case shop.TypeProduct:
		return Product(shop.Order{Product: raw}, lang)
	case shop.TypeText:
		return words(raw, lang)
	case shop.TypeTexts:
		return list(raw, lang, func(one string) string { return words(one, lang) })
	}
	return ""
}

// words speaks words of the shop; short ones belong together: M 藏青 is one thing.
func words(raw, lang string) string {
	const short = 8
	if lang != "en" && len([]rune(raw)) <= short {
		return strings.Join(strings.Fields(raw), "")
	}
	return Event(raw, lang)
}

// number reads a whole number, or one with a decimal point as weights have it: 二点五.
func number(raw, lang string) string {
	if lang == "en" {
		return raw
	}
	whole, part, dotted := strings.Cut(raw, ".")
	n, err := strconv.Atoi(whole)
	if err != nil || n < 0 {
		return ""
	}
	if !dotted {
		return Things(n)
	}
	text := Count(n) + "点"
	for _, d := range part {
		if d < '0' || d > '9' {
			return ""
		}
		text += digitNames[d-'0']
	}
	return text
}

// list speaks the parts of a list, at most three of them.
func list(raw, lang string, speak func(string) string) string {
	const most = 3
	var out []string
	for _, one := range strings.Split(raw, "|") {
		if text := speak(strings.TrimSpace(one)); text != "" && len(out) < most {
			out = append(out, text)
		}
	}
	if lang == "en" {
		return strings.Join(out, ", ")
	}
	return strings.Join(out, "、")
}

var partsEnglish = map[string]string{"上午": " in the morning", "中午": " at noon", "下午": " in the afternoon", "晚上": " in the evening", "全天": ", all day"}

// period speaks a part of a day: 明天上午, 五月十五日晚上六点到晚上九点.
func period(raw string, now time.Time, lang string) string {
	day, part, _ := strings.Cut(raw, " ")
	m, err := shop.ParseMoment(day, now.Location())
	if err != nil {
		return ""
	}
	part = strings.TrimSpace(part)
	english, named := partsEnglish[part]
	switch {
	case lang != "en":
		return When(m, now, lang) + hours(part, lang)
	case part == "" || named:
		return When(m, now, lang) + english
	}
	return When(m, now, lang) + " " + hours(part, lang)
}
