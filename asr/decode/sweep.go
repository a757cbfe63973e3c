package decode

// An utterance is first swept when it has so many links or places.
const (
	firstLinks  = 512
	firstPlaces = 128
)

// sweepAt says at how many links and places the next sweep is due.
type sweepAt struct{ linksAt, placesAt int }

// sweeper is the room for a sweep.
type sweeper struct {
	moved, movedOthers []int32 // where the links and the alternatives of before are now
	places             []place
}

// sweep frees the links that no living hypothesis came through, and the places where none stands: most of those made in
// a step are dead a few steps later.
func (s *Search) sweep() {
	if len(s.grammar.places) >= s.placesAt {
		s.sweepPlaces()
		s.placesAt = max(firstPlaces, 2*len(s.grammar.places))
	}
	if len(s.links) >= s.linksAt {
		s.sweepLinks()
		s.linksAt = max(firstLinks, 2*len(s.links))
	}
}

func (s *Search) sweepPlaces() {
	g := s.grammar
	s.sweeper.places = append(s.sweeper.places[:0], g.places...)
	g.places = g.places[:0]
	clear(g.numbers)
	for i := range s.tokens {
		t := &s.tokens[i]
		t.place = g.number(s.sweeper.places[t.place])
	}
}

func (s *Search) sweepLinks() {
	s.moved, s.movedOthers = grow(s.moved, len(s.links)), grow(s.movedOthers, len(s.others))
	clear(s.moved)
	clear(s.movedOthers)
	for _, t := range s.tokens {
		s.mark(t.link)
	}
	kept := s.links[:0]
	for i, l := range s.links {
		if s.moved[i] != 0 {
			s.moved[i] = int32(len(kept))
			kept = append(kept, l)
		}
	}
	s.links = kept
	others := s.others[:0]
	for i, o := range s.others {
		if s.movedOthers[i] != 0 {
			s.movedOthers[i] = int32(len(others))
			others = append(others, o)
		}
	}
	s.others = others
	for i := range s.links {
		l := &s.links[i]
		l.prev, l.other = to(s.moved, l.prev), to(s.movedOthers, l.other)
	}
	for i := range s.others {
		o := &s.others[i]
		o.link, o.next = to(s.moved, o.link), to(s.movedOthers, o.next)
	}
	for i := range s.tokens {
		s.tokens[i].link = to(s.moved, s.tokens[i].link)
	}
}

// mark marks a link, those before it, and the alternatives of them all.
func (s *Search) mark(l int32) {
	for ; l >= 0 && s.moved[l] == 0; l = s.links[l].prev {
		s.moved[l] = 1
		for o := s.links[l].other; o >= 0; o = s.others[o].next {
			s.movedOthers[o] = 1
			s.mark(s.others[o].link)
		}
	}
}

func to(moved []int32, i int32) int32 {
	if i < 0 {
		return i
	}
	return moved[i]
}
