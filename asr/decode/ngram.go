package decode

import (
	"fmt"
	"math"
	"slices"
)

// maxOrder is the length of the longest n-grams; a fourth token gained 0.4 % of perplexity on sentences left out.
const maxOrder = 3

// maxTokens is how many different tokens a 64-bit key of up to four can tell apart.
const maxTokens = 1 << 16

// ngram is a back-off language model over tokens (words and classes). A state stands for the longest history that the
// sentences hold; histories that tell the same about what follows share it, so that a search can join their hypotheses.
// State 0 is the empty history.
type ngram struct {
	uni   []float32 // log P(w)
	first []int32   // state after w alone
	back  []int32   // state of the history without its oldest token
	bow   []float32 // log back-off weight of each state
	start int32     // state before the first word
	arcs  arcs
}

// weighted is a sentence in token numbers and how often it counts.
type weighted struct {
	tokens []int32
	count  int32
}

// score is log P(w | state).
func (m *ngram) score(state, w int32) float32 {
	back := float32(0)
	for state != 0 {
		if a := m.arcs.find(state, w); a != nil {
			return back + a.logp
		}
		back += m.bow[state]
		state = m.back[state]
	}
	return back + m.uni[w]
}

// next is the state after w was said in state.
func (m *ngram) next(state, w int32) int32 {
	for state != 0 {
		if a := m.arcs.find(state, w); a != nil {
			return a.next
		}
		state = m.back[state]
	}
	return m.first[w]
}

// arc is one n-gram: its last token after the state of those before it.
type arc struct {
	key  uint64 // state and token, never 0 where an arc is
	logp float32
	next int32 // state afterwards
}

// arcs is a hash table with open addressing, at most two thirds full.
type arcs struct {
	slots []arc
	shift uint
}

func arcKey(state, w int32) uint64 { return uint64(uint32(state))<<16 | uint64(uint32(w)) }

func newArcs(n int) arcs {
	bits := uint(4)
	for 1<<bits < n+n/2+1 {
		bits++
	}
	return arcs{slots: make([]arc, 1<<bits), shift: 64 - bits}
}

// find returns the arc of token w out of a state other than 0, nil where there is none.
func (t *arcs) find(state, w int32) *arc {
	key := arcKey(state, w)
	for i := key * 0x9E3779B97F4A7C15 >> t.shift; ; i = (i + 1) & uint64(len(t.slots)-1) {
		switch a := &t.slots[i]; a.key {
		case key:
			return a
		case 0:
			return nil
		}
	}
}

// add makes room for an arc that is not there yet.
func (t *arcs) add(state, w int32) *arc {
	key := arcKey(state, w)
	i := key * 0x9E3779B97F4A7C15 >> t.shift
	for t.slots[i].key != 0 {
		i = (i + 1) & uint64(len(t.slots)-1)
	}
	t.slots[i] = arc{key: key, next: -1}
	return &t.slots[i]
}

// counted are the different n-grams of one length, ordered, with their counts. A key holds the tokens of an n-gram,
// the last one in its lowest 16 bits.
type counted struct {
	keys   []uint64
	counts []int32
}

// countNgrams counts all n-grams of 1..maxOrder tokens: the longest as they stand, the shorter ones by how many
// different tokens they follow, as Kneser and Ney (1995) do; those that open a sentence follow nothing and are counted
// as they stand.
func countNgrams(sentences []weighted, begin, end int32) [maxOrder]counted {
	var lists [maxOrder][]gram
	var padded []int32
	for _, s := range sentences {
		padded = append(append(append(padded[:0], begin), s.tokens...), end)
		for i := 1; i < len(padded); i++ {
			key := uint64(0)
			from := max(0, i-maxOrder+1)
			for _, t := range padded[from : i+1] {
				key = key<<16 | uint64(uint32(t))
			}
			// The n-grams shorter than the longest that are met here are those that open a sentence.
			lists[i-from] = append(lists[i-from], gram{key, s.count})
		}
	}
	var out [maxOrder]counted
	for n := maxOrder - 1; n >= 0; n-- {
		if n < maxOrder-1 {
			mask := uint64(1)<<(16*uint(n+1)) - 1
			for _, k := range out[n+1].keys {
				lists[n] = append(lists[n], gram{k & mask, 1})
			}
		}
		out[n] = gather(lists[n])
	}
	return out
}

type gram struct {
	key   uint64
	count int32
}

// gather orders n-grams and adds up the counts of equal ones.
func gather(list []gram) counted {
	slices.SortFunc(list, func(a, b gram) int {
		switch {
		case a.key < b.key:
			return -1
		case a.key > b.key:
			return 1
		}
		return 0
	})
	var c counted
	for i, g := range list {
		if i > 0 && g.key == list[i-1].key {
			c.counts[len(c.counts)-1] += g.count
			continue
		}
		c.keys = append(c.keys, g.key)
		c.counts = append(c.counts, g.count)
	}
	return c
}

