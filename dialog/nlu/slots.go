package nlu

import (
	"regexp"
	"strings"

	"voxgate/models/waybill"
)

var (
	tailBefore   = regexp.MustCompile(`(尾号|后四位|后4位|后面四位|最后四位|末四位|末尾四位|尾数|末尾|last four|last 4|ending in|ends in|ends with)[^0-9零一二三四五六七八九幺]{0,6}$`)
	phoneBefore  = regexp.MustCompile(`(手机|电话|号码|phone|mobile|tel)[^0-9]{0,8}$`)
	orderBefore  = regexp.MustCompile(`(订单|单号|order)[^0-9]{0,10}$`)
	waybillWords = regexp.MustCompile(`(运单|快递单|物流单|面单|waybill|tracking)`)
	ticketBefore = regexp.MustCompile(`(工单|ticket)[^0-9]{0,8}$`)
	moneyAfter   = regexp.MustCompile(`^(块钱|块|元|圆|yuan|rmb)`)
	otherAfter   = regexp.MustCompile(`^(点|时|分|月|日|号楼|号院|栋|室|单元|楼|天|个|件|箱|瓶|份|包|斤|公斤|千克|码|岁|次|位|年|小时|分钟|寸|只|双|套|下|遍|直|些|样|定|般|起|号|o'clock|days?|am|pm|kilo|kg)`)
	pickupCode   = regexp.MustCompile(`(\d{1,3})[-杠](\d{1,3})[-杠](\d{4,5})`)
)

var cardBefore = regexp.MustCompile(`(?i)(卡号|银行卡|信用卡|储蓄卡|借记卡|card)[^0-9]{0,10}$`)

// bankCard reports whether a number is said to be that of a payment card: it is no value and is kept nowhere.
func bankCard(digits, before string) bool { return len(digits) >= 12 && cardBefore.MatchString(before) }

// fillSlots reads every value that the utterance gives.
func fillSlots(r *Reading, h heard, state State) {
	lower := strings.ToLower(r.Text)
	courierSlot(r, h)
	if m := pickupCode.FindStringSubmatch(lower); m != nil {
		r.Slots["pickup_code"] = m[1] + "-" + m[2] + "-" + m[3]
	} else {
		numberSlots(r, []rune(lower), state)
	}
	if name := nameIn(r.Text, state); name != "" {
		r.Slots["name"] = name
	}
	if p := mentioned(h, state.Products); p != "" {
		r.Slots["product"] = p
	}
	if _, known := r.Slots["product"]; !known {
		if p := productIn(h); p != "" {
			r.Slots["product"] = p
		}
	}
	timeSlots(r, lower)
	wordSlots(r, h)
}

func courierSlot(r *Reading, h heard) {
	for _, c := range couriers {
		if says(h, c.aliases) {
			r.Slots["courier"] = c.name
			return
		}
	}
}

// numberSlots names each number by its length and the words around it.
func numberSlots(r *Reading, runes []rune, state State) {
	for _, run := range Numbers(string(runes)) {
		before := string(runes[max(0, run.Start-16):run.Start])
		after := string(runes[min(run.End, len(runes)):min(len(runes), run.End+8)])
		slot, value := nameNumber(run, before, after, len(runes), r, state)
		if slot == "" {
			continue
		}
		if _, taken := r.Slots[slot]; taken && !r.Correct {
			continue
		}
		r.Slots[slot] = value
	}
}

// nameNumber is the slot and value of one number, or empty where it is no value of its own.
func nameNumber(run Run, before, after string, length int, r *Reading, state State) (slot, value string) {
	n := len(run.Digits)
	tailHere := tailBefore.MatchString(before) || strings.HasPrefix(after, "结尾") || strings.HasPrefix(after, "尾号")
	switch {
	case bankCard(run.Digits, before):
		return "", ""
	case moneyAfter.MatchString(after):
		return "amount", run.Digits
	case tailHere && n >= 3 && n <= 6:
		return tailKind(before), run.Digits
	case run.Prefix != "" || run.Suffix != "":
		return "waybill_no", run.Number()
	case n <= 4 && otherAfter.MatchString(after), namesHotline(run.Digits) && state.Asked == "":
		return "", ""
	case ticketBefore.MatchString(before) && n >= 6:
		return "ticket_no", run.Digits
	case n == 11 && run.Digits[0] == '1' && run.Digits[1] >= '3' && !orderBefore.MatchString(before) && state.Asked != "order_no":
		return "phone", run.Digits
	case n >= 8 && n <= 19 && waybillWords.MatchString(before):
		return "waybill_no", waybill.Complete(run.Digits, r.Slots["courier"])
	case n >= 11 && n <= 19 && r.Slots["courier"] != "" && !strings.Contains(before, "订单"):
		return "waybill_no", waybill.Complete(run.Digits, r.Slots["courier"])
	case n >= 11 && n <= 19:
		return "order_no", run.Digits
	case n >= 3, n >= 1 && (state.Asked != "" || r.Fix.Part != "") && run.End-run.Start >= length-2:
		return "number", run.Digits
	}
	return "", ""
}

