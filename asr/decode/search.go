package decode

import (
	"sync"

	"voxgate/asr"
)

// link is one word of a hypothesis; hypotheses share their beginnings.
type link struct {
	word  int32
	prev  int32 // -1: the first word
	other int32 // first alternative way to the same place, -1 for none
	start int16 // step at which its first unit was heard
	step  int16 // when its last unit was first heard
}

// alternative is a hypothesis that met a better one with the same continuations. It could have led to words that began
// after they met, not to those that had left before.
type alternative struct {
	link  int32
	next  int32
	worse float32 // by how much it lost
	step  int16   // when they met
}

// token is a hypothesis: a place in the grammar, a node of the tree below it, the last unit heard (0: a blank came since).
type token struct {
	place, node int32
	last        uint16
	link        int32
	start       int32 // step at which the word in work began
	score       float32
}

// Search decodes one utterance after another of one call. It is not safe for concurrent use.
type Search struct {
	lang    *Language
	grammar *grammar
	root    int32
	base    int32 // nodes below this number are the language's, above the hints'

	tokens []token
	links  []link
	others []alternative
	sweepAt
	steps int
	rows  Rows // what was heard, for the times and confidences of words

	*scratch         // only while Step or Finish runs
	best     float32 // best score of the step in work
	cut      float32
}

