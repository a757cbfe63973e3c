package understanding

import (
	"hash/fnv"
	"slices"
	"strings"
	"unicode"

	"voxgate/models/reading"
)

// Slots is how many features one unit has at most: hanzi, sound, word, concepts.
const Slots = 8

// prefix is how many letters of an English word count apart: other forms of it begin alike.
const prefix = 5

// longest bounds how much of a line is looked at, in runes; a longer line says nothing more about its kind.
const longest = 200

// Input is a line as features, each named by a hash of 32 bits (FNV-1a). 0 is none.
type Input struct {
	Deep []uint32 // of the units, units x Slots; one row at least
	Wide []uint32 // n-grams of the line, sorted, each once
}

// Encode makes the features of a line. Pinyin is toned syllables with spaces as heard; where it is empty or does not
// fit the hanzi one to one, the dictionary's readings stand for it among the units, while its n-grams count all the same.
func Encode(text, pinyin string) Input {
	runes := []rune(text)
	text = string(runes[:min(len(runes), longest)])
	units := unitsOf(text)
	sounds := soundsOf(text, units)
	spoken := sounds
	if pinyin != "" {
		heardAs(sounds, units, pinyin)
		spoken = Sounds(pinyin)
	}
	found, words := conceptsAt(units, sounds), wordsAt(text, units)
	return Input{Deep: deep(units, words, sounds, found), Wide: wide(units, words, spoken, found)}
}

// deep is the row of features of every unit.
func deep(units []unit, words, sounds []string, found [][]string) []uint32 {
	out := make([]uint32, max(1, len(units))*Slots)
	for i, u := range units {
		row := append(out[i*Slots:i*Slots], hash("c"+u.text), hash("s"+sounds[i]))
		if u.latin {
			row = append(row, hash("m"+u.stem()))
		} else if words[i] != "" {
			row = append(row, hash("w"+words[i]))
		}
		for _, c := range found[i][:min(len(found[i]), Slots-len(row))] {
			row = append(row, hash("k"+c))
		}
	}
	return out
}

// wide is the n-grams of units, sounds and words, pairs of words with one or two between them, beginnings of English
// words, and concepts and pairs of them.
func wide(units []unit, words, sounds []string, found [][]string) []uint32 {
	seen := map[uint32]bool{}
	texts, stems := make([]string, len(units)), []string(nil)
	for i, u := range units {
		texts[i] = u.text
		switch {
		case u.latin:
			stems = append(stems, u.stem())
			if len(u.text) > prefix {
				seen[hash("p"+u.text[:prefix])] = true
			}
		case words[i] == "":
			stems = append(stems, u.text)
		case i == 0 || words[i] != words[i-1]:
			stems = append(stems, words[i])
		}
	}
	grams(seen, "c", texts, 3)
	grams(seen, "s", sounds, 3)
	grams(seen, "m", stems, 2)
	for i := range stems {
		for gap := 2; gap <= 3 && i+gap < len(stems); gap++ {
			seen[hash("g"+stems[i]+"|"+stems[i+gap])] = true
		}
	}
	var order []string // concepts as they come
	for _, names := range found {
		for _, c := range names {
			if !slices.Contains(order, c) {
				order = append(order, c)
			}
		}
	}
	for i, a := range order {
		seen[hash("k"+a)] = true
		for _, b := range order[i+1:] {
			seen[hash("kk"+min(a, b)+"|"+max(a, b))] = true
		}
		if i > 0 {
			seen[hash("kn"+order[i-1]+"|"+a)] = true
		}
	}
	out := make([]uint32, 0, len(seen))
	for h := range seen {
		out = append(out, h)
	}
	slices.Sort(out)
	return out
}

func grams(seen map[uint32]bool, space string, units []string, longest int) {
	units = append(append([]string{"^"}, units...), "$")
	for n := 1; n <= longest; n++ {
		for i := 0; i+n <= len(units); i++ {
			seen[hash(space+strings.Join(units[i:i+n], "|"))] = true
		}
	}
}

// hash names a feature; 0 stays free.
func hash(feature string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(feature))
	return max(1, h.Sum32())
}

// unit is one step of a line: a hanzi, an English word in lower case, or a run of digits named by its length.
type unit struct {
	text  string
	latin bool
	start int // in runes
	size  int // syllables or words that it is said with
}

func (u unit) stem() string {
	if u.latin {
		return stem(u.text)
	}
	return u.text
}

// spokenDigits are the characters that runs of spoken digits are made of.
const spokenDigits = "零〇一二三四五六七八九幺两洞拐勾"

// unitsOf cuts a line into units; all else in it is passed over.
func unitsOf(text string) []unit {
	runes := []rune(text)
	var out []unit
	for i := 0; i < len(runes); {
		r := runes[i]
		j := i + 1
		switch {
		case digitRun(runes[i:]) > 0:
			j = i + digitRun(runes[i:])
			out = append(out, unit{digitUnit(j - i), false, i, j - i})
		case r < unicode.MaxASCII && unicode.IsLetter(r):
			for j < len(runes) && runes[j] < unicode.MaxASCII && (unicode.IsLetter(runes[j]) || runes[j] == '\'') {
				j++
			}
			out = append(out, unit{strings.ToLower(string(runes[i:j])), true, i, 1})
		case unicode.IsLetter(r):
			out = append(out, unit{string(r), false, i, 1})
		}
		i = j
	}
	return out
}

// digitRun is the length of the digit run that runes begin with; two spoken digits may be any words, three are a number.
func digitRun(runes []rune) int {
	n, spoken := 0, false
	for n < len(runes) {
		r := runes[n]
		if r >= '0' && r <= '9' {
			n++
		} else if strings.ContainsRune(spokenDigits, r) {
			spoken = true
			n++
		} else {
			break
		}
	}
	if spoken && n < 3 {
		return 0
	}
	return n
}

func digitUnit(n int) string {
	switch {
	case n < 4:
		return "#few"
	case n == 4:
		return "#tail"
	case n < 11:
		return "#some"
	}
	return "#long"
}

// wordsAt is the word of two hanzi and more that each unit belongs to, or empty.
func wordsAt(text string, units []unit) []string {
	at := map[int]string{}
	pos := 0
	for _, w := range reading.Segment(text) {
		runes := []rune(w)
		if len(runes) > 1 && runes[0] > unicode.MaxASCII {
			for i := range runes {
				at[pos+i] = w
			}
		}
		pos += len(runes)
	}
	out := make([]string, len(units))
	for i, u := range units {
		out[i] = at[u.start]
	}
	return out
}
