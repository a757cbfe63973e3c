package nlu

import (
	"regexp"
	"strings"
)

var (
	moneyZh    = regexp.MustCompile(`(¥|￥)?(` + numberZh + `)(来|多|几)?(万)?(块钱|块|元钱|元|圆|rmb|yuan)(?:零)?(` + digitZh + `|\d)?(?:(毛|角)(?:(` + digitZh + `|\d)分?)?)?(钱)?(左右|上下)?`)
	moneyWords = regexp.MustCompile(`yuan|rmb|dollar|buck|kuai|renminbi|cny|pound|euro|cent`)
	dimes      = regexp.MustCompile(`(` + digitZh + `|\d)(毛|角)(?:(` + digitZh + `|\d)分?)?钱?|(` + digitZh + `|\d{1,2})分钱`)
	bareSum    = regexp.MustCompile(`(?:扣[了的]?我?(?:了|掉|走|款)?(?:[一两三几]次)?|退了?(?:给)?我?(?:了|款|回)?|赔(?:我|付|偿)?(?:了)?|付了?的?|(?:微信|支付宝)的?|收了?我?(?:了)?|花了?(?:我)?|(?:原|现|售|标|活动)价(?:是)?|补(?:我)?(?:了)?|差价|差了|金额|价格?|总共|一共|运费|便宜了?|贵了|降了|保价|保了|优惠|满|减|报价)(?:是|大概|差不多|也就|你们|您)?(约)?(` + numberZh + `)(来|多)?`)
	moneyEn    = regexp.MustCompile(`[$¥](\d+(?:\.\d{1,2})?)|(` + numberEn + `) (?:yuan|rmb|dollars?|bucks|kuai|renminbi|cny|pounds|euros?)(?:(?: and)? (` + unitEn + `(?:[ -]` + unitEn + `)?|\d{1,2})(?: cents| fen| jiao)?)?|(` + numberEn + `) cents`)
	priceEn    = regexp.MustCompile(`\b(?:paid|cost|costs|price|charged|charge|refund|refunded|for|of|only|was|to) (?:me )?(?:about )?(?:like )?(` + unitEn + `(?:[ -]` + unitEn + `){1,3})(?: |$)`)
	sumEn      = regexp.MustCompile(`\b(?:paid|pay|costs?|charged?|refunded|deducted|took|(?:refund|price|total|fee|bill) (?:was|is|of)|for just)(?: (?:me|us|only|just|about|around|over|already))* (` + numberEn + `)(?:$| (?:for|in|by|with|but|and|on|to|yesterday|today|last|instead|twice|already|i|from)\b)`)
	goodsFor   = regexp.MustCompile(`([一二两三四五六七八九][一二两三四五六七八九零]*[百千万][一二三四五六七八九零十百千万两]*)(?:的[^换改量话就也还是我你吗吧呢啊\s\x00]|包邮)`)
	boughtFor  = regexp.MustCompile(`(?:[买拍]的?(?:时候|那会儿?)?(?:是|花了?)?|当时(?:是|付的?是?)?|卖|现在(?:才|只要|卖|降到)?)(` + digitZh + `[百千万][一二三四五六七八九零十百千万两]*)(?:$|[\s\x00买的拍])`)
	sizeAsked  = regexp.MustCompile(`(?:换|换成|要)(?:个|一个)?$`)
	aboutEn    = regexp.MustCompile(`\b(?:about|around|roughly|some) $`)
	aboutZh    = regexp.MustCompile(`(?:大概|差不多|大约|约|左右|估计|好像)(?:是|有)?$`)
	goods      = regexp.MustCompile(`^(?:手?表|香?皂|肥皂|布|蛋糕|地毯|电池|豆腐|砖|地?板|毛巾|硬盘|屏|瓷砖|玻璃|巧克力)`)
)

// money finds sums of money and leaves the amount in yuan.
func (l *line) money() {
	var all []candidate
	all = append(all, l.moneyChinese()...)
	for _, m := range l.pricesWritten() {
		whole, ok := numeral(group(l.text, m, 1) + group(l.text, m, 2))
		if cents, just := numeral(group(l.text, m, 3) + group(l.text, m, 4)); just {
			whole, ok = whole+cents/hundredth, true
		}
		if ok {
			all = append(all, candidate{decimal(whole), m[0], m[1], aboutEn.MatchString(lastBytes(l.text[:m[0]], near))})
		}
	}
	if len(all) == 0 {
		all = append(all, l.bareSums()...)
	}
	for _, c := range all {
		l.take(c.start, c.end)
	}
	if best, ok := l.choose(all); ok {
		l.set("amount", best.value)
		l.r.About = l.r.About || best.about
	}
}

// pricesWritten are the matches of moneyEn, for which a sign is enough.
func (l *line) pricesWritten() [][]int {
	if !l.any("$¥") && !(l.latin && moneyWords.MatchString(l.text)) {
		return nil
	}
	return moneyEn.FindAllStringSubmatchIndex(l.text, -1)
}

