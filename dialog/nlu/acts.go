package nlu

import (
	"regexp"
	"strings"
	"unicode"
)

// exact are whole utterances that need no model. They are compared without particles and punctuation.
var exact = map[string][]string{
	Affirm: {"是", "对", "好", "行", "嗯", "要", "可以", "没错", "是的", "对的", "好的", "行的", "嗯嗯", "要的", "对对", "对对对", "可以的", "没问题", "确认",
		"正确", "是我", "好好", "嗯好", "嗯对", "对没错", "是的没错", "同意", "当然", "成", "中", "得", "要得", "需要", "是这个", "就是", "就是这个", "恩", "ok", "okay",
		"yes", "yeah", "yep", "sure", "correct", "right", "thats right", "yes please", "please do", "go ahead", "没毛病", "对就是", "麻烦了", "方便", "方便的", "再等等", "我再等等", "再等等看", "我再等等看"},
	Deny: {"不", "不是", "不对", "不要", "不用", "不行", "不用了", "不要了", "没有", "没有了", "没了", "错", "错了", "算了", "不需要", "不是的", "先不用", "不必",
		"no", "nope", "no thanks", "no thank you", "wrong", "thats wrong", "not really", "别", "不是这个", "不可以", "不用谢谢", "不用了谢谢", "不知道", "也不知道", "忘了", "也忘了", "不记得", "不记得了", "记不得了", "想不起来", "不方便", "不太方便", "没空"},
	Repeat: {"什么", "啊什么", "再说一遍", "再说一次", "没听清", "没听清楚", "听不清", "重复一遍", "你说什么", "再讲一遍", "没听见", "说慢点", "慢一点", "慢点说", "重说",
		"再来一遍", "刚才说什么", "pardon", "what", "sorry", "say again", "say that again", "repeat", "repeat that", "repeat please", "can you repeat that"},
	Wait: {"等一下", "稍等", "等等", "等会", "等会儿", "等一会儿", "稍等一下", "等我一下", "等我看看", "你等一下", "你等等", "你等会", "你等会儿", "您等一下", "您等等", "您稍等", "先别说", "慢着", "先等等", "wait", "hold on", "one moment",
		"just a moment", "just a second", "one second", "wait a minute", "wait a moment"},
	Goodbye: {"再见", "拜拜", "拜", "谢谢", "多谢", "谢谢你", "谢谢再见", "好的谢谢", "好谢谢", "没事了", "没别的了", "没有别的了", "没有其他的了", "挂了", "没问题了", "就这样", "行就这样", "好就这样", "行那就这样", "好那就这样", "那先这样", "先这样", "好先这样", "行先这样",
		"谢谢拜拜", "好的再见", "好的拜拜", "没什么事了", "没有别的事了", "bye", "goodbye", "bye bye", "thanks", "thank you", "thats all", "thats it", "thanks bye", "thank you bye", "nothing else"},
	Greet:            {"你好", "您好", "喂", "喂你好", "喂您好", "喂喂", "在吗", "哈喽", "hello", "hi", "hey", "有人吗", "早上好", "下午好", "晚上好"},
	BotIdentity:      {"你是谁", "你是机器人吗", "你是真人吗", "你是人工吗", "你是机器人", "你是人吗", "are you a robot", "are you human", "who are you", "are you a bot"},
	"transfer_human": {"人工", "转人工", "人工客服", "找人工", "人工服务", "转人工服务", "转人工客服", "客服", "接人工", "agent", "human", "operator", "representative"},
}

// particles end or begin an utterance without meaning anything.
var particles = []string{"啊", "呀", "吧", "呢", "嘛", "哦", "噢", "的话", "哈", "哎", "唉", "呃", "额", "那个", "那", "嗯", "please", "uh", "um"}

var exactIndex = func() map[string]string {
	out := map[string]string{}
	for act, lines := range exact {
		for _, l := range lines {
			out[bareText(l)] = act
		}
	}
	return out
}()

// shortAct recognises whole utterances of the lists above.
func shortAct(h heard, state State) string {
	text := bareText(h.text)
	if !Latin(text) {
		text = strings.ReplaceAll(text, " ", "") // pauses
	}
	if act, ok := exactIndex[text]; ok {
		return settle(act, text, state)
	}
	for again := true; again; {
		again = false
		for _, p := range particles {
			trimmed := strings.TrimSuffix(strings.TrimPrefix(text, p), p)
			if trimmed != text && trimmed != "" {
				text, again = trimmed, true
			}
		}
		if act, ok := exactIndex[text]; ok {
			return settle(act, text, state)
		}
	}
	return ""
}

