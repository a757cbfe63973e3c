package text

import (
	"regexp"
	"strconv"
	"strings"
)

// continuesNumber tells whether a dash at the scanner joins what is before it rather than being a minus.
func (s *scanner) continuesNumber() bool {
	r, ok := s.before()
	return ok && (isASCIIDigit(r) || isLatin(r) || containsRune("%°)", r) || unitEnd.MatchString(s.left()))
}

var unitEnd = regexp.MustCompile(`\d ?(?:日|号|月|点|分|年|元|块|度|摄氏度|室)$`)

func sayPercent(s *scanner, m []string) (string, bool) {
	value, sign := m[1], ""
	if rest, ok := strings.CutPrefix(value, "-"); ok {
		if s.continuesNumber() {
			return "", false
		}
		value, sign = rest, "负"
	}
	if m[2] == "‰" {
		return sign + "千分之" + decimal(value), true
	}
	return sign + percent(value), true
}

func percent(value string) string {
	if value == "100" {
		return "百分之百"
	}
	return "百分之" + decimal(value)
}

func sayDegrees(s *scanner, m []string) (string, bool) {
	value, sign := m[1], ""
	if rest, ok := strings.CutPrefix(value, "-"); ok {
		if s.continuesNumber() {
			return "", false
		}
		value, sign = rest, "零下"
	}
	unit := map[string]string{"摄氏度": "度", "°": "度", "°F": "华氏度"}[m[2]]
	return sign + quantity(value, unit) + unit, true
}

// latinUnit is what units says; the longer ones first.
const latinUnit = `mAh|km/h|kWh|Mbps|kg|km|cm|mm|ml|mL|mg|GB|MB|TB|kW|KG|Kg|min|Hz|dB|m2|m3|[gmLlWwVhsGTtA]`

// units are said in Chinese after a number.
var units = map[string]string{
	"mah": "毫安时", "km/h": "公里每小时", "kwh": "度电", "kg": "公斤", "km": "公里", "cm": "厘米", "mm": "毫米", "ml": "毫升",
	"mg": "毫克", "gb": "{G_B}", "mb": "兆", "tb": "{T_B}", "kw": "千瓦", "min": "分钟", "hz": "赫兹", "db": "分贝", "mbps": "兆",
	"g": "克", "m": "米", "l": "升", "w": "瓦", "v": "伏", "h": "小时", "s": "秒", "m2": "平方米", "m3": "立方米",
	"%": "%", "摄氏度": "度", "°": "度",
}

var volts = regexp.MustCompile(`\dV[/, ]?$`)

func sayUnit(s *scanner, m []string) (string, bool) {
	if strings.HasPrefix(m[1], "-") && s.continuesNumber() {
		return "", false
	}
	if len(m[2]) == 1 && afterLatin.MatchString(s.left()) {
		return "", false
	}
	switch m[2] {
	case "G", "T":
		return decimal(m[1]) + letters(m[2]), true
	case "t":
		return quantity(m[1], "吨") + "吨", true
	case "A":
		if !volts.MatchString(s.left()) {
			return "", false
		}
		return quantity(m[1], "安") + "安", true
	}
	unit := units[strings.ToLower(m[2])]
	return quantity(m[1], unit) + unit, true
}

// sayEither says "3、4" before a measure word as 三四, which is neither three nor four.
func sayEither(s *scanner, m []string) (string, bool) {
	if !measureFollows(s.right(len(m[0]))) {
		return "", false
	}
	return quantity(m[1], "个") + digits(m[2], "一"), true
}

// sayRange says "1-3" before a unit as 一到三; two bare numbers only where both are short.
func sayRange(s *scanner, m []string) (string, bool) {
	from, to, unit := m[1], m[3], units[strings.ToLower(m[4])]
	if unit == "" {
		unit = units[m[2]]
	}
	if strings.HasPrefix(from, "-") && s.continuesNumber() || strings.HasPrefix(to, "-") && unit != "度" {
		return "", false
	}
	switch {
	case unit == "%":
		return percent(from) + "到" + percent(to), true
	case unit == "度":
		return below(from) + "到" + below(to) + "度", true
	case len(from) > 4 || len(to) > 4:
		return "", false
	}
	counted := unit
	if right := s.right(len(m[0])); unit == "" && measureFollows(right) {
		counted = right
	}
	return quantity(from, counted) + "到" + quantity(to, counted) + unit, true
}

// below says a temperature of a range.
func below(degrees string) string {
	if rest, ok := strings.CutPrefix(degrees, "-"); ok {
		return "零下" + decimal(rest)
	}
	return decimal(degrees)
}

// resolution is the size of a screen in points.
var resolution = regexp.MustCompile(`^\d{3,4} ?[x×*] ?\d{3,4}$`)

var factor = regexp.MustCompile(` ?[x×*] ?`)

