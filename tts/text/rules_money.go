package text

import (
	"regexp"
	"strings"
)

func sayMoney(_ *scanner, m []string) (string, bool) {
	if m[2] != "" {
		return quantity(m[1], m[2]) + m[2] + "元", true
	}
	return money(m[1]), true
}

func sayPriceRange(_ *scanner, m []string) (string, bool) {
	return quantity(m[1], "元") + "到" + quantity(m[2], "元") + m[3] + "元", true
}

var currencies = map[string]string{
	"$": "美元", "US$": "美元", "USD": "美元", "HK$": "港币", "HKD": "港币", "€": "欧元", "EUR": "欧元", "£": "英镑",
}

func sayForeignMoney(_ *scanner, m []string) (string, bool) {
	unit := m[3] + currencies[m[1]]
	return quantity(m[2], unit) + unit, true
}

func sayYuan(s *scanner, m []string) (string, bool) {
	amount, sign := m[1], ""
	if rest, ok := strings.CutPrefix(amount, "-"); ok {
		if s.continuesNumber() {
			return "", false
		}
		amount, sign = rest, "负"
	}
	if m[2] == "块" && !strings.Contains(amount, ".") {
		return sign + quantity(amount, "块") + "块", true
	}
	said := money(amount)
	if m[2] == "块钱" && !strings.Contains(amount, ".") {
		said = strings.TrimSuffix(said, "元") + "块钱"
	}
	return sign + said, true
}

// sayDiscount says 7.5折 as 七五折.
func sayDiscount(_ *scanner, m []string) (string, bool) {
	return digits(m[1]+m[2], "一") + "折", true
}

var (
	priceBefore = regexp.MustCompile(`(?:价格?|金额|运费|实付|应付|退款|合计|共计|总计|押金|余额|费用)(?:是|为|:|,| |了|约|共)*$`)
	priceAfter  = regexp.MustCompile(`^(?:包邮|秒杀|抢购|特价|起拍)`)
)

// sayPrice says a number that the words beside it make a price: 9.9包邮.
func sayPrice(s *scanner, m []string) (string, bool) {
	right := s.right(len(m[0]))
	if priceAfter.MatchString(right) {
		return money(m[0]), true
	}
	if !priceBefore.MatchString(s.left()) || measureFollows(right) || strings.IndexAny(right, ".%-~万亿") == 0 {
		return "", false
	}
	return money(m[0]), true
}

// sayReduction says 满200-30 as 满两百减三十.
func sayReduction(s *scanner, m []string) (string, bool) {
	right := s.right(len(m[0]))
	if !strings.HasSuffix(s.left(), "满") || measureFollows(right) && !strings.HasPrefix(right, "元") {
		return "", false
	}
	return quantity(m[1], "元") + "减" + quantity(m[2], "元"), true
}

// money says an amount of yuan: 329 -> 三百二十九元, 45.9 -> 四十五块九, 0.5 -> 五毛.
func money(amount string) string {
	whole, fraction, _ := strings.Cut(amount, ".")
	whole = strings.TrimLeft(whole, "0")
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > 2 {
		return decimal(amount) + "元"
	}
	if whole == "" && fraction == "" {
		return "零元"
	}
	said := ""
	if whole != "" {
		said = quantity(whole, "块")
	}
	switch {
	case fraction == "":
		return said + "元"
	case whole == "" && len(fraction) == 1:
		return quantity(fraction, "毛") + "毛"
	case whole == "" && fraction[0] == '0':
		return quantity(fraction[1:], "分") + "分"
	case whole == "":
		return quantity(fraction[:1], "毛") + "毛" + digits(fraction[1:], "一")
	case len(fraction) == 1:
		return said + "块" + digits(fraction, "一")
	case fraction[0] == '0':
		return said + "块零" + digits(fraction[1:], "一") + "分"
	}
	return said + "块" + quantity(fraction[:1], "毛") + "毛" + digits(fraction[1:], "一")
}
