package knowledge

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"
)

// How many wordings the full-text index proposes and how many entries of those are looked at closely.
const (
	proposed  = 48
	lookedAt  = 8
	featureNo = 9 // length of the features of an entry, the constant among them
)

// rarity counts in how many wordings each term stands; rare terms weigh more.
type rarity struct {
	wordings int
	seen     map[string]int
}

// Terms of different kinds are told apart by a mark before them.
func (t terms) all() []string {
	var out []string
	for mark, list := range map[string][]string{"": t.pairs, "1": t.units, "~": t.chimes, "=": t.senses} {
		for _, term := range list {
			out = append(out, mark+term)
		}
	}
	return out
}

func (r *rarity) add(t terms) {
	r.wordings++
	all := t.all()
	slices.Sort(all)
	for _, term := range slices.Compact(all) {
		r.seen[term]++
	}
}

func (r *rarity) weight(term string) float64 {
	return math.Log((float64(r.wordings) + 1) / (float64(r.seen[term]) + 0.5))
}

// Ask finds the entry that a question is about. It is false where none is near enough: then say so.
func (b *Base) Ask(ctx context.Context, q Question) (Answer, bool, error) {
	asked := analyse(q.Text, q.Pinyin)
	found, err := b.candidates(ctx, asked, q)
	if err != nil || len(found) == 0 {
		return Answer{}, false, err
	}
	best := found[0]
	text := best.answer.In(q.Lang)
	if best.score < weights().Threshold {
		return Answer{Score: best.score}, false, nil
	}
	source := "faq:" + best.id
	a := Answer{ID: source, Score: best.score, Pieces: pieces(text, q.Lang)}
	for _, piece := range a.Pieces {
		a.Facts = append(a.Facts, Fact{Source: source, Value: piece})
	}
	return a, true, nil
}

// candidate is an entry that may be meant.
type candidate struct {
	id       string
	answer   Text
	bag      string
	features [featureNo]float64
	score    float64
}

// candidates are the entries that a question may be about and that have an answer in its language, the likeliest first.
func (b *Base) candidates(ctx context.Context, asked terms, q Question) ([]candidate, error) {
	match := matching(asked)
	if match == "" {
		return nil, nil
	}
	b.mu.RLock()
	rare := b.rarity
	b.mu.RUnlock()
	found, err := b.propose(ctx, match, asked, &rare, q)
	if err != nil {
		return nil, err
	}
	return judge(found, asked, &rare), nil
}

