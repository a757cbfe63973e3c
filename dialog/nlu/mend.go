package nlu

import (
	"strings"
	"sync"
	"unicode"

	"voxgate/models/reading"
	"voxgate/models/understanding"
)

// grammarWords are the words that the grammars hang on. Where a line has their sounds in other characters that make no
// word of their own (名天 for 明天), they are what was said.
var grammarWords = strings.Fields(`明天 后天 大后天 昨天 前天 今天 上午 下午 中午 晚上 早上 傍晚 凌晨 周末 月底 礼拜 星期 国庆 元旦 春节 端午 中秋 分钟 小时
公斤 千克 号楼 单元 小区 大厦 街道 大道 大街 快递柜 菜鸟 驿站 物业 门口 前台 门卫 传达室 保安室 丰巢 代收点 自提点 快递 手机 电话 尾号 号码 订单 单号 运单 工单 取件码 取货码 后四位 收件人 收货人 抬头 税号 邮箱 地址
专票 普票 专用发票 普通发票 电子发票 个人 公司 支付宝 微信 花呗 信用卡 银行卡 顺丰 圆通 中通 申通 韵达 京东 极兔 德邦 邮政 破损 漏发 少发 错发 发错 质量 瑕疵 描述不符 尺码 大号 小号 中号 加大 颜色 黑色 白色 红色 蓝色 绿色 灰色 粉色 紫色 黄色 米色 棕色
容量 功率 材质 续航 噪音 重量 尺寸 保质期 成分 有限公司 三横王 弓长张 木子李 言午许 耳东陈 立早章 口天吴 双木林 草头黄 古月胡 走肖赵`)

// grammarSounds are the grammar words by their sounds.
var grammarSounds = sync.OnceValue(func() map[string][]rune {
	out := make(map[string][]rune, len(grammarWords))
	for _, w := range grammarWords {
		key := strings.Join(soundsOf(w), " ")
		if _, known := out[key]; !known {
			out[key] = []rune(w)
		}
	}
	return out
})

// longestGrammarWord is in characters.
const longestGrammarWord = 4

// mend writes the homophones of grammar words as those words. Two characters that are a word of their own stay.
func mend(h heard) string {
	runes := []rune(h.text)
	at := h.positions(runes)
	words := grammarSounds()
	for i := 0; i < len(at); i++ {
		for n := min(longestGrammarWord, len(at)-i); n >= 2; n-- {
			if at[i+n-1].rune-at[i].rune != n-1 || !unicode.Is(unicode.Han, runes[at[i].rune]) {
				continue
			}
			word, ok := words[joinSounds(at[i:i+n])]
			if !ok || string(word) == string(runes[at[i].rune:at[i].rune+n]) || !mendable(at, i, n) {
				continue
			}
			copy(runes[at[i].rune:], word)
			i += n - 1
			break
		}
	}
	return string(runes)
}

// syllableAt is one hanzi of a line: where it stands, how it sounds, and whether it is part of a longer word.
type syllableAt struct {
	rune  int
	sound string
	word  int
	alone bool
}

// positions are the hanzi of a line with their sounds: as heard, or by the dictionary where the heard syllables do not
// fall on the characters one by one.
func (h heard) positions(runes []rune) []syllableAt {
	syllables := reading.Of(string(runes))
	var out []syllableAt
	heardAll, token := len(h.sounds) == tokens(syllables), 0
	for i, s := range syllables {
		if s.Kind == reading.Other {
			continue
		}
		token++
		if s.Kind != reading.Hanzi || len([]rune(s.Text)) != 1 {
			continue
		}
		sound := ""
		if heardAll {
			sound = h.sounds[token-1]
		} else {
			sound = understanding.Sound(s.Pinyin)
		}
		alone := (i == 0 || syllables[i-1].Word != s.Word) && (i+1 == len(syllables) || syllables[i+1].Word != s.Word)
		out = append(out, syllableAt{s.Start, sound, s.Word, alone})
	}
	return out
}

// tokens counts what a recogniser would write one sound for.
func tokens(syllables []reading.Syllable) int {
	n := 0
	for _, s := range syllables {
		if s.Kind != reading.Other {
			n++
		}
	}
	return n
}

// mendable reports whether the characters from i on may be a mishearing: two or three of them only where each stands
// alone, or the word that they are part of begins before or ends behind them.
func mendable(at []syllableAt, i, n int) bool {
	if n >= 4 {
		return true
	}
	for k := i; k < i+n; k++ {
		if !at[k].alone && (n == 2 || k == i && i > 0 && at[i-1].word == at[i].word || k == i+n-1 && i+n < len(at) && at[i+n].word == at[k].word) {
			return false
		}
	}
	return true
}

func joinSounds(part []syllableAt) string {
	var out strings.Builder
	for i, s := range part {
		if i > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(s.sound)
	}
	return out.String()
}
