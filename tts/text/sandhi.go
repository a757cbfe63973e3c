package text

import (
	"strings"

	"voxgate/models/reading"
)

// Pinyin is the toned syllables in which hanzi are said, a slice for each word: the dictionary's readings with the tone
// sandhi of 一, of 不 and of third tones applied; whatever is not hanzi is left out.
func Pinyin(hanzi string) [][]string {
	syllables := reading.Of(hanzi)
	var words []word
	for i, s := range syllables {
		if s.Kind != reading.Hanzi {
			continue
		}
		said := sandhi(syllables, i)
		if n := len(words); n > 0 && i > 0 && syllables[i-1].Word == s.Word {
			words[n-1].chars = append(words[n-1].chars, s.Text)
			words[n-1].syllables = append(words[n-1].syllables, said)
			continue
		}
		words = append(words, word{[]string{s.Text}, []string{said}})
	}
	thirdTones(words)
	out := make([][]string, len(words))
	for i, w := range words {
		out[i] = w.syllables
	}
	return out
}

// sandhi is the reading of syllable i beside its neighbours.
func sandhi(all []reading.Syllable, i int) string {
	s := all[i]
	before, after := neighbour(all, i-1), neighbour(all, i+1)
	switch {
	case s.Text == "不" && between(before, after) && neighbour(all, i-2).Word != before.Word:
		return "bu5"
	case s.Text == "不" && tone(after) == '4' && s.Pinyin == "bu4":
		return "bu2"
	case s.Text == "一" && s.Pinyin == "yi1":
		return sandhiOfOne(all, i, before, after)
	}
	return s.Pinyin
}

// sandhiOfOne reads 一: yi2 before a fourth tone, yi4 before the others, yi1 as a digit, an ordinal or the end of a word.
func sandhiOfOne(all []reading.Syllable, i int, before, after reading.Syllable) string {
	next := neighbour(all, i+2)
	switch {
	case after.Pinyin == "" || strings.Contains("一二三四五六七八九零", after.Text):
		return "yi1"
	case isNumeral(before.Text) && (after.Word != all[i].Word || strings.Contains("年个块元点百千万", after.Text)):
		return "yi1"
	case after.Text == "点" && (isNumeral(next.Text) || next.Text == "半" || next.Text == "钟"):
		return "yi1"
	case before.Text != "" && strings.Contains("第十周期初之统唯万", before.Text):
		return "yi1"
	case strings.Contains("月号日楼栋层级等班", after.Text) || after.Text == "分" && next.Text == "之":
		return "yi1"
	case next.Text == "一" && strings.Contains("对比送", after.Text) || neighbour(all, i-2).Text == "一" && strings.Contains("对比送", before.Text):
		return "yi1"
	case before.Word == all[i].Word && before.Pinyin != "" && after.Word != all[i].Word:
		return "yi1"
	case between(before, after):
		return "yi5"
	case tone(after) == '4' || after.Pinyin == "ge5":
		return "yi2"
	}
	return "yi4"
}

func neighbour(all []reading.Syllable, i int) reading.Syllable {
	if i < 0 || i >= len(all) || all[i].Kind != reading.Hanzi {
		return reading.Syllable{Word: -1}
	}
	return all[i]
}

// between tells whether the same character stands on both sides (看一看, 是不是).
func between(before, after reading.Syllable) bool {
	return before.Text != "" && before.Text == after.Text
}

func isNumeral(char string) bool {
	return char != "" && strings.Contains("零一二三四五六七八九十百千幺", char)
}

func tone(s reading.Syllable) byte {
	if s.Pinyin == "" {
		return 0
	}
	return s.Pinyin[len(s.Pinyin)-1]
}

// breakLong cuts a run of hanzi into pieces of at most maxClause, between words.
func breakLong(hanzi string) []string {
	if len([]rune(hanzi)) <= maxClause {
		return []string{hanzi}
	}
	var out []string
	var piece strings.Builder
	n := 0
	for _, word := range reading.Segment(hanzi) {
		size := len([]rune(word))
		if n > 0 && n+size > maxClause {
			out = append(out, piece.String())
			piece.Reset()
			n = 0
		}
		piece.WriteString(word)
		n += size
	}
	return append(out, piece.String())
}
