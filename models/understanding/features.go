package understanding

import (
	"hash/fnv"
	"slices"
	"strings"
	"unicode"

	"voxgate/models/reading"
)

// Sizes of the model's two tables and of one unit's row of features.
const (
	DeepBuckets = 1 << 14 // features of one unit: hanzi, sound, word, concepts
	WideBuckets = 1 << 16 // n-grams of a line
	Slots       = 8       // features of one unit, at most
)

// longest bounds how much of a line is looked at, in runes; a longer line says nothing more about its kind.
const longest = 200

// Input is a line as the model takes it. Feature 0 is none.
type Input struct {
	Deep []int32 // units x Slots, below DeepBuckets; one row at least
	Wide []int32 // n-grams, below WideBuckets, sorted, each once
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
	found := conceptsAt(units, sounds)
	return Input{Deep: deep(text, units, sounds, found), Wide: wide(units, spoken, found)}
}

// deep is the row of features of every unit.
func deep(text string, units []unit, sounds []string, found [][]string) []int32 {
	words := wordsAt(text, units)
	out := make([]int32, max(1, len(units))*Slots)
	for i, u := range units {
		row := append(out[i*Slots:i*Slots], bucket("c"+u.text, DeepBuckets), bucket("s"+sounds[i], DeepBuckets))
		if u.latin {
			row = append(row, bucket("m"+u.stem(), DeepBuckets))
		} else if words[i] != "" {
			row = append(row, bucket("w"+words[i], DeepBuckets))
		}
		for _, c := range found[i][:min(len(found[i]), Slots-len(row))] {
			row = append(row, bucket("k"+c, DeepBuckets))
		}
	}
	return out
}

// wide is the n-grams of units, sounds and concepts.
func wide(units []unit, sounds []string, found [][]string) []int32 {
	seen := map[int32]bool{}
	texts, stems := make([]string, len(units)), []string(nil)
	for i, u := range units {
		texts[i] = u.text
		if u.latin {
			stems = append(stems, u.stem())
		}
	}
	grams(seen, "c", texts, 3)
	grams(seen, "s", sounds, 3)
	if stems != nil {
		grams(seen, "m", stems, 2)
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
		seen[bucket("k"+a, WideBuckets)] = true
		for _, b := range order[i+1:] {
			seen[bucket("kk"+min(a, b)+"|"+max(a, b), WideBuckets)] = true
		}
		if i > 0 {
			seen[bucket("kn"+order[i-1]+"|"+a, WideBuckets)] = true
		}
	}
	out := make([]int32, 0, len(seen))
	for h := range seen {
		out = append(out, h)
	}
	slices.Sort(out)
	return out
}

func grams(seen map[int32]bool, space string, units []string, longest int) {
	units = append(append([]string{"^"}, units...), "$")
	for n := 1; n <= longest; n++ {
		for i := 0; i+n <= len(units); i++ {
			seen[bucket(space+strings.Join(units[i:i+n], "|"), WideBuckets)] = true
		}
	}
}

// bucket is the place of a feature in a table; 0 stays free.
func bucket(feature string, buckets uint32) int32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(feature))
	return int32(h.Sum32()%(buckets-1)) + 1
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
