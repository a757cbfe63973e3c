package knowledge

import (
	_ "embed"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"voxgate/models/reading"
	"voxgate/models/understanding"
)

// terms are what a text is compared by.
type terms struct {
	units  []string // hanzi, Latin words and digit runs in order
	pairs  []string // neighbouring hanzi, Latin words, digit runs
	sounds []string // sound classes in order, those that the telephone confuses fallen together
	chimes []string // neighbouring sounds, joined with "_"
	senses []string // what the words stand for, each once: refund for 退款, 退钱, money back
}

// analyse cuts a text into terms. Pinyin is toned syllables with spaces as recognised, or empty.
func analyse(text, pinyin string) terms {
	var t terms
	plain := fillers().Replace(strings.ToLower(norm.NFKC.String(text)))
	var whole []string // sounds, particles among them
	before := false    // the unit before is a hanzi
	for _, s := range reading.Of(plain) {
		switch s.Kind {
		case reading.Hanzi:
			whole = append(whole, understanding.Sound(s.Pinyin))
			if particles()[s.Text] {
				continue
			}
			for _, r := range s.Text {
				if before {
					t.pairs = append(t.pairs, t.units[len(t.units)-1]+string(r))
				}
				t.units, before = append(t.units, string(r)), true
			}
			t.sounds = append(t.sounds, understanding.Sound(s.Pinyin))
		case reading.Latin, reading.Digits:
			word := stem(s.Text)
			if stopWords()[word] {
				continue
			}
			whole = append(whole, word)
			t.units, t.pairs, t.sounds, before = append(t.units, word), append(t.pairs, word), append(t.sounds, word), false
		default:
			before = false
		}
	}
	if pinyin != "" {
		whole, t.sounds = heard(pinyin)
	}
	for i := 1; i < len(t.sounds); i++ {
		t.chimes = append(t.chimes, t.sounds[i-1]+"_"+t.sounds[i])
	}
	t.senses = sensesIn(plain, whole)
	return t
}

// heard are the sounds that were recognised without fillers, and these without particles.
func heard(pinyin string) (whole, sounds []string) {
	line := " " + strings.Join(strings.Fields(strings.ToLower(pinyin)), " ") + " "
	for _, f := range fillerPinyin() {
		line = strings.ReplaceAll(line, f, " ")
	}
	toned := strings.Fields(line)
	for i, sound := range understanding.Sounds(line) {
		whole = append(whole, sound)
		if !particlePinyin()[toned[i]] {
			sounds = append(sounds, sound)
		}
	}
	return whole, sounds
}

// stem takes the commonest endings off an English word, so that "refunds" is "refund" and "shipped" is "ship".
func stem(word string) string {
	word = strings.TrimSuffix(strings.ReplaceAll(word, "’", "'"), "'s")
	for _, e := range []struct{ end, with string }{
		{"ies", "y"}, {"sses", "ss"}, {"pping", "p"}, {"pped", "p"}, {"lling", "l"}, {"lled", "l"},
		{"ing", ""}, {"ed", ""}, {"es", "e"}, {"s", ""},
	} {
		if cut, ok := strings.CutSuffix(word, e.end); ok && len(cut) >= 3 && !strings.HasSuffix(cut, "s") {
			word = cut + e.with
			break
		}
	}
	if cut, ok := strings.CutSuffix(word, "e"); ok && len(cut) >= 3 {
		return cut
	}
	return word
}

//go:embed words/fillers.txt
var fillerLines string

//go:embed words/senses.txt
var senseLines string

// lines are the lines of a word list without comments, each cut into its words.
func lines(text string) [][]string {
	var out [][]string
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 && words[0] != "#" {
			out = append(out, words)
		}
	}
	return out
}

// fillerWords are the words of the list that keep accepts.
func fillerWords(keep func(word string, hanzi int) bool) []string {
	var out []string
	for _, words := range lines(fillerLines) {
		for _, w := range words {
			hanzi := 0
			if w[0] >= 0x80 {
				hanzi = len([]rune(w))
			}
			if keep(w, hanzi) {
				out = append(out, w)
			}
		}
	}
	return out
}

// fillers cuts out the Chinese words that say nothing of the matter; the list has the longer ones first.
var fillers = sync.OnceValue(func() *strings.Replacer {
	var pairs []string
	for _, w := range fillerWords(func(_ string, hanzi int) bool { return hanzi > 1 }) {
		pairs = append(pairs, w, " ")
	}
	return strings.NewReplacer(pairs...)
})

// fillerPinyin are the toned syllables of the fillers, with spaces around.
var fillerPinyin = sync.OnceValue(func() []string {
	var out []string
	for _, w := range fillerWords(func(_ string, hanzi int) bool { return hanzi > 1 }) {
		out = append(out, " "+strings.Join(reading.Pinyin(w), " ")+" ")
	}
	return out
})

// particles are hanzi that say nothing alone.
var particles = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, w := range fillerWords(func(_ string, hanzi int) bool { return hanzi == 1 }) {
		out[w] = true
	}
	return out
})

// particlePinyin are the toned syllables of those that have the neutral tone or stand for I and you: others sound like
// words that do say something.
var particlePinyin = sync.OnceValue(func() map[string]bool {
	return map[string]bool{"de5": true, "le5": true, "zhe5": true, "guo5": true, "a5": true, "ba5": true, "ma5": true, "ne5": true, "ya5": true,
		"men5": true, "wo3": true, "ni3": true, "nin2": true, "ge4": true, "jiu4": true}
})

// stopWords are the English words that say nothing of the matter, as stems.
var stopWords = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, w := range fillerWords(func(_ string, hanzi int) bool { return hanzi == 0 }) {
		out[stem(w)] = true
	}
	return out
})

// soundsOf are the sound classes of a text, English stop words left out.
func soundsOf(text string) []string {
	var out []string
	for _, s := range reading.Of(text) {
		switch s.Kind {
		case reading.Hanzi:
			out = append(out, understanding.Sound(s.Pinyin))
		case reading.Latin, reading.Digits:
			if word := stem(strings.ToLower(s.Text)); !stopWords()[word] {
				out = append(out, word)
			}
		}
	}
	return out
}

// phrase is a word that stands for a sense, as characters and as sounds.
type phrase struct {
	sense, text string
	sounds      string // with spaces around; empty for one hanzi alone, whose sound is too many words'
}

func newPhrase(sense, text string) phrase {
	text = strings.ReplaceAll(text, "_", " ")
	p := phrase{sense: sense, text: text}
	if sounds := soundsOf(text); len(sounds) > 0 && (text[0] < 0x80 || len(sounds) > 1) {
		p.sounds = " " + strings.Join(sounds, " ") + " "
	}
	return p
}

// in reports whether the phrase is said; line is the sounds with spaces around.
func (p phrase) in(text, line string) bool {
	if p.text[0] >= 0x80 && strings.Contains(text, p.text) {
		return true
	}
	return p.sounds != "" && strings.Contains(line, p.sounds)
}

var sensePhrases = sync.OnceValue(func() []phrase {
	var out []phrase
	for _, words := range lines(senseLines) {
		for _, w := range words[1:] {
			out = append(out, newPhrase(words[0], w))
		}
	}
	return out
})

// sensesIn names the senses of a text, in the list's order, each once.
func sensesIn(text string, sounds []string) []string {
	line := " " + strings.Join(sounds, " ") + " "
	var out []string
	for _, p := range sensePhrases() {
		if (len(out) == 0 || out[len(out)-1] != p.sense) && p.in(text, line) {
			out = append(out, p.sense)
		}
	}
	return out
}
