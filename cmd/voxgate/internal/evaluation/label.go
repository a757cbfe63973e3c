package evaluation

import (
	"cmp"
	"slices"
)

// labels counts what a kind of label was and what it was taken for.
type labels struct {
	counts     []Count // of every case
	pairs      map[[2]string]int
	want, said map[string]int
}

func newLabels(cases int) *labels {
	return &labels{make([]Count, cases), map[[2]string]int{}, map[string]int{}, map[string]int{}}
}

func (l *labels) add(i int, want, got string) {
	l.counts[i] = share(want == got)
	l.pairs[[2]string{want, got}]++
	l.want[want]++
	l.said[got]++
}

// macroF1 is the mean F1 of the labels that occur.
func (l *labels) macroF1() float64 {
	sum := 0.0
	for label, n := range l.want {
		sum += 2 * float64(l.pairs[[2]string{label, label}]) / float64(n+l.said[label])
	}
	return sum / max(1, float64(len(l.want)))
}

// confusions are the commonest pairs of different labels.
func (l *labels) confusions() []Confusion {
	var out []Confusion
	for pair, n := range l.pairs {
		if pair[0] != pair[1] {
			out = append(out, Confusion{pair[0], pair[1], n})
		}
	}
	slices.SortFunc(out, func(a, b Confusion) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Want, b.Want), cmp.Compare(a.Got, b.Got))
	})
	return out[:min(len(out), 2*worstShown)]
}
