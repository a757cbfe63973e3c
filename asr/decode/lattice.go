package decode

// edge is one way to say a part of a text: a word from one place in it to a later one.
type edge struct {
	from, to int
	word     int32
}

// lattice is the CTC graph of all ways to say a text.
type lattice struct {
	states []latticeState
	before []int32 // predecessors of all states, those of one state side by side
	ends   []int32 // states in which everything has been said
}

type latticeState struct {
	unit     uint16 // 0 for a blank
	edge     int32  // -1 for the blank before everything
	from, to int32  // range of predecessors in lattice.before, the state itself aside
}

// newLattice builds the graph of edges, which must be ordered by where they begin; the text ends at place end.
func newLattice(edges []edge, end int, units func(word int32) []uint16) *lattice {
	l := &lattice{states: []latticeState{{edge: -1}}}
	finals := make([][]int32, end+1)
	finals[0] = []int32{0}
	for n, a := range edges {
		last := int32(-1) // the state of the unit before
		for _, u := range units(a.word) {
			from := int32(len(l.before))
			if last < 0 {
				for _, f := range finals[a.from] {
					if l.states[f].unit != u {
						l.before = append(l.before, f)
					}
				}
			} else {
				l.before = append(l.before, last+1)
				if l.states[last].unit != u {
					l.before = append(l.before, last)
				}
			}
			last = int32(len(l.states))
			l.states = append(l.states, latticeState{unit: u, edge: int32(n), from: from, to: int32(len(l.before))})
			l.before = append(l.before, last)
			l.states = append(l.states, latticeState{edge: int32(n), from: int32(len(l.before)) - 1, to: int32(len(l.before))})
		}
		if last >= 0 {
			finals[a.to] = append(finals[a.to], last, last+1)
		}
	}
	l.ends = finals[end]
	return l
}

// best is the log-probability of the likeliest way through the lattice over rows of log-probabilities, and its edges in
// order; unlikely where there is none.
func (l *lattice) best(rows [][]float32) (float32, []int32) {
	n := len(l.states)
	if len(rows) == 0 || len(l.ends) == 0 {
		return unlikely, nil
	}
	now, old := make([]float32, n), make([]float32, n)
	back := make([]int32, n*len(rows))
	for i := range old {
		old[i] = unlikely
	}
	for t, row := range rows {
		for i := range l.states {
			st := &l.states[i]
			score, from := old[i], int32(i)
			for _, p := range l.before[st.from:st.to] {
				if old[p] > score {
					score, from = old[p], p
				}
			}
			if t == 0 && (i == 0 || st.from < st.to && l.before[st.from] == 0 && st.unit != 0) {
				score = 0
			}
			now[i], back[t*n+i] = score+row[st.unit], from
		}
		now, old = old, now
	}
	at := l.ends[0]
	for _, e := range l.ends {
		if old[e] > old[at] {
			at = e
		}
	}
	score := old[at]
	if score <= unlikely/2 {
		return unlikely, nil
	}
	var edges []int32
	for t := len(rows) - 1; t >= 0; t-- {
		if a := l.states[at].edge; a >= 0 && (len(edges) == 0 || edges[0] != a) {
			edges = append([]int32{a}, edges...)
		}
		at = back[t*n+int(at)]
	}
	return score, edges
}
