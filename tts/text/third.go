package text

import (
	"slices"
	"strings"

	"voxgate/models/reading"
)

// word is one word as it is said; of each syllable the character (with its 儿).
type word struct{ chars, syllables []string }

// thirdTones applies the sandhi of third tones: one before another becomes a second tone, first within words, then
// between words of which one is a single syllable, from the end of the phrase to its beginning (Shih, The Prosodic
// Domain of Tone Sandhi in Chinese, 1986). Two longer words keep their tones where they meet, but for numbers.
func thirdTones(words []word) {
	feet := footing(words)
	for _, f := range feet {
		f.within()
	}
	for i := len(feet) - 2; i >= 0; i-- {
		a, b := feet[i], feet[i+1]
		if (len(a) == 1 || len(b) == 1 || a[len(a)-1].char == "百") && a[len(a)-1].third() && b[0].third() {
			a[len(a)-1].rise()
		}
	}
}

// spoken is a syllable of a word, to be changed in place.
type spoken struct {
	char     string
	syllable *string
}

func (s spoken) third() bool { return strings.HasSuffix(*s.syllable, "3") }
func (s spoken) rise()       { *s.syllable = strings.TrimSuffix(*s.syllable, "3") + "2" }

// foot is syllables that are said as one group.
type foot []spoken

// footing is the words as feet: digits in a row by twos, a digit with its measure word, else each word by itself.
func footing(words []word) []foot {
	var feet []foot
	open := false // the last foot is a lone digit that takes another syllable
	for _, w := range words {
		var f foot
		for i, char := range w.chars {
			f = append(f, spoken{char, &w.syllables[i]})
		}
		single := len(f) == 1
		digit := single && strings.Contains("零幺一二两三四五六七八九几", f[0].char)
		if open && single && (digit || strings.Contains("个点百千万元块毛号件本把米种只口请两楼里秒", f[0].char)) {
			feet[len(feet)-1] = append(feet[len(feet)-1], f...)
			open = false
			continue
		}
		feet = append(feet, f)
		open = digit
	}
	return feet
}

// within changes the third tones of a foot: 展览|馆 both before the last, 小|老虎 only the middle one.
func (f foot) within() {
	if len(f) == 3 && !isWord(f[:2]) && isWord(f[1:]) {
		f[1:].inOrder()
		f[:2].inOrder()
		return
	}
	for len(f) > 3 {
		f[:2].inOrder()
		if f[1].third() && f[2].third() && !(len(f) > 3 && f[3].third()) {
			f[1].rise()
		}
		f = f[2:]
	}
	f.inOrder()
}

// inOrder changes every third tone before another, and before a neutral tone that was a third one.
func (f foot) inOrder() {
	for i := 0; i+1 < len(f); i++ {
		if f[i].third() && (f[i+1].third() || wasThird(f[i], f[i+1])) {
			f[i].rise()
		}
	}
}

// wasThird tells whether b is a light third tone that still raises the one before it: 小姐, 想想.
func wasThird(a, b spoken) bool {
	if !strings.HasSuffix(*b.syllable, "5") {
		return false
	}
	return a.char+b.char == "小姐" || a.char == b.char && strings.Contains("想等走找洗讲躲跑扫写买打比请补选", a.char)
}

// isWord tells whether the dictionary has the syllables as one word.
func isWord(f foot) bool {
	var b strings.Builder
	for _, s := range f {
		b.WriteString(s.char)
	}
	return slices.Equal(reading.Segment(b.String()), []string{b.String()})
}
