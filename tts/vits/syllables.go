package vits

import (
	"strings"
	"unicode/utf8"

	"voxgate/tts/text"
)

// syllables is how a voice says toned pinyin, learned from its lexicon: the hanzi of one reading vote for its sounds. With
// it a voice follows the readings and the sandhi of tts/text, which no lexicon of words knows.
type syllables struct {
	whole map[string]sounds  // of "hao3"
	base  map[string][]int64 // of "hao", where tones stand apart
	tone  map[byte]int64     // of '3', where tones stand apart
}

// learnSyllables counts what the lexicon's single hanzi are said as.
func learnSyllables(l *lexicon) syllables {
	whole, base, tone := votes{}, votes{}, votes{}
	for word, said := range l.words {
		if r, size := utf8.DecodeRuneInString(word); size < 3 || size != len(word) || r == utf8.RuneError {
			continue
		}
		readings := text.Pinyin(word)
		if len(readings) != 1 || len(readings[0]) != 1 {
			continue
		}
		reading := readings[0][0]
		name, digit := reading[:len(reading)-1], reading[len(reading)-1:]
		whole.add(reading, said)
		if same(said.tones) {
			base.add(name, sounds{ids: said.ids})
			tone.add(digit, sounds{tones: said.tones[:1]})
		}
	}
	s := syllables{whole: whole.winners(), base: map[string][]int64{}, tone: map[byte]int64{}}
	for name, said := range base.winners() {
		s.base[name] = said.ids
	}
	for digit, said := range tone.winners() {
		s.tone[digit[0]] = said.tones[0]
	}
	// Where tones stand apart, a reading that a hanzi has by chance in one list and not in the other is overruled.
	for reading := range s.whole {
		if said, ok := s.apart(reading); ok {
			s.whole[reading] = said
		}
	}
	return s
}

// of is how a syllable is said; erhua as a syllable of its own where the voice has none in one.
func (s syllables) of(syllable string) (sounds, bool) {
	if said, ok := s.plain(syllable); ok {
		return said, true
	}
	var said sounds
	for _, one := range withoutErhua(syllable) {
		next, ok := s.plain(one)
		if !ok && one == "er5" {
			next, ok = s.plain("er2")
		}
		if !ok {
			return sounds{}, false
		}
		said = said.and(next)
	}
	return said, len(said.ids) > 0
}

func (s syllables) plain(syllable string) (sounds, bool) {
	if said, ok := s.whole[syllable]; ok {
		return said, true
	}
	return s.apart(syllable)
}

// apart puts a syllable together from its sounds and its tone.
func (s syllables) apart(syllable string) (sounds, bool) {
	if syllable == "" {
		return sounds{}, false
	}
	ids, ok := s.base[syllable[:len(syllable)-1]]
	tone, also := s.tone[syllable[len(syllable)-1]]
	if !ok || !also {
		return sounds{}, false
	}
	said := sounds{ids: ids}
	for range ids {
		said.tones = append(said.tones, tone)
	}
	return said, true
}

// and is two stretches of sound as one.
func (s sounds) and(next sounds) sounds {
	return sounds{ids: append(s.ids[:len(s.ids):len(s.ids)], next.ids...), tones: append(s.tones[:len(s.tones):len(s.tones)], next.tones...)}
}

// same says whether there are numbers, all equal.
func same(numbers []int64) bool {
	for _, n := range numbers {
		if n != numbers[0] {
			return false
		}
	}
	return len(numbers) > 0
}

// votes counts sounds for a name.
type votes map[string]map[string]*vote

type vote struct {
	said  sounds
	count int
}

func (v votes) add(name string, said sounds) {
	if v[name] == nil {
		v[name] = map[string]*vote{}
	}
	key := said.key()
	if v[name][key] == nil {
		v[name][key] = &vote{said: said}
	}
	v[name][key].count++
}

// winners are the sounds with most votes; of equal ones always the same wins.
func (v votes) winners() map[string]sounds {
	out := map[string]sounds{}
	for name, list := range v {
		best := ""
		for key, vote := range list {
			if best == "" || vote.count > list[best].count || vote.count == list[best].count && key < best {
				best = key
			}
		}
		out[name] = list[best].said
	}
	return out
}

// key tells sounds apart.
func (s sounds) key() string {
	var b strings.Builder
	for _, list := range [][]int64{s.ids, s.tones} {
		for _, n := range list {
			b.WriteRune(rune(n + 1))
		}
		b.WriteByte(0)
	}
	return b.String()
}
