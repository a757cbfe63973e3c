package knowledge

import (
	"context"
	"slices"
	"time"
)

// Purchase is something that the caller has bought.
type Purchase struct {
	Product string
	Placed  time.Time
}

// Context is what a suggestion is made from. Whether one fits the moment (the caller's own matter is done, nothing was
// offered before) is for the dialogue to know; what is known of the caller's mood is for Upset.
type Context struct {
	Lang     string
	Now      time.Time
	Products []string   // spoken of in this call, the latest first
	Orders   []Purchase // the caller's own, the newest first
	Upset    bool       // then nothing is suggested
}

// Level says what a suggestion comes from.
type Level int

// The levels, in the order in which they are tried.
const (
	FromCall    Level = iota + 1 // goes with the product that the call is about
	FromHistory                  // used up by now, or goes with what was bought
	FromSeason                   // of the season, and of a kind that the caller buys
)

// Suggestion is one product, with the reason in words.
type Suggestion struct {
	Product string // the graph's name
	Level   Level
	Say     string // one sentence; nothing is asked in it
	Facts   []Fact
}

// dueFrom and dueTo are the span of a refill's days in which it is due: earlier nobody needs it, much later it was bought elsewhere.
const (
	dueFrom = 0.8
	dueTo   = 3.0
)

// Suggest finds one product to name to the caller, false where none is worth it.
func (a *Adviser) Suggest(ctx context.Context, c Context) (Suggestion, bool, error) {
	if c.Upset || c.Now.IsZero() {
		return Suggestion{}, false, nil
	}
	if c.Lang == "" {
		c.Lang = Chinese
	}
	s := &search{Context: c, adviser: a, owned: map[string]time.Time{}}
	words := a.words.Load()
	for _, p := range c.Orders {
		name := words.resolve(p.Product)
		if last := s.owned[name]; name != "" && p.Placed.After(last) {
			s.owned[name] = p.Placed
			if last.IsZero() {
				s.bought = append(s.bought, name)
			}
		}
	}
	for _, level := range []func(context.Context) (Suggestion, bool, error){
		func(ctx context.Context) (Suggestion, bool, error) { return s.call(ctx, words.known(c.Products)) }, s.history, s.season,
	} {
		if found, ok, err := level(ctx); ok || err != nil {
			return found, ok, err
		}
	}
	return Suggestion{}, false, nil
}

// search is a suggestion in the making.
type search struct {
	Context
	adviser *Adviser
	owned   map[string]time.Time // the last purchase of each product
	bought  []string             // its keys, the newest first
}

// offer is a suggestion of a product that can be had and that the caller does not have; another is the one it belongs to.
func (s *search) offer(ctx context.Context, product string, level Level, sentence, from string, fields ...string) (Suggestion, bool, error) {
	p, known, err := s.adviser.graph.Product(ctx, product)
	if err != nil || !known {
		return Suggestion{}, false, err
	}
	if n, counted := p.InStock(); counted && n == 0 {
		return Suggestion{}, false, nil
	}
	fields = append(fields, "product", p.In(s.Lang))
	say := word(sentence, s.Lang, fields...)
	if say == "" || len([]rune(say)) > MaxPiece && s.Lang == Chinese {
		return Suggestion{}, false, nil
	}
	out := Suggestion{Product: p.Name, Level: level, Say: say}
	for i := 1; i < len(fields); i += 2 {
		out.Facts = append(out.Facts, Fact{Source: from, Value: fields[i]})
	}
	return out, true, nil
}

// call suggests what goes with the products of this call.
func (s *search) call(ctx context.Context, products []string) (Suggestion, bool, error) {
	for _, name := range products {
		p, known, err := s.adviser.graph.Product(ctx, name)
		if err != nil || !known {
			return Suggestion{}, false, err
		}
		with := slices.Clone(p.Accessories)
		for _, r := range p.Refills {
			if r.Product != p.Name {
				with = append(with, r.Product)
			}
		}
		for _, other := range with {
			if _, has := s.owned[other]; has {
				continue
			}
			found, ok, err := s.offer(ctx, other, FromCall, "suggest_accessory", source(p.Name, "accessories"), "other", p.In(s.Lang))
			if ok || err != nil {
				return found, ok, err
			}
		}
	}
	return Suggestion{}, false, nil
}

// history suggests what is used up by now, then what goes with what was bought.
func (s *search) history(ctx context.Context) (Suggestion, bool, error) {
	for _, name := range s.bought {
		p, known, err := s.adviser.graph.Product(ctx, name)
		if err != nil || !known {
			return Suggestion{}, false, err
		}
		for _, r := range p.Refills {
			last, has := s.owned[r.Product]
			if !has {
				last = s.owned[name]
			}
			if days := s.Now.Sub(last).Hours() / 24; days < dueFrom*float64(r.Days) || days > dueTo*float64(r.Days) {
				continue
			}
			sentence := "suggest_refill"
			if r.Product == p.Name {
				sentence = "suggest_refill_self"
			}
			found, ok, err := s.offer(ctx, r.Product, FromHistory, sentence, source(p.Name, "refills"), "other", p.In(s.Lang),
				"value", s.owned[name].Format(word("date", s.Lang)))
			if ok || err != nil {
				return found, ok, err
			}
		}
	}
	for _, name := range s.bought {
		p, _, err := s.adviser.graph.Product(ctx, name)
		if err != nil {
			return Suggestion{}, false, err
		}
		for _, other := range p.Complements {
			if _, has := s.owned[other]; has {
				continue
			}
			found, ok, err := s.offer(ctx, other, FromHistory, "suggest_complement", source(p.Name, "complements"), "other", p.In(s.Lang))
			if ok || err != nil {
				return found, ok, err
			}
		}
	}
	return Suggestion{}, false, nil
}

// season suggests what the time of the year wants, among the kinds of goods that the caller buys.
func (s *search) season(ctx context.Context) (Suggestion, bool, error) {
	now := seasonOf(s.Now)
	for _, name := range s.bought {
		p, _, err := s.adviser.graph.Product(ctx, name)
		if err != nil {
			return Suggestion{}, false, err
		}
		if p.Category.ZH == "" {
			continue
		}
		alike, err := s.adviser.graph.Fitting(ctx, Wish{Category: p.Category.ZH, Age: neverAnAge})
		if err != nil {
			return Suggestion{}, false, err
		}
		for _, other := range alike {
			if _, has := s.owned[other.Name]; has || !slices.Contains(other.Seasons, now) {
				continue
			}
			found, ok, err := s.offer(ctx, other.Name, FromSeason, "suggest_season", source(other.Name, "seasons"), "name", word(string(now), s.Lang))
			if ok || err != nil {
				return found, ok, err
			}
		}
	}
	return Suggestion{}, false, nil
}

// seasonOf is the season of a moment in the north.
func seasonOf(t time.Time) Season {
	switch t.Month() {
	case time.March, time.April, time.May:
		return Spring
	case time.June, time.July, time.August:
		return Summer
	case time.September, time.October, time.November:
		return Autumn
	}
	return Winter
}