// settle reads short answers by what was asked: after a yes-or-no question 没有了 is no, else it ends the call.
func settle(act, text string, state State) string {
	if act == Deny && !state.Confirm && state.Asked == "" && (strings.HasSuffix(text, "了") || strings.Contains(text, "谢谢")) && text != "错了" && text != "算了" {
		return Goodbye
	}
	return act
}

// bareText keeps letters and digits only, in lower case.
func bareText(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case r == '\'':
			return -1
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		case r < unicode.MaxASCII:
			return ' '
		}
		return -1
	}, text)), " ")
}

// strong are phrases that decide an intent wherever they stand, tried in order; each list is one intent.
var strong = []struct {
	intent  string
	phrases []string
	not     []string
}{
	{"transfer_human", []string{"转人工", "人工客服", "找人工", "接人工", "人工服务", "转接人工", "要人工", "人工坐席", "真人客服", "转客服", "找个真人", "来个真人", "活人", "叫你们经理", "叫你们主管", "找你们领导",
		"real person", "talk to a human", "human agent", "speak to someone", "speak to a person", "customer service"}, []string{"是不是人工", "你是人工", "你是活人", "你是真人", "are you"}},
	{Repeat, []string{"再说一遍", "再说一次", "没听清", "重复一遍", "再讲一遍", "听不清", "say that again", "repeat that"}, nil},
	{BotIdentity, []string{"你是机器人", "是不是机器人", "你是真人", "是人还是机器", "are you a robot", "are you a real"}, nil},
	{"urge_delivery", []string{"催派送", "催派件", "催快递", "催一下快递", "催件", "催一下派送", "催配送", "快递太慢", "送得太慢", "派送太慢", "送太慢"}, nil},
	{"urge_shipment", []string{"催发货", "催一下发货", "还不发货", "快点发货", "早点发货"}, nil},
	{"track_logistics", []string{"报一下运单号", "报一下单号", "报个单号", "报下单号", "报运单号"}, nil},
	{"order_status", []string{"报一下订单号", "报个订单号", "报下订单号"}, nil},
	{"pickup_info", []string{"取件码", "取货码", "pickup code"}, nil},
	{"refund_status", []string{"退款进度", "退款到账", "退款到哪", "退款什么时候", "退款拖", "退款还没", "退款怎么还"}, nil},
	{"not_received", []string{"签收了但", "签收了可", "没收到货", "不是我签收", "谁签收"}, nil},
	{"reject_intercept", []string{"拒收", "拦截"}, nil},
	{"price_protection", []string{"价保", "退差价", "补差价"}, nil},
	{"ticket_status", []string{"工单进度", "工单处理"}, nil},
	{"change_address", []string{"收件人换", "收件人改", "收货人换", "收货人改", "改地址", "改收货地址", "换地址", "修改地址", "留的电话", "电话写错", "电话留错", "电话填错", "地址写错", "地址填错"}, nil},
	{"return_refund", []string{"不想退了", "不退了", "退货撤", "撤回退货", "撤销退货", "取消退货", "cancel the return", "withdraw the return"}, nil},
	{"invoice", []string{"开发票", "发票抬头", "开专票"}, nil},
}

// strongIntent is the intent of a deciding phrase, or empty.
func strongIntent(h heard) string {
	for _, s := range strong {
		if says(h, s.phrases) && !says(h, s.not) {
			return s.intent
		}
	}
	return ""
}

func says(h heard, phrases []string) bool {
	for _, p := range phrases {
		if h.says(p) {
			return true
		}
	}
	return false
}

// states is says with the care that heard.states takes.
func states(h heard, phrases []string) bool {
	for _, p := range phrases {
		if h.states(p) {
			return true
		}
	}
	return false
}