// scratch is the room that a search needs while it works on a step. All searches share a few.
type scratch struct {
	next  []token
	index tokenIndex
	row   []float32 // log-probabilities of the step in work, kin added
	heard []float32 // its plain probabilities
	sweeper
	reader
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// borrow takes room for a step; giveBack returns it.
func (s *Search) borrow() {
	s.scratch = scratches.Get().(*scratch)
	n := s.lang.Units.Size()
	s.row, s.heard = grow(s.row, n), grow(s.heard, n)
}

func (s *Search) giveBack() {
	scratches.Put(s.scratch)
	s.scratch = nil
}

// certain is the probability from which a blank is taken at its word.
const certain = 0.9

// maxSteps bounds an utterance's memory: 30 s.
const maxSteps = 750

// NewSearch makes a search; Begin starts its first utterance.
func (l *Language) NewSearch() *Search {
	s := &Search{lang: l, grammar: newGrammar(l), base: int32(len(l.tree.nodes))}
	s.Begin(asr.Hints{})
	return s
}

// Begin starts an utterance.
func (s *Search) Begin(h asr.Hints) {
	s.grammar.expect(h)
	s.root = s.lang.root
	if h.Only && h.Digits {
		s.root = s.lang.strings
	}
	s.links, s.others = s.links[:0], s.others[:0]
	s.sweepAt = sweepAt{firstSweep, firstSweep}
	s.steps = 0
	s.rows.Reset()
	s.tokens = append(s.tokens[:0], token{place: s.grammar.begin(), node: s.root, link: -1})
}

// Steps is the number of steps decoded since Begin.
func (s *Search) Steps() int { return s.steps }

// Full says that the utterance has reached its greatest length; further steps are not decoded.
func (s *Search) Full() bool { return s.steps >= maxSteps }

// node finds a node of the language or of the hints.
func (s *Search) node(n int32) *node {
	if n < s.base {
		return &s.lang.tree.nodes[n]
	}
	return &s.grammar.extra.nodes[n-s.base]
}

// word finds a word of the language or of the hints.
func (s *Search) word(w int32) *word {
	if n := int32(len(s.lang.tree.words)); w >= n {
		return &s.grammar.extra.words[w-n]
	}
	return &s.lang.tree.words[w]
}

// Step takes the log-probabilities of the next 40 ms.
func (s *Search) Step(logp []float32) {
	if s.Full() {
		return
	}
	s.rows.Add(logp)
	s.borrow()
	defer s.giveBack()
	chances(s.heard, logp)
	s.soften(s.row)
	s.steps++
	s.index.reset()
	s.next = s.next[:0]
	s.best = unlikely
	s.cut = s.tokens[0].score + s.row[0] - s.lang.tuning.Beam
	blankOnly := s.heard[0] > 0.997
	for _, t := range s.tokens {
		stay := t
		stay.last = 0
		stay.score += s.row[0]
		s.keep(stay)
		if t.last != 0 {
			again := t
			again.score += s.row[t.last]
			s.keep(again)
		}
		if !blankOnly {
			s.expand(t, s.row)
		}
	}
	s.prune()
	s.sweep()
}

// Replay takes all steps of rows.
func (s *Search) Replay(rows *Rows) {
	row := make([]float32, s.lang.Units.Size())
	for i := range rows.Len() {
		rows.Row(i, row)
		s.Step(row)
	}
}

// soften fills row from the probabilities heard.
func (s *Search) soften(row []float32) {
	s.lang.Units.soften(row, s.heard)
	if s.heard[0] < certain {
		row[0] -= s.lang.tuning.Blank
	}
}

// expand moves a token to the nodes below its own.
func (s *Search) expand(t token, soft []float32) {
	n := s.node(t.node)
	mode := 0
	if s.grammar.places[t.place].digits > 0 || s.grammar.hints.Digits {
		mode = 1
	}
	paid := float32(0)
	if t.node != s.root {
		paid = n.look[mode] * s.lang.tuning.Model
	}
	offset := int32(0)
	if t.node >= s.base {
		offset = s.base
	}
	s.children(t, n, offset, mode, paid, soft)
	if t.node == s.root && len(s.grammar.extra.words) > 0 && s.root == s.lang.root {
		s.children(t, &s.grammar.extra.nodes[0], s.base, mode, paid, soft)
	}
}

// children moves a token to the nodes below at, whose own numbers are offset by as much as those of its tree.
func (s *Search) children(t token, at *node, offset int32, mode int, paid float32, soft []float32) {
	weight := s.lang.tuning.Model
	in := &s.lang.tree
	if offset > 0 {
		in = &s.grammar.extra
	}
	start := t.start
	if t.node == s.root {
		start = int32(s.steps - 1)
	}
	for i := at.first; i < at.first+int32(at.children); i++ {
		n, c := &in.nodes[i], i+offset
		if n.unit == t.last {
			continue // the same unit again needs a blank between (CTC)
		}
		score := t.score + soft[n.unit] - paid
		if score < s.cut {
			continue
		}
		if n.children > 0 {
			if ahead := score + n.look[mode]*weight; ahead >= s.cut {
				s.keep(token{place: t.place, node: c, last: n.unit, link: t.link, start: start, score: ahead})
			}
		}
		for _, w := range in.ends[n.ends : n.ends+n.words] {
			if offset > 0 {
				w += int32(len(s.lang.tree.words))
			}
			s.finishWord(t, w, n.unit, start, score)
		}
	}
}

// finishWord ends a word at this step and puts the token back to the root.
func (s *Search) finishWord(t token, w int32, unit uint16, start int32, score float32) {
	tuning := &s.lang.tuning
	said := s.word(w)
	if score += tuning.Word; score+said.logp*tuning.Model < s.cut {
		return // whatever the model says it can only get worse
	}
	next, added := s.grammar.advance(t.place, said)
	if score += added * tuning.Model; score < s.cut || added <= unlikely {
		return
	}
	place := s.grammar.number(next)
	s.links = append(s.links, link{word: w, prev: t.link, other: -1, start: int16(start), step: int16(s.steps - 1)})
	s.keep(token{place: place, node: s.root, last: unit, link: int32(len(s.links) - 1), score: score})
}

// keep adds a token to the next step, or joins it with the one in the same position: the better one goes on, the other
// is remembered where whole words have been finished and a blank has followed: only there have both had their best.
func (s *Search) keep(t token) {
	if t.score < s.cut {
		return
	}
	if t.score > s.best {
		s.best = t.score
		s.cut = max(s.cut, t.score-s.lang.tuning.Beam)
	}
	i, found := s.index.find(t, s.next)
	if !found {
		s.next = append(s.next, t)
		return
	}
	old := &s.next[i]
	if t.node == s.root && t.last == 0 && t.link != old.link {
		s.remember(&t, old)
		return
	}
	if t.score > old.score {
		*old = t
	}
}

// remember keeps the better of two tokens in old and notes the other as its alternative.
func (s *Search) remember(t, old *token) {
	winner, loser := *old, *t
	if t.score > old.score {
		winner, loser = *t, *old
	}
	*old = winner
	if winner.link < 0 || loser.link < 0 {
		return
	}
	w, l := &s.links[winner.link], &s.links[loser.link]
	if s.word(w.word).text == s.word(l.word).text && w.prev == l.prev {
		return // the same words, at another time
	}
	now, worse := int16(s.steps-1), winner.score-loser.score
	for o := w.other; o >= 0; o = s.others[o].next {
		if a := &s.others[o]; a.link == loser.link { // they have met before, and this one went on with its last unit
			a.worse, a.step = min(a.worse, worse), now
			return
		}
	}
	s.others = append(s.others, alternative{link: loser.link, next: w.other, worse: worse, step: now})
	w.other = int32(len(s.others) - 1)
}

// prune keeps the best tokens for the next step, the very best one first. Where there are too many it lowers the beam
// by the histogram of their scores (Steinbiss et al. 1994), which needs no sorting.
func (s *Search) prune() {
	const bars = 64
	var histogram [bars]int
	cut := s.cut
	if limit := s.lang.tuning.Tokens; len(s.next) > limit {
		scale := bars / max(s.best-s.cut, 1e-3)
		for i := range s.next {
			if d := s.best - s.next[i].score; d <= s.best-s.cut {
				histogram[min(bars-1, int(d*scale))]++
			}
		}
		for i, n := 0, 0; i < bars; i++ {
			if n += histogram[i]; n > limit {
				cut = max(cut, s.best-float32(max(i, 1))/scale)
				break
			}
		}
	}
	s.tokens = s.tokens[:0]
	for _, t := range s.next {
		if t.score >= cut {
			s.tokens = append(s.tokens, t)
			if last := len(s.tokens) - 1; t.score > s.tokens[0].score {
				s.tokens[0], s.tokens[last] = s.tokens[last], s.tokens[0]
			}
		}
	}
}
