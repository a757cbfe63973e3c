package evaluation

import (
	"math"
	"math/rand/v2"
	"slices"
)

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

// resamples is how often utterances are drawn anew.
const resamples = 1000

// draws says how often each utterance counts in each resample. Utterances of one voice, or of one sentence pattern, are
// alike; so voices and patterns are drawn, independently of each other, and an utterance counts as often as its voice
// times its pattern was drawn (the pigeonhole bootstrap: Owen, Annals of Applied Statistics 1, 2007). The same names give
// the same draws.
func draws(speakers, patterns []string) [][]int {
	dice := rand.New(rand.NewPCG(1, 2))
	voice, sentence := newGroups(speakers), newGroups(patterns)
	out := make([][]int, resamples)
	for i := range out {
		weights := make([]int, len(speakers))
		v, s := voice.draw(dice), sentence.draw(dice)
		for k := range weights {
			weights[k] = v[voice.of[k]] * s[sentence.of[k]]
		}
		out[i] = weights
	}
	return out
}

// groups are what utterances have in common: of[k] is the number of utterance k's group.
type groups struct {
	of    []int
	count int
}

func newGroups(names []string) groups {
	numbers := map[string]int{}
	g := groups{of: make([]int, len(names))}
	for k, name := range names {
		n, ok := numbers[name]
		if !ok {
			n = len(numbers)
			numbers[name] = n
		}
		g.of[k] = n
	}
	g.count = len(numbers)
	return g
}

// draw is how often each group comes in as many draws as there are groups. A single group always comes once.
func (g groups) draw(dice *rand.Rand) []int {
	times := make([]int, g.count)
	for range times {
		times[dice.IntN(len(times))]++
	}
	return times
}

// rate sums counts of utterances and takes the interval from the draws (percentiles). It is nil where nothing could be
// counted; one utterance alone gives no interval (Low equals High).
func rate(counts []Count, drawn [][]int) *Rate {
	var all Count
	var kept []int // utterances without reference items still count where something was heard in them
	for k, c := range counts {
		all.Part, all.Of = all.Part+c.Part, all.Of+c.Of
		if c.Part > 0 || c.Of > 0 {
			kept = append(kept, k)
		}
	}
	if all.Of == 0 {
		return nil
	}
	var values []float64
	for _, weights := range drawn {
		part, of := 0, 0
		for _, k := range kept {
			part, of = part+weights[k]*counts[k].Part, of+weights[k]*counts[k].Of
		}
		if of > 0 {
			values = append(values, float64(part)/float64(of))
		}
	}
	r := &Rate{Value: float64(all.Part) / float64(all.Of), Part: all.Part, Of: all.Of}
	r.Low, r.High = r.Value, r.Value
	if n := len(values); n > 0 && len(kept) > 1 {
		slices.Sort(values)
		r.Low, r.High = values[n*25/1000], values[min(n-1, n*975/1000)]
	}
	widen(r, counts, kept)
	return r
}

// widen gives shares of utterances that are all right or all wrong the exact binomial bound (Clopper and Pearson):
// drawing equals anew shows no spread, though a few of them prove little.
func widen(r *Rate, counts []Count, kept []int) {
	shares := !slices.ContainsFunc(kept, func(k int) bool { return counts[k].Of != 1 || counts[k].Part > 1 })
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
