package reading

import (
	"math"
	"slices"
)

// word is a piece of the text: runes [start, end).
type word struct {
	start, end int
	kind       Kind
	entry      entry // of a word of Kind Hanzi
}

// unknownCost is what a hanzi without an entry costs; above any entry's.
const unknownCost = 3000

// segment cuts runes into the cheapest sequence of words (unigram model, Viterbi).
func segment(runes []rune) []word {
	var out []word
	for at := 0; at < len(runes); {
		kind := kindOf(runes[at])
		end := at + 1
		switch kind {
		case Hanzi:
			for end < len(runes) && kindOf(runes[end]) == Hanzi {
				end++
			}
			out = append(out, segmentHanzi(runes, at, end)...)
		case Latin, Digits:
			for end < len(runes) && (kindOf(runes[end]) == kind || innerApostrophe(runes, end, kind)) {
				end++
			}
			out = append(out, word{start: at, end: end, kind: kind})
		default:
			out = append(out, word{start: at, end: end, kind: Other})
		}
		at = end
	}
	return out
}

func innerApostrophe(runes []rune, i int, kind Kind) bool {
	return kind == Latin && (runes[i] == '\'' || runes[i] == '’') && i+1 < len(runes) && kindOf(runes[i+1]) == Latin
}

// segmentHanzi is segment for runes [from, to), all hanzi.
func segmentHanzi(runes []rune, from, to int) []word {
	d := words()
	n := to - from
	best := make([]int, n+1)
	last := make([]word, n+1)
	for i := 1; i <= n; i++ {
		best[i] = math.MaxInt
	}
	reach := func(w word, cost int) {
		if cost < best[w.end-from] {
			best[w.end-from], last[w.end-from] = cost, w
		}
	}
	for i := range n {
		start := from + i
		reach(word{start: start, end: start + 1, kind: Other}, best[i]+unknownCost)
		for end := start + 1; end <= to && end-start <= maxWord; end++ {
			if e, ok := d.find(string(runes[start:end])); ok {
				reach(word{start: start, end: end, kind: Hanzi, entry: e}, best[i]+e.cost)
			}
		}
	}
	var back []word
	for i := n; i > 0; i = last[i].start - from {
		back = append(back, last[i])
	}
	slices.Reverse(back)
	return back
}
