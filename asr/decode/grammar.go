package decode

import (
	"slices"
	"strings"
	"unicode"

	"voxgate/asr"
)

// place is what the words so far mean for the next one: a state of the language model and the digit string in progress.
type place struct {
	state  int32
	digits int16 // length of the digit string in progress, 0 for none
	stage  stage // how far something has come that the dialogue expects
	known  int32 // place in the tree of known numbers, -1 for none
}

// Scores of known numbers: their next digit is likely, and so is finishing one. They keep such numbers in the search; what
// was said decides settle.
const (
	knownDigit = float32(-0.6)
	knownEnd   = float32(-0.05)
)

// grammar scores words after words for one utterance: trigram, digit strings, the dialogue's hints.
type grammar struct {
	lang    *Language
	hints   asr.Hints
	lengths *lengths
	known   *knownTree
	extra   tree     // words of the hints; its root is node 0
	raised  []string // the hints that extra was made of
	places  []place
	numbers map[uint64]int32
	classes []int32

	expected *expectations
	likely   []candidate        // the known numbers in all their forms
	numerals map[string][]int32 // made when first needed
}

// anyClass marks a hinted word of which nobody said whether it is a product, a courier, a city or a name.
const anyClass = int32(-1)

func newGrammar(l *Language) *grammar {
	g := &grammar{lang: l, numbers: map[uint64]int32{}, expected: newExpectations(l)}
	for _, c := range classes {
		g.classes = append(g.classes, l.tokens["<"+c+">"])
	}
	g.expect(asr.Hints{})
	return g
}

// expect takes the hints of the next utterance.
func (g *grammar) expect(h asr.Hints) {
	g.hints = h
	g.lengths = newLengths(h.MinDigits, h.MaxDigits, h.Only)
	g.known = newKnownTree(h.Known)
	g.likely = candidates(h.Known)
	if len(g.extra.nodes) > 0 && slices.Equal(g.raised, h.Words) {
		return
	}
	g.raised = slices.Clone(h.Words)
	g.extra = tree{}
	g.extra.newRoot()
	for _, text := range h.Words {
		for _, part := range splitHint(text, g.lang.Spaced) {
			g.addHint(part)
		}
	}
	g.addGroups()
	g.extra.finish()
}

// begin is the place before the first word.
func (g *grammar) begin() int32 {
	g.places = g.places[:0]
	clear(g.numbers)
	return g.number(place{state: g.lang.model.start, known: -1})
}

// splitHint cuts a hint such as "登山鞋 38码" into what can be spoken of it.
func splitHint(text string, spaced bool) []string {
	if spaced {
		return []string{strings.ToLower(strings.TrimSpace(text))}
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return !unicode.Is(unicode.Han, r) })
	var out []string
	if whole := strings.TrimSpace(text); latin(whole) && len([]rune(whole)) <= 16 {
		out = append(out, whole) // a name such as "iPhone 15 Pro" or "T恤" is said as a whole
	}
	for _, p := range parts {
		if n := len([]rune(p)); n >= 2 && n <= 12 {
			out = append(out, p)
		}
	}
	return out
}

// addHint raises one word. A word that cannot be read is left to the general search.
func (g *grammar) addHint(text string) {
	l := g.lang
	for _, r := range l.plausible(text) {
		units, err := l.spelling.spell(r)
		if err != nil {
			continue
		}
		token, ok := l.tokens[l.member[text]]
		if !ok {
			token = anyClass
		}
		g.extra.words = append(g.extra.words, word{text: text, reading: l.shown(text, r), units: units, token: token, logp: -0.7})
		g.extra.add(0, int32(len(g.extra.words)-1), -4, -6)
	}
}

// number gives each different place a small number.
func (g *grammar) number(p place) int32 {
	key := uint64(p.state)<<40 ^ uint64(p.stage)<<28 ^ uint64(p.digits)<<20 ^ uint64(p.known+1)&(1<<20-1)
	n, ok := g.numbers[key]
	if !ok {
		n = int32(len(g.places))
		g.places = append(g.places, p)
		g.numbers[key] = n
	}
	return n
}

// advance scores word w after the words that led to place at, and says where that leads.
func (g *grammar) advance(at int32, w *word) (place, float32) {
	p := g.places[at]
	if w.kind == filler {
		return p, w.logp
	}
	switch w.kind {
	case digit:
		return g.advanceDigit(p, w)
	case letters:
		return g.advanceLetters(p, w)
	}
	if g.hints.Only {
		return p, unlikely // a hinted word
	}
	score := w.logp
	if p.digits > 0 {
		score += g.endScore(p)
	}
	token, model := w.token, float32(0)
	switch {
	case token == anyClass:
		model = unlikely
		for _, c := range g.classes {
			if s := g.lang.model.score(p.state, c); s > model {
				model, token = s, c
			}
		}
	case w.kind == syllable:
		model = g.lang.tuning.Unknown
	default:
		model = g.lang.model.score(p.state, token)
	}
	stage, least := g.follows(p, w)
	return place{state: g.lang.model.next(p.state, token), stage: stage, known: -1}, score + max(model, least)
}

func (g *grammar) advanceDigit(p place, w *word) (place, float32) {
	n, score := int(p.digits), w.logp
	next := place{state: p.state, stage: p.stage, known: p.known}
	if n == 0 {
		next = place{state: g.lang.model.next(p.state, g.lang.digits)}
		if g.lettersOf(p) != nil {
			next.stage = p.stage
		}
		score += g.startScore(p)
	}
	if n+len(w.text) > maxDigits || (g.hints.Only && g.hints.MaxDigits > 0 && n+len(w.text) > g.hints.MaxDigits) {
		return p, unlikely
	}
	for i := n; i > 0 && i < n+len(w.text); i++ {
		score += g.lengthsAt(next).more[i]
	}
	next.digits = int16(n + len(w.text))
	if next.known >= 0 {
		next.known = g.known.walk(next.known, w.text)
	}
	if next.known >= 0 && len(w.text) == 1 {
		score = knownDigit
		if n == 0 {
			score += max(g.startScore(p), -3)
		}
	}
	return next, score
}

// startScore is how likely a digit string begins here.
func (g *grammar) startScore(p place) float32 {
	if g.hints.Only || g.lettersOf(p) != nil {
		return 0
	}
	s := g.lang.model.score(p.state, g.lang.digits)
	if g.hints.Digits {
		if s += 2; p.state == g.lang.model.start {
			s = max(s, -0.7)
		}
	}
	return s
}

// endScore is how likely the digit string in progress is complete.
func (g *grammar) endScore(p place) float32 {
	if p.known > 0 && g.known.leaf[p.known] {
		return knownEnd
	}
	return g.lengthsAt(p).end[p.digits]
}

// lengthsAt are the lengths of digit strings at a place: those asked for, or those of the courier whose letters were said.
func (g *grammar) lengthsAt(p place) *lengths {
	if group := g.lettersOf(p); group != nil {
		return group.lengths
	}
	return g.lengths
}

// finish scores the end of the utterance.
func (g *grammar) finish(at int32) float32 {
	p := g.places[at]
	score := float32(0)
	if p.digits > 0 {
		score = g.endScore(p)
	}
	if g.hints.Only {
		return score
	}
	return score + max(g.lang.model.score(p.state, g.lang.end), p.stage.ends())
}
