package main

import (
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"voxgate/models/reading"
	"voxgate/models/understanding"
)

// mishearing makes lines as a recogniser and a hurried caller leave them: wrong hanzi of the same or a near sound,
// words dropped, doubled and stuck between, another product or town.
type mishearing struct {
	dice    *rand.Rand
	hanzi   map[string][]rune   // sound class -> hanzi that lines are written with
	english map[string][]string // key -> English words of the lines
	swaps   [][]string          // lists of words that may stand for each other
	alike   *synonyms
}

func newMishearing(dice *rand.Rand, lines []line, swaps [][]string, alike *synonyms) *mishearing {
	m := &mishearing{alike: alike, dice: dice, hanzi: map[string][]rune{}, english: map[string][]string{}, swaps: swaps}
	count := map[rune]int{}
	for _, l := range lines {
		for _, r := range l.Text {
			if unicode.Is(unicode.Han, r) {
				count[r]++
			}
		}
		if l.Lang == "en" {
			for _, w := range strings.Fields(l.Text) {
				k := understanding.Key(w)
				if !slices.Contains(m.english[k], w) {
					m.english[k] = append(m.english[k], w)
				}
			}
		}
	}
	all := make([]rune, 0, len(count))
	for r, n := range count {
		if n >= 3 {
			all = append(all, r)
		}
	}
	slices.Sort(all)
	for _, r := range all {
		for _, p := range reading.Pinyin(string(r)) {
			m.hanzi[understanding.Sound(p)] = append(m.hanzi[understanding.Sound(p)], r)
		}
	}
	return m
}

// vary is a variant of a line and, half of the time, the toned pinyin of what was truly said.
func (m *mishearing) vary(l line) (text, pinyin string) {
	text = m.swap(l.Text)
	chance := []float64{0, 0.1, 0.25, 0.4}[m.dice.IntN(4)]
	if l.Lang == "en" {
		return m.varyEnglish(m.alike.exchangeEnglish(m.dice, text, chance)), ""
	}
	text = m.alike.exchange(m.dice, text, chance)
	if m.dice.Float64() < 0.45 {
		text = m.disfluent(text)
	}
	share := []float64{0, 0, 0.06, 0.12, 0.25, 0.4}[m.dice.IntN(6)]
	syllables := reading.Of(text)
	var out strings.Builder
	var said []string
	for _, s := range syllables {
		if s.Kind != reading.Hanzi {
			out.WriteString(s.Text)
			if s.Kind == reading.Latin {
				said = append(said, strings.ToLower(s.Text))
			}
			continue
		}
		piece, sound := s.Text, s.Pinyin
		if m.dice.Float64() < share {
			piece, sound = m.wrong(s)
		}
		switch p := m.dice.Float64(); {
		case p < 0.012 && len(syllables) > 4:
			continue
		case p < 0.02:
			piece, said = piece+piece, append(said, sound)
		}
		out.WriteString(piece)
		said = append(said, sound)
	}
	if m.dice.Float64() < 0.5 || len(said) == 0 {
		return out.String(), ""
	}
	return out.String(), strings.Join(said, " ")
}

// wrong is another hanzi of the same sound, or, one time of four, of a near one, and the pinyin that was heard.
func (m *mishearing) wrong(s reading.Syllable) (hanzi, pinyin string) {
	sound := understanding.Sound(s.Pinyin)
	pinyin = s.Pinyin
	if m.dice.Float64() < 0.25 {
		if near := m.near(sound); near != "" {
			sound, pinyin = near, near+"1"
		}
	}
	list := m.hanzi[sound]
	if len(list) == 0 {
		return s.Text, s.Pinyin
	}
	return string(list[m.dice.IntN(len(list))]), pinyin
}

// nearSounds are confusions beyond those that a sound class joins.
var nearSounds = [][2]string{{"f", "h"}, {"l", "r"}, {"b", "p"}, {"d", "t"}, {"g", "k"}, {"j", "q"}, {"z", "c"}, {"z", "j"}, {"c", "q"}, {"s", "x"},
	{"an", "en"}, {"in", "ien"}, {"uo", "ou"}, {"ei", "ai"}, {"ie", "ian"}, {"uan", "an"}, {"ui", "ei"}, {"iao", "ao"}, {"e", "uo"}, {"u", "v"}, {"un", "on"}}

