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
		if err := b.readTable(name, func(word, reading string) {
			b.readings[word] = append(b.readings[word], reading)
		}); err != nil {
			return err
		}
	}
	if b.Spaced {
		return nil
	}
	b.heteronyms, b.loans = map[string][]string{}, map[string][]string{}
	if err := b.readTable("hearing/heteronyms.tsv", func(hanzi, readings string) {
		b.heteronyms[hanzi] = strings.Fields(readings)
	}); err != nil {
		return err
	}
	return b.readTable(loanFile, func(word, reading string) {
		reading, _, alone := strings.Cut(reading, "\t")
		key := strings.ToLower(word)
		b.loans[key] = append(b.loans[key], reading)
		if alone && !slices.Contains(b.spokenLoans, word) {
			b.spokenLoans = append(b.spokenLoans, word)
		}
	})
}

// loanFile holds English words as they are said within Mandarin; a third column marks those that callers say by
// themselves, not only as a part of a name.
const loanFile = "hearing/loans.tsv"

// readTable reads lines of a word, a TAB and the rest.
func (b *builder) readTable(name string, take func(word, rest string)) error {
	lines, err := readLines(b.files, name)
	if err != nil {
		return err
	}
	for _, l := range lines {
		word, rest, ok := strings.Cut(l, "\t")
		if !ok {
			return fmt.Errorf("%s: no TAB in %q", name, l)
		}
		take(word, rest)
	}
	return nil
}

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
