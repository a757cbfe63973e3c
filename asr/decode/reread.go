package decode

import "math"

// reader is the room for reading an utterance again as a whole.
type reader struct {
	aligner
	flat []float32
	soft [][]float32 // log-probabilities of units with their kin added, one row a step
}

// reread fills soft with what was heard in the utterance.
func (s *Search) reread() {
	width := s.lang.Units.Size()
	s.flat, s.soft = grow(s.flat, s.steps*width), grow(s.soft, s.steps)
	for t := range s.steps {
		s.rows.odds(t, s.heard)
		s.soft[t] = s.flat[t*width : (t+1)*width]
		s.soften(s.soft[t])
	}
}

// words places the words of a path in time and says how well each was heard.
func (s *Search) words(links []int32) []Word {
	var units []uint16
	for _, l := range links {
		units = append(units, s.word(s.links[l].word).units...)
	}
	at := s.align(s.soft, units)
	if at == nil {
		return nil
	}
	var out []Word
	i := 0
	for _, l := range links {
		w := s.word(s.links[l].word)
		first, last := at[i], at[i]
		heard := sound{weakest: 1}
		for range w.units {
			last = at[i]
			p := s.posterior(at[i], units[i])
			heard.mean += p / float64(len(w.units))
			heard.lost += 1 - p
			heard.weakest = min(heard.weakest, p)
			i++
		}
		if w.kind == syllable {
			heard.mean *= vague
		}
		if w.text == "" {
			continue
		}
		out = append(out, Word{Text: w.text, Pinyin: w.reading, Start: first, End: last + 1, sound: heard})
	}
	return out
}

// posterior is how surely a unit, in any tone, was heard at a step or the one after.
func (s *Search) posterior(step int, unit uint16) float64 {
	best := 0.0
	for t := step; t < min(step+2, s.steps); t++ {
		best = max(best, math.Exp(float64(s.soft[t][unit])))
	}
	return min(best, 1)
}