// references to what was spoken of before, tried in order.
var references = []struct {
	refer   string
	phrases []string
}{
	{"all", []string{"两个都", "三个都", "都到哪", "都催", "都查", "全都", "两单都", "两件都", "全部都", "每一个都", "both of them", "all of them", "both orders", "all my orders"}},
	{"other", []string{"另一个", "另外一个", "另外那个", "还有一个", "其他的", "其它的", "别的那个", "另一单", "另外一单", "还有一单", "还有那个", "另一件", "另外的", "还有一件", "剩下的", "剩下那个", "还有吗", "还有别的吗", "其余的", "the other", "another one"}},
	{"previous", []string{"上一个", "刚才那个", "前面说的", "之前那个", "前一个", "刚刚那个", "刚才那单", "the previous", "the earlier"}},
	{"first", []string{"第一个", "第一单", "第一件", "头一个", "前面那个", "first one", "the first"}},
	{"second", []string{"第二个", "第二单", "第二件", "second one", "the second"}},
	{"third", []string{"第三个", "第三单", "第三件", "third one", "the third"}},
	{"last", []string{"最后一个", "最后那个", "后面那个", "最后一单", "last one"}},
	{"this", []string{"它", "这个", "那个", "这单", "那单", "这件", "那件", "it"}},
}

// reference finds what the utterance points at.
func reference(h heard) string {
	for _, r := range references {
		for _, p := range r.phrases {
			if p == "it" && !within(h.sounds, []string{"it"}) {
				continue
			}
			if strings.Contains(h.text, p) || len([]rune(p)) >= 3 && h.says(p) {
				return r.refer
			}
		}
	}
	return ""
}

var etaPhrases = []string{"什么时候", "啥时候", "几点", "多久", "几天", "哪天", "何时", "今天能", "明天能", "能到吗", "能不能到", "到货时间", "送达时间", "几时", "几号能", "几号到", "几号会", "几号可以", "多会儿", "多长时间", "礼拜几", "星期几", "周几", "今天会", "明天会", "还要多", "赶得上", "when", "how long", "what time", "arrive today", "come today", "delivery date"}

var placePhrases = []string{"到哪", "在哪", "哪里", "哪儿", "什么地方", "什么位置", "走到", "哪个城市", "哪一站", "where"}

var hourPhrases = []string{"关门", "开门", "营业", "几点下班", "开到几点", "几点开", "opening hours", "does it close", "does it open", "open until"}

// aspect tells when-questions from where-questions.
func aspect(h heard) string {
	switch {
	case says(h, hourPhrases):
		return AspectHours
	case states(h, etaPhrases):
		return AspectETA
	case says(h, placePhrases):
		return AspectPlace
	}
	return ""
}

// identifying are the slots that say which order is meant: an utterance of nothing else is an answer or an ellipsis.
var identifying = map[string]bool{
	"order_no": true, "waybill_no": true, "ticket_no": true, "phone": true, "phone_tail": true, "order_tail": true, "waybill_tail": true,
	"number": true, "name": true, "product": true, "courier": true, "pickup_code": true,
}

var hesitation = regexp.MustCompile(`^(?:(?:呃|嗯|额|啊|哦|那个|这个|就是|就|那|我|你好|喂|哎|然后|请问|麻烦|想|要|来|帮我)+(?:问|咨询|了解|说|查)?(?:一下|下|个事|个事情|件事|你)*|uh|um|well|er|hmm|i want to ask something)$`)

// hesitates reports whether a caller only takes breath: 呃 那个, 我想问一下.
func hesitates(h heard) bool {
	text := strings.ReplaceAll(bareText(h.text), " ", "")
	_, answer := exactIndex[text]
	return !answer && hesitation.MatchString(text)
}

// bareValue reports whether the utterance is hardly more than the values or the reference found in it.
func bareValue(r *Reading, h heard) bool {
	if r.Correct && len(r.Slots) > 0 || r.Fix.Part != "" {
		return true
	}
	if r.Aspect != "" {
		return false
	}
	if len(r.Slots) == 0 {
		return r.Refer != "" && r.Refer != "this" && r.Refer != "all" && len(h.sounds) <= 7
	}
	left := h.text
	for name := range r.Slots {
		if !identifying[name] {
			return false
		}
	}
	for _, v := range r.Slots {
		left = strings.Replace(left, strings.ToLower(v), "", 1)
	}
	for _, run := range Numbers(h.text) {
		left = strings.Replace(left, string([]rune(h.text)[run.Start:min(run.End, len([]rune(h.text)))]), "", 1)
	}
	for _, w := range []string{"算了", "行吧", "我问", "看看", "我的", "手机号", "手机", "电话", "尾号", "号码", "后四位", "最后四位", "订单号", "订单", "单号", "运单号", "运单", "是", "叫", "我", "名字", "姓名", "收件人", "那个", "那", "的", "不", "对", "快递", "my", "name", "is", "the", "last", "four", "digits", "number", "order", "phone"} {
		left = strings.ReplaceAll(left, w, "")
	}
	return len([]rune(bareText(left))) <= 2
}
