package text

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

func sayMasked(_ *scanner, m []string) (string, bool) {
	return digits(m[1], "幺") + "开头|" + digits(m[2], "幺") + "结尾", true
}

// sayPlate says the plate of a car after the character of its province.
func sayPlate(s *scanner, m []string) (string, bool) {
	before, _ := s.before()
	if !containsRune("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼", before) || strings.IndexFunc(m[1], isASCIIDigit) < 0 {
		return "", false
	}
	return spell(m[0][:1]) + spell(m[1]), true
}

// sayWaybill says a number with letters before it (and perhaps behind): letters by name, digits in groups.
func sayWaybill(s *scanner, m []string) (string, bool) {
	if m[3] != "" && s.unitFollows(len(m[0])-len(m[3])) {
		return "", false
	}
	said := letters(m[1]) + "|" + grouped(m[2])
	if m[3] != "" {
		said += "|" + letters(m[3])
	}
	return said, true
}

// unitFollows tells whether the text n bytes on begins with a unit rather than with letters of a code.
func (s *scanner) unitFollows(n int) bool {
	m := unitStart.FindString(s.right(n))
	return m != "" && !continues(m, s.right(n))
}

var unitStart = regexp.MustCompile(`^(?:mAh|kg|km|cm|mm|ml|mL|GB|MB|TB|kW)`)

// codeLabel is what announces a number to be written down, with the numbers of a list before this one.
var codeLabel = regexp.MustCompile(`(?:尾号|尾数|[前后末][\p{Han}\d]位|(?:验证|取件|取货|提货|提取|邀请|兑换|识别|激活|优惠|机身|券|条|编|邮)码|密码|口令|分机|内线|房间号?|工号|单号|编号|序列号|流水号|货架号|会员号|车牌号?|身份证号?|卡号|账号|票号|税号|信用代码|门牌号|号码|邮编|电话|热线|拨打|请拨|拨|打|\d ?转)(?:号码?)?(?:是|为|就是|:|,| |的)*(?:[\dA-Za-z]{3,}(?:[、,和或与及 ]|或者)+)*$`)

// labelled tells whether a label announces what is at the scanner; several rules ask at the same place.
func (s *scanner) labelled() bool {
	if s.labelAt != s.at+1 {
		left := s.left()
		s.labelAt, s.label = s.at+1, strings.IndexFunc(left, isHanzi) >= 0 && codeLabel.MatchString(left)
	}
	return s.label
}

// sayLettersAndDashes says a code with letters and dashes, such as B-12-305.
func sayLettersAndDashes(s *scanner, m []string) (string, bool) {
	code := m[0]
	capital := code[0] >= 'A' && code[0] <= 'Z'
	if strings.HasSuffix(code, "-") || waybillWithDash.MatchString(code) || strings.Contains(code, "--") || !strings.ContainsAny(code, "0123456789") || !hasLatin(code) {
		return "", false
	}
	if !s.labelled() && !(capital && (strings.Count(code, "-") > 1 || shelf.MatchString(code))) {
		return "", false
	}
	parts := strings.Split(code, "-")
	for i, p := range parts {
		parts[i] = spell(p)
	}
	return strings.Join(parts, "杠|"), true
}

var (
	shelf           = regexp.MustCompile(`^[A-Z]{1,4}\d{0,2}-\d{2,}$`)
	waybillWithDash = regexp.MustCompile(`^[A-Z]{1,5}-\d{9,}$`)
)

// sayMixedCode says a code of letters and digits after a word that announces one, in fours where it is long.
func sayMixedCode(s *scanner, m []string) (string, bool) {
	code := m[0]
	if !hasLatin(code) || strings.IndexFunc(code, isASCIIDigit) < 0 || !s.labelled() || measureFollows(s.right(len(code))) {
		return "", false
	}
	if len(code) < 7 {
		return spell(code), true
	}
	var parts []string
	for ; len(code) > 5; code = code[4:] {
		parts = append(parts, spell(code[:4]))
	}
	return strings.Join(append(parts, spell(code)), "|"), true
}

// spell says letters by name (a word that is one as a word) and digits one by one, in groups where they are many.
func spell(code string) string {
	var b strings.Builder
	for len(code) > 0 {
		digit := isASCIIDigit(rune(code[0]))
		n := strings.IndexFunc(code, func(r rune) bool { return isASCIIDigit(r) != digit })
		if n < 0 {
			n = len(code)
		}
		switch run := code[:n]; {
		case digit && n > 5:
			if b.Len() > 0 {
				b.WriteRune(markGap)
			}
			b.WriteString(grouped(run))
		case digit:
			b.WriteString(digits(run, "幺"))
		case capitalWords[run]:
			b.WriteString(latin(run))
		default:
			b.WriteString(letters(run))
		}
		code = code[n:]
	}
	return b.String()
}

func sayTrain(_ *scanner, m []string) (string, bool) {
	return letters(m[1]) + digits(m[2], "幺") + "次", true
}

func sayMask(_ *scanner, m []string) (string, bool) {
	return letters(m[1]) + digits(m[2], "幺"), true
}

func sayPlace(_ *scanner, m []string) (string, bool) { return cardinal(m[1]) + "号", true }

// sayAsGrouped says the groups of a long number as they were written.
func sayAsGrouped(s *scanner, m []string) (string, bool) {
	groups := strings.Fields(m[0])
	n := len(strings.Join(groups, ""))
	if s.labelled() && n >= 4 || n >= 8 && len(groups) > 1 && !measureFollows(s.right(len(m[0]))) {
		for i, group := range groups {
			groups[i] = grouped(group)
		}
		return strings.Join(groups, "|"), true
	}
	return "", false
}

// sayLabelled says digits one by one after a word that announces a number to be written down.
func sayLabelled(s *scanner, m []string) (string, bool) {
	right := s.right(len(m[0]))
	if emergency[m[0]] && (urgent.MatchString(right) || s.labelled()) {
		return digits(m[0], "幺"), true
	}
	if !s.labelled() {
		return "", false
	}
	if strings.Contains(m[0], "-") {
		return sayCode(s, m)
	}
	if len(m[0]) < 3 && !isLatinAt(s.text, s.at-1) || measureFollows(right) {
		return "", false
	}
	return grouped(m[0]), true
}

var (
	emergency = map[string]bool{"110": true, "119": true, "120": true, "122": true}
	urgent    = regexp.MustCompile(`^(?:报警|急救|火警|出警)`)
)

var estate = regexp.MustCompile(`(?:小区|花园|公寓|家园|苑|园|村|城|府|庭|里|湾|号) ?$`)

// sayCode says a code with dashes, such as the pick-up code 6-1-7038; after the name of a place it is building, entrance
// and room.
func sayCode(s *scanner, m []string) (string, bool) {
	place := s.address || estate.MatchString(s.left()) && !s.labelled()
	parts := strings.Split(m[0], "-")
	for i, p := range parts {
		if parts[i] = grouped(p); place && len(p) <= 2 && p[0] != '0' {
			parts[i] = cardinal(p)
		}
	}
	return strings.Join(parts, "杠|"), true
}

func hasLatin(s string) bool { return strings.IndexFunc(s, isLatin) >= 0 }

func isLatinAt(s string, i int) bool { return i >= 0 && isLatin(rune(s[i])) }

func startsHanzi(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isHanzi(r)
}
