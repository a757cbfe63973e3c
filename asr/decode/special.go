package decode

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// hesitations may stand between and before the digits of a string without being part of it.
var hesitations = map[bool]string{
	false: "嗯 呃 啊 那个 就是 是 我的 尾号 号码 对 然后 后面",
	true:  "uh it's is the and number",
}

// Scores of digits within a string: one of ten, a repeated digit (双八, double eight) rarer.
var (
	digitScore  = float32(math.Log(0.097))
	repeatScore = float32(math.Log(0.0008))
	fillerScore = float32(-4)
)

// addDigits puts the digits into the tree of all words and into that of digit strings, there with hesitations.
func (b *builder) addDigits() error {
	for _, text := range slices.Sorted(maps.Keys(b.readings)) {
		if strings.Trim(text, "0123456789") != "" {
			continue
		}
		for i, r := range b.readingsOf(text) {
			units, err := b.spelling.spell(r)
			if err != nil {
				return err
			}
			w := word{text: text, reading: b.shown(text, r), units: units, token: b.digits, kind: digit, logp: digitScore}
			if len(text) > 1 {
				w.logp = repeatScore
			} else if i > 0 && b.shown(text, r) != "yao1" {
				w.logp -= 1.5 // 两 洞 拐 勾: rarer than the plain digit
			}
			b.insert(b.root, w)
			b.insert(b.strings, w)
		}
	}
	for text := range strings.FieldsSeq(hesitations[b.Spaced]) {
		for _, r := range b.readingsOf(text) {
			units, err := b.spelling.spell(r)
			if err != nil {
				continue // a hesitation without a reading in this inventory is no loss
			}
			w := word{reading: b.shown(text, r), units: units, token: b.unknown, kind: filler, logp: fillerScore}
			b.insert(b.strings, w)
		}
	}
	return nil
}

// addSyllables puts every syllable that has a hanzi into the tree as the last resort for speech outside all words.
func (b *builder) addSyllables() error {
	if b.Spaced {
		return nil
	}
	if b.pieces != nil {
		return b.addCharacters()
	}
	lines, err := readLines(b.files, "hearing/characters.tsv")
	if err != nil {
		return err
	}
	b.single[b.unknown] = b.tuning.Unknown
	for _, l := range lines {
		r, text, ok := strings.Cut(l, "\t")
		units, err := b.spelling.spell(r)
		if !ok || err != nil {
			continue // a rare syllable without units cannot be heard anyway
		}
		b.insert(b.root, word{text: text, reading: r, units: units, token: b.unknown, kind: syllable})
	}
	return nil
}

// generalize returns, for each sentence that holds words used nowhere else, a copy in which a general word stands for
// them: where rare words were seen others will come (the idea of Good and Turing).
func (b *builder) generalize(sentences []weighted, counts map[int32]map[string]float64) []weighted {
	rare := map[int32]bool{}
	for id, words := range counts {
		total := 0.0
		for _, c := range words {
			total += c
		}
		rare[id] = total == 1
	}
	general := b.token(tokenGeneral)
	var out []weighted
	for _, s := range sentences {
		var other []int32
		for i, id := range s.tokens {
			if rare[id] {
				if other == nil {
					other = slices.Clone(s.tokens)
				}
				other[i] = general
			}
		}
		if other != nil {
			out = append(out, weighted{other, s.count})
		}
	}
	return out
}

// addGeneral puts the everyday words into the tree, the frequent ones likelier after Zipf's law.
func (b *builder) addGeneral(counts map[int32]map[string]float64) error {
	if b.Spaced {
		return nil
	}
	list, err := readLines(b.files, "hearing/words.general.txt")
	if err != nil {
		return err
	}
	general := b.token(tokenGeneral)
	for i, w := range list {
		if id, known := b.tokens[w]; known && counts[id] != nil || b.member[w] != "" {
			continue
		}
		if err := b.addWord(w, general, generalScore(i)+b.tuning.General); err != nil {
			return fmt.Errorf("hearing/words.general.txt: %w", err)
		}
	}
	return nil
}
