package nlu

import (
	"regexp"
	"strings"
	"sync"
)

// characterNames are how callers tell a character apart by its parts: the last character of each is the one meant.
var characterNames = strings.Fields(`弓长张 立早章 木子李 十八子李 言午许 耳东陈 三横王 口天吴 双木林 草头黄 大肚黄 古月胡 走肖赵 人可何 双人徐 言射谢 文刀刘 卯金刀刘 关耳郑 奠耳郑 木土杜 双口吕 口口吕 水工江 三点水江 三点水汪
三点水沈 人王全 干勾于 人未余 人于余 美女姜 羊女姜 草头蒋 西早覃 木易杨 易木杨 二马冯 两点马冯 四夕罗 四维罗 金戈钱 子小孙 小子孙 宝盖宋 宝盖木宋 又耳邓 雨田雷 口十叶 草头叶 草办苏 草头苏 草头范 草头薛 草重董 草头董 单人任
人壬任 单人伍 单人何 禾呈程 禾旁程 木旁程 委鬼魏 召耳邵 刀口邵 丘山岳 日月明 木每梅 木白柏 双火炎 土成城 山石岩 宝盖安 立日音 田力男 士心志 王文玫 雨林霖 三水淼 三金鑫 三木森 三石磊 三日晶 三火焱 三口品 竹间简 牛角解
言成诚 言旁诚 火华烨 单人伟 单人佳 单人俊 三点水洁 三点水涛 三点水波 三点水清 草头英 草头芳 草头花 草头莉 女旁婷 女旁娟 女旁娜 王旁玲 王旁珍 王旁琳 金旁锋 山旁峰 木旁梅 木旁林 木旁桂 日旁晴 日旁晓 示旁祥 绞丝红 绞丝纪 走之连
禾刀利 斜玉玲 反文敏 力字旁勋 广字头康 广隶康 门里一耳闻 尸古居 禾口和 禾日香 禾火秋 言周调 月半胖 君羊群 女子好 马扁骗 身寸射 谷欠欲 衣谷裕 示申神 木同桐 目艮眼 未女妹 土也地 火丁灯`)

var (
	ofWord     = regexp.MustCompile(`(\p{Han}{2,4})的那?个?(\p{Han})`)
	partOfChar = regexp.MustCompile(`[头旁边底]$`)
	notSpelled = "我你他她它这那谁的"
)

// characterSounds are the sounds of the names of characters, in their order.
var characterSounds = sync.OnceValue(func() []string {
	out := make([]string, len(characterNames))
	for i, name := range characterNames {
		out[i] = " " + strings.Join(soundsOf(name), " ") + " "
	}
	return out
})

// told is a character that the caller told apart, and where.
type told struct {
	char  rune
	where int
}

// toldApart are the characters told apart in the line: 弓长张, 伟大的伟.
func (l *line) toldApart() []told {
	if !strings.Contains(l.whole, "的") && !spelledHint.MatchString(l.whole) {
		return nil
	}
	var out []told
	for _, name := range characterNames {
		if at := strings.Index(l.whole, name); at >= 0 {
			out = append(out, told{lastRune(name), at})
		}
	}
	if len(out) == 0 {
		joined := " " + strings.Join(l.heard.sounds, " ") + " "
		for i, sounds := range characterSounds() {
			if at := strings.Index(joined, sounds); at >= 0 {
				out = append(out, told{lastRune(characterNames[i]), at})
			}
		}
	}
	for _, m := range ofWord.FindAllStringSubmatchIndex(l.whole, -1) {
		word, char := group(l.whole, m, 1), firstRune(group(l.whole, m, 2))
		if strings.ContainsRune(notSpelled, char) {
			continue
		}
		for _, c := range word {
			if c == char || SameSound(string(c), string(char)) {
				out = append(out, told{c, m[0]})
				break
			}
		}
		if partOfChar.MatchString(word) {
			out = append(out, told{char, m[0]}) // 草字头的蒋
		}
	}
	return out
}

var spelledHint = regexp.MustCompile(`[弓立木言耳口草古走人文关奠水干美羊西易两四金子宝又雨单禾委召丘日土山田士王火竹牛女月君马身谷衣示目未绞斜反广门尸双三二十大卯]\p{Han}{1,3}`)

// spelled writes a name with the characters that the caller told apart: 章伟 with 弓长张 is 张伟.
func (l *line) spelled(name string) string {
	if name == "" || Latin(name) {
		return name
	}
	all := l.toldApart()
	runes := []rune(name)
	for i, r := range runes {
		for _, t := range all {
			if t.char != r && SameSound(string(t.char), string(r)) {
				runes[i] = t.char
				break
			}
		}
	}
	return string(runes)
}

// spelledAlone is a name that was only told character by character: 弓长张 伟大的伟.
func (l *line) spelledAlone() string {
	all := l.toldApart()
	if len(all) == 0 || l.state.Asked != "name" && l.state.Asked != "receiver" && !strings.Contains(l.whole, "姓") && !strings.Contains(l.whole, "叫") {
		return ""
	}
	var out strings.Builder
	used := map[int]bool{}
	for range all {
		best := -1
		for i, t := range all {
			if !used[i] && (best < 0 || t.where < all[best].where) {
				best = i
			}
		}
		used[best] = true
		if !strings.ContainsRune(out.String(), all[best].char) {
			out.WriteRune(all[best].char)
		}
	}
	name := out.String()
	if len([]rune(name)) > 4 || !hasSurname(name) {
		return ""
	}
	return name
}
