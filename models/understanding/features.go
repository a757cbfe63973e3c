// Package understanding tells what a line of a call is about: a linear classifier over character and sound n-grams.
// The weights are made by models/recipe/understanding from lines written for this project.
package understanding

import (
	_ "embed"
	"hash/fnv"
	"slices"
	"strings"
	"sync"
	"unicode"

	"voxgate/models/reading"
)

// Buckets is the number of feature buckets of the classifier.
const Buckets = 1 << 15

// longest bounds how much of a line is looked at; a longer line says nothing more about its kind.
const longest = 200

// Features are the hashed n-grams and concepts of a line, sorted, each once: characters, sounds and words. Pinyin is toned syllables with
// spaces as heard; where it is empty, the dictionary's readings are taken.
func Features(text, pinyin string) []uint32 {
	units := Units(text)
	sounds := Sounds(pinyin)
	if pinyin == "" {
		sounds = soundsOf(text)
	}
	seen := map[uint32]bool{}
	grams(seen, "c", units)
	grams(seen, "s", sounds)
	found := conceptsIn(text, sounds)
	for i, a := range found {
		add(seen, "k"+a)
		for _, b := range found[i+1:] {
			add(seen, "kk"+a+"|"+b)
		}
	}
	out := make([]uint32, 0, len(seen))
	for h := range seen {
		out = append(out, h)
	}
	slices.Sort(out)
	return out
}

func grams(seen map[uint32]bool, space string, units []string) {
	units = append(append([]string{"^"}, units...), "$")
	for n := 1; n <= 3; n++ {
		for i := 0; i+n <= len(units); i++ {
			add(seen, space+strings.Join(units[i:i+n], "|"))
		}
	}
}

func add(seen map[uint32]bool, feature string) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(feature))
	seen[h.Sum32()%Buckets] = true
}

//go:embed concepts.txt
var conceptLines string

// word is one word of a concept, as characters and, from two hanzi on, as sounds.
type word struct{ concept, text, sounds string }

var conceptWords = sync.OnceValue(func() []word {
	var out []word
	for line := range strings.Lines(conceptLines) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		for _, w := range fields[1:] {
			entry := word{concept: fields[0], text: w}
			if sounds := soundsOf(w); len(sounds) >= 2 || w[0] < 0x80 {
				entry.sounds = " " + strings.Join(sounds, " ") + " "
			}
			out = append(out, entry)
		}
	}
	return out
})

// conceptsIn names the concepts that a line speaks of, sorted, each once.
func conceptsIn(text string, sounds []string) []string {
	heard := " " + strings.Join(sounds, " ") + " "
	seen := map[string]bool{}
	for _, w := range conceptWords() {
		latin := w.text[0] < 0x80
		if !latin && strings.Contains(text, w.text) || w.sounds != "" && strings.Contains(heard, w.sounds) {
			seen[w.concept] = true
		}
	}
	out := make([]string, 0, len(seen))
	for c := range seen {
		out = append(out, c)
	}
	slices.Sort(out)
	return out
}

// spokenDigits are the characters that runs of spoken digits are made of.
const spokenDigits = "零〇一二三四五六七八九幺两洞拐勾"

// Units cuts a line into hanzi and lower-case Latin words; a digit run, written or spoken, is one unit that tells its length.
func Units(text string) []string {
	runes := []rune(text)
	runes = runes[:min(len(runes), longest)]
	var out []string
	for i := 0; i < len(runes); {
		r := runes[i]
		j := i + 1
		switch {
		case digitRun(runes[i:]) > 0:
			j = i + digitRun(runes[i:])
			out = append(out, digitUnit(j-i))
		case r < unicode.MaxASCII && unicode.IsLetter(r):
			for j < len(runes) && runes[j] < unicode.MaxASCII && (unicode.IsLetter(runes[j]) || runes[j] == '\'') {
				j++
			}
			out = append(out, strings.ToLower(string(runes[i:j])))
		case unicode.IsLetter(r):
			out = append(out, string(r))
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

func soundsOf(text string) []string {
	var out []string
	runes := []rune(text)
	for _, s := range reading.Of(string(runes[:min(len(runes), longest)])) {
		switch s.Kind {
		case reading.Hanzi:
			out = append(out, Sound(s.Pinyin))
		case reading.Latin:
			out = append(out, strings.ToLower(s.Text))
		}
	}
	return out
}

// Sounds are the sound classes of toned syllables with spaces between; other words stay, in lower case.
func Sounds(pinyin string) []string {
	fields := strings.Fields(strings.ToLower(pinyin))
	fields = fields[:min(len(fields), longest)]
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f
		if strings.ContainsAny(f[len(f)-1:], "12345") {
			out[i] = Sound(f)
		}
	}
	return out
}

// Sound is the class of a toned syllable in which the usual confusions fall together: no tone, no erhua, zh as z,
// ch as c, sh as s, n- as l-, -ng as -n.
func Sound(syllable string) string {
	s := strings.TrimRight(strings.ToLower(syllable), "12345")
	if len(s) > 2 && strings.HasSuffix(s, "r") {
		s = s[:len(s)-1]
	}
	if len(s) > 1 && s[1] == 'h' && strings.ContainsRune("zcs", rune(s[0])) {
		s = s[:1] + s[2:]
	}
	if strings.HasPrefix(s, "n") {
		s = "l" + s[1:]
	}
	if strings.HasSuffix(s, "ng") {
		s = s[:len(s)-1]
	}
	return s
}