// tailKind tells whose last four digits the words before a number mean; without a word they are the phone's.
func tailKind(before string) string {
	switch {
	case waybillWords.MatchString(before):
		return "waybill_tail"
	case phoneBefore.MatchString(before):
		return "phone_tail"
	case strings.Contains(before, "订单") || strings.Contains(before, "单号") || strings.Contains(before, "order"):
		return "order_tail"
	}
	return "phone_tail"
}

// surnames are the first characters of Chinese names, by how common they are.
const surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝上官欧阳司马诸葛阿买"

var (
	namePattern = regexp.MustCompile(`(?:我的名字叫|我的名字是|名字叫|名字是|姓名叫|姓名是|收件人叫|收件人是|收货人叫|收货人是|收件人|收货人|姓名|名字|我叫|他叫|她叫|叫做|叫|我是|是)(?:一下)?[\s,，]*(\p{Han}{2,6})`)
	surnameThen = regexp.MustCompile(`姓\p{Han}[\s,，、]*(?:名字?叫?|叫)?[\s,，、]*(\p{Han}{2,4})$`)
	surnameOnly = regexp.MustCompile(`(?:我姓|姓)(\p{Han})(?:$|[,，。\s的])`)
	nameEnglish = regexp.MustCompile(`(?i)(?:my name is|name is|this is|i am|i'm|the name's|it's)\s+([a-z]+(?:\s+[a-z]+){0,2})\s*$`)
	nameTail    = regexp.MustCompile(`(?:手机|电话|尾号|后四位|的快递|的订单|的包裹|先生|女士|小姐|本人|谢谢).*$|[吧啊呀呢哦嘛的]+$`)
	notName     = regexp.MustCompile(`等|你|您|最后|前面|后面|中间|开头|末尾|零|幺|人工|快递|订单|什么|机器|不是|客服|收件人|手机|电话|这个|那个|哪|谁|查|催|退|转|本人|经理|主管|领导|没有|尾号|号码|怎么|第一|第二|第三|昨天|今天|明天`)
	plainHanzi  = regexp.MustCompile(`^\p{Han}{2,6}$`)
)

// nameIn finds a person's name: after 我叫 and the like, or the whole answer where a name was asked for.
func nameIn(text string, state State) string {
	if state.Asked == "name" || state.Named {
		bare := strings.Trim(text, " ,，。.!！?？")
		bare = strings.TrimSpace(strings.TrimLeft(bare, "嗯呃额啊哦"))
		for _, w := range []string{"不是", "不对"} {
			bare = strings.TrimLeft(strings.TrimPrefix(bare, w), " ,，")
		}
		trimmed := nameTail.ReplaceAllString(bare, "")
		if plainHanzi.MatchString(trimmed) && len([]rune(trimmed)) <= 4 && !notName.MatchString(trimmed) && !strings.ContainsAny(trimmed[:3], "叫是姓我") {
			if act := shortAct(hear(trimmed, ""), state); act == "" {
				return trimmed
			}
		}
		if Latin(bare) && len(Numbers(bare)) == 0 && len(strings.Fields(bare)) <= 3 && len(strings.Fields(bare)) >= 2 &&
			shortAct(hear(bare, ""), state) == "" && !nameEnglish.MatchString(bare) {
			return bare
		}
	}
	for _, m := range namePattern.FindAllStringSubmatch(text, -1) {
		name := nameTail.ReplaceAllString(m[1], "")
		n := len([]rune(name))
		if n < 2 || n > 4 || notName.MatchString(name) || !strings.Contains(surnames, string([]rune(name)[0])) {
			continue
		}
		return name
	}
	if m := surnameThen.FindStringSubmatch(strings.Trim(text, " 。.!！?？")); m != nil && !notName.MatchString(m[1]) {
		return m[1]
	}
	if m := surnameOnly.FindStringSubmatch(text); m != nil && strings.Contains(surnames, m[1]) {
		return m[1]
	}
	if m := nameEnglish.FindStringSubmatch(text); m != nil && state.Lang != "zh" || m != nil && state.Asked == "name" {
		return m[1]
	}
	return ""
}

// ProductWord is how a caller names a product: without the pack size behind it.
func ProductWord(product string) string {
	word, _, _ := strings.Cut(product, " ")
	return word
}

// mentioned is the one product of a list that an utterance names, in full or by the end of its name: 耳机 for 蓝牙耳机.
func mentioned(h heard, products []string) string {
	for _, p := range products {
		if h.says(ProductWord(p)) {
			return p
		}
	}
	found := ""
	for _, p := range products {
		word := []rune(ProductWord(p))
		if len(word) < 3 || !strings.Contains(h.text, string(word[len(word)-2:])) {
			continue
		}
		if found != "" {
			return ""
		}
		found = p
	}
	return found
}
