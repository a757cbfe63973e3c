package engine

// row is one step of the model's output.
type row struct {
	zh, en []float32
	speech float32
}

// history keeps copies of the last rows.
type history struct {
	rows  []row
	count int
}

func newHistory(n int, info about) history {
	h := history{rows: make([]row, n)}
	for i := range h.rows {
		h.rows[i] = row{zh: make([]float32, info.zh), en: make([]float32, info.en)}
	}
	return h
}

func (h *history) add(r row) {
	slot := &h.rows[h.count%len(h.rows)]
	copy(slot.zh, r.zh)
	copy(slot.en, r.en)
	slot.speech = r.speech
	h.count++
}

// last are the n newest rows, oldest first; fewer where fewer were heard.
func (h *history) last(n int) []row {
	n = min(n, h.count, len(h.rows))
	out := make([]row, 0, n)
	for i := h.count - n; i < h.count; i++ {
		out = append(out, h.rows[i%len(h.rows)])
	}
	return out
}
