package knowledge

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"time"
)

// How many wordings the full-text index proposes, and the lengths of the two fits.
const (
	proposed = 48
	traits   = 8 // of an entry beside a question, see likeness
	doubts   = 8 // of the best entry, see candidate.doubt
)

// Ask finds the entry that a question is about. It is false where none is near enough: then say so.
func (b *Base) Ask(ctx context.Context, q Question) (Answer, bool, error) {
	q = q.bounded()
	asked := analyse(q.Text, q.Pinyin)
	found, err := b.candidates(ctx, asked, q)
	if err != nil || len(found) == 0 {
		return Answer{}, false, err
	}
	best := found[0]
	switch {
	case best.trust < fitted().Guess:
		return Answer{Score: best.trust}, false, nil
	case best.trust < fitted().Threshold:
		return Answer{Score: best.trust, Guess: &Guess{ID: best.id, Question: best.wording}}, false, nil
	}
	return answerOf(best.id, best.answer, q.Lang, best.trust), true, nil
}

// Tell is the answer of an entry, after the caller has said yes to a Guess; false where there is none in the language.
func (b *Base) Tell(ctx context.Context, id, lang string) (Answer, bool, error) {
	e, known, err := b.Entry(ctx, id)
	if err != nil || !known || e.Answer.In(lang) == "" {
		return Answer{}, false, err
	}
	return answerOf(id, e.Answer, lang, 1), true, nil
}

func answerOf(id string, text Text, lang string, score float64) Answer {
	source := "faq:" + id
	a := Answer{ID: source, Score: score, Pieces: pieces(text.In(lang), lang)}
	for _, piece := range a.Pieces {
		a.Facts = append(a.Facts, Fact{Source: source, Value: piece})
	}
	return a
}

// candidate is an entry that may be meant.
type candidate struct {
	id     string
	answer Text
	// wording is the first one in the question's language, to ask the caller whether it is meant.
	wording string
	traits  [traits]float64
	near    float64 // how near it is to the question, for the order of entries
	doubt   [doubts]float64
	trust   float64 // probability that it is what was asked, of the first only
}

// surelyMeant is the trust in an entry that is asked for in its own words, particles aside.
const surelyMeant = 0.98

func (c candidate) wordForWord() bool {
	const whole = 1 - 1e-9
	return c.traits[0] >= whole && c.traits[5] >= whole && c.traits[6] >= whole
}

// candidates are the entries that a question may be about and that have an answer in its language, the nearest first.
func (b *Base) candidates(ctx context.Context, asked terms, q Question) ([]candidate, error) {
	match := matching(asked)
	if match == "" {
		return nil, nil
	}
	p := b.profiles.Load()
	found, err := b.propose(ctx, match, asked, p, q)
	if err != nil {
		return nil, err
	}
	return judge(found, asked, p), nil
}

// judge puts the nearest entry first and says how far it can be trusted.
func judge(found []candidate, asked terms, p *profiles) []candidate {
	if len(found) == 0 {
		return nil
	}
	slices.SortStableFunc(found, func(x, y candidate) int { return cmp.Compare(y.near, x.near) })
	first := &found[0]
	lead := 4.0
	if len(found) > 1 {
		lead = min(lead, first.near-found[1].near)
	}
	first.doubt = [doubts]float64{first.near, lead, first.traits[3], first.traits[4], first.traits[2], max(first.traits[0], first.traits[1]),
		math.Log(1 + weightOf(asked, p)), 1}
	first.trust = logistic(fitted().Trust, first.doubt[:])
	if first.wordForWord() {
		first.trust = max(first.trust, surelyMeant)
	}
	return found
}

// weightOf is how much a question says at all.
func weightOf(asked terms, p *profiles) float64 {
	sum := 0.0
	for _, term := range asked.all() {
		sum += p.weight(term)
	}
	return sum
}

// matching is the full-text query: any pair, chime or sense.
func matching(t terms) string {
	var parts []string
	column := func(name string, list []string) {
		for _, term := range list {
			parts = append(parts, name+`:"`+strings.ReplaceAll(term, `"`, "")+`"`)
		}
	}
	column("units", t.units)
	column("pairs", t.pairs)
	column("chimes", t.chimes)
	column("senses", t.senses)
	return strings.Join(parts, " OR ")
}

// propose asks the index for the nearest wordings and compares each with the question; the best of an entry counts.
func (b *Base) propose(ctx context.Context, match string, asked terms, p *profiles, q Question) (_ []candidate, err error) {
	rows, err := b.db.QueryContext(ctx, `SELECT w.id, units, sounds, pairs, chimes, senses, zh, en, ask_zh, ask_en
		FROM wordings w JOIN valid v ON v.id = w.id
		WHERE wordings MATCH ? AND (first = '' OR first <= ?) AND (last = '' OR last >= ?)
		ORDER BY bm25(wordings, 0, 0, 0.3, 1, 0.7, 1.2) LIMIT ?`, match, q.Now.Format(time.DateOnly), q.Now.Format(time.DateOnly), proposed)
	if err != nil {
		return nil, unavailable("look for a question", err)
	}
	defer func() { err = errors.Join(err, unavailable("look for a question", rows.Close())) }()
	at := map[string]int{}
	var out []candidate
	for rows.Next() {
		var c candidate
		var columns [5]string
		var ask Text
		if err := rows.Scan(&c.id, &columns[0], &columns[1], &columns[2], &columns[3], &columns[4], &c.answer.ZH, &c.answer.EN, &ask.ZH, &ask.EN); err != nil {
			return nil, unavailable("look for a question", err)
		}
		if c.wording = ask.In(q.Lang); c.answer.In(q.Lang) == "" {
			continue
		}
		wording := terms{units: strings.Fields(columns[0]), sounds: strings.Fields(columns[1]), pairs: strings.Fields(columns[2]),
			chimes: strings.Fields(columns[3]), senses: strings.Fields(columns[4])}
		i, known := at[c.id]
		if known {
			c.traits = out[i].traits
		} else {
			c.traits = p.share(asked, c.id)
		}
		likeness(&c.traits, asked, wording, p)
		c.near = dot(fitted().Near, c.traits[:])
		switch {
		case !known:
			at[c.id] = len(out)
			out = append(out, c)
		case c.near > out[i].near:
			out[i] = c
		}
	}
	return out, unavailable("look for a question", rows.Err())
}

//go:embed weights.json
var weightsFile []byte

// ranking is what TestFit fits on questions of its own.
type ranking struct {
	Near      []float64 `json:"near"`      // choice among entries
	Trust     []float64 `json:"trust"`     // logistic regression: is the first the right one?
	Threshold float64   `json:"threshold"` // below it nothing is answered
	Guess     float64   `json:"guess"`     // below it the caller is not even asked whether it is meant
}

var fitted = sync.OnceValue(func() ranking {
	var r ranking
	if err := json.Unmarshal(weightsFile, &r); err != nil || len(r.Near) != traits || len(r.Trust) != doubts {
		r.Near, r.Trust = make([]float64, traits), make([]float64, doubts)
		r.Threshold, r.Guess = math.Inf(1), math.Inf(1) // a broken build knows nothing; a test reads the file
	}
	return r
})

func dot(weights, values []float64) float64 {
	sum := 0.0
	for i, w := range weights {
		sum += w * values[i]
	}
	return sum
}

func logistic(weights, values []float64) float64 { return 1 / (1 + math.Exp(-dot(weights, values))) }
