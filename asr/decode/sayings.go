package decode

import (
	"slices"
	"strings"
)

// candidate is a known number, whole or a part that callers give.
type candidate struct {
	letters, digits string
}

// candidates are the texts under which numbers may be said: whole, without their letters, their last four and six digits.
func candidates(numbers []string) []candidate {
	var out []candidate
	seen := map[candidate]bool{}
	add := func(c candidate) {
		if n := len(c.digits); n >= 3 && n <= maxDigits && !seen[c] {
			seen[c] = true
			out = append(out, c)
		}
	}
	for _, n := range numbers {
		at := strings.IndexAny(n, "0123456789")
		if at < 0 {
			continue
		}
		digits := onlyOf(n[at:], "0123456789")
		if len(digits) > maxDigits {
			continue
		}
		letters := onlyOf(strings.ToUpper(n[:at]), "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
		if letters != "" {
			add(candidate{letters, digits})
		}
		add(candidate{"", digits})
		for _, tail := range []int{4, 6} {
			if len(digits) > tail {
				add(candidate{"", digits[len(digits)-tail:]})
			}
		}
	}
	return out
}

// onlyOf keeps the bytes of text that are in set.
func onlyOf(text, set string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(set, r) {
			return r
		}
		return -1
	}, text)
}

// longestRepeat is how many equal digits may be said at once: 八个一.
const longestRepeat = 8

// hanziDigits are the digits as they are written within cardinals.
const hanziDigits = "零一二三四五六七八九"

// numerals lists the words with which digits and letters are said, by what they stand for, and those of cardinals.
func (l *Language) numerals() map[string][]int32 {
	out := map[string][]int32{}
	seen := map[string]bool{}
	for i := range l.tree.words {
		w := &l.tree.words[i]
		letter := w.kind == plain && len(w.text) == 1 && w.text[0] > '9'
		cardinal := w.kind == plain && len([]rune(w.text)) == 1 && strings.Contains(hanziDigits+"千百十", w.text)
		if w.kind != digit && !letter && !cardinal || seen[w.text+"\t"+w.reading] && !l.Spaced {
			continue
		}
		seen[w.text+"\t"+w.reading] = true
		text := strings.ToUpper(w.text)
		out[text] = append(out[text], int32(i))
	}
	return out
}

// sayings is the lattice of all ways to say a candidate: digit by digit, with 双 and 三个, four of them also as a cardinal.
func (g *grammar) sayings(c candidate) (*lattice, []edge) {
	text := c.letters + c.digits
	if g.numerals == nil {
		g.numerals = g.lang.numerals()
	}
	chains := cardinals(text)
	end := len(text)
	for _, chain := range chains {
		end += len(chain) - 1
	}
	var edges []edge
	place := len(text) // of the next place within a cardinal
	for _, chain := range chains {
		from := 0
		for i, word := range chain {
			to := place
			if i == len(chain)-1 {
				to = end
			} else {
				place++
			}
			for _, w := range g.numerals[word] {
				edges = append(edges, edge{from, to, w})
			}
			from = to
		}
	}
	for from := range len(text) {
		for to := from + 1; to <= min(len(text), from+longestRepeat); to++ {
			for _, w := range g.numerals[text[from:to]] {
				at := to
				if to == len(text) {
					at = end
				}
				edges = append(edges, edge{from, at, w})
			}
		}
	}
	slices.SortStableFunc(edges, func(a, b edge) int { return a.from - b.from })
	return newLattice(edges, end, func(w int32) []uint16 { return g.lang.tree.words[w].units }), edges
}

// cardinals are the words of four digits said as a number: 三千七百二十一, 三千零二, and 三千七 beside 三千七百.
func cardinals(text string) [][]string {
	if len(text) != 4 || text[0] == '0' || strings.Trim(text, "0123456789") != "" {
		return nil
	}
	var out []string
	zero := false
	for i, unit := range []string{"千", "百", "十", ""} {
		d := text[i] - '0'
		if d == 0 {
			zero = true
			continue
		}
		if zero {
			out, zero = append(out, "零"), false
		}
		out = append(out, hanziDigits[3*d:3*d+3])
		if unit != "" {
			out = append(out, unit)
		}
	}
	ways := [][]string{out}
	if n := len(out); n > 3 && strings.Contains("百十", out[n-1]) && out[n-3] != "零" {
		ways = append(ways, out[:n-1])
	}
	return ways
}