// judge looks at the nearest of the proposed entries closely and puts the likeliest first.
func judge(found []candidate, asked terms, rare *rarity) []candidate {
	slices.SortStableFunc(found, func(x, y candidate) int { return compare(rough(y.features), rough(x.features)) })
	found = found[:min(len(found), lookedAt)]
	w := weights()
	for i := range found {
		c := &found[i]
		c.features[6] = covered(asked, c.bag, rare)
		c.features[7] = lead(found, i)
		c.features[8] = 1
		c.score = w.probability(c.features)
	}
	slices.SortStableFunc(found, func(x, y candidate) int { return compare(y.score, x.score) })
	return found
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// rough orders entries before their whole texts are looked at.
func rough(f [featureNo]float64) float64 { return f[0] + f[1] + f[2] + 0.7*f[3] + 0.5*f[4] + 0.5*f[5] }

// lead is how far an entry is before the next one, or behind the first.
func lead(found []candidate, i int) float64 {
	rival := 0
	if i == 0 {
		rival = 1
	}
	if rival >= len(found) {
		return 1
	}
	return rough(found[i].features) - rough(found[rival].features)
}

// matching is the full-text query: any pair, chime or sense. One hanzi alone is its own pair.
func matching(t terms) string {
	var parts []string
	column := func(name string, list []string) {
		for _, term := range list {
			parts = append(parts, name+`:"`+strings.ReplaceAll(term, `"`, "")+`"`)
		}
	}
	column("pairs", t.pairs)
	column("chimes", t.chimes)
	column("senses", t.senses)
	return strings.Join(parts, " OR ")
}

// propose asks the index for the nearest wordings and compares each with the question; the best of an entry counts.
func (b *Base) propose(ctx context.Context, match string, asked terms, rare *rarity, q Question) (_ []candidate, err error) {
	rows, err := b.db.QueryContext(ctx, `SELECT w.id, units, sounds, pairs, chimes, senses, zh, en, bag
		FROM wordings w JOIN valid v ON v.id = w.id
		WHERE wordings MATCH ? AND (first = '' OR first <= ?) AND (last = '' OR last >= ?)
		ORDER BY bm25(wordings, 0, 0, 0, 1, 0.7, 1.5) LIMIT ?`, match, q.Now.Format(time.DateOnly), q.Now.Format(time.DateOnly), proposed)
	if err != nil {
		return nil, unavailable("look for a question", err)
	}
	defer func() { err = errors.Join(err, unavailable("look for a question", rows.Close())) }()
	at := map[string]int{}
	var out []candidate
	for rows.Next() {
		var c candidate
		var columns [5]string
		if err := rows.Scan(&c.id, &columns[0], &columns[1], &columns[2], &columns[3], &columns[4], &c.answer.ZH, &c.answer.EN, &c.bag); err != nil {
			return nil, unavailable("look for a question", err)
		}
		if c.answer.In(q.Lang) == "" {
			continue
		}
		wording := terms{units: strings.Fields(columns[0]), sounds: strings.Fields(columns[1]), pairs: strings.Fields(columns[2]),
			chimes: strings.Fields(columns[3]), senses: strings.Fields(columns[4])}
		c.features = likeness(asked, wording, rare)
		if i, known := at[c.id]; !known {
			at[c.id] = len(out)
			out = append(out, c)
		} else if rough(c.features) > rough(out[i].features) {
			out[i] = c
		}
	}
	return out, unavailable("look for a question", rows.Err())
}

// likeness compares a question with a wording: overlap of pairs, of chimes, of senses and of single characters, order
// of the sounds, and how much of the question the wording covers; each 0..1.
func likeness(asked, wording terms, rare *rarity) [featureNo]float64 {
	pairs, pairsCovered := overlap(asked.pairs, wording.pairs, "", rare)
	chimes, chimesCovered := overlap(asked.chimes, wording.chimes, "~", rare)
	senses, _ := overlap(asked.senses, wording.senses, "=", rare)
	units, _ := overlap(asked.units, wording.units, "1", rare)
	return [featureNo]float64{pairs, chimes, senses, units, inOrder(asked.sounds, wording.sounds), max(pairsCovered, chimesCovered)}
}

// overlap is the weighted Dice coefficient of two lists of terms and the weighted share of the first that is in the second.
func overlap(a, b []string, mark string, rare *rarity) (dice, share float64) {
	in := make(map[string]bool, len(b))
	var both, inA, inB float64
	for _, term := range b {
		if !in[term] {
			in[term] = true
			inB += rare.weight(mark + term)
		}
	}
	seen := make(map[string]bool, len(a))
	for _, term := range a {
		if seen[term] {
			continue
		}
		seen[term] = true
		w := rare.weight(mark + term)
		inA += w
		if in[term] {
			both += w
		}
	}
	if inA == 0 || inB == 0 {
		return 0, 0
	}
	return 2 * both / (inA + inB), both / inA
}

// covered is the weighted share of the question's characters, pairs and senses that stand anywhere in an entry, its
// answer included.
func covered(asked terms, bag string, rare *rarity) float64 {
	bag = " " + bag + " "
	var all, there float64
	for _, term := range asked.all() {
		if strings.HasPrefix(term, "~") {
			continue
		}
		w := rare.weight(term)
		all += w
		if strings.Contains(bag, " "+term+" ") {
			there += w
		}
	}
	if all == 0 {
		return 0
	}
	return there / all
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

//go:embed weights.json
var weightsFile []byte

// ranking is a logistic regression over the features of an entry, fitted by TestFit on questions of its own.
type ranking struct {
	Weights   [featureNo]float64 `json:"weights"`
	Threshold float64            `json:"threshold"`
}

var weights = sync.OnceValue(func() ranking {
	var r ranking
	if err := json.Unmarshal(weightsFile, &r); err != nil {
		r.Threshold = math.Inf(1) // a broken build knows nothing; a test reads the file
	}
	return r
})

func (r ranking) probability(f [featureNo]float64) float64 {
	sum := 0.0
	for i, w := range r.Weights {
		sum += w * f[i]
	}
	return 1 / (1 + math.Exp(-sum))
}

// String shows the weights beside the names of their features.
func (r ranking) String() string {
	names := [featureNo]string{"pairs", "chimes", "senses", "characters", "order of sounds", "share of the question", "share in the entry", "lead", "constant"}
	var out strings.Builder
	for i, name := range names {
		fmt.Fprintf(&out, "%s %.2f, ", name, r.Weights[i])
	}
	return fmt.Sprintf("%sthreshold %.2f", out.String(), r.Threshold)
}
