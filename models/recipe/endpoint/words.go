package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"voxgate/models/endpoint"
)

// sample is a text and whether it is all that is said.
type sample struct {
	features []int
	whole    bool
	weight   float64
}

// short is by how much a sentence of one word counts more.
const short = 4.0

// samples are the sentences as whole texts, and what comes before each place where a pause may fall as texts that want
// more: together they weigh as much as the sentence.
func samples(t *texts, use func(string) bool, dice *rand.Rand) []sample {
	var out []sample
	add := func(words []string, whole bool, weight float64) {
		text := digitSign(t.joined(words))
		out = append(out, sample{endpoint.Features(t.lang, text), whole, weight})
	}
	wanting := map[string]bool{}
	for _, line := range t.openers {
		wanting[t.joined(strings.Fields(line))] = true
	}
	for _, line := range t.sentences {
		if !use(line) || wanting[t.joined(strings.Fields(line))] {
			continue
		}
		words := strings.Fields(t.filled(line, dice))
		// Short requests are rare among sentences and frequent in talk.
		add(words, true, 1+short/float64(len(words)))
		total := 0.0
		for _, w := range words[:len(words)-1] {
			total += weight(w)
		}
		for i, w := range words[:len(words)-1] {
			add(words[:i+1], false, weight(w)/total)
		}
	}
	for _, line := range t.openers {
		if use(line) {
			add(strings.Fields(line), false, 12)
		}
	}
	for _, line := range t.answers {
		add(strings.Fields(line), true, 12)
	}
	return out
}

// digitSign writes digit strings, three spoken digits and more, as the recogniser does.
func digitSign(text string) string {
	const spoken = "零一二三四五六七八九幺"
	var b strings.Builder
	run := []rune{}
	flush := func() {
		if len(run) >= 3 {
			b.WriteString(strings.Repeat("0", len(run)))
		} else {
			b.WriteString(string(run))
		}
		run = run[:0]
	}
	for _, r := range text {
		if strings.ContainsRune(spoken, r) {
			run = append(run, r)
			continue
		}
		flush()
		b.WriteRune(r)
	}
	flush()
	return b.String()
}

// fitWords fits the logistic model of complete texts by AdaGrad (Duchi et al. 2011) with a pull towards zero.
func fitWords(m *endpoint.Model, all map[string]*texts, use func(string) bool) {
	const (
		rounds = 8
		rate   = 0.08
		pull   = 5e-4
	)
	dice := rand.New(rand.NewPCG(2, 3))
	data := append(samples(all["zh"], use, dice), samples(all["en"], use, dice)...)
	var squares [endpoint.Buckets]float64
	for range rounds {
		dice.Shuffle(len(data), func(i, k int) { data[i], data[k] = data[k], data[i] })
		for _, s := range data {
			sum := 0.0
			for _, b := range s.features {
				sum += float64(m.Words[b])
			}
			p := 1 / (1 + math.Exp(-sum))
			slope := p
			if s.whole {
				slope = p - 1
			}
			for _, b := range s.features {
				g := s.weight*slope + pull*float64(m.Words[b])
				squares[b] += g * g
				m.Words[b] -= float32(rate * g / math.Sqrt(squares[b]+1e-6))
			}
		}
	}
}

// report says how well texts that the model has not seen are told apart.
func report(m *endpoint.Model, all map[string]*texts) {
	dice := rand.New(rand.NewPCG(4, 5))
	for _, lang := range []string{"zh", "en"} {
		loss, right, total := 0.0, 0.0, 0.0
		for _, s := range samples(all[lang], held, dice) {
			sum := 0.0
			for _, b := range s.features {
				sum += float64(m.Words[b])
			}
			if !s.whole {
				sum = -sum
			}
			loss += s.weight * math.Log1p(math.Exp(-sum))
			if sum > 0 {
				right += s.weight
			}
			total += s.weight
		}
		fmt.Printf("texts %s: %.0f unseen, %.1f %% right, %.3f nats\n", lang, total, 100*right/total, loss/total)
	}
}
