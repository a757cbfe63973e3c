package nlu

import (
	"regexp"
	"slices"

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

var angryPhrases = []string{
	"气死", "垃圾", "什么破", "骗子", "骗人", "忍无可忍", "投诉你们", "太过分", "过分了", "混蛋", "王八蛋", "他妈", "妈的", "操你", "傻逼", "有病吧", "神经病", "滚蛋", "给我滚", "废物", "欺负人", "欺骗",
	"第几次了", "多少次了", "几次了都", "搞什么", "搞什么鬼", "玩我", "耍我", "受不了了", "火大", "到底管不管", "还管不管", "什么态度", "什么玩意", "太差了", "太差劲", "差劲", "烂透", "黑心", "坑人", "不要脸",
	"脸都不要", "你们到底", "曝光", "恶心", "岂有此理", "凭什么", "说人话", "听不懂人话", "装死", "强盗", "抢钱", "打发叫花子", "打发要饭", "糊弄", "忽悠", "有病", "吃干饭", "干什么吃的", "没长脑子", "脑子进水",
	"没脑子", "眼瞎", "瞎了", "耍猴", "当我傻", "当我是傻", "告你们", "告他", "告到底", "缺德", "没良心", "良心", "无耻", "流氓", "他娘", "老子", "扯淡", "放屁", "狗屁", "气炸", "气疯", "惹毛", "踢皮球",
	"没完", "死绝", "少来这套", "别跟我扯", "别废话", "废话", "窝火", "发火", "一肚子火", "来气", "恼火", "可恶", "可恨", "丢人现眼", "闹着玩", "逗我玩", "玩呢", "吃人", "明抢", "坑爹", "坑死", "坑我",
	"骂街", "强盗", "无赖", "赖账", "不讲理", "蛮不讲理", "敷衍", "推三阻四", "推来推去", "欠骂", "找骂", "离谱", "荒唐", "操", "卧槽", "我靠", "特么", "妈蛋", "狗日", "畜生", "人渣", "闭嘴",
	"什么破玩意", "破公司", "破快递", "什么东西", "不是人", "没人性",
	"ridiculous", "terrible", "bullshit", "damn", "scam", "unacceptable", "worst", "fed up", "hell", "sick of", "idiot", "idiots", "useless",
	"stupid", "liar", "liars", "thieves", "thief", "crooks", "bloody", "disgusting", "outrageous", "furious", "shut up", "rubbish", "garbage",
	"crap", "pathetic", "disgraceful", "are you kidding", "how dare", "for god's sake", "what a joke", "insult", "incompetent", "rip off",
	"screw you", "ripped me off",
}

var negativePhrases = []string{
	"太慢", "着急", "急死", "急用", "急着", "失望", "怎么还没", "怎么还不", "还没到", "一直没", "一直不", "不满意", "不满", "郁闷", "麻烦死", "真慢", "好几天了", "等了好久", "等了这么久", "等了一天",
	"等了两天", "等了三天", "没人管", "没人理", "坏了", "丢了", "碎了", "烂了", "难受", "担心", "怎么搞的", "怎么回事", "不靠谱", "不行啊", "慢死", "拖了", "烦", "无语", "后悔", "都几天了", "唉", "哎哟喂",
	"难过", "愁死", "发愁", "愁人", "犯愁", "委屈", "害怕", "心疼", "急得", "急坏", "急疯", "干着急", "每次都", "到现在还", "等得", "白等", "白跑", "耽误", "折腾", "受罪", "不像话", "真是的", "怎么老",
	"怎么又", "没辙", "没办法", "求求", "求你", "可怜", "冤枉", "扫兴", "糟心", "闹心", "憋屈", "够呛", "太久", "这么久", "那么久", "半个月了", "一个礼拜了", "一个星期了", "一周了", "没下文", "没动静",
	"没信儿", "心凉", "心都凉", "寒心", "伤心", "想哭", "要哭", "眼泪", "崩溃", "焦虑", "不安", "上火", "头疼", "头大", "累死", "受不起", "不理人", "没人接", "不接电话", "爱答不理", "不管不问", "没人来",
	"说话不算", "言而无信", "骗了我", "上当", "吃亏", "不值", "不甘心", "没劲", "气人", "生气", "可惜", "遗憾", "太差", "真差", "难用", "难吃", "难看", "倒霉", "晦气", "吓死", "吓坏", "吓人", "慌",
	"指望", "没法过", "不踏实", "没底", "心里堵", "心里不", "不舒服", "不痛快", "拖拖拉拉", "磨磨唧唧", "推脱",
	"too slow", "disappointed", "upset", "worried", "still waiting", "still hasn't", "still not", "late", "broken", "annoyed", "frustrated", "sad",
	"afraid", "scared", "anxious", "fed up", "let down", "disappointing", "tired of", "sick of", "nobody came", "nobody called",
	"nobody answers", "again and again", "yet again", "ridiculously", "unhappy", "unfair", "not happy", "not good enough", "desperate",
	"unfortunately", "how long do i have to", "waited all", "waiting all", "i give up", "sigh", "ruined", "a shame", "hopeless", "frustrating",
	"annoying", "upsetting", "cheated", "regret",
}

var positivePhrases = []string{
	"太好了", "谢谢你啊", "非常感谢", "感谢", "真不错", "不错", "满意", "太棒", "辛苦了", "真快", "很快啊", "挺好", "给力", "真好", "棒", "谢谢你们", "哈哈", "有耐心", "特别好", "漂亮", "贴心", "很喜欢",
	"好喜欢", "太喜欢", "开心", "高兴", "完美", "祝你", "祝您", "帮了大忙", "帮了我大忙", "惊喜", "好评", "点赞", "靠谱", "多亏", "有心了", "真热情", "很热情", "细心", "很专业", "感激", "好快", "这么快",
	"好用", "好吃", "真香", "真美", "好看", "太感谢", "感谢你", "感谢您", "好棒", "超赞", "真棒", "优秀", "暖心", "放心了", "踏实了", "满意得很", "服务好", "服务真",
	"great", "awesome", "perfect", "excellent", "thank you so much", "wonderful", "appreciate", "lovely", "brilliant", "so kind", "very kind",
	"helpful", "so happy", "happy with", "very happy", "glad", "pleased", "fantastic", "amazing", "i love", "love it", "so much", "delighted",
	"impressed", "superb", "you're a star", "bless you", "thanks a million", "well done", "beautiful",
}

var urgentPhrases = []struct {
	reason  string
	phrases []string
}{
	{UrgentRegulator, []string{"消协", "消费者协会", "工商局", "市场监管", "邮政管理局", "媒体", "记者", "曝光", "电视台", "consumer protection", "the press"}},
	{UrgentLegal, []string{"律师", "起诉", "法院", "打官司", "告你们", "报警", "派出所", "lawyer", "sue you", "legal action", "police"}},
	{UrgentInjury, []string{"受伤", "烫伤", "烧伤", "着火", "起火", "爆炸", "触电", "中毒", "住院", "流血", "漏电", "电伤", "砸伤", "划伤", "割伤", "刺伤", "烫到", "伤到人", "伤着", "送医院", "煤气泄漏", "漏煤气", "煤气漏", "煤气味", "过敏了", "冒烟", "冒火花", "电着我", "电到我", "被电", "鼓包", "吃坏了肚子", "吃坏肚子", "injured", "gas leak", "smell gas", "sparks", "on fire", "exploded", "electric shock", "hospital"}},
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

// moodWeights are how much more than its probability a mood counts: rare ones are missed else. They were chosen on lines
// of writers left out of the training.
var moodWeights = map[string]float64{Neutral: 1, Negative: 1.15, Angry: 1.4, Positive: 1.4}

// feelingNamed is how much more a mood counts that a word of the lists above names.
const feelingNamed = 2.5

// accusing is how likely it must be that a caller is upset or angry who complains or asks for a person and names no
// feeling: the matter alone sounds so to the model, and an apology to somebody who is not upset sounds odd.
const accusing = 0.9

// plainMatters are asked about without heat: there anger that no word names must be likelier still, since a single hanzi
// such as that of 滚筒 may sound so.
var plainMatters = []string{"track_logistics", "order_status", "product_inquiry", "shipping_fee", "pickup_info", "send_parcel", "invoice", "modify_order",
	"schedule_delivery", "ticket_status", ProvideInfo}

const heated = 0.7

// mood joins what the model hears in a line with words that name a feeling; urgency is by such words alone.
func mood(h heard, intent string, means understanding.Result) (sentiment, urgent string) {
	for _, u := range urgentPhrases {
		if states(h, u.phrases) {
			urgent = u.reason
			break
		}
	}
	if urgent == "" && namesHotline(h.text) {
		urgent = UrgentRegulator
	}
	if urgent == UrgentRegulator || urgent == UrgentLegal {
		return Angry, urgent
	}
	named := map[string][]string{Angry: angryPhrases, Negative: negativePhrases, Positive: positivePhrases}
	calm := slices.Contains(plainMatters, intent) && means.Moods[Angry] < heated && !states(h, angryPhrases)
	most := 0.0
	for _, m := range []string{Neutral, Negative, Angry, Positive} {
		score := means.Moods[m] * moodWeights[m]
		if states(h, named[m]) {
			score *= feelingNamed
		}
		if score > most && !(m == Angry && calm) {
			sentiment, most = m, score
		}
	}
	upset := sentiment == Negative || sentiment == Angry
	if upset && (intent == "complaint" || intent == "transfer_human") && means.Moods[Negative]+means.Moods[Angry] < accusing && !states(h, named[sentiment]) {
		sentiment = Neutral
	}
	if urgent != "" && sentiment != Angry {
		sentiment = Negative
	}
	return sentiment, urgent
}
