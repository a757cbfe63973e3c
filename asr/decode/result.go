package decode

import (
	"math"
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
}

// Reading is a whole utterance in words.
type Reading struct {
	Text, Pinyin string
	Confidence   float64
}

// Hypotheses in a result, and how sharply scores tell them apart.
const (
	wanted    = 5
	sharpness = 0.35
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
	sum := 0.0
	for _, p := range paths {
		sum += math.Exp(-float64(p.worse) * sharpness)
	}
	var out Result
	for i, p := range paths {
		words := s.words(p.links)
		share := math.Exp(-float64(p.worse)*sharpness) / sum
		text, pinyin := s.text(p.links), joinPinyin(words)
		confidence := calibrated(overall(words) * math.Sqrt(share))
		if i > 0 {
			out.Others = append(out.Others, Reading{text, pinyin, confidence})
			continue
		}
		out.Text, out.Pinyin, out.Words, out.Confidence = text, pinyin, words, confidence
	}
	s.weighWords(&out, paths)
	_, out.Digits = s.Partial()
	return out
}

// weighWords lowers the confidence of words that other readings do not have at that time.
func (s *Search) weighWords(out *Result, paths []path) {
	if len(paths) < 2 {
		return
	}
	agree, sum := make([]float64, len(out.Words)), 0.0
	for i, p := range paths {
		share := math.Exp(-float64(p.worse) * sharpness)
		sum += share
		words := out.Words
		if i > 0 {
			words = s.words(p.links)
		}
		for k, w := range out.Words {
			for _, o := range words {
				if o.Text == w.Text && o.Start <= w.End && w.Start <= o.End {
					agree[k] += share
					break
				}
			}
		}
	}
	for k := range out.Words {
		out.Words[k].Confidence *= agree[k] / sum
	}
}

// calibration turns the raw measure of confidence into how often such a reading is right, word for word: measured on
// synthetic speech in voices outside the training, in quiet and in noise.
var calibration = [][2]float64{{0, 0}, {0.2, 0.1}, {0.35, 0.32}, {0.45, 0.6}, {0.55, 0.75}, {0.65, 0.92}, {0.75, 0.98}, {1, 1}}

func calibrated(raw float64) float64 {
	for i := 1; i < len(calibration); i++ {
		a, b := calibration[i-1], calibration[i]
		if raw <= b[0] {
			return a[1] + (b[1]-a[1])*(raw-a[0])/(b[0]-a[0])
		}
	}
	return 1
}

// overall is the mean confidence of the words, each weighed by its length.
func overall(words []Word) float64 {
	sum, n := 0.0, 0.0
	for _, w := range words {
		length := float64(1 + strings.Count(w.Pinyin, " "))
		sum += w.Confidence * length
		n += length
	}
	if n == 0 {
		return 0
	}
	return sum / n
}

func joinPinyin(words []Word) string {
	parts := make([]string, 0, len(words))
	for _, w := range words {
		parts = append(parts, w.Pinyin)
	}
	return strings.Join(parts, " ")
}
