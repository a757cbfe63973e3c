package decode

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
)

// readReadings reads the pronunciations that the general dictionary lacks, or all of them in English.
func (b *builder) readReadings() error {
	names := []string{"hearing/readings" + b.suffix + ".tsv"}
	if b.Spaced {
		names = append(names, "hearing/words.en.tsv")
	}
	b.readings = map[string][]string{}
	for _, name := range names {
		if err := eachPair(b.files, name, func(word, reading string) error {
			b.readings[word] = append(b.readings[word], reading)
			return b.check(reading)
		}); err != nil {
			return err
		}
	}
	if b.Spaced {
		return nil
	}
	b.heteronyms, b.loans = map[string][]string{}, map[string][]string{}
	if err := eachPair(b.files, "hearing/heteronyms.tsv", func(hanzi, readings string) error {
		b.heteronyms[hanzi] = strings.Fields(readings)
		return b.check(readings)
	}); err != nil {
		return err
	}
	return eachPair(b.files, loanFile, func(word, reading string) error {
		reading, _, alone := strings.Cut(reading, "\t")
		key := strings.ToLower(word)
		b.loans[key] = append(b.loans[key], reading)
		if alone && !slices.Contains(b.spokenLoans, word) {
			b.spokenLoans = append(b.spokenLoans, word)
		}
		return b.check(reading)
	})
}

// check says whether the model has sounds for a reading; one that spells as it writes makes no use of it.
func (b *builder) check(reading string) error {
	if b.pieces != nil {
		return nil
	}
	_, err := b.spelling.spell(reading)
	return err
}

// loanFile holds English words as they are said within Mandarin; a third column marks those that callers say by
// themselves, not only as a part of a name.
const loanFile = "hearing/loans.tsv"

// loanRank is the rank among the everyday words at which an English word is taken to stand that no sentence holds.
const loanRank = 200

// addLoans puts the English words that callers say within Mandarin into the tree.
func (b *builder) addLoans() error {
	for _, w := range b.spokenLoans {
		if _, known := b.tokens[w]; known || b.member[w] != "" {
			continue
		}
		if err := b.addWord(w, b.token(tokenGeneral), generalScore(loanRank)); err != nil {
			return fmt.Errorf("%s: %w", loanFile, err)
		}
	}
	return nil
}

// zipf shifts the ranks of Zipf's law, which frequent words would else take for themselves.
const zipf = 400

// generalWords is how many everyday words the law is summed over.
const generalWords = 6000

// generalScore is the log-probability of an everyday word by its rank.
func generalScore(rank int) float32 {
	return -float32(math.Log(float64(rank+zipf) * math.Log(float64(generalWords+zipf)/zipf)))
}

func latin(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r < 0x80 && unicode.IsLetter(r) })
}

func hanzi(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// ofToken is the score of a token in a list of one score a token; a word of any class has that of the best one.
func (l *Language) ofToken(scores []float32, token int32) float32 {
	if token != anyClass {
		return scores[token]
	}
	best := unlikely
	for _, c := range classes {
		best = max(best, scores[l.tokens["<"+c+">"]])
	}
	return best
}
