package reading

import "strings"

// neighbourhood is what a rule sees of a one-character word: the words beside it.
type neighbourhood struct {
	before, after         string // empty at the edge of the text
	beforeKind, afterKind Kind
	beforeTag, afterTag   byte // word class of a hanzi word, else 0
	closing               bool // after is the last word before a pause or the end
	named                 bool // the words before say that a name follows
}

// chooseByNeighbours corrects the readings of characters that are words of their own, where the words beside them decide.
func chooseByNeighbours(out []Syllable, words []word) {
	first := 0
	for n, w := range words {
		last := first
		for last < len(out) && out[last].Word == n {
			last++
		}
		if w.kind == Hanzi && w.end-w.start == 1 {
			s := &out[first]
			if pinyin := contextual(s.Text, neighboursOf(out, words, n, first, last)); pinyin != "" {
				s.Pinyin = pinyin
			}
		}
		first = last
	}
}

func neighboursOf(out []Syllable, words []word, n, first, last int) neighbourhood {
	var around neighbourhood
	if n > 0 {
		around.before, around.beforeKind, around.beforeTag = textOf(out[:first], words[n-1], n-1), words[n-1].kind, words[n-1].entry.class
		around.named = announcesName(words[:n])
	}
	if n+1 < len(words) {
		around.after, around.afterKind, around.afterTag = textOf(out[last:], words[n+1], n+1), words[n+1].kind, words[n+1].entry.class
		around.closing = n+2 == len(words) || words[n+2].kind == Other
	}
	return around
}

// announcesName tells whether a name follows the words, as in 收件人是 and 收件人:.
func announcesName(words []word) bool {
	for n := len(words); n > max(0, len(words)-3); n-- {
		switch words[n-1].entry.word {
		case "收件人", "收货人", "寄件人", "发件人", "联系人", "签收人", "姓名", "名字", "名叫", "姓", "户主", "机主":
			return true
		case "是", "为", "叫":
		default:
			if words[n-1].kind != Other {
				return false
			}
		}
	}
	return false
}

func textOf(out []Syllable, w word, number int) string {
	if w.entry.word != "" {
		return w.entry.word
	}
	for _, s := range out {
		if s.Word == number {
			return s.Text
		}
	}
	return ""
}

// contextual is the reading of the one-character word char beside its neighbours, or "" for the usual one.
func contextual(char string, n neighbourhood) string {
	if reading, ok := surnames[char]; ok && (isTitle(n.after) || n.named && n.afterKind == Hanzi) {
		return reading
	}
	switch char {
	case "地":
		return adverbial(n)
	case "得":
		return structural(n)
	case "只":
		if counted(n) {
			return "zhi1"
		}
	case "卷":
		if counted(n) {
			return "juan3"
		}
	case "种":
		if !counted(n) && n.afterTag == 'n' {
			return "zhong4"
		}
	case "行":
		if counted(n) || n.before == "第" {
			return "hang2"
		}
	case "为":
		if n.afterKind == Digits || n.afterTag == 'm' {
			return "wei2"
		}
	case "重":
		if n.afterTag == 'v' && !isDegree(n.before) {
			return "chong2"
		}
	case "还":
		if n.closing && n.after != "" && strings.Contains("我你您他她", n.after) {
			return "huan2"
		}
	case "教":
		if n.afterTag == 'r' {
			return "jiao1"
		}
	case "量", "数":
		return measuring(char, n)
	case "喂":
		if n.before == "" && n.afterTag != 'n' {
			return "wei2"
		}
	case n.before:
		return reduplicated(char, n)
	}
	return ""
}

// adverbial reads 地: de5 between a manner and a verb, else di4.
func adverbial(n neighbourhood) string {
	if isReduplicated(n.before) && n.afterTag != 0 && n.afterTag != 'n' {
		return "de5"
	}
	manner := strings.IndexByte("adzil", n.beforeTag) >= 0 && n.beforeTag != 0 || isReduplicated(n.before)
	action := n.afterTag == 'v' || n.afterTag == 'd' || n.afterTag == 'p'
	if manner && action {
		return "de5"
	}
	return "di4"
}

// structural reads 得: dei3 as "must", de5 after a verb or adjective.
func structural(n neighbourhood) string {
	verbBefore := n.beforeTag == 'v' || n.beforeTag == 'a'
	if !verbBefore && (n.afterTag == 'v' || n.afterTag == 'p' || n.afterTag == 'm' || n.afterTag == 'd') {
		return "dei3"
	}
	return "de5"
}

func measuring(char string, n neighbourhood) string {
	if n.after != "一下" && n.after != "量" && n.after != "数" {
		return ""
	}
	if char == "量" {
		return "liang2"
	}
	return "shu3"
}

// reduplicated reads the second of a doubled verb (看看) with the neutral tone.
func reduplicated(char string, n neighbourhood) string {
	e, ok := words().find(char)
	if !ok || e.class != 'v' || len(e.reading) < 2 {
		return ""
	}
	return e.reading[:len(e.reading)-1] + "5"
}

func counted(n neighbourhood) bool {
	return n.beforeKind == Digits || n.beforeTag == 'm' || n.before != "" && strings.Contains("这那哪每某", n.before)
}

func isDegree(text string) bool {
	return text != "" && strings.Contains("很太好多更最挺真这么那么有点非常特别", text)
}

func isReduplicated(text string) bool {
	runes := []rune(text)
	return len(runes) >= 2 && runes[len(runes)-1] == runes[len(runes)-2]
}

func isTitle(text string) bool {
	switch text {
	case "先生", "女士", "小姐", "师傅", "老师", "经理", "阿姨", "大哥", "大姐", "同学", "医生", "主任":
		return true
	}
	return false
}

// surnames that are read otherwise than the common word.
var surnames = map[string]string{
	"单": "shan4", "曾": "zeng1", "任": "ren2", "仇": "qiu2", "华": "hua4", "区": "ou1", "解": "xie4", "盖": "ge3",
	"朴": "piao2", "查": "zha1", "应": "ying1", "宁": "ning4", "覃": "qin2", "冼": "xian3", "员": "yun4", "燕": "yan1",
	"缪": "miao4", "乐": "yue4", "翟": "zhai2", "尹": "yin3", "晁": "chao2", "逄": "pang2", "洗": "xian3", "黑": "he4",
	"折": "she2", "召": "shao4", "哈": "ha3", "那": "na1", "过": "guo1", "車": "che1",
}
