package knowledge

import (
	"fmt"
	"slices"
	"strings"
)

// cells reads the values of a record; what is not there or of another type is the zero value, since a graph that others
// fill may lack any of them.
type cells map[string]any

func (c cells) text(key string) string { s, _ := c[key].(string); return s }

func (c cells) number(key string) int { n, _ := c[key].(int64); return int(n) }

// list is a list of a property, missing items as zero values.
func (c cells) list(key string) []any { l, _ := c[key].([]any); return l }

func (c cells) texts(key string) []string {
	var out []string
	for _, item := range c.list(key) {
		s, _ := item.(string)
		out = append(out, s)
	}
	return out
}

// ties are the maps of a list, in the order of their "at".
func (c cells) ties(key string) []cells {
	var out []cells
	for _, item := range c.list(key) {
		if m, ok := item.(map[string]any); ok {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b cells) int { return a.number("at") - b.number("at") })
	return out
}

// fromRecord makes a product of a record with the columns p, attrs, fits and ties.
func fromRecord(record cells) (Product, error) {
	own, ok := record["p"].(map[string]any)
	if !ok {
		return Product{}, fmt.Errorf("%w: Neo4j: a record without a product", ErrUnavailable)
	}
	c := cells(own)
	p := Product{Name: c.text("name"), EN: c.text("name_en"), Price: c.text("price"), Category: Text{ZH: c.text("category_zh"), EN: c.text("category_en")}}
	if aliases := c.text("aliases"); aliases != "" {
		p.Aliases = strings.Split(aliases, "|")
	}
	if from, to := c.number("age_from"), c.number("age_to"); from >= 0 && to > 0 {
		p.Ages = Ages{From: from, To: to}
	}
	counts := c.list("stock_counts")
	for i, spec := range c.texts("stock_specs") {
		if i < len(counts) {
			n, _ := counts[i].(int64)
			p.Stock = append(p.Stock, Stock{Spec: spec, Count: int(n)})
		}
	}
	english := c.texts("care_en")
	for i, text := range c.texts("care_zh") {
		care := Text{ZH: text}
		if i < len(english) {
			care.EN = english[i]
		}
		p.Care = append(p.Care, care)
	}
	for _, s := range c.texts("seasons") {
		p.Seasons = append(p.Seasons, Season(s))
	}
	for _, a := range record.ties("attrs") {
		p.Attributes = append(p.Attributes, Attribute{Name: a.text("name"), Value: Text{ZH: a.text("zh"), EN: a.text("en")}})
	}
	for _, f := range record.ties("fits") {
		p.Fits = append(p.Fits, Fit{Need: f.text("name"), Verdict: Verdict(f.text("verdict")), Why: Text{ZH: f.text("zh"), EN: f.text("en")}})
	}
	for _, t := range record.ties("ties") {
		switch name := t.text("name"); t.text("kind") {
		case "ACCESSORY":
			p.Accessories = append(p.Accessories, name)
		case "COMPLEMENT":
			p.Complements = append(p.Complements, name)
		case "ALTERNATIVE":
			p.Alternatives = append(p.Alternatives, name)
		case "REFILL":
			p.Refills = append(p.Refills, Refill{Product: name, Days: t.number("days")})
		}
	}
	return p, nil
}
