package knowledge

import (
	"context"
	"encoding/json"
	"flag"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"voxgate/models/reading"
)

var refit = flag.Bool("fit", false, "fit weights.json to testdata/fit.tsv and write it")

// choice is a question of the fit with the entries that may be meant.
type choice struct {
	asked terms
	found []candidate
	right int // index in found, -1 where none of them is right
	known bool
}

// choices are the questions of the fit, each with an answer once more without it: then nothing may come.
func choices(t *testing.T, b *Base) (answerable, unknown []choice, lost int) {
	t.Helper()
	p := b.profiles.Load()
	questions := examples(t, "testdata/fit.tsv")
	for _, e := range questions {
		if e.lang == Chinese {
			e.text, e.pinyin = misheard(e.text), strings.Join(reading.Pinyin(e.text), " ")
			questions = append(questions, e)
		}
	}
	for _, e := range questions {
		asked := analyse(e.text, e.pinyin)
		found, err := b.propose(context.Background(), matching(asked), asked, p, Question{Text: e.text, Lang: e.lang, Now: time.Now()})
		if err != nil && matching(asked) != "" {
			t.Fatal(err)
		}
		isRight := func(c candidate) bool { return slices.Contains(e.want, c.id) }
		if right := slices.IndexFunc(found, isRight); right >= 0 {
			answerable = append(answerable, choice{asked, found, right, true})
		} else if e.want != nil {
			lost++
		}
		if others := slices.DeleteFunc(slices.Clone(found), isRight); len(others) > 0 {
			unknown = append(unknown, choice{asked, others, -1, e.want != nil})
		}
	}
	return answerable, unknown, lost
}

// misheard puts a wrong character in the place of every third, as a recogniser may; the sounds are known.
func misheard(text string) string {
	runes := []rune(text)
	for i := 1; i < len(runes); i += 3 {
		if isHanzi(string(runes[i])) {
			runes[i] = '魏'
		}
	}
	return string(runes)
}

// TestFit fits the ranking anew; with -fit it is written.
func TestFit(t *testing.T) {
	if !*refit {
		t.Skip("only with -fit")
	}
	b := demoBase(t)
	answerable, unknown, lost := choices(t, b)
	near := fitNear(answerable)
	firsts := append(firstsOf(answerable, b, near), firstsOf(unknown, b, near)...)
	trust := fitTrust(firsts)
	r := ranking{Near: near[:], Trust: trust[:], Threshold: threshold(firsts, trust, 2.5)}
	r.Guess = threshold(firsts, trust, 0.25)
	right := 0
	for _, f := range firsts {
		if f.right {
			right++
		}
	}
	t.Logf("first right %d of %d, not proposed %d: %+v", right, len(answerable)+lost, lost, r)
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("weights.json", append(data, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// fitNear maximises the probability of the right entry among those proposed (multinomial logit), with weight decay.
func fitNear(all []choice) [traits]float64 {
	w := [traits]float64{1, 1, 2, 1, 1, 1, 1, 0.5}
	for step := range 1500 {
		var gradient [traits]float64
		for _, c := range all {
			shares := make([]float64, len(c.found))
			sum := 0.0
			for i, f := range c.found {
				shares[i] = math.Exp(dot(w[:], f.traits[:]))
				sum += shares[i]
			}
			for i, f := range c.found {
				for k, x := range f.traits {
					gradient[k] += shares[i] / sum * x
				}
			}
			for k, x := range c.found[c.right].traits {
				gradient[k] -= x
			}
		}
		for k := range w {
			w[k] -= 3 / (1 + float64(step)/300) * (gradient[k]/float64(len(all)) + 0.003*w[k])
		}
	}
	return w
}

// nearest is the nearest entry of a question.
type nearest struct {
	doubt  [doubts]float64
	right  bool
	weight float64 // how often such a question comes
}

// neighbourly is the weight of a question whose answer was taken out of the base: such ones come, but less often than
// those that are about something else altogether, and the nearest entry is often half an answer.
const neighbourly = 0.3

func firstsOf(all []choice, b *Base, near [traits]float64) []nearest {
	var out []nearest
	for _, c := range all {
		right := ""
		if c.right >= 0 {
			right = c.found[c.right].id
		}
		for i := range c.found {
			c.found[i].near = dot(near[:], c.found[i].traits[:])
		}
		found := judge(c.found, c.asked, b.profiles.Load())
		weight := 1.0
		if c.right < 0 && c.known {
			weight = neighbourly
		}
		out = append(out, nearest{found[0].doubt, right != "" && found[0].id == right, weight})
	}
	return out
}

// fitTrust is a logistic regression by Newton's steps with a little weight decay.
func fitTrust(all []nearest) [doubts]float64 {
	var w [doubts]float64
	for range 25 {
		var rows [doubts][doubts + 1]float64
		for _, f := range all {
			p := logistic(w[:], f.doubt[:])
			wrong := p
			if f.right {
				wrong--
			}
			for i, x := range f.doubt {
				for k, y := range f.doubt {
					rows[i][k] += f.weight * p * (1 - p) * x * y
				}
				rows[i][doubts] += f.weight * wrong * x
			}
		}
		for i := range rows {
			rows[i][i] += 0.1
			rows[i][doubts] += 0.1 * w[i]
		}
		for i, step := range solve(rows) {
			w[i] -= step
		}
	}
	return w
}

// solve is Gaussian elimination; the matrix is positive definite.
func solve(rows [doubts][doubts + 1]float64) [doubts]float64 {
	for i := range rows {
		for k := i + 1; k < doubts; k++ {
			share := rows[k][i] / rows[i][i]
			for j := i; j <= doubts; j++ {
				rows[k][j] -= share * rows[i][j]
			}
		}
	}
	var x [doubts]float64
	for i := doubts - 1; i >= 0; i-- {
		x[i] = rows[i][doubts]
		for j := i + 1; j < doubts; j++ {
			x[i] -= rows[i][j] * x[j]
		}
		x[i] /= rows[i][i]
	}
	return x
}

// threshold balances what is said wrongly, at the price of one wrong, against matters that are known but not said.
func threshold(all []nearest, w [doubts]float64, wrong float64) float64 {
	best, at := math.Inf(1), 1.0
	for limit := 0.05; limit < 0.95; limit += 0.01 {
		cost := 0.0
		for _, f := range all {
			answers := logistic(w[:], f.doubt[:]) >= limit
			switch {
			case answers && !f.right:
				cost += wrong * f.weight
			case f.right && !answers:
				cost += f.weight
			}
		}
		if cost < best {
			best, at = cost, math.Round(limit*100)/100
		}
	}
	return at
}
