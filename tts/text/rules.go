package text

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// rule says one kind of written thing.
type rule struct {
	pattern *regexp.Regexp                                      // anchored at the scanner
	whole   bool                                                // not within a longer run of digits or letters
	say     func(s *scanner, m []string) (said string, ok bool) // ok false: try the next rule
}

const (
	number      = `\d+(?:\.\d+)?`
	latinLetter = `[A-Za-z]`
)

// rules are tried in this order: the most particular first.
var rules = []rule{
	{regexp.MustCompile(`^[*#](?:号?键)?`), false, sayKey},
	{regexp.MustCompile(`^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`), true, sayAddress},
	{regexp.MustCompile(`^(?:https?://)?(?:[A-Za-z0-9-]+\.)+(?:com|cn|net|org|io)`), true, sayAddress},
	{regexp.MustCompile(`^1(\d\d)\*{2,}(\d{2,4})`), true, sayMasked},
	{regexp.MustCompile(`^([A-Za-z]{1,5})(\d{5,})([A-Za-z]{0,3})`), true, sayWaybill},
	{regexp.MustCompile(`^(\d{4})([-/.])(\d{1,2})([-/.])(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::\d{2})?)?`), true, sayISODate},
	{regexp.MustCompile(`^(\d{4}|\d{2})年(?:(\d{1,2})月(?:(\d{1,2})([日号]))?)?`), true, sayYear},
	{regexp.MustCompile(`^(\d{1,2})月(?:(\d{1,2})([日号]))?`), true, sayMonth},
	{regexp.MustCompile(`^(0[1-9]|1[0-2])-([0-3]\d)`), true, sayShortDate},
	{regexp.MustCompile(`^(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([aApP])\.?[mM]\.?)?`), true, sayClock},
	{regexp.MustCompile(`^(\d{1,2})点(?:(\d{1,2})分?)?`), true, sayHours},
	{regexp.MustCompile(`^(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?:-(\d{1,6}))?`), true, sayMobile},
	{regexp.MustCompile(`^(0\d{2,3}|[48]00|1010)-(\d{3,4})-?(\d{4})(?:-(\d{1,6}))?`), true, sayLandline},
	{regexp.MustCompile(`^[¥￥]\s?(` + number + `)(万|亿)?元?`), true, sayMoney},
	{regexp.MustCompile(`^\$\s?(` + number + `)`), true, sayDollars},
	{regexp.MustCompile(`^(` + number + `)(元|块钱|块|圆)`), true, sayYuan},
	{regexp.MustCompile(`^(-?` + number + `)(%|‰)`), true, sayPercent},
	{regexp.MustCompile(`^(-?` + number + `)(摄氏度|°F|°)`), true, sayDegrees},
	{regexp.MustCompile(`^\d+(?:-\d+)*`), true, sayLabelled},
	{regexp.MustCompile(`^\d+(?:-\d+){2,}`), true, sayCode},
	{regexp.MustCompile(`^\d{3,4}`), true, sayRoom},
	{regexp.MustCompile(`^(\d)[、,](\d)`), true, sayEither},
	{regexp.MustCompile(`^(` + number + `)(%?) ?[-~～—–] ?(` + number + `)(%|mAh|kg|km|cm|mm|ml|mL|GB|MB|g|W|V|h)?`), true, sayRange},
	{regexp.MustCompile(`^(` + number + `) ?[x×*] ?(` + number + `)`), true, sayProduct},
	{regexp.MustCompile(`^(-?` + number + `) ?(mAh|km/h|kWh|kg|km|cm|mm|ml|mL|mg|GB|MB|TB|kW|KG|Kg|min|Hz|dB|[gmLlWwVhsGT])`), true, sayUnit},
	{regexp.MustCompile(`^(\d{1,2})/(\d{1,3})`), true, sayFraction},
	{regexp.MustCompile(`^\d+(?:\.\d+){2,}`), true, sayVersion},
	{regexp.MustCompile(`^-?` + number), true, sayNumber},
	{regexp.MustCompile(`^` + latinLetter + `+(?:['’-]` + latinLetter + `+)*`), false, sayLatin},
}

func sayKey(_ *scanner, m []string) (string, bool) {
	switch {
	case m[0] == "*":
		return "", true
	case m[0][0] == '*':
		return "星号键", true
	case m[0] == "#":
		return "井号", true
	}
	return "井号键", true
}

