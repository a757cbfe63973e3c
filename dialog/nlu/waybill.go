package nlu

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"voxgate/models/waybill"
)

// couriers are the carriers, with how callers name them.
var couriers = []struct {
	name    string
	aliases []string
}{
	{"顺丰", []string{"顺丰", "顺风", "sf express", "s f express", "shunfeng", "shun feng", "sf"}},
	{"圆通", []string{"圆通", "yto", "yuantong", "yuan tong"}},
	{"中通", []string{"中通", "zto", "zhongtong", "zhong tong"}},
	{"申通", []string{"申通", "sto", "shentong", "shen tong"}},
	{"韵达", []string{"韵达", "yunda", "yun da"}},
	{"京东", []string{"京东", "jd", "jd logistics", "jd express", "jingdong", "jing dong"}},
	{"极兔", []string{"极兔", "j&t", "jt express", "j t express", "jitu"}},
	{"EMS", []string{"ems", "e m s", "邮政特快", "特快专递"}},
	{"邮政", []string{"邮政", "邮局", "china post", "post office"}},
	{"德邦", []string{"德邦", "deppon", "debang"}},
	{"菜鸟", []string{"菜鸟直送", "菜鸟速递", "丹鸟"}},
	{"天天", []string{"天天快递"}},
	{"百世", []string{"百世", "汇通"}},
	{"跨越", []string{"跨越速运", "跨越"}},
	{"安能", []string{"安能"}},
	{"壹米滴答", []string{"壹米滴答"}},
	{"DHL", []string{"dhl", "d h l"}},
	{"UPS", []string{"ups"}},
	{"FedEx", []string{"fedex", "联邦快递"}},
}

// byEar is how many of the couriers are known by their sounds too: of the others 百世 sounds like 百四.
const byEar = 10

// couriers finds the carrier; of several the one meant (不是顺丰是圆通).
func (l *line) couriers() {
	var all []candidate
	for _, c := range couriers {
		for _, alias := range c.aliases {
			if at := strings.Index(l.whole, alias); at >= 0 && (alias[0] >= 0x80 || wholeWord(l.whole, at, len(alias))) {
				all = append(all, candidate{c.name, at, at + len(alias), false})
				break
			}
		}
	}
	for _, c := range all {
		if strings.Contains(l.whole[c.start:c.end], " ") {
			l.take(c.start, c.end) // its letters are none of a number
		}
	}
	if best, ok := l.choose(inOrder(all)); ok {
		l.set("courier", best.value)
		return
	}
	if len(all) > 0 {
		return
	}
	l.set("courier", l.courierByEar())
}

// courierByEar is the courier whose name two characters sound like that are one word or none: 圆筒, 顺峰; the middle of
// 公斤东西 is no 京东.
func (l *line) courierByEar() string {
	at := l.heard.positions([]rune(l.heard.text))
	for i := 0; i+1 < len(at); i++ {
		a, b := at[i], at[i+1]
		word := a.word == b.word && (i == 0 || at[i-1].word != a.word) && (i+2 == len(at) || at[i+2].word != a.word)
		if b.rune != a.rune+1 || !word && !(a.alone && b.alone) {
			continue
		}
		for _, c := range couriers[:byEar] {
			if sounds := phraseSounds()[c.aliases[0]]; len(sounds) == 2 && sounds[0] == a.sound && sounds[1] == b.sound {
				return c.name
			}
		}
	}
	return ""
}

// wholeWord reports whether English words stand alone in the line. Letters before a number are part of it and name no one.
func wholeWord(text string, at, n int) bool {
	before, after := lastRune(text[:at]), firstRune(text[at+n:])
	return !unicode.IsLetter(before) && !unicode.IsDigit(after) && (after >= 0x2000 || !unicode.IsLetter(after)) && (n > 3 || text[at:at+n] == "ems" || !letterThenNumber.MatchString(text[at+n:]))
}

var letterThenNumber = regexp.MustCompile(`^[\s-]*(?:[a-z] ?)?[\d零一二三四五六七八九幺]|^ (?:zero|one|two|three|four|five|six|seven|eight|nine|oh|double)`)

// prefixes are the letter groups that waybill numbers begin with.
var prefixes = waybill.Letters()