// near is a sound class that differs a little and exists, or empty.
func (m *mishearing) near(sound string) string {
	for range 6 {
		pair := nearSounds[m.dice.IntN(len(nearSounds))]
		a, b := pair[0], pair[1]
		if m.dice.IntN(2) == 0 {
			a, b = b, a
		}
		var other string
		if strings.HasPrefix(sound, a) && len(a) == 1 {
			other = b + sound[1:]
		} else if rest, ok := strings.CutSuffix(sound, a); ok && rest != "" {
			other = rest + b
		}
		if other != "" && len(m.hanzi[other]) > 0 {
			return other
		}
	}
	return ""
}

// Words that callers put before, between and after what they say.
var (
	heads  = strings.Fields("你好 喂 麻烦 请问 那个 我想问一下 哎 呃 嗯 就是 您好 喂你好 不好意思 我说 诶 那什么 我跟你说 帮我 师傅 是这样的 我是说")
	middle = strings.Fields("呃 嗯 那个 就是 就是说 这个 啊 然后 怎么说呢")
	tails  = strings.Fields("啊 呀 嘛 谢谢 哈 吧 呢 行吗 好吗 对 谢谢啊 嗯 可以吗 麻烦了 知道吗 哦")
	enHead = []string{"uh", "um", "hi", "well", "hello", "so", "okay so", "excuse me", "yeah", "please", "listen", "hey there"}
	enTail = []string{"please", "thanks", "you know", "okay", "thank you", "right", "um"}
)

// disfluent adds what callers add.
func (m *mishearing) disfluent(text string) string {
	runes := []rune(text)
	if len(runes) < 3 {
		return text
	}
	if m.dice.Float64() < 0.4 {
		at := 1 + m.dice.IntN(len(runes)-1)
		text = string(runes[:at]) + pick(m.dice, middle) + string(runes[at:])
	}
	if m.dice.Float64() < 0.5 {
		text = pick(m.dice, heads) + " " + text
	}
	if m.dice.Float64() < 0.4 {
		text += pick(m.dice, tails)
	}
	return text
}

func (m *mishearing) varyEnglish(text string) string {
	words := strings.Fields(text)
	share := []float64{0, 0, 0.05, 0.12}[m.dice.IntN(4)]
	var out []string
	for _, w := range words {
		if alike := m.english[understanding.Key(w)]; len(alike) > 0 && m.dice.Float64() < share {
			w = pick(m.dice, alike)
		}
		switch p := m.dice.Float64(); {
		case p < 0.04 && len(words) > 4:
			continue
		case p < 0.07:
			w += " " + pick(m.dice, []string{"uh", "um", w, "like"})
		}
		out = append(out, w)
	}
	if m.dice.Float64() < 0.25 {
		out = append([]string{pick(m.dice, enHead)}, out...)
	}
	if m.dice.Float64() < 0.2 {
		out = append(out, pick(m.dice, enTail))
	}
	return strings.Join(out, " ")
}

// swap puts another product, town or name of the lists in the place of one that the text has.
func (m *mishearing) swap(text string) string {
	if m.dice.Float64() < 0.4 {
		return text
	}
	for _, list := range m.swaps {
		for _, w := range list {
			if strings.Contains(text, w) {
				text = strings.Replace(text, w, pick(m.dice, list), 1)
				break
			}
		}
	}
	return text
}

// Between two matters of one utterance.
var (
	joints   = []string{" ", " 另外", " 还有", " 顺便", " 对了", " 然后", " 还有就是", " 再一个", " 另外再", " 顺便帮我看看", " 还想问", " 哦对"}
	enJoints = []string{" and ", " also ", " and also ", " and by the way ", " oh and ", " plus ", " another thing "}
)

// join makes one utterance of two lines, both matters labelled.
func (m *mishearing) join(a, b line) line {
	joint := pick(m.dice, joints)
	if a.Lang == "en" {
		joint = pick(m.dice, enJoints)
	}
	return line{Text: a.Text + joint + b.Text, Class: a.Class, Also: []string{b.Class}, Source: "joined." + a.Lang, Lang: a.Lang}
}

func pick[T any](dice *rand.Rand, from []T) T { return from[dice.IntN(len(from))] }
