package decode

import (
	"math"
	"math/rand/v2"
	"testing"
)

func few(sentences ...[]int32) (out []weighted) {
	for _, s := range sentences {
		out = append(out, weighted{s, 1})
	}
	return out
}

// after is the state that tokens lead to from the beginning of a sentence.
func (m *ngram) after(tokens ...int32) int32 {
	state := m.start
	for _, t := range tokens {
		state = m.next(state, t)
	}
	return state
}

func TestNgramSumsToOne(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 4))
	var many []weighted
	for range 400 {
		s := make([]int32, dice.IntN(7))
		for i := range s {
			s[i] = 2 + int32(dice.ExpFloat64()*4)
		}
		many = append(many, weighted{s, 1 + dice.Int32N(3)})
	}
	for name, sentences := range map[string][]weighted{
		"few":  few([]int32{2, 3, 4}, []int32{2, 3, 5}, []int32{3, 3, 2}, []int32{5}, []int32{}),
		"many": many,
		"none": nil,
	} {
		const size = 70
		m, err := trainNgram(sentences, size, 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		for state := range int32(len(m.back)) {
			sum := 0.0
			for w := range int32(size) {
				sum += math.Exp(float64(m.score(state, w)))
				if to := m.next(state, w); to < 0 || int(to) >= len(m.back) {
					t.Fatalf("%s: token %d leads from state %d to %d", name, w, state, to)
				}
			}
			if math.Abs(sum-1) > 1e-3 {
				t.Fatalf("%s: in state %d the probabilities sum to %v", name, state, sum)
			}
		}
	}
}

func TestNgramPrefersWhatWasSeen(t *testing.T) {
	m, err := trainNgram(few([]int32{2, 3, 4}, []int32{2, 3, 5}, []int32{3, 3, 2}, []int32{5, 6, 7, 8}, []int32{4, 6, 7, 9}), 10, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if m.score(m.after(2, 3), 4) <= m.score(m.after(2, 3), 2) {
		t.Error("a trigram that was seen is not likelier than one that was not")
	}
	if m.after(9, 8, 2, 3) != m.after(7, 2, 3) {
		t.Error("histories that end alike, and are not known beyond that, differ")
	}
}

func TestNgramWeights(t *testing.T) {
	m, err := trainNgram([]weighted{{[]int32{2, 3}, 9}, {[]int32{2, 4}, 1}}, 5, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if m.score(m.after(2), 3) < m.score(m.after(2), 4)+1 {
		t.Error("a sentence that counts nine times is not much likelier")
	}
	for _, c := range []struct {
		line string
		want int32
	}{{"我 要 退货", 1}, {"我 要 退货\t7", 7}, {"我\t0", 0}, {"我\t1001", 0}, {"我\tviel", 0}} {
		if _, n, err := cutWeight(c.line); n != c.want || (err == nil) != (c.want > 0) {
			t.Errorf("%q: weight %d, %v", c.line, n, err)
		}
	}
}

func TestNgramRefusesTooManyTokens(t *testing.T) {
	if _, err := trainNgram(nil, maxTokens+1, 0, 1); err == nil {
		t.Error("keys of 16 bits a token were taken for more tokens")
	}
}

func BenchmarkNgram(b *testing.B) {
	zh := language(b, "zh")
	m := zh.model
	dice := rand.New(rand.NewPCG(1, 2))
	var asked [1 << 12][2]int32
	for i := range asked {
		asked[i] = [2]int32{dice.Int32N(int32(len(m.back))), dice.Int32N(int32(len(m.uni)))}
	}
	n := 0
	for b.Loop() {
		a := asked[n%len(asked)]
		m.score(a[0], a[1])
		n++
	}
	b.ReportMetric(float64(len(m.arcs.slots)*16+len(m.back)*8+len(m.uni)*8)/1024, "kB")
}
