package decode

// keep adds a token to the next step, or joins it with the one in the same position: the better one goes on, the other
// is remembered where whole words have been finished and a blank has followed: only there have both had their best.
func (s *Search) keep(t token) {
	if t.score < s.cut {
		return
	}
	if t.score > s.best {
		s.best = t.score
		s.cut = max(s.cut, t.score-s.lang.tuning.Beam)
	}
	i, found := s.index.find(t, s.next)
	if !found {
		s.next = append(s.next, t)
		return
	}
	old := &s.next[i]
	if t.node == s.root && t.last == 0 && t.link != old.link {
		s.remember(&t, old)
		return
	}
	if t.score > old.score {
		*old = t
	}
}

// remember keeps the better of two tokens in old and notes the other as its alternative.
func (s *Search) remember(t, old *token) {
	winner, loser := *old, *t
	if t.score > old.score {
		winner, loser = *t, *old
	}
	*old = winner
	if winner.link < 0 || loser.link < 0 {
		return
	}
	w, l := &s.links[winner.link], &s.links[loser.link]
	if s.word(w.word).text == s.word(l.word).text && w.prev == l.prev {
		return // the same words, at another time
	}
	now, worse := int16(s.steps-1), winner.score-loser.score
	for o := w.other; o >= 0; o = s.others[o].next {
		if a := &s.others[o]; a.link == loser.link { // they have met before, and this one went on with its last unit
			a.worse, a.step = min(a.worse, worse), now
			return
		}
	}
	s.others = append(s.others, alternative{link: loser.link, next: w.other, worse: worse, step: now})
	w.other = int32(len(s.others) - 1)
}

// prune keeps the best tokens for the next step, the very best one first. Where there are too many it lowers the beam
// by the histogram of their scores (Steinbiss et al. 1994), which needs no sorting.
func (s *Search) prune() {
	const bars = 64
	var histogram [bars]int
	cut := s.cut
	if limit := s.lang.tuning.Tokens; len(s.next) > limit {
		scale := bars / max(s.best-s.cut, 1e-3)
		for i := range s.next {
			if d := s.best - s.next[i].score; d <= s.best-s.cut {
				histogram[min(bars-1, int(d*scale))]++
			}
		}
		for i, n := 0, 0; i < bars; i++ {
			if n += histogram[i]; n > limit {
				cut = max(cut, s.best-float32(max(i, 1))/scale)
				break
			}
		}
	}
	s.tokens = s.tokens[:0]
	for _, t := range s.next {
		if t.score >= cut {
			s.tokens = append(s.tokens, t)
			if last := len(s.tokens) - 1; t.score > s.tokens[0].score {
				s.tokens[0], s.tokens[last] = s.tokens[last], s.tokens[0]
			}
		}
	}
}
