package nlu

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"voxgate/models/waybill"
)

var (
	tailBefore   = regexp.MustCompile(`(尾号|尾数|末尾|尾巴|\x00[位个](?:数字|号码|数)?|ending in|ends in|ends with|ending with|ending|finish(?:es|ing) (?:in|with))[^0-9零一二三四五六七八九幺]{0,9}$|((?:last|final) \x00+)(?: digits?| numbers?| of| my| the| phone| mobile| cell| order| tracking| waybill| number| is| are| it's|'s)*\s*$`)
	tailAfter    = regexp.MustCompile(`^[\s,，]*(?:这个|这)?(?:就?是)?(?:我的?|那个)?(手机|电话|订单|运单|快递单?)?(?:号)?的?(?:结尾|尾号|尾数|(?:最后|后面?|末尾?)\x00+[位个])`)
	tailNamed    = regexp.MustCompile(`^[\s,，]*(?:这个?|那个?)?就?是(?:我的?)?(手机|电话|订单|运单|快递单)`)
	phoneBefore  = regexp.MustCompile(`(手机|电话|号码|座机|固话|landline|phone|mobile|tel|cell)[^0-9]{0,12}$`)
	orderBefore  = regexp.MustCompile(`(订单|单号|order)[^0-9]{0,10}$`)
	orderWords   = regexp.MustCompile(`订单|单号|单子|[那这]单|order`)
	waybillWords = regexp.MustCompile(`(运单|快递单|物流单|面单|快递号|waybill|tracking)`)
	ticketBefore = regexp.MustCompile(`(工单|ticket|受理号|case number|投诉单)[^0-9]{0,12}$`)
	otherAfter   = regexp.MustCompile(`^ ?(点|时|分|块|元|圆|毛|角|月|日|号楼|号院|栋|幢|座|室|单元|楼|层|天|个|件|箱|瓶|份|包|盒|袋|台|斤|公斤|千克|码|岁|次|位|年|小时|分钟|寸|只|双|套|下|遍|直|些|样|定|般|起|号|周|星期|折|成|升|毫升|瓦|克|米|厘米|平|g|%|度|级|层|o'clock|days?|am|pm|kilo|kg|weeks?|hours?|minutes?|months?|years?|times?|percent|yuan|dollars?|pieces?|pairs?|boxes)`)
	cardTail     = regexp.MustCompile(`(?:卡|\bcard)(?:的|号|上|尾号|尾数|最后|后面?|末|位|个|是| last| four| ending| ends| in|\x00|\s)*$`)
	cardAfter    = regexp.MustCompile(`^的?(?:那张|这张)?(?:银行|信用|储蓄|工行|建行|农行|招行)?卡`)
	landline     = regexp.MustCompile(`^0(?:10|2\d|[3-9]\d\d)\d{7,8}$`)
)

// fillSlots reads every value that the utterance gives. What is longest or plainest goes first, and each grammar sees only
// what those before it have left.
func fillSlots(r *Reading, h heard, state State) {
	l := newLine(r, h, state)
	l.couriers()
	l.cards()
	l.mails()
	l.taxNumbers()
	l.pickupCodes()
	written := l.slashed()
	l.numberSlots(plainNumber)
	l.titles()
	l.addresses()
	l.money()
	l.weights()
	l.dates(written)
	l.times()
	l.routes()
	l.names()
	l.specs()
	l.quantities()
	l.numberSlots(anyRun)
	l.products()
	l.words()
}

// numberRun is a number with the bytes that it takes up in the line.
type numberRun struct {
	Run
	from, to int
}

// numbers are the numbers of what is left of the line.
func (l *line) numbers() []numberRun {
	var out []numberRun
	runes := []rune(l.text)
	rune0, byte0 := 0, 0
	offset := func(at int) int {
		byte0 += len(string(runes[rune0:at]))
		rune0 = at
		return byte0
	}
	for _, run := range Numbers(l.text) {
		if run.Start < rune0 {
			continue
		}
		from := offset(run.Start)
		out = append(out, numberRun{run, from, offset(max(run.Start, min(run.End, len(runes))))})
	}
	return out
}

// plainNumber are the numbers that nothing else can be: long ones, those with letters, and those behind 尾号 and the like.
func plainNumber(run numberRun, before string) bool {
	return len(run.Digits) >= 8 && !run.Cardinal || run.Prefix != "" || tailBefore.MatchString(lastBytes(before, 48)) && len(run.Digits) <= 6
}

func anyRun(numberRun, string) bool { return true }

// numberSlots names each number that counts by its length and the words around it.
func (l *line) numberSlots(counts func(numberRun, string) bool) {
	found := map[string][]candidate{}
	var order []string
	for _, run := range l.numbers() {
		before, after := l.text[:run.from], l.text[run.to:]
		if !counts(run, before) {
			continue
		}
		slot, value := l.nameNumber(run, lastBytes(before, 48), after)
		if slot == "number" {
			slot = l.sameAgain(run)
		}
		if slot == "" {
			continue
		}
		l.last = spoken{slot, len(run.Digits), run.to, l.denied(run.from)}
		if len(found[slot]) == 0 {
			order = append(order, slot)
		}
		found[slot] = append(found[slot], candidate{value, run.from, run.to, false})
	}
	found["number"] = slices.DeleteFunc(found["number"], func(c candidate) bool { return l.falseStart(c, found) })
	for _, slot := range order {
		l.fill(slot, found[slot])
	}
}

