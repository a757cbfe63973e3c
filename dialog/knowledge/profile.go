package knowledge

import (
	"math"
	"slices"
)

// profiles are what the entries say, kept in memory beside the index.
type profiles struct {
	wordings int
	seen     map[string]int                // in how many wordings a term stands
	entries  map[string]map[string]float64 // each entry's terms, weighted, of length 1
}

func newProfiles() *profiles {
	return &profiles{seen: map[string]int{}, entries: map[string]map[string]float64{}}
}

// Terms of different kinds are told apart by a mark before them.
func (t terms) all() []string {
	out := make([]string, 0, len(t.pairs)+len(t.units)+len(t.chimes)+len(t.senses))
	for _, kind := range []struct {
		mark string
		list []string
	}{{"", t.pairs}, {"1", t.units}, {"~", t.chimes}, {"=", t.senses}} {
		for _, term := range kind.list {
			out = append(out, kind.mark+term)
		}
	}
	return out
}

// count takes a wording of an entry in.
func (p *profiles) count(id string, t terms) {
	p.wordings++
	entry := p.entries[id]
	if entry == nil {
		entry = map[string]float64{}
		p.entries[id] = entry
	}
	all := t.all()
	slices.Sort(all)
	for _, term := range slices.Compact(all) {
		p.seen[term]++
		entry[term]++
	}
}

// mention takes in what an entry says without being asked so: its answer and tags.
func (p *profiles) mention(id string, t terms) {
	for _, term := range t.all() {
		if _, there := p.entries[id][term]; !there && p.entries[id] != nil {
			p.entries[id][term] = 0.3
		}
	}
}

// weigh turns counts into weights.
func (p *profiles) weigh() {
	for _, entry := range p.entries {
		sum := 0.0
		for term, n := range entry {
			entry[term] = math.Sqrt(n) * p.weight(term)
			sum += entry[term] * entry[term]
		}
		for term := range entry {
			entry[term] /= math.Sqrt(sum)
		}
	}
}

// weight is how much a term says: the rarer, the more.
func (p *profiles) weight(term string) float64 {
	return kindWeight(term) * math.Log((float64(p.wordings)+1)/(float64(p.seen[term])+0.5))
}

// kindWeight: a sense says more than a pair of hanzi, a hanzi alone less.
func kindWeight(term string) float64 {
	switch term[0] {
	case '=':
		return 1.2
	case '1':
		return 0.6
	}
	return 1
}

// share fills the traits that an entry as a whole gives: the cosine with its profile, and how much of the question's
// characters and of its sounds stand anywhere in it.
func (p *profiles) share(asked terms, id string) [traits]float64 {
	entry := p.entries[id]
	var cosine, length float64
	var all, there [2]float64
	for _, term := range asked.all() {
		w := p.weight(term)
		length += w * w
		cosine += w * entry[term]
		_, in := entry[term]
		for i, of := range [2]bool{term[0] != '~', term[0] == '~' || term[0] == '='} {
			if of {
				all[i] += w
				if in {
					there[i] += w
				}
			}
		}
	}
	var t [traits]float64
	if length > 0 {
		t[2] = cosine / math.Sqrt(length)
	}
	for i := range all {
		if all[i] > 0 {
			t[3+i] = there[i] / all[i]
		}
	}
	return t
}

// likeness fills the traits that a wording gives: overlap of the pairs and senses, of the chimes and senses, of the
// single characters; order of the sounds; pairs that are the question's all.
func likeness(t *[traits]float64, asked, wording terms, p *profiles) {
	t[0] = overlap(asked.marked("", asked.pairs), wording.marked("", wording.pairs), p)
	t[1] = overlap(asked.marked("~", asked.chimes), wording.marked("~", wording.chimes), p)
	t[5] = inOrder(asked.sounds, wording.sounds)
	t[6] = overlap(marks("1", asked.units), marks("1", wording.units), p)
	t[7] = overlap(marks("=", asked.senses), marks("=", wording.senses), p)
}

// marked are terms of one kind with the senses.
func (t terms) marked(mark string, list []string) []string {
	return append(marks(mark, list), marks("=", t.senses)...)
}

func marks(mark string, list []string) []string {
	out := make([]string, 0, len(list)+4)
	for _, term := range list {
		out = append(out, mark+term)
	}
	return out
}

// overlap is the weighted Dice coefficient of two lists of terms.
func overlap(a, b []string, p *profiles) float64 {
	var both, sum float64
	for _, term := range b {
		sum += p.weight(term)
	}
	for _, term := range a {
		w := p.weight(term)
		sum += w
		if slices.Contains(b, term) {
			both += w
		}
	}
	if sum == 0 {
		return 0
	}
	return 2 * both / sum
}

// inOrder is the length of the longest common subsequence of two lists of sounds over their mean length.
func inOrder(a, b []string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return 2 * float64(row[len(b)]) / float64(len(a)+len(b))
}
