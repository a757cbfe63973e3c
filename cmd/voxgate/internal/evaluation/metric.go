package evaluation

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Metric names one figure of an evaluation.
type Metric string

// The figures, in the order of the tables.
const (
	Unit      Metric = "unit_error"         // initials and toned finals, edits for each one said
	Toneless  Metric = "toneless_error"     // the same without tones
	Character Metric = "character_error"    // hanzi, digits, English words, edits for each one said
	Digits    Metric = "digit_string_error" // lines with a number of four or more digits that came out wrong
	Intent    Metric = "intent_right"       // lines understood as their reference text is
	Slot      Metric = "slot_error"         // slots missing, wrong or too many, for each one of the reference
)

// Metrics are all figures in the order of the tables.
func Metrics() []Metric { return []Metric{Unit, Toneless, Character, Digits, Intent, Slot} }

// Title is the figure's name for people.
func (m Metric) Title() string {
	return map[Metric]string{
		Unit: "unit error", Toneless: "toneless unit error", Character: "character error",
		Digits: "digit-string error", Intent: "intent agreement", Slot: "slot error",
	}[m]
}

// HigherIsBetter tells agreement from the errors.
func (m Metric) HigherIsBetter() bool { return m == Intent }

// Count is the share that one utterance, or many, have in a figure: Part of Of.
type Count struct{ Part, Of int }

// Rate is a figure with its 95 % confidence interval. Errors may exceed 1 where more was heard than said.
type Rate struct {
	Value float64 `json:"rate"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Part  int     `json:"part"`
	Of    int     `json:"of"`
}

// Bootstrap draws this often.
const resamples = 1000

// rate sums counts of utterances and draws the utterances anew for the interval (percentile bootstrap). It is nil where
// nothing could be counted. The same counts give the same interval; one utterance alone gives none (Low equals High).
func rate(counts []Count) *Rate {
	var all Count
	kept := make([]Count, 0, len(counts))
	for _, c := range counts {
		all.Part, all.Of = all.Part+c.Part, all.Of+c.Of
		// An utterance without reference items still counts where something was heard in it.
		if c.Part > 0 || c.Of > 0 {
			kept = append(kept, c)
		}
	}
	if all.Of == 0 {
		return nil
	}
	dice := rand.New(rand.NewPCG(1, 2))
	drawn := make([]float64, 0, resamples)
	for range resamples {
		var sum Count
		for range kept {
			c := kept[dice.IntN(len(kept))]
			sum.Part, sum.Of = sum.Part+c.Part, sum.Of+c.Of
		}
		if sum.Of > 0 {
			drawn = append(drawn, float64(sum.Part)/float64(sum.Of))
		}
	}
	r := &Rate{Value: float64(all.Part) / float64(all.Of), Part: all.Part, Of: all.Of}
	slices.Sort(drawn)
	r.Low, r.High = r.Value, r.Value
	if n := len(drawn); n > 0 {
		r.Low, r.High = drawn[n*25/1000], drawn[min(n-1, n*975/1000)]
	}
	widen(r, kept)
	return r
}

// widen gives shares of utterances that are all right or all wrong the exact binomial bound (Clopper and Pearson):
// drawing equals anew shows no spread, though a few of them prove little.
func widen(r *Rate, kept []Count) {
	shares := !slices.ContainsFunc(kept, func(c Count) bool { return c.Of != 1 || c.Part > 1 })
	if !shares || r.Part != 0 && r.Part != r.Of {
		return
	}
	bound := math.Pow(0.025, 1/float64(len(kept)))
	if r.Part == 0 {
		r.High = 1 - bound
	} else {
		r.Low = bound
	}
}

// distance is the least number of insertions, deletions and substitutions that make b of a (Levenshtein).
func distance(a, b []string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := diagonal
			if x != y {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// nearest is the distance to the reference that is closest, among readings that are equally right.
func nearest(references [][]string, heard []string) Count {
	var best Count
	for i, ref := range references {
		if c := (Count{distance(ref, heard), len(ref)}); i == 0 || c.Part < best.Part {
			best = c
		}
	}
	return best
}

// Piece is a stretch of a text, marked where it differs from the other one.
type Piece struct {
	Text  string `json:"text"`
	Wrong bool   `json:"wrong,omitempty"`
}

// compare cuts both token lists into pieces that agree and pieces that do not.
func compare(a, b []string) (left, right []Piece) {
	cost := make([][]int, len(a)+1)
	for i := range cost {
		cost[i] = make([]int, len(b)+1)
	}
	for i := len(a); i >= 0; i-- {
		for j := len(b); j >= 0; j-- {
			switch {
			case i == len(a):
				cost[i][j] = len(b) - j
			case j == len(b):
				cost[i][j] = len(a) - i
			case a[i] == b[j]:
				cost[i][j] = cost[i+1][j+1]
			default:
				cost[i][j] = 1 + min(cost[i+1][j+1], cost[i+1][j], cost[i][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			left, right = add(left, a[i], false), add(right, b[j], false)
			i, j = i+1, j+1
		case i < len(a) && j < len(b) && cost[i][j] == 1+cost[i+1][j+1]:
			left, right = add(left, a[i], true), add(right, b[j], true)
			i, j = i+1, j+1
		case i < len(a) && cost[i][j] == 1+cost[i+1][j]:
			left = add(left, a[i], true)
			i++
		default:
			right = add(right, b[j], true)
			j++
		}
	}
	return left, right
}

// add joins a token to the last piece of its kind; English words keep a space between them.
func add(pieces []Piece, token string, wrong bool) []Piece {
	if n := len(pieces); n > 0 {
		last := &pieces[n-1]
		if isWord(token) && isWord(last.Text) {
			token = " " + token
		}
		if last.Wrong == wrong {
			last.Text += token
			return pieces
		}
	}
	return append(pieces, Piece{token, wrong})
}
