package main

import (
	"math"
	"math/rand/v2"
	"strings"

	"voxgate/models/understanding"
)

// Weights of the training: step and decay of Adagrad, share of features left out in a pass.
const (
	step    = 0.35
	decay   = 2e-5
	dropout = 0.25
	copies  = 3 // disfluent variants of each line, beside the line itself
)

// linear is a classifier in training.
type linear struct {
	weights [][]float64
	bias    []float64
}

// fit trains softmax regression by Adagrad. Each line also comes in disfluent variants, and features are left out at
// random, so that no single character or sound decides: a recogniser will get some of them wrong.
func fit(rng *rand.Rand, lines []line, classes []string, passes int) *linear {
	m := newLinear(len(classes))
	seen := make([][]float64, len(classes))
	for c := range classes {
		seen[c] = make([]float64, understanding.Buckets+1)
	}
	index := indexOf(classes)
	type example struct {
		features []uint32
		class    int
	}
	var all []example
	for _, l := range lines {
		for v := range 1 + copies {
			text := l.text
			if v > 0 {
				text = disfluent(rng, text)
			}
			all = append(all, example{understanding.Features(text, ""), index[l.class]})
		}
	}
	mean := newLinear(len(classes))
	for pass := range passes {
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, e := range all {
			features := make([]uint32, 0, len(e.features))
			for _, f := range e.features {
				if rng.Float64() >= dropout {
					features = append(features, f)
				}
			}
			m.learn(features, e.class, seen)
		}
		if pass >= passes/2 {
			mean.add(m, 1/float64(passes-passes/2))
		}
	}
	return mean
}

func newLinear(classes int) *linear {
	m := &linear{weights: make([][]float64, classes), bias: make([]float64, classes)}
	for c := range m.weights {
		m.weights[c] = make([]float64, understanding.Buckets)
	}
	return m
}

// add adds a share of another's weights; the mean over the later passes depends less on the order of the lines.
func (m *linear) add(other *linear, share float64) {
	for c, row := range other.weights {
		m.bias[c] += share * other.bias[c]
		for i, w := range row {
			m.weights[c][i] += share * w
		}
	}
}

// learn takes one step of Adagrad on one example; seen holds the squared slopes so far, the bias last.
func (m *linear) learn(features []uint32, class int, seen [][]float64) {
	p := softmax(m.logits(features), 1)
	norm := 1 / math.Sqrt(max(1, float64(len(features))))
	for c := range m.weights {
		slope := p[c]
		if c == class {
			slope--
		}
		if math.Abs(slope) < 1e-3 {
			continue
		}
		last := understanding.Buckets
		seen[c][last] += slope * slope
		m.bias[c] -= step * 0.1 * slope / math.Sqrt(seen[c][last]+1e-6)
		g := slope * norm
		for _, f := range features {
			seen[c][f] += g * g
			w := &m.weights[c][f]
			*w -= step * (g/math.Sqrt(seen[c][f]+1e-6) + decay**w)
		}
	}
}

func (m *linear) logits(features []uint32) []float64 {
	norm := 1 / math.Sqrt(max(1, float64(len(features))))
	out := make([]float64, len(m.weights))
	for c, row := range m.weights {
		for _, f := range features {
			out[c] += row[f] * norm
		}
		out[c] += m.bias[c]
	}
	return out
}

// disfluent adds what callers add, or leaves out a character.
func disfluent(rng *rand.Rand, text string) string {
	pick := func(from []string) string { return from[rng.IntN(len(from))] }
	if text[0] < 0x80 {
		return pick([]string{"", "uh ", "hi ", "well ", "please "}) + text + pick([]string{"", "", " please", " thanks"})
	}
	runes := []rune(text)
	if at := rng.IntN(len(runes)); len(runes) > 6 && rng.Float64() < 0.5 {
		runes = append(runes[:at:at], runes[at+1:]...)
	}
	text = string(runes)
	if len(runes) < 4 {
		return text
	}
	if rng.Float64() < 0.3 {
		at := 1 + rng.IntN(len(runes)-1)
		text = string(runes[:at]) + pick([]string{"呃", "嗯", "那个", "就是"}) + string(runes[at:])
	}
	head := pick([]string{"", "", "", "你好", "喂", "麻烦", "请问", "那个", "我想问一下", "哎"})
	return head + strings.TrimSuffix(text, "吗") + pick([]string{"", "", "", "啊", "呀", "嘛", "谢谢"})
}

func indexOf(classes []string) map[string]int {
	out := map[string]int{}
	for i, c := range classes {
		out[c] = i
	}
	return out
}

func argmax(z []float64) int {
	best := 0
	for i := range z {
		if z[i] > z[best] {
			best = i
		}
	}
	return best
}

func softmax(z []float64, temperature float64) []float64 {
	peak := z[argmax(z)]
	out := make([]float64, len(z))
	sum := 0.0
	for i := range z {
		out[i] = math.Exp((z[i] - peak) / temperature)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}
