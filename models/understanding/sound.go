package understanding

import (
	"strings"

	"voxgate/models/reading"
)

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

// soundsOf is the sound of every unit of a text as the dictionary reads it: of a hanzi its class, of an English word
// its key, of a run of digits the run's own name.
func soundsOf(text string, units []unit) []string {
	readings := map[int]string{}
	for _, s := range reading.Of(text) {
		if s.Kind == reading.Hanzi {
			readings[s.Start] = Sound(s.Pinyin)
		}
	}
	out := make([]string, len(units))
	for i, u := range units {
		switch {
		case u.latin:
			out[i] = Key(u.text)
		case readings[u.start] != "":
			out[i] = readings[u.start]
		default:
			out[i] = u.text
		}
		if u.text[0] == '#' {
			out[i] = u.text
		}
	}
	return out
}

// heardAs puts the recogniser's syllables in the place of the dictionary's readings where they fit one to one, spoken
// digits included.
func heardAs(sounds []string, units []unit, pinyin string) {
	heard := Sounds(pinyin)
	n := 0
	for _, u := range units {
		n += u.size
	}
	if n != len(heard) {
		return
	}
	at := 0
	for i, u := range units {
		if !u.latin && u.text[0] != '#' {
			sounds[i] = heard[at]
		}
		at += u.size
	}
}

var letters = strings.NewReplacer("ck", "k", "ph", "f", "gh", "", "wh", "w", "kn", "n", "wr", "r", "th", "t", "dge", "j",
	"tch", "c", "ch", "c", "sh", "s", "tion", "sn", "'", "")

// Key is how an English word sounds, roughly: its consonants in classes, no vowels but a first one, doubles as one.
func Key(word string) string {
	word = letters.Replace(word)
	var out strings.Builder
	out.WriteByte('~')
	last := byte(0)
	for i := range len(word) {
		c := word[i]
		switch c {
		case 'a', 'e', 'i', 'o', 'u', 'y', 'h':
			if i > 0 {
				continue
			}
			c = 'a'
		case 'b', 'p':
			c = 'p'
		case 'd', 't':
			c = 't'
		case 'g', 'k', 'q', 'c', 'x':
			c = 'k'
		case 'v', 'f', 'w':
			c = 'f'
		case 'z', 's', 'j':
			c = 's'
		}
		if c != last {
			out.WriteByte(c)
		}
		last = c
	}
	return out.String()
}

// stem is an English word without its commonest endings.
func stem(word string) string {
	word = strings.TrimSuffix(strings.TrimSuffix(word, "'s"), "'")
	for _, end := range []string{"ing", "ies", "ied", "ed", "es", "ly", "s", "e", "y"} {
		if s := strings.TrimSuffix(word, end); s != word && len(s) >= 3 {
			if n := len(s); s[n-1] == s[n-2] && len(end) >= 2 {
				s = s[:n-1]
			}
			return s
		}
	}
	return word
}
