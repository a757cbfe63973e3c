package nlu

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

// wordIndex finds words in a line in one pass over it, however many words there are.
type wordIndex[T any] struct {
	byFirst map[rune][]entry[T] // the longer words first
}

type entry[T any] struct {
	word  string
	means T
}

func newWordIndex[T any]() *wordIndex[T] { return &wordIndex[T]{byFirst: map[rune][]entry[T]{}} }

func (x *wordIndex[T]) add(word string, means T) {
	first, _ := utf8.DecodeRuneInString(word)
	list := append(x.byFirst[first], entry[T]{word, means})
	slices.SortStableFunc(list, func(a, b entry[T]) int { return len(b.word) - len(a.word) })
	x.byFirst[first] = list
}

// each calls found for every word that stands in text, English ones as whole words: from the left, the longer first.
func (x *wordIndex[T]) each(text string, found func(start, end int, means T)) {
	for i, r := range text {
		list := x.byFirst[r]
		if len(list) == 0 || latin(r) && i > 0 && latinLetter(text[i-1]) {
			continue
		}
		for _, e := range list {
			end := i + len(e.word)
			if strings.HasPrefix(text[i:], e.word) && !(latinLetter(text[end-1]) && end < len(text) && latinLetter(text[end])) {
				found(i, end, e.means)
			}
		}
	}
}

func latin(r rune) bool { return r >= 'a' && r <= 'z' }

// mostWords bounds what one pattern may spell out to.
const mostWords = 4000

// spellOut lists all words of a pattern that has finitely many, and not too many: alternatives, classes of characters,
// optional parts. A pattern of another kind has none; it is a mistake in the source, which the tests find.
func spellOut(pattern string) []string {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	words := spell(parsed)
	if len(words) > mostWords {
		return nil
	}
	return words
}

func spell(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return []string{""}
	case syntax.OpLiteral:
		return []string{string(re.Rune)}
	case syntax.OpCharClass:
		var out []string
		for i := 0; i < len(re.Rune); i += 2 {
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				out = append(out, string(r))
			}
		}
		return out
	case syntax.OpCapture:
		return spell(re.Sub[0])
	case syntax.OpQuest:
		return append([]string{""}, spell(re.Sub[0])...)
	case syntax.OpAlternate:
		var out []string
		for _, sub := range re.Sub {
			out = append(out, spell(sub)...)
		}
		return out
	case syntax.OpConcat:
		out := []string{""}
		for _, sub := range re.Sub {
			var next []string
			for _, head := range out {
				for _, tail := range spell(sub) {
					next = append(next, head+tail)
				}
			}
			out = next
		}
		return out
	}
	return nil
}
