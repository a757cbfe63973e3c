package evaluation

import (
	"fmt"
	"io/fs"
	"strings"

	"voxgate/models/reading"
)

// Speller cuts toned syllables into the recogniser's sound units: an initial, a final with its tone.
type Speller struct{ syllables map[string][]string }

// NewSpeller reads hearing/syllables.tsv: a toneless syllable, a tab, its units with spaces between them.
func NewSpeller(files fs.FS) (*Speller, error) {
	const name = "hearing/syllables.tsv"
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	s := &Speller{syllables: map[string][]string{}}
	for i, line := range strings.Split(string(data), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		syllable, units, ok := strings.Cut(line, "\t")
		if !ok || len(strings.Fields(units)) == 0 {
			return nil, fmt.Errorf("%s line %d: it wants a syllable, a tab and units", name, i+1)
		}
		s.syllables[syllable] = strings.Fields(units)
	}
	return s, nil
}

// initials carry no tone.
var initials = map[string]bool{
	"b": true, "p": true, "m": true, "f": true, "d": true, "t": true, "n": true, "l": true, "g": true, "k": true, "h": true,
	"j": true, "q": true, "x": true, "zh": true, "ch": true, "sh": true, "r": true, "z": true, "c": true, "s": true,
}

// umlauts are the ways to write the vowel that the units call v.
var umlauts = strings.NewReplacer("u:", "v", "ü", "v")

// Units spells pinyin. What is no syllable, such as an English word, is one unit as it stands.
func (s *Speller) Units(pinyin string, tones bool) []string {
	var out []string
	for _, word := range strings.Fields(strings.ToLower(pinyin)) {
		word = umlauts.Replace(word)
		base := strings.TrimRight(word, "12345")
		units, ok := s.syllables[base]
		if !ok || len(word)-len(base) > 1 {
			out = append(out, word)
			continue
		}
		tone := word[len(base):]
		if tone == "" {
			tone = "5"
		}
		for i, u := range units {
			switch {
			case initials[u] || !tones:
				out = append(out, u)
			case i > 0 && u == "er":
				out = append(out, u+"5") // the r of erhua has no tone of its own
			default:
				out = append(out, u+tone)
			}
		}
	}
	return out
}

// digitSounds are how a digit of a long number is read.
var digitSounds = [10]string{"ling2", "yi1", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3"}

// Readings are the ways to read a text aloud: two where a long number holds a 1, which is yi1 or yao1. It is empty where
// a number of one to three ASCII digits leaves open how it is read.
func Readings(text string) []string {
	var plain, telephone []string
	ones := false
	for _, s := range reading.Of(text) {
		switch s.Kind {
		case reading.Hanzi:
			plain, telephone = append(plain, s.Pinyin), append(telephone, s.Pinyin)
		case reading.Latin:
			word := strings.ToLower(s.Text)
			plain, telephone = append(plain, word), append(telephone, word)
		case reading.Digits:
			if len(s.Text) < 4 {
				return nil
			}
			for _, d := range s.Text {
				sound := digitSounds[d-'0']
				plain = append(plain, sound)
				if d == '1' {
					ones, sound = true, "yao1"
				}
				telephone = append(telephone, sound)
			}
		}
	}
	if len(plain) == 0 {
		return nil
	}
	if ones {
		return []string{strings.Join(plain, " "), strings.Join(telephone, " ")}
	}
	return []string{strings.Join(plain, " ")}
}
