package nlu

import (
	"regexp"
	"slices"
	"strings"
)

const classifier = `件|双|箱|个|台|盒|瓶|包|袋|套|只|份|本|条|把|支|罐|桶|盆|卷|提|床|副|对|顶|部|颗|粒|片|枚|杯|根|辆|盏|组|串|打|张|块|听|排`

var (
	quantityZh = regexp.MustCompile(`(` + wholeZh + `)(?:大|小)?(` + classifier + `)`)
	quantityEn = regexp.MustCompile(`\b(` + numberEn + `)(?: of (?:them|these|those|it|the)| (?:more |of the |extra |new )?(?:pieces?|pairs?|boxes|box|bottles?|bags?|packs?|packets?|sets?|units?|items?|pcs|cartons?|jars?|cans?|tubes?|rolls?|cases?|copies))\b`)
	pair       = regexp.MustCompile(`(?:^|[^我你您他她它们咱人口娘儿姐]|\x00)(俩|仨)(?:$|[^人口月])`)
	missingEn  = regexp.MustCompile(`\b(` + unitEn + `|\d{1,3}) (?:[a-z]+ )?(?:is|are|was|were) missing\b|\b(?:missing|short) (` + unitEn + `|\d{1,3})\b`)
	changeEn   = regexp.MustCompile(`\b(?:quantity (?:is |to )?|make (?:it|that) |change (?:it |that |the quantity )?to |only |just )(` + unitEn + `|\d{1,3})(?: instead| please)?$|\b(` + unitEn + `|\d{1,3}) instead of (?:just |only )?(?:` + unitEn + `|\d{1,3})\b`)
	noQuantity = regexp.MustCompile(`^(?:子|小时|钟头|星期|礼拜|人|电话|工作日|字|点|钟|事|问题|办法|号|地址|数|都|快递|包裹|订单|单|短信|季度|多月|半|来月|城市|省|地方|客服|姓|理由|意思|选择|[零〇一二两三四五六七八九\d幺](?:[^\p{Han}]|$|[零〇一二两三四五六七八九\d幺])|券|优惠券|卡|不同|疗程)`)
	oneOnly    = regexp.MustCompile(`(?:改[成为到]|换[成]|减[到成]|只[要收退发有买换留取剩]了?(?:到|消)?|就[要收发退有剩]?了?(?:到)?|少[发放装配寄]?了?|缺了?|漏发?了?|多发?了?|[^别]退|^退|补发?|再[来要加补买]|加|余下|丢了?)(?:我)?$`)
	weightZh   = regexp.MustCompile(`(` + numberZh + `)(来|多|几)?(公斤|千克|kg|斤|克|吨|两重)(半)?(左右)?`)
	thousand   = regexp.MustCompile(`([零〇一二两三四五六七八九十百点\d.半]+)(来|多|几)?(千克)(半)?`)
	weightEn   = regexp.MustCompile(`\b(` + numberEn + `) ?(?:of a )?(kilos?|kilograms?|kg|kgs|grams?|pounds?|lbs?|tons?)\b`)
)

// weights leaves a weight as number and unit.
func (l *line) weights() {
	if !l.any("斤克吨g重") && !l.latin {
		return
	}
	var all []candidate
	// 二十千克 is first: the thousand is none of the number.
	for _, m := range append(thousand.FindAllStringSubmatchIndex(l.text, -1), weightZh.FindAllStringSubmatchIndex(l.text, -1)...) {
		n, ok := numeral(group(l.text, m, 1))
		if !ok {
			continue
		}
		if m[8] >= 0 {
			n += hundredth / 2
		}
		all = append(all, candidate{decimal(n) + strings.TrimSuffix(group(l.text, m, 3), "重"), m[0], m[1], m[4] >= 0})
	}
	for _, m := range l.english(weightEn) {
		if n, ok := numeral(group(l.text, m, 1)); ok {
			all = append(all, candidate{decimal(n) + " " + unitOf(group(l.text, m, 2)), m[0], m[1], false})
		}
	}
	l.fill("weight", all)
}

// unitOf is the written unit of an English word for it.
func unitOf(word string) string {
	switch word[:1] {
	case "k":
		return "kg"
	case "g":
		return "g"
	case "p", "l":
		return "lb"
	}
	return "t"
}

// fill takes all candidates of a slot and leaves the one meant.
func (l *line) fill(slot string, all []candidate) {
	for _, c := range all {
		l.take(c.start, c.end)
	}
	if best, ok := l.choose(inOrder(all)); ok {
		l.set(slot, best.value)
	}
}

