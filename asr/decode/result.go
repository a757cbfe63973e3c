package decode

import (
	"math"
	"slices"
	"strings"
)

// Result is what one utterance was.
type Result struct {
	Text, Pinyin string
	Confidence   float64 // 0..1
	Words        []Word
	Others       []Reading // other readings, best first
	Digits       int       // length of the digit string at the end, 0 where it ends otherwise
}

// Word is one word of a result; Start and End count steps from Begin.
type Word struct {
	Text, Pinyin string
	Start, End   int
	Confidence   float64

	sound
}

// Reading is a whole utterance in words.
type Reading struct {
	Text, Pinyin string
	Confidence   float64
}

// Hypotheses in a result, how sharply scores tell apart those that hold a word, and how much less often, for each nat
// that a reading lies behind, it was the right one.
const (
	wanted    = 5
	sharpness = 0.35
	apart     = 1.35
)

// Partial is the best reading so far and the digits at its end. It is cheap where nothing changed.
func (s *Search) Partial() (text string, digits int) {
	t := s.tokens[0]
	return s.text(s.chain(t.link)), int(s.grammar.places[t.place].digits)
}

// Complete is how likely the utterance is over, as far as its words tell: the language model's probability of an end here.
func (s *Search) Complete() float64 {
	for _, t := range s.tokens {
		if t.node == s.root && t.link >= 0 {
			return math.Exp(float64(s.grammar.finish(t.place)))
		}
	}
	return 0
}

// Finish reads the utterance as a whole. The search may go on afterwards.
func (s *Search) Finish() Result {
	if s.steps == 0 {
		return Result{}
	}
	s.borrow()
	defer s.giveBack()
	s.reread()
	paths := s.settle(s.paths(wanted))
	if len(paths) == 0 {
		return Result{}
	}
	all, shares := make([][]Word, len(paths)), make([]float64, len(paths))
	sum := 0.0
	for i, p := range paths {
		all[i] = s.words(p.links)
		shares[i] = math.Exp(-float64(p.worse-paths[0].worse) * sharpness)
		sum += shares[i]
	}
	for i := range shares {
		shares[i] /= sum
	}
	out := Result{Text: s.text(paths[0].links), Pinyin: joinPinyin(all[0]), Words: all[0]}
	for i, p := range paths[1:] {
		out.Others = append(out.Others, Reading{Text: s.text(p.links), Pinyin: joinPinyin(all[i+1])})
	}
	s.weighReadings(&out, paths)
	s.weighWords(&out, all, shares)
	_, out.Digits = s.Partial()
	return out
}

// weighReadings gives the readings of a result their confidences, which sum to one at most.
func (s *Search) weighReadings(out *Result, paths []path) {
	if len(out.Words) == 0 {
		return // of nothing nobody is sure
	}
	lead := float64(mostLead)
	if len(paths) > 1 {
		lead = float64(paths[1].worse - paths[0].worse)
	}
	out.Confidence = s.lang.calibration.Utterance.Confidence(readingEvidence(out.Words, lead))
	sum := out.Confidence
	for i := range out.Others {
		c := out.Confidence * math.Exp(-apart*float64(paths[i+1].worse-paths[0].worse))
		out.Others[i].Confidence = c
		sum += c
	}
	if sum > 1 {
		out.Confidence /= sum
		for i := range out.Others {
			out.Others[i].Confidence /= sum
		}
	}
}

// weighWords gives the words of a result their confidences: those that other readings do not have at that time are
// less certain.
func (s *Search) weighWords(out *Result, all [][]Word, shares []float64) {
	round := average(out.Words, func(w Word) float64 { return w.mean })
	for k := range out.Words {
		w := &out.Words[k]
		agree := 0.0
		for i, words := range all {
			if slices.ContainsFunc(words, func(o Word) bool { return o.Text == w.Text && o.Start <= w.End && w.Start <= o.End }) {
				agree += shares[i]
			}
		}
		w.Confidence = s.lang.calibration.Word.Confidence(wordEvidence(*w, round, agree))
	}
}

// Clarity is the share of the reading that was probably heard right, 0..1: the mean confidence of its words by length.
func (r Result) Clarity() float64 {
	return average(r.Words, func(w Word) float64 { return w.Confidence })
}

// average is the mean of a figure over words, each weighed by its syllables; 0 where there are none.
func average(words []Word, figure func(Word) float64) float64 {
	sum, n := 0.0, 0.0
	for _, w := range words {
		length := float64(1 + strings.Count(w.Pinyin, " "))
		sum, n = sum+figure(w)*length, n+length
	}
	return sum / max(n, 1)
}

func joinPinyin(words []Word) string {
	parts := make([]string, 0, len(words))
	for _, w := range words {
		parts = append(parts, w.Pinyin)
	}
	return strings.Join(parts, " ")
}
