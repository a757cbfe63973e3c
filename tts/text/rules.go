package text

import (
	"regexp"
	"strings"
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
	to          = ` ?[-~～—–] ?`
)

// rules are tried in this order: the most particular first.
var rules = []rule{
	{regexp.MustCompile(`^(\*+|#)(?:号?键)?`), false, sayKey},
	{regexp.MustCompile(`^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`), true, sayAddress},
	{regexp.MustCompile(`^(?:https?://)?(?:[A-Za-z0-9-]+\.)+(?:com|cn|net|org|io)(?:/[A-Za-z0-9_./-]*)?`), true, sayAddress},
	{regexp.MustCompile(`^[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+`), true, sayAddress},

	{regexp.MustCompile(`^\((\d{1,2})\)`), false, sayItem},
	{regexp.MustCompile(`^(\d{1,2})[.、)] ?`), false, sayItem},

	{regexp.MustCompile(`^([A-Z])[.、)] ?`), false, sayItem},
	{regexp.MustCompile(`^\((kg|km|cm|mm|ml|mL|mg|m|g|L)\)`), false, sayUnitAside},

	{regexp.MustCompile(`^(\d{1,6})\*{2,}(\d{2,6})`), true, sayMasked},
	{regexp.MustCompile(`^[A-Z][·. ]?([A-Z0-9]{5,6})`), true, sayPlate},
	{regexp.MustCompile(`^(?:[A-Za-z]{1,4}\d{0,12}|\d+)(?:-[A-Za-z]{0,4}\d{0,12})+`), true, sayLettersAndDashes},
	{regexp.MustCompile(`^([A-Za-z]{1,5})(\d{5,})([A-Za-z]{0,3})`), true, sayWaybill},
	{regexp.MustCompile(`^([A-Z]{1,5})[- ](\d{9,})([A-Z]{0,3})`), true, sayWaybill},
	{regexp.MustCompile(`^[A-Za-z0-9]{3,}`), true, sayMixedCode},
	{regexp.MustCompile(`^([GDCZTKYLS])(\d{1,4})次`), false, sayTrain},
	{regexp.MustCompile(`^(K?N)(\d{2,3})`), true, sayMask},
	{regexp.MustCompile(`^(?:No|NO|no)\.? ?(\d{1,4})`), true, sayPlace},

	{regexp.MustCompile(`^((?:19|20)\d\d)([-/.])(\d{1,2})([-/.])(\d{1,2})`), true, sayISODate},
	{regexp.MustCompile(`^(\d\d)(/)(\d\d)(/)(\d\d)`), true, sayISODate},
	{regexp.MustCompile(`^((?:19|20)\d\d)(\d\d)(\d\d)`), true, sayCompactDate},
	{regexp.MustCompile(`^((?:19|20)\d\d)` + to + `((?:19|20)\d\d)年`), true, sayYears},
	{regexp.MustCompile(`^((?:19|20)\d\d)[-/](1[0-2]|0?[1-9])`), true, sayYearMonth},
	{regexp.MustCompile(`^(\d{4}|\d{2})年(?:(\d{1,2})月(?:(\d{1,2})([日号]))?)?`), true, sayYear},
	{regexp.MustCompile(`^(\d{1,2})月(?:(\d{1,2})([日号]))?`), true, sayMonth},
	{regexp.MustCompile(`^(\d{1,2})\.(\d{1,2})` + to + `(\d{1,2})\.(\d{1,2})`), true, sayDays},
	{regexp.MustCompile(`^(0[1-9]|1[0-2])-([0-3]\d)`), true, sayShortDate},
	{regexp.MustCompile(`^(\d{1,2})·(\d{1,2})`), true, sayFestival},
	{regexp.MustCompile(`^(?:618|[5-9][05]|00)`), true, sayFigures},
	{regexp.MustCompile(`^\d{1,4}(?::\d{1,4})+`), true, sayScore},
	{regexp.MustCompile(`^(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([aApP])\.?[mM]\.?)?`), true, sayClock},
	{regexp.MustCompile(`^\d{1,4}(?::\d{1,4})+`), true, sayRatio},
	{regexp.MustCompile(`^(\d{1,2})[点时](?:(\d{1,2})分?)?`), true, sayHours},

	{regexp.MustCompile(`^\+(\d{1,3})[ -]?(\d{2,4}(?:[ -]?\d{2,4}){1,4})`), true, sayForeignPhone},
	{regexp.MustCompile(`^(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?:-(\d{1,6}))?`), true, sayMobile},
	{regexp.MustCompile(`^\(?(0\d{2,3}|[48]00|1010)[-) ]{1,2}(\d{3,4})[- ]?(\d{4})(?:-(\d{1,6}))?`), true, sayLandline},
	{regexp.MustCompile(`^([48]00)(\d{3})(\d{4})()`), true, sayLandline},
	{regexp.MustCompile(`^([48]00\d)-(\d{3})-(\d{3})()`), true, sayLandline},

	{regexp.MustCompile(`^[¥￥]\s?(` + number + `)` + to + `[¥￥]?(` + number + `)(万)?元?`), true, sayPriceRange},
	{regexp.MustCompile(`^(?:[¥￥]|RMB|rmb|CNY)\s?(` + number + `)(万|亿)?元?`), true, sayMoney},
	{regexp.MustCompile(`^(US\$|HK\$|USD|HKD|EUR|[$€£])\s?(` + number + `)(万|亿)?`), true, sayForeignMoney},
	{regexp.MustCompile(`^(-?` + number + `)(元|块钱|块|圆)`), true, sayYuan},
	{regexp.MustCompile(`^(\d)\.(\d)折`), true, sayDiscount},
	{regexp.MustCompile(`^\d+\.\d{1,2}`), true, sayPrice},
	{regexp.MustCompile(`^(\d+)-(\d+)`), true, sayReduction},

	{regexp.MustCompile(`^(-?` + number + `) ?(%|‰)`), true, sayPercent},
	{regexp.MustCompile(`^(-?` + number + `)(摄氏度|°F|°)`), true, sayDegrees},
	{regexp.MustCompile(`^\d+(?: \d+)+`), true, sayAsGrouped},
	{regexp.MustCompile(`^\d+(?:-\d+)*`), true, sayLabelled},
	{regexp.MustCompile(`^\d+(?:-\d+){2,}`), true, sayCode},
	{regexp.MustCompile(`^(\d{3,4})` + to + `(\d{3,4})(室|房)`), true, sayRooms},
	{regexp.MustCompile(`^(\d+)#(楼|栋|幢|座|门|\d)?`), false, sayHouse},
	{regexp.MustCompile(`^\d{1,2}-\d{3,4}`), true, sayFlat},
	{regexp.MustCompile(`^\d{3,}`), true, sayRoom},
	{regexp.MustCompile(`^(\d+)F`), true, sayFloor},
	{regexp.MustCompile(`^(\d)[、,](\d)`), true, sayEither},
	{regexp.MustCompile(`^(-?` + number + `)(%|摄氏度|°)?` + to + `(-?` + number + `)(%|摄氏度|°|mAh|kg|km|cm|mm|ml|mL|GB|MB|g|W|V|h)?`), true, sayRange},
	{regexp.MustCompile(`^` + number + `(?: ?[x×*] ?` + number + `)+(?: ?(kg|km|cm|mm|ml|mL|m|g|L))?`), true, sayProduct},
	{regexp.MustCompile(`^(\d+)\+`), false, sayMore},
	{regexp.MustCompile(`^(\d{3,4})[pP]`), true, sayResolution},
	{regexp.MustCompile(`^(\d\d)VIP`), true, sayVIP},
	{regexp.MustCompile(`^(-?` + number + `) ?(` + latinUnit + `)`), true, sayUnit},
	{regexp.MustCompile(`^(\d{1,2})/(\d{1,3})`), true, sayFraction},
	{regexp.MustCompile(`^(\d+)\^(\d+)`), true, sayPower},
	{regexp.MustCompile(`^\d+(?:\.\d+){2,}`), true, sayVersion},
	{regexp.MustCompile(`^-?` + number), true, sayNumber},
	{regexp.MustCompile(`^` + latinLetter + `+(?:['’-]` + latinLetter + `+)*`), false, sayLatin},
}