// moneyChinese reads 三百二十九块五, 八毛, 一百来块, 三分钱.
func (l *line) moneyChinese() []candidate {
	if !l.any("块元圆¥￥毛角分") && !l.latin {
		return nil
	}
	var out []candidate
	for _, m := range moneyZh.FindAllStringSubmatchIndex(l.text, -1) {
		said := group(l.text, m, 2)
		value, ok := numeral(said)
		counted := group(l.text, m, 5) == "块" && m[13] < 0 && m[19] < 0
		if counted && (goods.MatchString(l.text[m[1]:]) || said == "一" && !bareSum.MatchString(lastBytes(l.text[:m[5]], 24))) || !ok {
			continue // 两块手表, 一块退
		}
		if group(l.text, m, 4) == "万" {
			value *= 10000
		}
		tenths, fen := group(l.text, m, 6), group(l.text, m, 8)
		if unitAfter(l.text[m[1]:]) && !strings.HasPrefix(l.text[m[1]:], "包邮") && m[13] >= 0 && m[15] < 0 && m[17] < 0 {
			tenths, m[1] = "", m[12] // 二十块三个
		}
		if fen == "一" && wordOfOne.MatchString(l.text[m[1]:]) {
			fen, m[1] = "", m[16] // 八毛一共
		}
		d, _ := numeral(tenths)
		f, _ := numeral(fen)
		about := m[6] >= 0 || m[20] >= 0 || aboutZh.MatchString(lastBytes(l.text[:m[0]], near))
		out = append(out, candidate{decimal(value + d/10 + f/hundredth), m[0], m[1], about})
	}
	if len(out) > 0 {
		return out
	}
	for _, m := range dimes.FindAllStringSubmatchIndex(l.text, -1) {
		d, _ := numeral(group(l.text, m, 1))
		f, _ := numeral(group(l.text, m, 3) + group(l.text, m, 4))
		out = append(out, candidate{decimal(d/10 + f/hundredth), m[0], m[1], false})
	}
	return out
}

var wordOfOne = regexp.MustCompile(`^[共起个下样直定些般点]`)

// unitAfter reports whether text begins with a classifier or unit, so that the digit before it counts something else.
func unitAfter(text string) bool {
	return otherAfter.MatchString(text) || strings.HasPrefix(text, "百") || strings.HasPrefix(text, "十") || strings.HasPrefix(text, "千")
}

// bareSums reads sums without a unit: 扣了我两千三, paid twenty nine ninety nine.
func (l *line) bareSums() []candidate {
	if !l.any(numerals) && !l.latin {
		return nil
	}
	var out []candidate
	for _, m := range bareSum.FindAllStringSubmatchIndex(l.text, -1) {
		said := group(l.text, m, 2)
		value, ok := numeral(said)
		if !ok || value < 5*hundredth || value > 1e6*hundredth || unitAfter(l.text[m[1]:]) {
			continue
		}
		out = append(out, candidate{decimal(value), m[4], m[1], m[2] >= 0 || m[6] >= 0})
	}
	for _, re := range []*regexp.Regexp{goodsFor, boughtFor} {
		for _, m := range re.FindAllStringSubmatchIndex(l.text, -1) {
			if value, ok := numeral(group(l.text, m, 1)); ok && value >= 5*hundredth && !sizeAsked.MatchString(lastBytes(l.text[:m[2]], 12)) {
				out = append(out, candidate{decimal(value), m[2], m[3], false})
			}
		}
	}
	for _, m := range l.english(sumEn) {
		if value, ok := numeral(group(l.text, m, 1)); ok {
			out = append(out, candidate{decimal(value), m[2], m[3], aboutEn.MatchString(lastBytes(l.text[:m[2]], near))})
		}
	}
	for _, m := range l.english(priceEn) {
		if cents, ok := price(strings.Fields(strings.ReplaceAll(group(l.text, m, 1), "-", " "))); ok {
			out = append(out, candidate{decimal(cents), m[2], m[3], aboutEn.MatchString(lastBytes(l.text[:m[2]], near))})
		}
	}
	if l.state.Asked == "amount" && len(out) == 0 {
		for _, m := range anyNumber.FindAllStringIndex(l.text, -1) {
			if value, ok := numeral(l.text[m[0]:m[1]]); ok && !unitAfter(l.text[m[1]:]) {
				out = append(out, candidate{decimal(value), m[0], m[1], false})
			}
		}
	}
	return out
}

var anyNumber = regexp.MustCompile(numberZh + `|` + numberEn)

// price reads yuan and cents said side by side: twenty nine ninety nine is 29.99.
func price(words []string) (int, bool) {
	for cut := len(words) - 1; cut > 0; cut-- {
		whole, ok := wholeEnglish(strings.Join(words[:cut], " "))
		cents, just := wholeEnglish(strings.Join(words[cut:], " "))
		if _, together := wholeEnglish(strings.Join(words, " ")); ok && just && !together && cents >= 10 && cents < 100 {
			return whole*hundredth + cents, true
		}
	}
	return 0, false
}

// group is one group of a match with offsets, empty where it took no part.
func group(text string, m []int, n int) string {
	if m[2*n] < 0 {
		return ""
	}
	return text[m[2*n]:m[2*n+1]]
}
