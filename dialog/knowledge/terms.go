package knowledge

import (
	_ "embed"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"voxgate/models/reading"
	"voxgate/models/understanding"
)

// longestQuestion bounds, in runes, how much of a question is looked at.
const longestQuestion = 160

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
	runes := []rune(strings.ToLower(norm.NFKC.String(text)))
	plain := dropFillers(string(runes[:min(len(runes), longestQuestion)]))
	before := false // the unit before is a hanzi
	for _, s := range reading.Of(plain) {
		switch s.Kind {
		case reading.Hanzi:
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
			t.units, t.pairs, t.sounds, before = append(t.units, word), append(t.pairs, word), append(t.sounds, word), false
		default:
			before = false
		}
	}
	if pinyin != "" {
		t.sounds = dropSounds(understanding.Sounds(pinyin))
	}
	for i := 1; i < len(t.sounds); i++ {
		t.chimes = append(t.chimes, t.sounds[i-1]+"_"+t.sounds[i])
	}
	t.senses = sensesIn(plain, t.sounds)
	return t
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

// fillers are the Chinese words that say nothing of the matter, the longest first as they stand in the list.
var fillers = sync.OnceValue(func() *strings.Replacer {
	var pairs []string
	for _, words := range lines(fillerLines) {
		for _, w := range words {
			if w[0] >= 0x80 {
				pairs = append(pairs, w, " ")
			}
		}
	}
	return strings.NewReplacer(pairs...)
})

// stopWords are the English words that say nothing of the matter, as stems.
var stopWords = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, words := range lines(fillerLines) {
		for _, w := range words {
			if w[0] < 0x80 {
				out[stem(w)] = true
			}
		}
	}
	return out
})

func dropFillers(text string) string { return fillers().Replace(text) }

// fillerSounds are the sounds of fillers of two syllables and more, with spaces around.
var fillerSounds = sync.OnceValue(func() []string {
	var out []string
	for _, words := range lines(fillerLines) {
		for _, w := range words {
			if sounds := soundsOf(w); w[0] >= 0x80 && len(sounds) > 1 {
				out = append(out, " "+strings.Join(sounds, " ")+" ")
			}
		}
	}
	return out
})

// dropSounds takes the fillers out of a line of sounds that was recognised.
func dropSounds(sounds []string) []string {
	line := " " + strings.Join(sounds, " ") + " "
	for _, f := range fillerSounds() {
		line = strings.ReplaceAll(line, f, " ")
	}
	return strings.Fields(line)
}

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
