package decode

import "slices"

// raised is by how much hints may lift a word over the best that the language model says of it anywhere.
const raised = float32(6)

// limit notes for every word the best score that any history of the language model gives it: a hypothesis that would be
// too weak with that need not ask the model.
func (t *tree) limit(best func(*word) float32) {
	t.limits = make([]float32, len(t.ends))
	for i, w := range t.ends {
		t.limits[i] = best(&t.words[w])
	}
}

// bestScore is the best that a history may make of a word, hints aside.
func (l *Language) bestScore(highest []float32, w *word) float32 {
	switch w.kind {
	case digit:
		return max(w.logp, knownDigit)
	case filler:
		return w.logp
	case syllable:
		return w.logp + l.tuning.Unknown
	}
	return w.logp + l.ofToken(highest, w.token)
}

// highest is, for every token, the log of the greatest probability that it has after any history.
func (m *ngram) highest() []float32 {
	out := slices.Clone(m.uni)
	for i := range m.arcs.slots {
		if a := &m.arcs.slots[i]; a.key != 0 {
			w := a.key & (maxTokens - 1)
			out[w] = max(out[w], a.logp)
		}
	}
	return out
}
