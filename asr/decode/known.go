package decode

import (
	"slices"
	"strings"
)

// What is taken as one of the known numbers. Somebody who says all but one digit of a known number says that number,
// unless the sound speaks clearly against it; of four digits alone chance makes some look known.
const (
	longFrom  = 8                // digits
	giveLong  = float32(5)       // how far behind what was heard the sound may put a long number
	giveShort = float32(3)       // and a short one
	giveNoisy = float32(10)      // how much more where the sound is poor
	goodSound = float32(-0.5)    // log-probability a digit of what was heard, in good sound
	poorSound = float32(-0.9)    // and in poor sound
	clearBy   = float32(1)       // a second known number this near in sound leaves the choice open
	nearBy    = float32(1) / 4.5 // share of digits that may have been misheard
	reach     = 4                // syllables around a digit string that may belong to it
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

// numerals lists the words with which digits and letters are said, by what they stand for.
func (l *Language) numerals() map[string][]int32 {
	out := map[string][]int32{}
	seen := map[string]bool{}
	for i := range l.tree.words {
		w := &l.tree.words[i]
		letter := w.kind == plain && len(w.text) == 1 && w.text[0] > '9'
		if w.kind != digit && !letter || seen[w.text+"\t"+w.reading] && !l.Spaced {
			continue
		}
		seen[w.text+"\t"+w.reading] = true
		text := strings.ToUpper(w.text)
		out[text] = append(out[text], int32(i))
	}
	return out
}

// sayings is the lattice of all ways to say a candidate.
func (g *grammar) sayings(c candidate) (*lattice, []edge) {
	text := c.letters + c.digits
	if g.numerals == nil {
		g.numerals = g.lang.numerals()
	}
	var edges []edge
	for from := range len(text) {
		for to := from + 1; to <= min(len(text), from+4); to++ {
			for _, w := range g.numerals[text[from:to]] {
				edges = append(edges, edge{from, to, w})
			}
		}
	}
	return newLattice(edges, len(text), func(w int32) []uint16 { return g.lang.tree.words[w].units }), edges
}

// span is a stretch of a path that may be a number: links [from, to) and the steps in which they were heard.
type span struct {
	from, to int
	digits   string
	heard    float32 // log-probability of what the path says there
	rows     [][]float32
}

// give is how far behind what was heard the sound may put a known number of n digits.
func (sp *span) give(n int) float32 {
	poor := (goodSound - sp.heard/float32(len(sp.digits))) / (goodSound - poorSound)
	poor = max(0, min(1, poor))
	if n < longFrom {
		return giveShort + poor*giveNoisy/2
	}
	return giveLong + poor*giveNoisy
}

// settle lets the known numbers decide: where the best path holds a digit string that one of them explains about as
// well, a path with that number comes first. Two that explain it equally well come side by side, for the dialogue to ask.
func (s *Search) settle(paths []path) []path {
	if len(paths) == 0 || len(s.grammar.likely) == 0 {
		return paths
	}
	type choice struct {
		span  span
		said  candidate
		words []int32
		gain  float32 // how much better than needed
	}
	var found []choice
	for _, sp := range s.spans(paths[0].links) {
		for _, c := range s.grammar.likely {
			if distance(sp.digits, c.digits) > max(1, int(float32(len(c.digits))*nearBy)) {
				continue
			}
			graph, edges := s.grammar.sayings(c)
			score, way := graph.best(sp.rows)
			if gain := score - sp.heard + sp.give(len(c.digits)); gain > 0 {
				words := make([]int32, len(way))
				for i, a := range way {
					words[i] = edges[a].word
				}
				found = append(found, choice{sp, c, words, gain})
			}
		}
	}
	if len(found) == 0 {
		return paths
	}
	slices.SortStableFunc(found, func(a, b choice) int {
		switch {
		case a.gain > b.gain:
			return -1
		case a.gain < b.gain:
			return 1
		}
		return 0
	})
	best := found[0]
	out := []path{{links: s.replace(paths[0].links, best.span, best.words)}}
	for _, c := range found[1:] {
		if c.said.digits != best.said.digits && len(c.said.digits) == len(best.said.digits) && best.gain-c.gain < clearBy {
			out = append(out, path{links: s.replace(paths[0].links, c.span, c.words), worse: 0.01})
			break
		}
	}
	seen := map[string]bool{}
	for _, p := range out {
		seen[s.text(p.links)] = true
	}
	for _, p := range paths {
		if text := s.text(p.links); !seen[text] && len(out) < wanted {
			p.worse += clearBy
			out = append(out, p)
		}
	}
	if s.text(out[0].links) == s.text(paths[0].links) {
		out[0].links = paths[0].links
	}
	return out
}

// kind is that of the word of a link.
func (s *Search) kind(link int32) wordKind { return s.word(s.links[link].word).kind }

// digitBeside says whether the word at place i of a path, hesitations passed over in direction step, is a digit.
func (s *Search) digitBeside(links []int32, i, step int) bool {
	for i >= 0 && i < len(links) && s.kind(links[i]) == filler {
		i += step
	}
	return i >= 0 && i < len(links) && s.kind(links[i]) == digit
}

// replace puts words in place of a span of a path.
func (s *Search) replace(links []int32, sp span, words []int32) []int32 {
	out := slices.Clone(links[:sp.from])
	for _, w := range words {
		s.links = append(s.links, link{word: w, prev: -1, other: -1})
		out = append(out, int32(len(s.links)-1))
	}
	return append(out, links[sp.to:]...)
}

// spans are the stretches of a path that hold digits, alone or with a few syllables around and between them that may
// have been digits or letters too.
func (s *Search) spans(links []int32) []span {
	var units []uint16
	first := make([]int, len(links)+1) // of each link, its first unit
	for i, l := range links {
		first[i] = len(units)
		units = append(units, s.word(s.links[l].word).units...)
	}
	first[len(links)] = len(units)
	var a aligner
	at := a.align(s.soft[:s.steps], units)
	if at == nil {
		return nil
	}
	at = append(at, s.steps)
	var out []span
	for from := range links {
		if s.digitBeside(links, from-1, -1) && s.kind(links[from]) == digit {
			continue // a part of a longer number is not a number
		}
		digits, other := "", 0
		for to := from; to < len(links) && other <= reach; to++ {
			w := s.word(s.links[links[to]].word)
			switch w.kind {
			case digit:
				digits += w.text
			case filler:
				if to == from {
					other = reach + 1 // a span begins with what counts
				}
				continue
			default:
				other += len(strings.Fields(w.reading))
			}
			if len(digits) < 3 || other > reach || w.kind == digit && s.digitBeside(links, to+1, 1) {
				continue
			}
			sp := span{from: from, to: to + 1, digits: digits}
			begin := 0
			if from > 0 {
				begin = at[first[from]]
			}
			var said []edge
			for i := from; i <= to; i++ {
				begins, ends := max(begin, at[first[i]]), at[first[i+1]]
				if i == from {
					begins = begin
				}
				if s.word(s.links[links[i]].word).kind == filler {
					continue
				}
				said = append(said, edge{len(said), len(said) + 1, s.links[links[i]].word})
				sp.rows = append(sp.rows, s.soft[begins:ends]...)
			}
			graph := newLattice(said, len(said), func(w int32) []uint16 { return s.word(w).units })
			sp.heard, _ = graph.best(sp.rows)
			if sp.heard > unlikely {
				out = append(out, sp)
			}
		}
	}
	return out
}

// distance is how many digits have to be changed, left out or put in to make b of a (Levenshtein 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := last
			if a[i] != b[j] {
				cost++
			}
			last = row[j+1]
			row[j+1] = min(cost, row[j]+1, last+1)
		}
	}
	return row[len(b)]
}
