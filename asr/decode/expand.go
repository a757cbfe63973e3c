package decode

import "slices"

// opening is a node below a root that a word may begin with.
type opening struct {
	node  int32   // hints' nodes above Search.base
	bound float32 // best score that going there may add
}

// opener lists the openings of the step in work, for each mode of nodes' scores, best first.
type opener struct {
	openings [2][]opening
	listed   [2]bool
}

// worthwhile is the probability, kin included, below which no unit may have been heard in a step.
const worthwhile = float32(0.01)

// silent says that the step in work holds nothing but blank.
func (s *Search) silent() bool {
	return slices.Max(s.row[1:]) < quickLog(worthwhile)
}

// mode says which of a node's scores hold at a place: anywhere, or inside a digit string.
func (s *Search) mode(place int32) int {
	if s.grammar.hints.Digits || s.grammar.places[place].digits > 0 {
		return 1
	}
	return 0
}

// expand moves a token to the nodes below its own.
func (s *Search) expand(t token) {
	mode := s.mode(t.place)
	if t.node == s.root {
		s.open(t, mode)
		return
	}
	in, n := s.node(t.node)
	offset := t.node - n
	at := &in.nodes[n]
	t.score -= at.look[mode] * s.lang.tuning.Model // the word's own score takes the place of the guess
	for i := at.first; i < at.first+int32(at.children); i++ {
		s.child(t, in, i, offset, mode, t.start)
	}
}

// open begins words after a token at the root.
func (s *Search) open(t token, mode int) {
	if !s.listed[mode] {
		s.listOpenings(mode)
	}
	start := int16(s.steps - 1)
	for _, o := range s.openings[mode] {
		if t.score+o.bound < s.cut {
			break
		}
		in, n := s.node(o.node)
		s.child(t, in, n, o.node-n, mode, start)
	}
}

func (s *Search) listOpenings(mode int) {
	s.listed[mode] = true
	s.openings[mode] = s.openings[mode][:0]
	s.openBelow(&s.lang.tree, s.root, 0, mode)
	if len(s.grammar.extra.words) > 0 && (s.root == s.lang.root || s.grammar.hints.Waybill) {
		s.openBelow(&s.grammar.extra, 0, s.base, mode)
	}
	slices.SortFunc(s.openings[mode], func(a, b opening) int {
		switch {
		case a.bound > b.bound:
			return -1
		case a.bound < b.bound:
			return 1
		}
		return int(a.node - b.node)
	})
}

// openBelow lists the children of a tree's root that the best token may go to.
func (s *Search) openBelow(in *tree, root, offset int32, mode int) {
	tuning := &s.lang.tuning
	least := s.row[0] - tuning.Beam
	at := &in.nodes[root]
	for i := at.first; i < at.first+int32(at.children); i++ {
		n := &in.nodes[i]
		more := unlikely
		if n.children > 0 {
			more = n.look[mode] * tuning.Model
		}
		if n.words > 0 {
			more = max(more, tuning.Word+s.slack*tuning.Model)
		}
		if bound := s.row[n.unit] + more; bound >= least {
			s.openings[mode] = append(s.openings[mode], opening{i + offset, bound})
		}
	}
}

// child moves a token, freed of its guess, to node i of a tree whose nodes count from offset.
func (s *Search) child(t token, in *tree, i, offset int32, mode int, start int16) {
	n := &in.nodes[i]
	if n.unit == t.last {
		return // the same unit again needs a blank between (CTC)
	}
	tuning := &s.lang.tuning
	score := t.score + s.row[n.unit]
	if n.children > 0 {
		if ahead := score + n.look[mode]*tuning.Model; ahead >= s.cut {
			s.keep(token{place: t.place, node: i + offset, last: n.unit, link: t.link, start: start, score: ahead})
		}
	}
	first := int32(0)
	if offset > 0 {
		first = int32(len(s.lang.tree.words))
	}
	score += tuning.Word
	for k := n.ends; k < n.ends+n.words; k++ {
		if in.limits == nil || score+(in.limits[k]+s.slack)*tuning.Model >= s.cut {
			s.finishWord(t, in.ends[k]+first, n.unit, start, score)
		}
	}
}

// finishWord ends a word at this step and puts the token back to the root.
func (s *Search) finishWord(t token, w int32, unit uint16, start int16, score float32) {
	next, added := s.grammar.advance(t.place, s.word(w))
	if score += added * s.lang.tuning.Model; score < s.cut || added <= unlikely {
		return
	}
	place := s.grammar.number(next)
	s.links = append(s.links, link{word: w, prev: t.link, other: -1, start: start, step: int16(s.steps - 1)})
	s.keep(token{place: place, node: s.root, last: unit, link: int32(len(s.links) - 1), score: score})
}