// spoken is the number that a line has given before.
type spoken struct {
	slot       string
	digits, to int
	denied     bool
}

// sameAgain is the slot of a number that nothing names: that of the one before where it takes its place (尾号三七二一 说错了
// 是三七一二); none beside a number that was named.
func (l *line) sameAgain(run numberRun) string {
	if l.last.slot == "" {
		return "number"
	}
	if l.last.digits == len(run.Digits) && run.from >= l.last.to && (l.last.denied || instead.MatchString(l.whole[l.last.to:run.from])) {
		delete(l.r.Slots, l.last.slot)
		return l.last.slot
	}
	if l.last.slot == "number" {
		return "number"
	}
	return ""
}

// nameNumber is the slot and value of one number, or empty where it is no value of its own.
func (l *line) nameNumber(run numberRun, before, after string) (slot, value string) {
	n, asked := len(run.Digits), l.state.Asked
	tailHere := tailBefore.MatchString(before)
	if m := tailAfter.FindStringSubmatch(after); m != nil && !tailHere && !startsNumber(after[len(m[0]):]) {
		tailHere, before = true, before+m[1]
	}
	if m := tailNamed.FindStringSubmatch(after); m != nil && tailHere {
		before += m[1] // 最后四位二二六六 是我手机号
	}
	mobile := mobileNumber(run.Digits)
	switch {
	case tailHere && n >= 3 && n <= 6 && (cardTail.MatchString(before) || cardAfter.MatchString(after)):
		return "", "" // the card that a refund goes to
	case tailHere && n >= 3 && n <= 6:
		return tailKind(before), run.Digits
	case run.Prefix != "" || run.Suffix != "":
		return "waybill_no", run.Number()
	case n <= 4 && otherAfter.MatchString(after), namesHotline(run.Digits) && asked == "":
		return "", ""
	case ticketBefore.MatchString(before) && n >= 6, asked == "ticket_no" && n == 12:
		return "ticket_no", run.Digits
	case mobile && !orderBefore.MatchString(before) && asked != "order_no":
		return "phone", run.Digits
	case n == 13 && strings.HasPrefix(run.Digits, "861") && !orderBefore.MatchString(before) && l.r.Slots["courier"] == "":
		return "phone", run.Digits[2:]
	case landline.MatchString(run.Digits) && (phoneBefore.MatchString(before) || asked == "phone"):
		return "phone", run.Digits
	case n >= 8 && n <= 19 && waybillWords.MatchString(before), asked == "waybill_no" && n >= 8 && n <= 19:
		return "waybill_no", waybill.Complete(run.Digits, l.r.Slots["courier"])
	case n >= 11 && n <= 19 && l.r.Slots["courier"] != "" && !strings.Contains(before, "订单"):
		return "waybill_no", waybill.Complete(run.Digits, l.r.Slots["courier"])
	case n == 12 && ticketLike(run.Digits) && !orderBefore.MatchString(before) && asked != "order_no":
		return "ticket_no", run.Digits
	case n >= 11 && n <= 19:
		return "order_no", run.Digits
	case n == tailDigits && (asked == "phone_tail" || asked == "order_tail" || asked == "waybill_tail") && l.r.Fix.Part == "":
		return asked, run.Digits
	case n >= 3, n >= 1 && (asked != "" || l.r.Fix.Part != "") && run.to-run.from >= len(l.text)-6:
		return "number", run.Digits
	}
	return "", ""
}

// tailDigits is how many digits callers give of a longer number.
const tailDigits = 4

// startsNumber reports whether a number follows, perhaps behind 是.
func startsNumber(text string) bool {
	r := firstRune(strings.TrimLeft(text, " ,，是:："))
	_, digit := hanziDigits[r]
	return digit || r >= '0' && r <= '9' || r == 0 && text != ""
}

// ticketLike reports whether a number of twelve digits begins with a day, as those of tickets do.
func ticketLike(digits string) bool {
	return strings.HasPrefix(digits, "20") && digits[4:6] >= "01" && digits[4:6] <= "12" && digits[6:8] >= "01" && digits[6:8] <= "31"
}

// tailKind tells whose last four digits the words before a number mean; without a word they are the phone's.
func tailKind(before string) string {
	switch {
	case waybillWords.MatchString(before):
		return "waybill_tail"
	case phoneBefore.MatchString(before):
		return "phone_tail"
	case orderWords.MatchString(before):
		return "order_tail"
	}
	return "phone_tail"
}

// ProductWord is how a caller names a product: without the pack size behind it.
func ProductWord(product string) string {
	word, _, _ := strings.Cut(product, " ")
	return word
}

