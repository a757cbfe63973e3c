package engine

import "voxgate/asr/decode"

// row is one step of the model's output.
type row struct {
	zh, en []float32
	speech float32
}

// history keeps copies of the last rows, in the few bytes that decode.Rows make of them.
type history struct {
	size     int
	old, new stretch // of size rows, and of fewer
}

// stretch is a run of rows.
type stretch struct {
	zh, en decode.Rows
	speech []float32
}

func newHistory(size int) history { return history{size: size} }

func (h *history) add(r row) {
	if h.new.len() == h.size {
		h.old, h.new = h.new, h.old
		h.new.reset()
	}
	h.new.zh.Add(r.zh)
	h.new.en.Add(r.en)
	h.new.speech = append(h.new.speech, r.speech)
}

// last are the n newest rows, oldest first, of so many units in each language; fewer where fewer were heard.
func (h *history) last(n, zh, en int) []row {
	n = min(n, h.size, h.old.len()+h.new.len())
	out := make([]row, n)
	for i := range out {
		part, at := &h.new, h.new.len()-n+i
		if at < 0 {
			part, at = &h.old, at+h.old.len()
		}
		out[i] = row{zh: make([]float32, zh), en: make([]float32, en), speech: part.speech[at]}
		part.zh.Row(at, out[i].zh)
		part.en.Row(at, out[i].en)
	}
	return out
}

func (s *stretch) len() int { return len(s.speech) }

func (s *stretch) reset() {
	s.zh.Reset()
	s.en.Reset()
	s.speech = s.speech[:0]
}
