package decode

import (
	"cmp"
	"slices"
	"strings"
)

// What is taken as one of the known numbers. Somebody who says all but one digit of a known number says that number,
// unless the sound speaks clearly against it; of four digits alone chance makes some look known.
const (
	longFrom  = 8              // digits
	giveLong  = float32(5)     // how far behind what was heard the sound may put a long number
	giveShort = float32(3)     // and a short one
	giveNoisy = float32(10)    // how much more where the sound is poor
	giveEach  = float32(6)     // and there for every further digit that was misheard
	goodSound = float32(-0.5)  // log-probability a digit of what was heard, in good sound
	poorSound = float32(-0.9)  // and in poor sound
	clearBy   = float32(1)     // a second known number this near in sound leaves the choice open
	nearBy    = float32(1) / 3 // share of digits that may have been misheard
	reach     = 6              // syllables around a digit string that may belong to it
)

// span is a stretch of a path that may be a number: links [from, to) and the steps in which they were heard.
type span struct {
	from, to int
	digits   string
	heard    float32 // log-probability of what the path says there
	rows     [][]float32
}

// give is how far behind what was heard the sound may put a known number of n digits, of which so many are off.
func (sp *span) give(n, off int) float32 {
	poor := (goodSound - sp.heard/float32(len(sp.digits))) / (goodSound - poorSound)
	poor = max(0, min(1, poor))
	if n < longFrom {
		return giveShort + poor*giveNoisy/2
	}
	return giveLong + poor*(giveNoisy+giveEach*float32(max(0, off-1)))
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
			off := distance(sp.digits, c.digits)
			if off > int(float32(len(c.digits))*nearBy) {
				continue
			}
			graph, edges := s.grammar.sayings(c)
			score, way := graph.best(sp.rows)
			if gain := score - sp.heard + sp.give(len(c.digits), off); gain > 0 {
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
	slices.SortStableFunc(found, func(a, b choice) int { return cmp.Compare(b.gain, a.gain) })
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
				if d, ok := s.counted(w); ok {
					digits += d
				} else {
					other += len(strings.Fields(w.reading))
				}
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

// counted is the digit of a word of a cardinal, empty for its units, where the last digits of a number were asked for.
func (s *Search) counted(w *word) (string, bool) {
	h := &s.grammar.hints
	if !h.Digits || h.MaxDigits == 0 || h.MaxDigits >= longFrom || w.kind != plain || len(w.text) != 3 {
		return "", false
	}
	if strings.Contains("千百十", w.text) {
		return "", true
	}
	if at := strings.Index(hanziDigits, w.text); at >= 0 {
		return string(rune('0' + at/3)), true
	}
	return "", false
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
