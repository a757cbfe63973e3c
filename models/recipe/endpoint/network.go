package main

import (
	"fmt"
	"math"
	"math/rand/v2"

	"voxgate/models/endpoint"
)

// network is a model of the end of turn while it is fitted: its weights in one row, their slopes, and what Adam
// (Kingma and Ba 2015) remembers of them.
type network struct {
	weights, slope, mean, square []float64
	steps                        int
}

// Places of the weights in the row: those of the inputs, then shifts, outputs and the bias.
const (
	shiftAt = endpoint.Hidden * endpoint.Inputs
	outAt   = shiftAt + endpoint.Hidden
	biasAt  = outAt + endpoint.Hidden
	size    = biasAt + 1
)

func newNetwork(dice *rand.Rand) *network {
	n := &network{make([]float64, size), make([]float64, size), make([]float64, size), make([]float64, size), 0}
	for i := range shiftAt {
		n.weights[i] = dice.NormFloat64() / math.Sqrt(float64(endpoint.Inputs))
	}
	for i := range endpoint.Hidden {
		n.weights[outAt+i] = dice.NormFloat64() / math.Sqrt(float64(endpoint.Hidden))
	}
	return n
}

// add counts an example's slopes, weighed, and returns its loss.
func (n *network) add(x *[endpoint.Inputs]float64, over bool, weight float64) float64 {
	var h [endpoint.Hidden]float64
	sum := n.weights[biasAt]
	for i := range h {
		row := n.weights[i*endpoint.Inputs : (i+1)*endpoint.Inputs]
		v := n.weights[shiftAt+i]
		for k, w := range row {
			v += w * x[k]
		}
		h[i] = math.Tanh(v)
		sum += n.weights[outAt+i] * h[i]
	}
	target := 0.0
	loss := math.Log1p(math.Exp(sum))
	if over {
		target, loss = 1, math.Log1p(math.Exp(-sum))
	}
	g := weight * (1/(1+math.Exp(-sum)) - target)
	n.slope[biasAt] += g
	for i := range h {
		n.slope[outAt+i] += g * h[i]
		back := g * n.weights[outAt+i] * (1 - h[i]*h[i])
		n.slope[shiftAt+i] += back
		for k, v := range x {
			n.slope[i*endpoint.Inputs+k] += back * v
		}
	}
	return loss
}

// step moves the weights against the slopes counted since the last step.
func (n *network) step(rate float64) {
	const (
		b1, b2 = 0.9, 0.999
		pull   = 1e-4
	)
	n.steps++
	c1, c2 := 1-math.Pow(b1, float64(n.steps)), 1-math.Pow(b2, float64(n.steps))
	for i, g := range n.slope {
		n.mean[i] = b1*n.mean[i] + (1-b1)*g
		n.square[i] = b2*n.square[i] + (1-b2)*g*g
		n.weights[i] -= rate * (n.mean[i]/c1/(math.Sqrt(n.square[i]/c2)+1e-8) + pull*n.weights[i])
		n.slope[i] = 0
	}
}

// fitNetwork fits the network over all steps.
func fitNetwork(m *endpoint.Model, steps []endpoint.Example) {
	const (
		rounds = 24
		batch  = 64
	)
	dice := rand.New(rand.NewPCG(6, 7))
	n := newNetwork(dice)
	rows := make([][endpoint.Inputs]float64, len(steps))
	order := make([]int, len(steps))
	for i, e := range steps {
		order[i], rows[i] = i, e.Dense(m.Complete(e.Lang, e.Text))
	}
	for round := range rounds {
		dice.Shuffle(len(order), func(i, k int) { order[i], order[k] = order[k], order[i] })
		loss, total := 0.0, 0.0
		for at := 0; at < len(order); at += batch {
			for _, i := range order[at:min(at+batch, len(order))] {
				w := importance(steps[i])
				loss += w * n.add(&rows[i], steps[i].Over, w/batch)
				total += w
			}
			n.step(4e-3 * (1 - float64(round)/rounds))
		}
		if round == rounds-1 {
			fmt.Printf("network: %d steps, %.4f nats\n", len(steps), loss/total)
		}
	}
	for i := range endpoint.Hidden {
		copy(m.In[i][:], n.weights[i*endpoint.Inputs:])
		m.Shift[i], m.Out[i] = n.weights[shiftAt+i], n.weights[outAt+i]
	}
	m.Bias = n.weights[biasAt]
}

// share says how often callers break off so, against how often the table has it.
func share(class string) float64 {
	if s, ok := map[string]float64{"broken": 0.3, "begun": 1, "left": 1}[class]; ok {
		return s
	}
	return 1
}

// importance is the weight of a step. The later steps of a long quiet tell little.
func importance(e endpoint.Example) float64 {
	if e.Over {
		if e.Quiet > 0.8 {
			return 0.5
		}
		return 1
	}
	return share(e.Class)
}
