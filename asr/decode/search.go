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
	start       int16 // step at which the word in work began
	link        int32
	score       float32
}

// Search decodes one utterance after another of one call. It is not safe for concurrent use.
type Search struct {
	lang    *Language
	grammar *grammar
	root    int32
	base    int32   // nodes below this number are the language's, above the hints'
	slack   float32 // by what hints may lift a word

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
	opener
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
	s.slack = 0
	if h.Digits || h.Waybill || h.YesNo || h.Name {
		s.slack = raised
	}
	s.links, s.others = s.links[:0], s.others[:0]
	s.sweepAt = sweepAt{firstLinks, firstPlaces}
	s.steps = 0
	s.rows.Reset()
	s.tokens = append(s.tokens[:0], token{place: s.grammar.begin(), node: s.root, link: -1})
}

// Steps is the number of steps decoded since Begin.
func (s *Search) Steps() int { return s.steps }

// Full says that the utterance has reached its greatest length; further steps are not decoded.
func (s *Search) Full() bool { return s.steps >= maxSteps }

// node finds the tree that holds a node, and its number there.
func (s *Search) node(n int32) (*tree, int32) {
	if n < s.base {
		return &s.lang.tree, n
	}
	return &s.grammar.extra, n - s.base
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
	s.listed = [2]bool{}
	silent := s.silent()
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
		if !silent {
			s.expand(t)
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

// Between decodes the steps from first to before last again, as an utterance of their own.
func (s *Search) Between(first, last int, h asr.Hints) {
	rows := s.rows.Between(first, last)
	s.Begin(h)
	s.Replay(&rows)
}

// soften fills row from the probabilities heard.
func (s *Search) soften(row []float32) {
	s.lang.Units.soften(row, s.heard)
	if s.heard[0] < certain {
		row[0] -= s.lang.tuning.Blank
	}
}
