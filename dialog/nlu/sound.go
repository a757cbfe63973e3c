package nlu

import (
	"strings"
	"sync"

	"voxgate/models/reading"
	"voxgate/models/understanding"
)

// heard is a line as characters and as sounds: what the words say and what the ear may have meant.
type heard struct {
	text   string   // lower case
	sounds []string // sound classes of the hanzi, English words as they are
}

func hear(text, pinyin string) heard {
	h := heard{text: strings.ToLower(text), sounds: understanding.Sounds(pinyin)}
	if pinyin == "" {
		h.sounds = soundsOf(text)
	}
	return h
}

func soundsOf(text string) []string {
	var out []string
	for _, s := range reading.Of(text) {
		switch s.Kind {
		case reading.Hanzi:
			out = append(out, understanding.Sound(s.Pinyin))
		case reading.Latin, reading.Digits:
			out = append(out, strings.ToLower(s.Text))
		}
	}
	return out
}

// says reports whether the line has the phrase: by characters, English as whole words, or, for two syllables and more,
// by sound.
func (h heard) says(phrase string) bool { return h.has(phrase, 2) }

// states is says for phrases that must not be mistaken for others: by sound only from three syllables on, since 急着
// sounds like 记者.
func (h heard) states(phrase string) bool { return h.has(phrase, 3) }

func (h heard) has(phrase string, syllables int) bool {
	if first := phrase[0] | 0x20; phrase[0] < 0x80 && first >= 'a' && first <= 'z' {
		return strings.Contains(" "+bareText(h.text)+" ", " "+bareText(phrase)+" ")
	}
	if strings.Contains(h.text, phrase) {
		return true
	}
	if phrase[0] < 0x80 {
		return false
	}
	sounds, ok := phraseSounds()[phrase]
	if !ok {
		sounds = soundsOf(phrase)
	}
	return len(sounds) >= syllables && within(h.sounds, sounds)
}

// phraseSounds are the sounds of all phrases that the grammars listen for.
var phraseSounds = sync.OnceValue(func() map[string][]string {
	lists := [][]string{etaPhrases, placePhrases, hourPhrases, angryPhrases, negativePhrases, positivePhrases}
	for _, s := range strong {
		lists = append(lists, s.phrases, s.not)
	}
	for _, r := range references {
		lists = append(lists, r.phrases)
	}
	for _, u := range urgentPhrases {
		lists = append(lists, u.phrases)
	}
	for _, c := range couriers {
		lists = append(lists, c.aliases)
	}
	out := map[string][]string{}
	for _, list := range lists {
		for _, phrase := range list {
			out[phrase] = soundsOf(phrase)
		}
	}
	return out
})

func within(all, part []string) bool {
	for i := 0; i+len(part) <= len(all); i++ {
		if equal(all[i:i+len(part)], part) {
			return true
		}
	}
	return false
}

func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// SameSound reports whether two names or words sound alike on the telephone: the same syllables without tones and
// without the confusions that the line brings. Pinyin typed without tones and spaces counts as the name.
func SameSound(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	x, y := soundsOf(a), soundsOf(b)
	if equal(x, y) {
		return true
	}
	return Latin(a) != Latin(b) && squeeze(a) == squeeze(b)
}

// Latin reports whether text has no hanzi.
func Latin(text string) bool {
	for _, r := range text {
		if r > 0x2000 {
			return false
		}
	}
	return true
}

// squeeze writes a name as letters only: 郭晓梅 and "Guo Xiaomei" are both guoxiaomei.
func squeeze(name string) string {
	var out strings.Builder
	for _, s := range reading.Of(name) {
		switch s.Kind {
		case reading.Hanzi:
			out.WriteString(strings.TrimRight(s.Pinyin, "12345"))
		case reading.Latin:
			out.WriteString(strings.ToLower(s.Text))
		}
	}
	return out.String()
}