// sayAddress says a web or mail address: names in English, 点 and {at} between.
func sayAddress(_ *scanner, m []string) (string, bool) {
	address := strings.TrimPrefix(strings.TrimPrefix(m[0], "https://"), "http://")
	var b strings.Builder
	for len(address) > 0 {
		i := strings.IndexAny(address, ".@-_")
		if i < 0 {
			i = len(address)
		}
		b.WriteString(sayName(address[:i]))
		if i < len(address) {
			b.WriteString(map[byte]string{'.': "点", '@': "{at}", '-': "杠", '_': "下划线"}[address[i]])
			i++
		}
		address = address[i:]
	}
	return b.String(), true
}

// sayName says letters and digits mixed: digits one by one, letters as a word or by name.
func sayName(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, _ := utf8.DecodeRuneInString(s)
		n := strings.IndexFunc(s, func(x rune) bool { return isASCIIDigit(x) != isASCIIDigit(r) })
		if n < 0 {
			n = len(s)
		}
		if isASCIIDigit(r) {
			b.WriteString(digits(s[:n], "幺"))
		} else {
			b.WriteString(latin(s[:n]))
		}
		s = s[n:]
	}
	return b.String()
}

func sayMasked(_ *scanner, m []string) (string, bool) {
	return "幺" + digits(m[1], "幺") + "开头|" + digits(m[2], "幺") + "结尾", true
}

func sayWaybill(s *scanner, m []string) (string, bool) {
	if m[3] != "" && s.unitFollows(len(m[1])+len(m[2])) {
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

var codeLabel = regexp.MustCompile(`(?:尾号|尾数|[前后末][\p{Han}\d]位|(?:验证|取件|取货|提货|提取|邀请|兑换|识别|邮)码|密码|分机|房间号?|工号|单号|编号|卡号|账号|票号|号码|电话|热线|电话是|拨打|请拨|拨|打)(?:号码?)?(?:是|为|就是|:|,| |的)*$`)

// sayLabelled says digits one by one after a word that announces a number to be written down.
func sayLabelled(s *scanner, m []string) (string, bool) {
	label := codeLabel.FindString(s.left())
	if label == "" {
		return "", false
	}
	if strings.Contains(m[0], "-") {
		return sayCode(s, m)
	}
	if len(m[0]) < 3 || measureFollows(s.right(len(m[0]))) {
		return "", false
	}
	return grouped(m[0]), true
}

// sayCode says a code with dashes, such as the pick-up code 6-1-7038.
func sayCode(_ *scanner, m []string) (string, bool) {
	parts := strings.Split(m[0], "-")
	for i, p := range parts {
		parts[i] = grouped(p)
	}
	return strings.Join(parts, "杠"), true
}

var building = regexp.MustCompile(`(?:栋|幢|座|单元|号楼)$`)

// sayRoom says the number of a room digit by digit.
func sayRoom(s *scanner, m []string) (string, bool) {
	next, _ := utf8.DecodeRuneInString(s.right(len(m[0])))
	if !building.MatchString(s.left()) && next != '室' && next != '房' {
		return "", false
	}
	return digits(m[0], "幺"), true
}

func sayLatin(_ *scanner, m []string) (string, bool) {
	return latin(m[0]), true
}

// latin marks English: short runs of capitals, or without a vowel, are said by letter, the rest as words.
func latin(s string) string {
	capitals := strings.ToUpper(s) == s && !capitalWords[s]
	if len(s) == 1 || len(s) <= 4 && (capitals || !strings.ContainsAny(s, "aeiouyAEIOUY")) {
		return letters(s)
	}
	return string(openLatin) + strings.ReplaceAll(s, "’", "'") + string(shutLatin)
}

// capitalWords are written in capitals but said as words.
var capitalWords = map[string]bool{"NIKE": true, "IKEA": true, "ZARA": true, "VIVO": true, "SIM": true, "MUJI": true, "FILA": true, "PLUS": true}

// letters marks letters to be said by name.
func letters(s string) string {
	var names []string
	for _, r := range s {
		if unicode.IsLetter(r) {
			names = append(names, string(unicode.ToUpper(r)))
		}
	}
	return string(openLatin) + strings.Join(names, "_") + string(shutLatin)
}
