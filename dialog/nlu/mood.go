package nlu

import (
	"regexp"

	"voxgate/models/understanding"
)

// Moods of an utterance.
const (
	Positive = "positive"
	Neutral  = "neutral"
	Negative = "negative"
	Angry    = "angry"
)

// Reasons why a human takes over at once.
const (
	UrgentRegulator = "regulator"
	UrgentLegal     = "legal"
	UrgentInjury    = "injury"
	UrgentFraud     = "fraud"
)

var angryPhrases = []string{"气死", "垃圾", "什么破", "骗子", "骗人", "忍无可忍", "投诉你们", "太过分", "过分了", "混蛋", "王八蛋", "他妈", "妈的", "操你", "傻逼", "有病吧", "神经病", "滚蛋", "给我滚", "废物",
	"欺负人", "欺骗", "第几次了", "多少次了", "几次了都", "搞什么", "搞什么鬼", "玩我", "耍我", "受不了了", "火大", "到底管不管", "还管不管", "什么态度", "什么玩意", "太差了", "太差劲", "差劲", "烂透", "黑心", "坑人",
	"不要脸", "脸都不要", "你们到底", "曝光", "恶心", "岂有此理", "ridiculous", "terrible", "bullshit", "damn", "scam", "unacceptable", "worst", "fed up", "hell", "sick of"}

var negativePhrases = []string{"太慢", "着急", "急死", "急用", "急着", "失望", "怎么还没", "怎么还不", "还没到", "一直没", "一直不", "不满意", "不满", "郁闷", "麻烦死", "真慢", "好几天了", "等了好久", "等了这么久", "等了一天", "等了两天", "等了三天", "没人管",
	"没人理", "坏了", "丢了", "碎了", "烂了", "难受", "担心", "怎么搞的", "怎么回事", "不靠谱", "不行啊", "慢死", "拖了", "烦", "无语", "后悔", "都几天了", "too slow", "disappointed", "upset", "worried", "still waiting", "still hasn't", "still not", "late", "broken", "annoyed", "frustrated"}

var positivePhrases = []string{"太好了", "谢谢你啊", "非常感谢", "感谢", "真不错", "不错", "满意", "太棒", "辛苦了", "真快", "很快啊", "挺好", "给力", "真好", "棒", "great", "awesome", "perfect", "excellent", "thank you so much", "wonderful", "appreciate"}

var urgentPhrases = []struct {
	reason  string
	phrases []string
}{
	{UrgentRegulator, []string{"消协", "消费者协会", "工商局", "市场监管", "邮政管理局", "媒体", "记者", "曝光", "电视台", "consumer protection", "the press"}},
	{UrgentLegal, []string{"律师", "起诉", "法院", "打官司", "告你们", "报警", "派出所", "lawyer", "sue you", "legal action", "police"}},
	{UrgentInjury, []string{"受伤", "烫伤", "烧伤", "着火", "起火", "爆炸", "触电", "中毒", "住院", "流血", "漏电", "电伤", "砸伤", "划伤", "割伤", "刺伤", "烫到", "伤到人", "伤着", "送医院", "煤气泄漏", "过敏了", "冒烟", "injured", "on fire", "exploded", "electric shock", "hospital"}},
	{UrgentFraud, []string{"诈骗", "盗刷", "被骗", "骗了钱", "账号被盗", "骗我转账", "是不是骗子", "骗验证码", "要验证码", "冒充客服", "假客服", "fraud", "scammed", "stolen card"}},
}

// hotlines are the public numbers for complaints; they are no value of an order.
var hotlines = map[string]bool{"12315": true, "12305": true, "12345": true, "12300": true}

// callsHotline is how callers say that a number is one to complain at.
var callsHotline = regexp.MustCompile(`打|投诉|举报|找|告|反映|热线|再不|call|complain|report`)

// namesHotline reports whether a line names a number for complaints, as against a longer number that contains it or a
// value that looks like it.
func namesHotline(text string) bool {
	for _, run := range Numbers(text) {
		if hotlines[run.Digits] && run.Prefix == "" && (run.Digits == "12315" || run.Digits == "12305" || callsHotline.MatchString(text)) {
			return true
		}
	}
	return false
}

// felt is the probability from which on a mood counts that no word names: an apology to somebody who is not upset sounds
// odd.
const felt = 0.6

// mood joins what the model hears in a line with words that leave no doubt; urgency is by such words alone.
func mood(h heard, means understanding.Result) (sentiment, urgent string) {
	for _, u := range urgentPhrases {
		if states(h, u.phrases) {
			urgent = u.reason
			break
		}
	}
	if urgent == "" && namesHotline(h.text) {
		urgent = UrgentRegulator
	}
	m := means.Moods
	switch {
	case urgent == UrgentRegulator || urgent == UrgentLegal || states(h, angryPhrases) || m[Angry] >= felt:
		return Angry, urgent
	case urgent != "" || states(h, negativePhrases) || m[Negative]+m[Angry] >= felt:
		return Negative, urgent
	case states(h, positivePhrases) || m[Positive] >= felt:
		return Positive, urgent
	}
	return Neutral, urgent
}
