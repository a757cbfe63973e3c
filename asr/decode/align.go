package decode

// aligner finds where each unit of a known sequence was heard: Viterbi over the CTC graph of the sequence.
type aligner struct {
	score, before []float32
	from          [][]int8 // per step and state: how many states back the best predecessor is
}

// align returns, for each unit, the step at which it was first heard. soft holds one row of log-probabilities a step, by
// number of unit, the blank's first.
// It returns nil where the sequence does not fit into the steps.
func (a *aligner) align(soft [][]float32, units []uint16) []int {
	states := 2*len(units) + 1
	if len(units) == 0 || len(soft) == 0 {
		return nil
	}
	a.score, a.before = grow(a.score, states), grow(a.before, states)
	for i := range a.before {
		a.before[i] = unlikely
	}
	for len(a.from) < len(soft) {
		a.from = append(a.from, nil)
	}
	for t, row := range soft {
		if cap(a.from[t]) < states {
			a.from[t] = make([]int8, states)
		}
		from := a.from[t][:states]
		for st := range states {
			from[st], a.score[st] = 0, a.before[st]
			if t == 0 && st < 2 {
				a.score[st] = 0
			}
			if st > 0 && a.before[st-1] > a.score[st] {
				from[st], a.score[st] = 1, a.before[st-1]
			}
			// From unit to unit without a blank, unless they are the same.
			if st%2 == 1 && st > 1 && units[st/2] != units[st/2-1] && a.before[st-2] > a.score[st] {
				from[st], a.score[st] = 2, a.before[st-2]
			}
			if st%2 == 0 {
				a.score[st] += row[0]
			} else {
				a.score[st] += row[units[st/2]]
			}
		}
		a.score, a.before = a.before, a.score
	}
	return a.trace(len(soft), states)
}

func (a *aligner) trace(steps, states int) []int {
	st := states - 1
	if a.before[states-2] > a.before[st] {
		st = states - 2
	}
	if a.before[st] <= unlikely/2 {
		return nil
	}
	out := make([]int, states/2)
	for t := steps - 1; t >= 0; t-- {
		if st%2 == 1 {
			out[st/2] = t
		}
		st -= int(a.from[t][st])
	}
	return out
}

func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
