package engine

import (
	"math"
	"testing"
)

func TestHistoryKeepsTheLastRows(t *testing.T) {
	const size, zh, en = 4, 6, 3
	h := newHistory(size)
	rowOf := func(i int) row {
		r := row{zh: make([]float32, zh), en: make([]float32, en), speech: float32(i)}
		for u := range r.zh {
			r.zh[u] = -8
		}
		for u := range r.en {
			r.en[u] = -8
		}
		r.zh[i%zh], r.en[i%en] = -0.01, -0.01
		return r
	}
	if got := h.last(3, zh, en); len(got) != 0 {
		t.Errorf("%d rows before anything was heard", len(got))
	}
	for i := range 23 {
		h.add(rowOf(i))
		for n := range size + 2 {
			got := h.last(n, zh, en)
			if len(got) != min(n, size, i+1) {
				t.Fatalf("after %d rows the last %d are %d", i+1, n, len(got))
			}
			for k, r := range got {
				at := i - len(got) + 1 + k
				if r.speech != float32(at) || len(r.zh) != zh || math.Abs(float64(r.zh[at%zh]+0.01)) > 0.1 || r.en[(at+1)%en] > -4 {
					t.Fatalf("row %d is %+v", at, r)
				}
			}
		}
	}
}