// quantities leaves how many are meant, in digits. 一个 is mostly no number but "a": it counts only behind 只, 少了 and
// the like.
func (l *line) quantities() {
	if !l.any(numerals+"俩仨") && !l.latin {
		return
	}
	var all []candidate
	for _, m := range quantityZh.FindAllStringSubmatchIndex(l.text, -1) {
		said := group(l.text, m, 1)
		n, ok := wholeNumber(said)
		before := l.text[:m[0]]
		if !ok || n < 1 || n > 9999 || group(l.text, m, 2) == "个" && strings.HasPrefix(l.text[m[1]:], "月") || strings.HasSuffix(before, "第") || noQuantity.MatchString(l.text[m[1]:]) || endsInDigit(before) {
			continue
		}
		unit := group(l.text, m, 2)
		if n == 1 && !oneOnly.MatchString(before) && l.state.Asked != "quantity" || unit == "块" && !goods.MatchString(l.text[m[1]:]) || said == "二" {
			continue
		}
		if unit == "打" {
			n *= 12
		}
		all = append(all, candidate{decimal(n * hundredth), m[0], m[1], false})
	}
	for _, m := range pair.FindAllStringSubmatchIndex(l.text, -1) {
		all = append(all, candidate{map[string]string{"俩": "2", "仨": "3"}[group(l.text, m, 1)], m[2], m[3], false})
	}
	for _, re := range []*regexp.Regexp{quantityEn, missingEn, changeEn} {
		for _, m := range l.english(re) {
			said := group(l.text, m, 1)
			if re != quantityEn {
				said += group(l.text, m, 2)
			}
			n, ok := wholeNumber(said)
			if ok && n > 0 && (n > 1 || re != quantityEn || onlyEn.MatchString(lastBytes(l.text[:m[0]], near))) {
				to := m[1]
				if re == missingEn && m[2] >= 0 {
					to = m[3]
				}
				all = append(all, candidate{decimal(n * hundredth), m[0], to, false})
			}
		}
	}
	if l.state.Asked == "quantity" && len(all) == 0 {
		for _, m := range anyNumber.FindAllStringIndex(l.text, -1) {
			if n, ok := wholeNumber(l.text[m[0]:m[1]]); ok && n > 0 && n < 10000 {
				all = append(all, candidate{decimal(n * hundredth), m[0], m[1], false})
			}
		}
	}
	if wanted := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return bought.MatchString(lastBytes(l.whole[:c.start], near)) }); len(wanted) > 0 {
		for _, c := range all {
			l.take(c.start, c.end)
		}
		all = wanted // 买了三件退一件
	}
	l.fill("quantity", all)
}

var bought = regexp.MustCompile(`(?:[买拍下订]的?[了是]?|说好的?|应该[是有]|写的是?|一共|总共|\b(?:bought|ordered) )$`)

var onlyEn = regexp.MustCompile(`\b(?:only|just|missing|keep|return|short|to) (?:received |got |ordered |the )?$`)

// endsInDigit reports whether a number would go on before the match.
func endsInDigit(before string) bool {
	r := lastRune(before)
	_, digit := hanziDigits[r]
	return digit || r >= '0' && r <= '9' || r != 0 && strings.ContainsRune("十百千万点", r)
}

var specKinds = []*regexp.Regexp{
	regexp.MustCompile(`(?:深|浅|淡|亮|暗|天|藏|宝|粉|玫|酒|墨|草|米|奶|象牙|香槟|咖啡|原木|磨砂|珍珠|曜石|星空|薄荷|雾霾|克莱因|军|杏|银|金)?(?:红|黑|白|蓝|绿|灰|黄|粉|紫|棕|橙|青|银|金|米|咖啡|驼|卡其|杏|褐|裸|肤|透明)色?的?(?:那款|款)?`),
	regexp.MustCompile(`(?:换[成个]?|要|色) ?(三十[三四五六七八九]|四十[一二三四五六七八]?|一百[五六七八九]十?五?)(?:$|[ 的])|(\d{2,3}|[一二两三四五六七八九][一二三四五六七八九零]|[二三四五六七八九]十[一二三四五六七八九]?|(?:一百|幺)[零一二三四五六七八九十]+|` + digitZh + `十` + digitZh + `半?)(码)(半)?|\b(\d? ?(?:x ?){1,4}[sl]\b|[sml] ?(?:码|号))|(?:(?:换成?|要|改成?|是) ?|\b(?:in|an?|size) )([sml])\b|((?:\d|[二两三四])(?:个)?x(?:个)? ?l)|(特大|加大|大一|小一|大|中|小|均|最大|最小)(号|码)|(large|medium|small|extra large|xl|xxl)\b|size (` + unitEn + `(?: ` + unitEn + `)?(?: and a half)?|\d+(?:\.5)?|[sml])\b`),
	regexp.MustCompile(`(` + numberZh + `)( ?(?:gb?|tb?)\b|升|毫升|ml|英寸|寸|厘米|米|瓦|片装|支装|瓶装|包装|毫安|个 ?t\b)|(` + unitEn + `(?:[ -](?:and )?` + unitEn + `)*|\d+) ?(gigs?|gigabytes?|gb|inch|inches|liters?|litres?|watts?)\b`),
	regexp.MustCompile(`\b(?:(?:dark|light|navy|rose) )?(?:red|black|white|blue|green|grey|gray|yellow|pink|purple|brown|orange|beige|silver|gold|navy)\b`),
}