// discounts are what is taken from n-grams seen once, twice, and more often, after Chen and Goodman (1999).
type discounts [3]float64

func (c *counted) discounts() discounts {
	var n [5]float64
	for _, k := range c.counts {
		if k < 5 {
			n[k]++
		}
	}
	if n[1] == 0 || n[2] == 0 || n[3] == 0 {
		return discounts{0.7, 0.9, 1.1} // too few n-grams for an estimate
	}
	y := n[1] / (n[1] + 2*n[2])
	d := discounts{1 - 2*y*n[2]/n[1], 2 - 3*y*n[3]/n[2], 3 - 4*y*n[4]/n[3]}
	for i := range d {
		d[i] = min(max(d[i], 0.3), float64(i)+0.9)
	}
	return d
}

func (d discounts) of(count int32) float64 { return d[min(count, 3)-1] }

// trainNgram computes the model of size tokens with interpolated modified Kneser-Ney smoothing (Chen and Goodman 1999).
func trainNgram(sentences []weighted, size int, begin, end int32) (*ngram, error) {
	if size > maxTokens {
		return nil, fmt.Errorf("%d different words in the sentences, the language model takes %d", size, maxTokens)
	}
	counts := countNgrams(sentences, begin, end)
	total := 0
	for n := 1; n < maxOrder; n++ {
		total += len(counts[n].keys)
	}
	m := &ngram{first: make([]int32, size), back: []int32{0}, bow: []float32{0}, arcs: newArcs(total)}
	m.unigrams(&counts[0], size)
	for n := 1; n < maxOrder; n++ {
		m.longer(&counts[n], n)
	}
	for n := 1; n < maxOrder; n++ {
		m.link(&counts[n], n)
	}
	m.start = m.first[begin]
	return m, nil
}

// unigrams shares what the discounts take among all tokens, so that those of no sentence stay alive.
func (m *ngram) unigrams(c *counted, size int) {
	d := c.discounts()
	sum, taken := 0.0, 0.0
	for _, n := range c.counts {
		sum += float64(n)
		taken += d.of(n)
	}
	rest := math.Log(1 / float64(size))
	if sum > 0 {
		rest = math.Log(max(taken/sum, 1e-3) / float64(size))
	}
	m.uni = make([]float32, size)
	for w := range m.uni {
		m.uni[w] = float32(rest)
	}
	for i, w := range c.keys {
		m.uni[w] = float32(math.Log((float64(c.counts[i])-d.of(c.counts[i]))/sum + math.Exp(rest)))
	}
}

// longer adds the n-grams of n+1 tokens, and a state for each history of n tokens.
func (m *ngram) longer(c *counted, n int) {
	d := c.discounts()
	for i := 0; i < len(c.keys); {
		history := c.keys[i] >> 16
		j, sum, taken := i, 0.0, 0.0
		for ; j < len(c.keys) && c.keys[j]>>16 == history; j++ {
			sum += float64(c.counts[j])
			taken += d.of(c.counts[j])
		}
		state := m.newState(history, n)
		left := taken / sum
		for ; i < j; i++ {
			w := int32(c.keys[i] & 0xFFFF)
			low := math.Exp(float64(m.score(m.back[state], w)))
			p := (float64(c.counts[i])-d.of(c.counts[i]))/sum + left*low
			m.arcs.add(state, w).logp = float32(math.Log(p))
		}
		m.bow[state] = float32(math.Log(left))
	}
}

// newState numbers a history of n tokens. The histories that it is made of are there already.
func (m *ngram) newState(history uint64, n int) int32 {
	state := int32(len(m.back))
	last := int32(history & 0xFFFF)
	if n == 1 {
		m.first[last] = state
		m.back, m.bow = append(m.back, 0), append(m.bow, 0)
		return state
	}
	if a := m.arcs.find(m.at(history>>16, n-1), last); a != nil {
		a.next = state
	}
	m.back, m.bow = append(m.back, m.at(history&(1<<(16*uint(n-1))-1), n-1)), append(m.bow, 0)
	return state
}

// at is the state of a history of n tokens, or of as much of its end as is known.
func (m *ngram) at(history uint64, n int) int32 {
	state := int32(0)
	for i := n - 1; i >= 0; i-- {
		w := int32(history >> (16 * uint(i)) & 0xFFFF)
		if state == 0 {
			state = m.first[w]
			continue
		}
		a := m.arcs.find(state, w)
		if a == nil || a.next < 0 {
			return 0
		}
		state = a.next
	}
	return state
}

// link says where the n-grams lead that are no history of longer ones: to the longest ending of theirs that is one.
func (m *ngram) link(c *counted, n int) {
	for _, k := range c.keys {
		state := m.at(k>>16, n)
		if a := m.arcs.find(state, int32(k&0xFFFF)); a != nil && a.next < 0 {
			a.next = m.next(m.back[state], int32(k&0xFFFF))
		}
	}
}