func sayProduct(s *scanner, m []string) (string, bool) {
	parts := factor.Split(strings.TrimRight(m[0], m[1]+" "), -1)
	last, unit := len(parts)-1, units[strings.ToLower(m[1])]
	if resolution.MatchString(m[0]) && !measureFollows(s.right(len(m[0]))) {
		return digits(parts[0], "幺") + "乘" + digits(parts[1], "幺"), true
	}
	for i, p := range parts[:last] {
		parts[i] = decimal(p)
	}
	if right := s.right(len(m[0])); unit != "" || measureFollows(right) {
		parts[last] = quantity(parts[last], unit+right)
	} else {
		parts[last] = decimal(parts[last])
	}
	return strings.Join(parts, "乘") + unit, true
}

var audience = regexp.MustCompile(`^(?:$|[,。;!] *|评价|用户|商家|订单|门店|城市)`)

// sayMore says 100+条 as 一百多条.
func sayMore(s *scanner, m []string) (string, bool) {
	right := s.right(len(m[0]))
	if !measureFollows(right) && !audience.MatchString(right) {
		return "", false
	}
	return cardinal(m[1]) + "多", true
}

func sayResolution(_ *scanner, m []string) (string, bool) {
	return digits(m[1], "幺") + letters(m[0][len(m[1]):]), true
}

func sayVIP(_ *scanner, m []string) (string, bool) { return digits(m[1], "一") + letters("VIP"), true }

// sayFraction says 1/2 as 二分之一 and 3/21, which no one means as a fraction, as a day.
func sayFraction(s *scanner, m []string) (string, bool) {
	above, _ := strconv.Atoi(m[1])
	below, _ := strconv.Atoi(m[2])
	switch {
	case below == above+1 && dayOrFloor.MatchString(s.right(len(m[0]))):
		return cardinal(m[1]) + "," + cardinal(m[2]), true
	case below > 10 && below <= 31 && above >= 1 && above <= 12:
		return cardinal(m[1]) + "月" + cardinal(m[2]) + "号", true
	case above == 0 || below == 0:
		return "", false
	}
	return cardinal(m[2]) + "分之" + cardinal(m[1]), true
}

var dayOrFloor = regexp.MustCompile(`^(?:号|日|楼|层|月)`)

func sayPower(_ *scanner, m []string) (string, bool) {
	return cardinal(m[1]) + "的" + cardinal(m[2]) + "次方", true
}

func sayVersion(_ *scanner, m []string) (string, bool) {
	parts := strings.Split(m[0], ".")
	for i, p := range parts {
		parts[i] = cardinal(p)
	}
	return strings.Join(parts, "点"), true
}

var (
	instalments = regexp.MustCompile(`(?:分|共|满|近|免|每)$`)
	payment     = regexp.MustCompile(`^期(?:免|付|还|账|分)`)
	afterLatin  = regexp.MustCompile(`[A-Za-z] ?$`)
)

// sayNumber says any other number: a quantity before a measure word, digits one by one where it is long or begins with 0.
func sayNumber(s *scanner, m []string) (string, bool) {
	value := m[0]
	right := s.right(len(value))
	if strings.HasPrefix(value, "-") {
		if s.continuesNumber() {
			return "", false
		}
		return decimal(value), true
	}
	whole, _, isDecimal := strings.Cut(value, ".")
	switch {
	case strings.HasSuffix(s.left(), "第"):
		return cardinal(whole), true
	case value == "2" && strings.HasPrefix(right, "期") && (instalments.MatchString(s.left()) || payment.MatchString(right)):
		return "两", true
	case measureFollows(right):
		return quantity(value, strings.TrimPrefix(right, " ")), true
	case isDecimal:
		return decimal(value), true
	case len(whole) >= 5 || len(whole) > 1 && whole[0] == '0':
		return grouped(whole), true
	}
	if len(whole) >= 3 && afterLatin.MatchString(s.left()) {
		return digits(whole, "幺"), true
	}
	return cardinal(whole), true
}

// measureWords are what is counted: a number before one of them is a quantity however long it is.
var measureWords = regexp.MustCompile(`^ ?(?:个|多|几|余|天|次|件|包|箱|双|只|条|张|块|元|家|位|名|年|周|小时|分钟|秒|岁|码|斤|公斤|千克|克|吨|米|公里|厘米|毫米|升|毫升|瓦|伏|安|寸|英寸|平方米|立方米|平米|瓶|盒|袋|台|部|本|支|枝|把|套|份|片|颗|粒|罐|桶|卷|对|组|批|票|单|笔|项|种|款|样|人|户|倍|折|分|毛|角|度|级|层|楼|号|栋|幢|座|单元|期|届|万|亿|千|百|里|步|句|字|遍|趟|回|场|道|门|辆|架|艘|根|枚|顶|副|床|间|棵|朵|头|匹|首|篇|页|行|列|格|杯|碗|盘|勺|滴|口|点|刻|工作日|自然日|星期|礼拜|月|日|积分|金币|优惠券|美元|欧元|英镑|港币|日元|毫安|兆|公分|分贝|赫兹|流明|像素|夜|晚|站|成|代|节|课|集|尺|亩|季|旬|跟|圈|拳|顿|节|束|串|盏|扇|面|股|丝|吋|两|钱)`)

func measureFollows(right string) bool { return measureWords.MatchString(right) }
