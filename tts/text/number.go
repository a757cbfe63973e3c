package text

import (
	"strconv"
	"strings"
)

var digitNames = [10]string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}

// digits says ASCII digits one by one; one is the name of 1 (幺 in numbers to be written down, 一 in years).
func digits(s, one string) string {
	var b strings.Builder
	for _, c := range s {
		switch {
		case c == '1':
			b.WriteString(one)
		case c >= '0' && c <= '9':
			b.WriteString(digitNames[c-'0'])
		}
	}
	return b.String()
}

// grouped says a long string of digits in groups with gaps between them.
func grouped(s string) string {
	var parts []string
	for _, size := range groupSizes(s) {
		parts = append(parts, digits(s[:size], "幺"))
		s = s[size:]
	}
	return strings.Join(parts, "|")
}

// groupSizes is how a string of digits is grouped: a mobile number 3-4-4, others by four with no digit alone at the end.
func groupSizes(s string) []int {
	n := len(s)
	switch {
	case n == 11 && s[0] == '1':
		return []int{3, 4, 4}
	case n <= 5:
		return []int{n}
	case n == 6:
		return []int{3, 3}
	case n == 7:
		return []int{3, 4}
	case n == 9:
		return []int{3, 3, 3}
	case n == 10:
		return []int{3, 3, 4}
	}
	var sizes []int
	for ; n > 5; n -= 4 {
		sizes = append(sizes, 4)
	}
	if n == 5 {
		return append(sizes, 3, 2)
	}
	return append(sizes, n)
}

// cardinal says a whole number of ASCII digits, 2 as 二 where it stands alone and as 两 before 百 (leading), 千, 万 and 亿.
// Sixteen digits and more are said one by one.
func cardinal(s string) string {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n >= 1e16 {
		return digits(s, "一")
	}
	if n == 0 {
		return "零"
	}
	said := section(n, true)
	if rest, ok := strings.CutPrefix(said, "一十"); ok {
		said = "十" + rest
	}
	return said
}

// section says n > 0; leading is false where larger units came before.
func section(n uint64, leading bool) string {
	units := []struct {
		size uint64
		name string
	}{{1e8, "亿"}, {1e4, "万"}, {1000, "千"}, {100, "百"}, {10, "十"}}
	for _, u := range units {
		if n < u.size {
			continue
		}
		head, rest := n/u.size, n%u.size
		said := section(head, leading)
		if head == 2 && (u.size >= 1000 || u.size == 100 && leading) {
			said = "两"
		}
		said += u.name
		switch {
		case rest == 0:
		case rest < u.size/10:
			said += "零" + section(rest, false)
		default:
			said += section(rest, false)
		}
		return said
	}
	return digitNames[n]
}

// decimal says a number with an optional sign and fraction, such as -3.50; the fraction digit by digit.
func decimal(s string) string {
	sign := ""
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		sign, s = "负", rest
	}
	whole, fraction, has := strings.Cut(s, ".")
	if !has {
		return sign + cardinal(whole)
	}
	return sign + cardinal(whole) + "点" + digits(fraction, "一")
}

// quantity says a number before the measure word or unit that follows: 两 for 2 where that is the custom.
func quantity(number, unit string) string {
	if number == "2" && takesLiang(unit) {
		return "两"
	}
	if strings.HasPrefix(number, "0") && len(number) > 1 && number[1] != '.' {
		return digits(number, "幺")
	}
	return decimal(number)
}

// ordinalUnits are counted with 二: they name a place in a row rather than how many.
var ordinalUnits = []string{"月", "日", "号", "楼", "层", "栋", "幢", "座", "室", "单元", "级", "等", "班", "路", "线", "环", "期", "码", "度", "分之", "比", "两", "寸", "维", "手", "十", "百", "零", "点五"}

func takesLiang(unit string) bool {
	if unit == "" {
		return false
	}
	for _, u := range ordinalUnits {
		if strings.HasPrefix(unit, u) {
			return false
		}
	}
	return true
}
