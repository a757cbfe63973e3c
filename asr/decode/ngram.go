package decode

import "math"

// discount is what absolute discounting takes from every seen count.
const discount = 0.7

// ngram is a trigram language model over tokens (words and classes) with interpolated Kneser-Ney smoothing
// (Kneser and Ney 1995, Chen and Goodman 1999), computed once from sentences.
type ngram struct {
	uni     []float32          // log P(w)
	bi, tri map[uint64]float32 // log P(w | h2), log P(w | h1 h2) of seen n-grams
	bow     []float32          // log back-off weight of h2
	bowPair map[uint64]float32 // log back-off weight of h1 h2
}

func pair(a, b int32) uint64 { return uint64(uint32(a))<<21 | uint64(uint32(b)) }

func triple(a, b, c int32) uint64 { return pair(a, b)<<21 | uint64(uint32(c)) }

// trainNgram computes the model of size tokens; every sentence is padded with begin twice and ends with end.
func trainNgram(sentences [][]int32, size int, begin, end int32) *ngram {
	c3, c2 := map[uint64]float64{}, map[uint64]float64{}
	for _, s := range sentences {
		h1, h2 := begin, begin
		for i := range len(s) + 1 {
			w := end
			if i < len(s) {
				w = s[i]
			}
			c3[triple(h1, h2, w)]++
			if h2 == begin {
				c2[pair(h2, w)]++ // nothing comes before the begin: its raw counts are its continuation counts
			}
			h1, h2 = h2, w
		}
	}
	const mask = 1<<21 - 1
	for k := range c3 {
		if h2 := int32(k >> 21 & mask); h2 != begin {
			c2[pair(h2, int32(k&mask))]++
		}
	}
	c1, total := make([]float64, size), 0.0
	for k := range c2 {
		c1[k&mask]++
		total++
	}
	m := &ngram{
		uni: make([]float32, size), bow: make([]float32, size),
		bi: make(map[uint64]float32, len(c2)), tri: make(map[uint64]float32, len(c3)), bowPair: map[uint64]float32{},
	}
	p1 := make([]float64, size)
	for w := range p1 {
		// A share of the uniform distribution keeps tokens that no sentence holds alive.
		p1[w] = 0.97*c1[w]/max(total, 1) + 0.03/float64(size)
		m.uni[w] = float32(math.Log(p1[w]))
	}
	p2 := m.bigrams(c2, p1, size)
	m.trigrams(c3, p2, p1)
	return m
}

func (m *ngram) bigrams(c2 map[uint64]float64, p1 []float64, size int) map[uint64]float64 {
	const mask = 1<<21 - 1
	sum, kinds := make([]float64, size), make([]float64, size)
	for k, c := range c2 {
		sum[k>>21] += c
		kinds[k>>21]++
	}
	weight := func(h uint64) float64 { return discount * kinds[h] / sum[h] }
	p2 := make(map[uint64]float64, len(c2))
	for k, c := range c2 {
		h := k >> 21
		p2[k] = (c-discount)/sum[h] + weight(h)*p1[k&mask]
		m.bi[k] = float32(math.Log(p2[k]))
	}
	for h := range m.bow {
		if sum[h] > 0 {
			m.bow[h] = float32(math.Log(weight(uint64(h))))
		}
	}
	return p2
}

func (m *ngram) trigrams(c3 map[uint64]float64, p2 map[uint64]float64, p1 []float64) {
	const mask = 1<<21 - 1
	sum, kinds := map[uint64]float64{}, map[uint64]float64{}
	for k, c := range c3 {
		sum[k>>21] += c
		kinds[k>>21]++
	}
	for k, c := range c3 {
		h := k >> 21
		low := p2[k&(1<<42-1)]
		if low == 0 {
			low = p1[k&mask]
		}
		m.tri[k] = float32(math.Log((c-discount)/sum[h] + discount*kinds[h]/sum[h]*low))
	}
	for h := range sum {
		m.bowPair[h] = float32(math.Log(discount * kinds[h] / sum[h]))
	}
}

// logp is log P(w | h1 h2).
func (m *ngram) logp(h1, h2, w int32) float32 {
	if p, ok := m.tri[triple(h1, h2, w)]; ok {
		return p
	}
	back := m.bowPair[pair(h1, h2)] // absent: no history, weight 1
	if p, ok := m.bi[pair(h2, w)]; ok {
		return back + p
	}
	return back + m.bow[h2] + m.uni[w]
}