// sizes is the place of sizes among the kinds.
const sizes = 1

// specHints are characters of which one stands in every Chinese spec of the kind.
var specHints = []string{"色款的透", "码号换要", numerals, ""}

// specs leaves colour, size and capacity, each as the caller means it, in the order said.
func (l *line) specs() {
	var chosen []candidate
	for kind, re := range specKinds {
		if !l.latin && !l.any(specHints[kind]) {
			continue
		}
		var all []candidate
		for _, m := range re.FindAllStringSubmatchIndex(l.text, -1) {
			if value := specValue(kind, l.text, m); value != "" {
				from := m[0]
				if kind == sizes {
					from = max(from, m[2], m[12]) // without the 换成 before a bare number or letter
				}
				all = append(all, candidate{value, from, m[1], false})
			}
		}
		for _, c := range all {
			l.take(c.start, c.end)
		}
		if best, ok := l.choose(all); ok {
			chosen = append(chosen, best)
		}
	}
	var values []string
	for _, c := range inOrder(chosen) {
		values = append(values, c.value)
	}
	l.set("spec", strings.Join(values, " "))
	if l.state.Asked == "spec" && len(values) == 0 {
		if m := bareSpec.FindStringSubmatch(strings.Trim(l.text, " 。.吧的")); m != nil {
			l.set("spec", strings.ToUpper(strings.ReplaceAll(m[1], " ", "")))
			l.take(0, len(l.text))
		}
	}
}

// bareSpec is a size in a letter or two, as an answer.
var bareSpec = regexp.MustCompile(`^((?:(?:x ?){1,4}|\d ?x ?)?[sml])$`)

// specValue writes a match of one kind of spec; empty where it is none.
func specValue(kind int, text string, m []int) string {
	said := strings.TrimSpace(text[m[0]:m[1]])
	switch kind {
	case 0:
		said = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(said, "那款"), "款"), "的")
		if !strings.HasSuffix(said, "色") && said != "透明" && !strings.HasSuffix(text[m[0]:m[1]], "款") && !(strings.HasSuffix(text[m[0]:m[1]], "的") && colourAsked.MatchString(lastBytes(text[:m[0]], near))) {
			return ""
		}
		if n := len([]rune(said)); n == 1 || n == 2 && !strings.HasSuffix(said, "色") && said != "透明" {
			said += "色"
		}
		return said
	case sizes:
		if strings.HasSuffix(text[:m[0]], "too ") || m[2] >= 0 && footwear(text, group(text, m, 1)) == "" {
			return ""
		}
		if number := group(text, m, 2) + footwear(text, group(text, m, 1)); number != "" {
			n, ok := numeral(number)
			if m[8] >= 0 {
				n += hundredth / 2
			}
			if !ok {
				return ""
			}
			return decimal(n) + "码"
		}
		if long := group(text, m, 7); long != "" {
			n, ok := numeral(long[:len(firstOf(long))])
			if !ok {
				return ""
			}
			return decimal(n) + "XL"
		}
		if letters := group(text, m, 5) + group(text, m, 6); letters != "" {
			return strings.TrimSuffix(strings.ToUpper(strings.ReplaceAll(letters, " ", "")), "号")
		}
		if number := group(text, m, 11); number != "" {
			if n, ok := numeral(number); ok {
				return "size " + decimal(n)
			}
			return strings.ToUpper(number)
		}
		return said
	case 2:
		n, ok := numeral(group(text, m, 1) + group(text, m, 3))
		if !ok {
			return ""
		}
		unit := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(group(text, m, 2)), "个"))
		if unit == "" {
			unit = map[byte]string{'g': "GB", 'i': "inch", 'l': "L", 'w': "W"}[group(text, m, 4)[0]]
			return decimal(n) + unit
		}
		if unit[0] < 0x80 && unit != "ml" {
			unit = strings.ToUpper(unit)
		}
		return decimal(n) + unit
	}
	return said
}

// footwear is a bare number that is a size where the line speaks of sizes or shoes: 换四十三.
func footwear(text, number string) string {
	if strings.ContainsAny(text, "码鞋靴衣服衫裤裙袄") {
		return number
	}
	return ""
}

func firstOf(text string) string { return string(firstRune(text)) }

var colourAsked = regexp.MustCompile(`(?:换|要|改|是|买|发|拿|选|来)(?:个|成|一个|了|我|件|的是|的)*$`)
