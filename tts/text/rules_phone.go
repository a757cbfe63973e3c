package text

import "strings"

func sayMobile(_ *scanner, m []string) (string, bool) {
	said := digits(m[1], "幺") + "|" + digits(m[2], "幺") + "|" + digits(m[3], "幺")
	return said + extension(m[4]), true
}

func sayLandline(_ *scanner, m []string) (string, bool) {
	said := digits(m[1], "幺") + "|" + digits(m[2], "幺") + "|" + digits(m[3], "幺")
	return said + extension(m[4]), true
}

func extension(s string) string {
	if s == "" {
		return ""
	}
	return "|转" + digits(s, "幺")
}

// sayForeignPhone says a number with the code of its country in the groups in which it was written.
func sayForeignPhone(_ *scanner, m []string) (string, bool) {
	groups := strings.FieldsFunc(m[2], func(r rune) bool { return r == ' ' || r == '-' })
	if n := len(strings.Join(groups, "")); n < 7 || n > 12 {
		return "", false
	}
	for i, group := range groups {
		groups[i] = grouped(group)
	}
	return "加" + digits(m[1], "幺") + "|" + strings.Join(groups, "|"), true
}

// telephone says a number of which only its being a telephone number is known.
func telephone(written string) (string, bool) {
	plain := strings.Map(func(r rune) rune {
		if containsRune(" -()", r) {
			return -1
		}
		return r
	}, written)
	for _, prefix := range []string{"+86", "0086"} {
		if rest, ok := strings.CutPrefix(plain, prefix); ok && len(rest) >= 10 {
			plain = rest
			if plain[0] != '1' {
				plain = "0" + plain
			}
		}
	}
	if plain == "" || strings.IndexFunc(plain, func(r rune) bool { return !isASCIIDigit(r) }) >= 0 {
		return "", false
	}
	area := 0
	switch {
	case len(plain) == 10 && (plain[:3] == "400" || plain[:3] == "800"), len(plain) == 11 && plain[0] == '0' && plain[1] <= '2':
		area = 3
	case plain[0] == '0' && (len(plain) == 11 || len(plain) == 12):
		area = 4
	default:
		return grouped(plain), true
	}
	rest := plain[area:]
	return digits(plain[:area], "幺") + "|" + digits(rest[:len(rest)-4], "幺") + "|" + digits(rest[len(rest)-4:], "幺"), true
}