// mentioned is the one product of a list that an utterance names, in full or by the end of its name: 耳机 for 蓝牙耳机.
func mentioned(h heard, products []string) string {
	for _, p := range products {
		if Latin(p) && h.says(p) || !Latin(p) && h.says(ProductWord(p)) {
			return p
		}
	}
	return only(products, func(p string) bool {
		if Latin(p) {
			return h.says(lastWord(p))
		}
		word := []rune(ProductWord(p))
		return len(word) >= 3 && strings.Contains(h.text, string(word[len(word)-2:]))
	})
}

// only is the one of a list that fits; empty where none or several do.
func only(list []string, fits func(string) bool) string {
	found := ""
	for _, item := range list {
		if !fits(item) {
			continue
		}
		if found != "" {
			return ""
		}
		found = item
	}
	return found
}

var countBefore = regexp.MustCompile(`\b(` + unitEn + `|\d{1,3}) (?:of the |more |new )?$`)

// counted leaves how many of some goods are meant; one is mostly no number.
func (l *line) counted(said string) {
	if n, ok := wholeNumber(said); ok && n > 1 {
		l.set("quantity", decimal(n*hundredth))
	}
}

// ofSameKind is the one product of a list that a general word names: 裙子 for 连衣裙, lamp for desk lamp.
func ofSameKind(word string, products []string) string {
	stem := strings.TrimSuffix(strings.TrimSuffix(word, "子"), "s")
	return only(products, func(p string) bool {
		p = strings.ToLower(p)
		return strings.Contains(p, stem) || Latin(word) && strings.HasSuffix(word, " "+lastWord(p))
	})
}

func lastWord(text string) string { return text[strings.LastIndex(text, " ")+1:] }

// products finds the product spoken of: one of the caller's orders, else an everyday one.
func (l *line) products() {
	if p := mentioned(l.heard, l.state.Products); p != "" {
		l.set("product", p)
		return
	}
	var all []candidate
	lexicon := goodsLexicon()
	for i := range l.text {
		name := ""
		if l.text[i] < 0x80 {
			name = wordPrefix(l.text, i, lexicon.english)
		} else {
			name = prefix(l.text[i:], lexicon.chinese, lexicon.longest)
		}
		if name == "" || len(all) > 0 && i < all[len(all)-1].end || !meantAsGoods(l.text, i, name) {
			continue
		}
		if m := countBefore.FindStringSubmatch(l.text[:i]); m != nil && latinLetter(name[0]) {
			l.counted(m[1]) // two towels
		}
		all = append(all, candidate{name, i, i + len(name), false})
	}
	if len(all) == 0 {
		all = l.productsByEar(lexicon)
	}
	if best, ok := l.choose(all); ok {
		if heard := l.productsByEar(lexicon); len(heard) > 0 && strings.HasPrefix(heard[0].value, best.value) {
			best = heard[0] // 扫地机气人
		}
		if own := ofSameKind(best.value, l.state.Products); own != "" {
			best.value = own
		}
		l.set("product", best.value)
	}
}

var (
	ownPhone    = regexp.MustCompile(`^手机(?:号|尾|后|末|最|上|里|收|短信|没|打|是|登|验|银行|店|端|的|$)|^desk\b|^door\b|^电脑(?:上|端)|^电视(?:上|里)|^床(?:上|头)|^书(?:面)|^酒店|^药店|^监控(?:上|里|看)|^水果店|^(?:鸡蛋|平板|防晒|精华|监控|推车|头盔|梯子)?(?:的?群|里面)`)
	faultyPhone = regexp.MustCompile(`^手机(?:便宜|降价|贵了|坏|碎|摔|黑屏|死机|屏幕|充不|开不|发烫|贴膜|壳)`)
	shortGoods  = "的本箱瓶盒买那张口个只包退袋支件部台新双 \x00"
)

// meantAsGoods tells goods from words that only hold their name: the phone of 手机号, the wine of 酒店.
func meantAsGoods(text string, at int, name string) bool {
	if ownPhone.MatchString(text[at:]) {
		return false
	}
	if faultyPhone.MatchString(text[at:]) {
		return true
	}
	if n := len([]rune(name)); n > 1 && name != "手机" && name != "phone" || at == 0 && n == 1 {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	if name == "phone" {
		return strings.HasSuffix(text[:at], "a ") || strings.HasSuffix(text[:at], "new ")
	}
	return strings.ContainsRune(shortGoods, before)
}

// productsByEar finds everyday products of three syllables and more by their sounds.
func (l *line) productsByEar(lexicon *goodsWords) []candidate {
	if l.r.Lang == "en" {
		return nil
	}
	for n := 5; n >= 3; n-- {
		for i := 0; i+n <= len(l.heard.sounds); i++ {
			if name := lexicon.sounds[strings.Join(l.heard.sounds[i:i+n], " ")]; name != "" && !strings.HasPrefix(name, "手机") && !slices.Contains(l.heard.sounds[i:i+n], "") {
				return []candidate{{value: name}}
			}
		}
	}
	return nil
}
