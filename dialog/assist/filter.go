package assist

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"voxgate/dialog/nlu"
	"voxgate/dialog/shop"
)

// Longest sentences: what is heard without effort.
const (
	mostHanzi = 40
	mostWords = 20
)

// filter says what of a model's text may be said. It errs on the side of silence.
type filter struct{ parser *nlu.Parser }

// rule is a thing that a text must not hold.
type rule struct {
	what    string
	pattern *regexp.Regexp
}

// always holds for every text.
var always = []rule{
	{"a digit", regexp.MustCompile(`\p{N}`)},
	{"a number in words", regexp.MustCompile(`[一二两三四五六七八九十百千万亿零半几][ ]?(?:个|天|日|号|点|分|秒|时|小时|刻|月|年|周|星期|块|元|毛|角|折|成|件|单|次|倍|斤|公斤|克|米|公里|级|度|名|位|岁)|[二三四五六七八九十百千万亿零]{2,}|百分|(?i)\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|million|half|dozen|percent|first|second|third)\b`)},
	{"a day", regexp.MustCompile(`今天|明天|后天|昨天|今晚|明早|明晚|周[一二三四五六日末]|星期|礼拜|月底|月初|下周|这周|上周|早上|上午|中午|下午|晚上|凌晨|(?i)\b(?:today|tomorrow|tonight|yesterday|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|july|august|september|october|november|december|morning|afternoon|evening|week|month|year|o'clock|hours?|minutes?|days?)\b`)},
	{"a price", regexp.MustCompile(`[元块钱￥¥$€]|免费|优惠|打折|折扣|便宜|红包|券|(?i)\b(?:yuan|rmb|dollars?|price|cheap|free|discount|coupon|cost|cents?)\b`)},
	{"a place", regexp.MustCompile(`[路街巷弄镇乡村]|[省市区县州]|国家|大厦|小区|广场|车站|机场|(?i)\b(?:street|road|avenue|city|province|district|airport|station)\b`)},
	{"a person", regexp.MustCompile(`先生|女士|小姐|老师|师傅|经理|主管|总裁|医生|律师|我叫|我是|名叫|名字|(?i)\b(?:mr|mrs|ms|miss|dr|my name|called|manager|doctor|lawyer)\b`)},
	{"a promise", regexp.MustCompile(`保证|一定|承诺|肯定|必须|绝对|放心|马上|立刻|立即|尽快|为您(?:办|处理|安排|解决|查|申请|登记|转)|帮您(?:办|处理|安排|解决|查|申请|登记|转)|给您(?:办|处理|安排|解决|查|申请|登记|转|退|补|赔|送)|(?i)\b(?:promise|guarantee|definitely|certainly|surely|will|we'll|i'll|shall|immediately|right away|arrange)\b`)},
	{"an address of the web", regexp.MustCompile(`(?i)https?:|www|\.(?:com|cn|net|org|io)\b|@|微信|公众号|二维码|加我|扫码|电话|热线|手机|(?i)\b(?:wechat|whatsapp|telegram|phone|e-?mail|website|link)\b`)},
	{"marks of a machine", regexp.MustCompile("[<>{}\\[\\]|`*_#\\\\/=~^]|\\n|(?i)\\b(?:system|prompt|assistant|instructions?|json|openai|language model)\\b|系统提示|指令|提示词|语言模型")},
	{"advice that is not ours to give", regexp.MustCompile(`吃药|服药|剂量|诊断|起诉|打官司|投资|股票|基金|贷款|转账|汇款|验证码|密码|(?i)\b(?:medicine|dose|diagnos\w*|sue|lawsuit|invest\w*|stocks?|loan|transfer money|password|code)\b`)},
}

// inTalk holds for what a caller hears: nothing of the hotline's own business.
var inTalk = []rule{
	{"a word of the business", regexp.MustCompile(`订单|快递|包裹|物流|运单|单号|发货|出库|派送|配送|送达|送到|签收|到货|取件|驿站|仓库|退货|退款|退钱|换货|换新|赔|补偿|补发|发票|保修|维修|取消|地址|库存|有货|缺货|商品|产品|工单|会员|积分|客服|人工|坐席|(?i)\b(?:orders?|parcels?|packages?|deliver\w*|ship\w*|courier|track\w*|refund\w*|return\w*|exchange\w*|compensat\w*|invoice|warranty|repair\w*|cancel\w*|stock|product|ticket|points|agent|representative)\b`)},
	{"a question", regexp.MustCompile(`[?？吗呢]`)},
}

// smallTalk is a text that a caller may hear, else ErrFiltered with what is wrong.
func (f filter) smallTalk(text, lang string) (string, error) {
	return f.check(text, lang, append(inTalk, always...))
}

// remark is a text that an agent may read.
func (f filter) remark(text string) (string, error) { return f.check(text, "zh", always) }

func (f filter) check(text, lang string, rules []rule) (string, error) {
	text = strings.Trim(strings.TrimSpace(text), "\"“”「」'")
	switch {
	case text == "" || !utf8.ValidString(text):
		return "", fmt.Errorf("%w: it is empty", ErrFiltered)
	case lang == "en" && len(strings.Fields(text)) > mostWords, utf8.RuneCountInString(text) > mostHanzi && lang != "en", utf8.RuneCountInString(text) > 4*mostHanzi:
		return "", fmt.Errorf("%w: it is too long", ErrFiltered)
	case !inLanguage(text, lang):
		return "", fmt.Errorf("%w: it is not in %q", ErrFiltered, lang)
	case strings.Count(strings.TrimRight(text, "。.!！"), "。") > 0:
		return "", fmt.Errorf("%w: it is more than one sentence", ErrFiltered)
	}
	for _, r := range rules {
		if r.pattern.MatchString(text) {
			return "", fmt.Errorf("%w: it holds %s", ErrFiltered, r.what)
		}
	}
	if shop.PlaceOf(text) != (shop.Place{}) {
		return "", fmt.Errorf("%w: it holds a place", ErrFiltered)
	}
	if lang == "en" && (properNoun.MatchString(text) || !opening.MatchString(text)) {
		return "", fmt.Errorf("%w: it holds a name", ErrFiltered)
	}
	for name, value := range f.parser.Understand(text, "", nlu.State{Lang: lang}).Slots {
		return "", fmt.Errorf("%w: it holds a %s (%d characters)", ErrFiltered, name, utf8.RuneCountInString(value))
	}
	return text, nil
}

// properNoun is a capital letter in the middle of an English sentence, I left out.
var properNoun = regexp.MustCompile(`[a-z,;:'"-] ?[A-HJ-Z]|\bI[a-zA-Z]|[A-Z]{2,}`)

// opening are the words that an English sentence may begin with: any other may be a name.
var opening = regexp.MustCompile(`^(?:[a-z]|(?:A|Ah|Aww?|Enjoy|Fair|Glad|Good|Great|Haha|Happy|Hello|Hi|Hope|How|I|I'm|It|It's|My|Nice|No|Oh|Okay|Same|So|Sorry|Sounds|Take|Thank|Thanks|That|That's|The|There|This|Very|Well|What|Wow|Yes|You|You're|Your)\b)`)

// inLanguage reports whether a text has letters of its language only.
func inLanguage(text, lang string) bool {
	letters := 0
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		if unicode.Is(unicode.Han, r) == (lang == "en") || !unicode.Is(unicode.Han, r) && r > unicode.MaxASCII {
			return false
		}
	}
	return letters > 0
}