// letterSounds are the Chinese words that a recogniser writes for a spoken letter.
var letterSounds = []struct{ word, letter string }{
	{"艾克斯", "X"}, {"爱克斯", "X"}, {"埃克斯", "X"}, {"艾斯", "S"}, {"爱斯", "S"}, {"埃斯", "S"}, {"艾弗", "F"}, {"爱福", "F"},
	{"艾福", "F"}, {"埃弗", "F"}, {"爱抚", "F"}, {"艾欧", "O"}, {"艾尔", "L"}, {"艾姆", "M"}, {"艾恩", "N"}, {"艾尺", "H"},
	{"贼德", "Z"}, {"杰", "J"}, {"迪", "D"}, {"弟", "D"}, {"歪", "Y"}, {"外", "Y"}, {"踢", "T"}, {"梯", "T"}, {"提", "T"},
	{"屁", "P"}, {"批", "P"}, {"皮", "P"}, {"开", "K"}, {"凯", "K"}, {"威", "V"}, {"维", "V"}, {"微", "V"}, {"诶", "A"}, {"欸", "A"},
	{"必", "B"}, {"西", "C"}, {"伊", "E"}, {"爱", "I"}, {"优", "U"},
}

// shortestWaybill is the fewest digits that letters may lead; below it they are words of their own.
const shortestWaybill = 8

// withLetters takes the letters before and after a long number into it.
func withLetters(runes []rune, run Run) Run {
	if run.Cardinal || len(run.Digits) < shortestWaybill {
		return run
	}
	prefix, start := lettersBefore(runes, run.Start)
	if knownPrefix(prefix) || len(prefix) == 2 && len(run.Digits) == 9 {
		run.Prefix, run.Start = prefix, start
	}
	if suffix, n := lettersAfter(runes, run.End); len(suffix) == 2 && len(run.Digits) == 9 {
		run.Suffix, run.End = suffix, run.End+n
	}
	return run
}

func knownPrefix(letters string) bool {
	return slices.Contains(prefixes, letters)
}

// lettersBefore reads spoken or written letters that end at i, over spaces and 后面是.
func lettersBefore(runes []rune, i int) (string, int) {
	text := strings.TrimRight(string(runes[max(0, i-24):i]), " -")
	for _, word := range []string{"后面是", "后面", "开头的", "打头的", "开头", "打头"} {
		text = strings.TrimRight(strings.TrimSuffix(text, word), " ")
	}
	letters := ""
	for len(letters) < 4 {
		rest := strings.TrimRight(text, " .、，的")
		letter, cut := lastLetter(rest)
		if cut == 0 {
			break
		}
		letters, text = letter+letters, rest[:len(rest)-cut]
		if knownPrefix(letters) && !knownLonger(letters, text) {
			break
		}
	}
	return letters, i - (len([]rune(string(runes[max(0, i-24):i]))) - len([]rune(text)))
}

// knownLonger says whether one more letter before would still make a known prefix.
func knownLonger(letters, before string) bool {
	letter, cut := lastLetter(strings.TrimRight(before, " .、，的"))
	if cut == 0 {
		return false
	}
	for _, p := range prefixes {
		if strings.HasSuffix(p, letter+letters) {
			return true
		}
	}
	return false
}

// lastLetter is the letter that text ends with, written or as a sound-alike, and its length in bytes.
func lastLetter(text string) (string, int) {
	if text == "" {
		return "", 0
	}
	if last := rune(text[len(text)-1]); last < unicode.MaxASCII && unicode.IsLetter(last) {
		return strings.ToUpper(string(last)), 1
	}
	for _, s := range letterSounds {
		if strings.HasSuffix(text, s.word) {
			return s.letter, len(s.word)
		}
	}
	return "", 0
}

// lettersAfter reads two letters right after a number, as in EE473124829CN.
func lettersAfter(runes []rune, i int) (string, int) {
	var out strings.Builder
	at := i
	for at < len(runes) && out.Len() < 2 {
		r := runes[at]
		if r == ' ' {
			at++
			continue
		}
		if r >= unicode.MaxASCII || !unicode.IsLetter(r) {
			break
		}
		out.WriteRune(unicode.ToUpper(r))
		at++
	}
	if at < len(runes) && runes[at] < unicode.MaxASCII && unicode.IsLetter(runes[at]) {
		return "", 0
	}
	return out.String(), at - i
}

// OnlyDigits leaves out everything but the digits, for comparing numbers whose letters were lost.
func OnlyDigits(number string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
}
