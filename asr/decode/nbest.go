package decode

import (
	"cmp"
	"container/heap"
	"slices"
)

// path is a whole hypothesis: its links from first to last.
type path struct {
	links []int32
	worse float32 // how far behind the best one
}

// partial is a hypothesis unrolled from its end; head is the link to settle next.
type partial struct {
	head    int32
	settled bool // head itself is meant, its alternatives are listed apart
	behind  *behind
	worse   float32
}

// behind are the links after the head, as a list from front to back.
type behind struct {
	link int32
	rest *behind
}

type partials []partial

func (h partials) Len() int           { return len(h) }
func (h partials) Less(i, j int) bool { return h[i].worse < h[j].worse }
func (h partials) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *partials) Push(x any)        { *h = append(*h, x.(partial)) }
func (h *partials) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

// maxUnrolled bounds the work of an n-best list.
const maxUnrolled = 4000

// paths are up to n hypotheses with different texts, best first, by best-first search back through the links.
func (s *Search) paths(n int) []path {
	queue := &partials{}
	ends := s.ends()
	for _, e := range ends {
		*queue = append(*queue, partial{head: e.link, worse: ends[0].score - e.score})
	}
	heap.Init(queue)
	var out []path
	seen := map[string]bool{}
	for pops := 0; queue.Len() > 0 && len(out) < n && pops < maxUnrolled; pops++ {
		p := heap.Pop(queue).(partial)
		if p.head < 0 {
			full := path{worse: p.worse}
			for b := p.behind; b != nil; b = b.rest {
				full.links = append(full.links, b.link)
			}
			if text := s.text(full.links); !seen[text] {
				seen[text] = true
				out = append(out, full)
			}
			continue
		}
		l := s.links[p.head]
		if !p.settled {
			for o := l.other; o >= 0; o = s.others[o].next {
				if p.behind != nil && s.links[p.behind.link].start <= s.others[o].step {
					continue
				}
				heap.Push(queue, partial{head: s.others[o].link, behind: p.behind, worse: p.worse + s.others[o].worse})
			}
			p.settled = true
			heap.Push(queue, p)
			continue
		}
		heap.Push(queue, partial{head: l.prev, behind: &behind{p.head, p.behind}, worse: p.worse})
	}
	return out
}

// ends are the tokens at which the utterance may end, with the score of ending there, best first. Where every token
// is in the middle of a word, the words before it stand.
func (s *Search) ends() []token {
	var out []token
	for _, t := range s.tokens {
		if t.node == s.root {
			t.score += s.grammar.finish(t.place) * s.lang.tuning.Model
			out = append(out, t)
		}
	}
	if len(out) == 0 {
		out = append(out, s.tokens[0])
	}
	slices.SortStableFunc(out, func(a, b token) int { return cmp.Compare(b.score, a.score) })
	// Tokens of one link differ only in their blanks.
	seen := map[int32]bool{}
	kept := out[:0]
	for _, t := range out {
		if !seen[t.link] {
			seen[t.link] = true
			kept = append(kept, t)
		}
	}
	return kept
}

// text joins the words of links as they are written.
func (s *Search) text(links []int32) string {
	var b []byte
	lastLatin, lastLetter := false, false
	for _, l := range links {
		w := s.word(s.links[l].word)
		if w.text == "" {
			continue
		}
		latin := w.text[0] < 0x80
		letter := latin && w.kind != digit && (len(w.text) == 1 || w.kind == letters)
		code := w.kind == digit || letter
		if len(b) > 0 && latin && lastLatin && !(code && lastLetter) {
			b = append(b, ' ')
		}
		b = append(b, w.text...)
		lastLatin, lastLetter = latin, code
	}
	return string(b)
}

// chain lists the links that lead to l, first to last.
func (s *Search) chain(l int32) []int32 {
	var out []int32
	for ; l >= 0; l = s.links[l].prev {
		out = append(out, l)
	}
	slices.Reverse(out)
	return out
}