// sayItem says the number or letter before an item of a list, with a pause on both sides.
func sayItem(s *scanner, m []string) (string, bool) {
	name := m[1]
	if isASCIIDigit(rune(name[0])) {
		name = cardinal(name)
	} else {
		name = letters(name)
	}
	if len(m) == 2 && m[0][0] == '(' {
		return "," + name + ",", true
	}
	before, ok := s.before()
	begins := !ok || containsRune("。;,!?: )", before)
	dot := !strings.Contains(m[0], "、") && isHanzi(before) && before != '第' && isASCIIDigit(rune(m[0][0]))
	if !startsHanzi(s.right(len(m[0]))) || !begins && !dot {
		return "", false
	}
	return "," + name + ",", true
}

func sayUnitAside(_ *scanner, m []string) (string, bool) {
	return "," + units[strings.ToLower(m[1])] + ",", true
}

// sayKey says the keys of a telephone; a star within a name is a letter that was hidden.
func sayKey(s *scanner, m []string) (string, bool) {
	switch {
	case m[0] == "#":
		return "井号", true
	case m[0][0] == '#':
		return "井号键", true
	case m[0] != m[1]:
		return "星号键", true
	}
	before, _ := s.before()
	right := s.right(len(m[0]))
	switch {
	case containsRune("按入", before):
		return "星号键", true
	case len(m[0]) == 1 && startsDigit(right) && (isHanzi(before) || isLatin(before)):
		return "乘", true
	}
	if len(m[0]) == 1 && isHanzi(before) && startsHanzi(right) && !title.MatchString(right) {
		return "某", true
	}
	return "", true
}

var title = regexp.MustCompile(`^(?:先生|女士|小姐|师傅|老师|经理)`)
