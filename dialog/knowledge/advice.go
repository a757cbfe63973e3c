package knowledge

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// advice gathers what is said about products with where it was read.
type advice struct {
	lang     string
	said     []string
	facts    []Fact
	products []string
}

// say adds a sentence; fields are pairs of name and value, and source says where the values were read.
func (a *advice) say(source, sentence string, fields ...string) bool {
	text := word(sentence, a.lang, fields...)
	if text == "" {
		return false
	}
	a.said = append(a.said, text)
	for i := 1; i < len(fields); i += 2 {
		if fields[i] != "" {
			a.facts = append(a.facts, Fact{Source: source, Value: fields[i]})
		}
	}
	return true
}

// about notes that a product is spoken of.
func (a *advice) about(p Product) {
	if !slices.Contains(a.products, p.Name) {
		a.products = append(a.products, p.Name)
	}
}

// answer is what was gathered, in pieces short enough to listen to.
func (a *advice) answer(score float64) (Answer, bool) {
	if len(a.said) == 0 {
		return Answer{}, false
	}
	out := Answer{Score: score, Facts: a.facts, Products: a.products}
	if len(a.products) > 0 {
		out.ID = source(a.products[0], "")
	}
	most := MaxPiece
	if a.lang == English {
		most = MaxPieceEnglish
	}
	for _, sentence := range a.said {
		if a.lang == English && len(out.Pieces) > 0 {
			sentence = " " + sentence
		}
		for _, piece := range pieces(sentence, a.lang) {
			if a.lang == English && len(out.Pieces) > 0 {
				piece = " " + piece
			}
			out.Pieces = pack(out.Pieces, piece, most)
		}
	}
	for i := range out.Pieces {
		out.Pieces[i] = closed(out.Pieces[i], a.lang)
	}
	return out, true
}

// source names a product or one of its fields as the origin of a fact.
func source(product, field string) string {
	if field == "" {
		return "product:" + product
	}
	return "product:" + product + "/" + field
}

// Ask answers a question about products. It is false where the question is about none, or where what it asks is not
// known: then Missing names the product.
func (a *Adviser) Ask(ctx context.Context, q Question) (Answer, bool, error) {
	q = q.bounded()
	words := a.words.Load()
	i := words.inquire(q)
	q.Products = words.known(q.Products)
	subject, score := "", sureNamed
	switch {
	case len(i.named) > 0:
		subject = i.named[0]
	case len(q.Products) > 0 && !i.isWish():
		subject, score = q.Products[0], sureMeant
		if pointing.MatchString(q.Text) {
			score = surePointed
		}
	}
	if i.isWish() && len(i.named) == 0 {
		return a.wish(ctx, i)
	}
	if subject == "" || len(i.asks) == 0 && i.attribute == "" && i.need == "" && i.age == neverAnAge {
		return Answer{}, false, nil
	}
	p, known, err := a.graph.Product(ctx, subject)
	if err != nil || !known {
		return Answer{}, false, err
	}
	out := &advice{lang: i.lang}
	out.about(p)
	asked, err := a.fill(ctx, out, p, i, q)
	if err != nil {
		return Answer{}, false, err
	}
	if answer, ok := out.answer(score); ok {
		return answer, true, nil
	}
	if asked {
		return Answer{Missing: p.In(i.lang), Products: out.products}, false, nil
	}
	return Answer{}, false, nil
}

// isWish reports whether a product is looked for rather than asked about.
func (i inquiry) isWish() bool {
	return i.wants("wish") && (i.need != "" || i.category != "" || i.age != neverAnAge)
}

// fill says what is known of what was asked; asked is true where something definite was asked.
func (a *Adviser) fill(ctx context.Context, out *advice, p Product, i inquiry, q Question) (asked bool, err error) {
	if other := i.rival(p, q); other != "" {
		return true, a.compare(ctx, out, p, other)
	}
	if i.age != neverAnAge || i.need != "" {
		out.fit(p, i)
		return true, nil
	}
	if i.attribute != "" && !i.wants("price") && !i.wants("care") {
		value, _ := p.Attribute(i.attribute)
		out.say(source(p.Name, i.attribute), "attribute", "product", p.In(i.lang), "name", nameIn(i.attribute, i.lang), "value", value.In(i.lang))
		return true, nil
	}
	switch {
	case i.wants("stock"):
		err = a.stock(ctx, out, p)
	case i.wants("price"):
		out.say(source(p.Name, "price"), "price", "product", p.In(i.lang), "value", p.Price)
	case i.wants("care"):
		for _, c := range p.Care {
			out.say(source(p.Name, "care"), "care", "value", c.In(i.lang))
		}
	case i.wants("refill") && len(p.Refills) > 0:
		err = a.refills(ctx, out, p, i)
	case i.wants("accessory"):
		err = a.names(ctx, out, p, "accessories", p.Accessories)
	case i.wants("other"):
		err = a.names(ctx, out, p, "others", p.Alternatives)
	case i.wants("describe") && len(i.named) > 0:
		out.describe(p)
	default:
		return false, nil
	}
	return true, err
}

// refills says how long the refills of a product last, only that one where one was named.
func (a *Adviser) refills(ctx context.Context, out *advice, p Product, i inquiry) error {
	one := slices.ContainsFunc(p.Refills, func(r Refill) bool { return slices.Contains(i.named[min(1, len(i.named)):], r.Product) })
	for _, r := range p.Refills {
		if one && !slices.Contains(i.named, r.Product) {
			continue
		}
		name, err := a.name(ctx, r.Product, i.lang)
		if err != nil {
			return err
		}
		out.say(source(p.Name, "refills"), "refill", "product", p.In(i.lang), "name", name, "count", strconv.Itoa(r.Days))
	}
	return nil
}

// rival is the product that another is compared with: the second that was named, or the one just spoken of.
func (i inquiry) rival(p Product, q Question) string {
	if len(i.named) > 1 && (i.wants("compare") || i.attribute != "" || i.wants("price")) {
		return i.named[1]
	}
	if !i.wants("compare") {
		return ""
	}
	for _, other := range q.Products {
		if other != p.Name {
			return other
		}
	}
	if len(p.Alternatives) > 0 {
		return p.Alternatives[0]
	}
	return ""
}

// name is a product's name in a language; that of a product that is not in the graph is as it is written.
func (a *Adviser) name(ctx context.Context, product, lang string) (string, error) {
	p, known, err := a.graph.Product(ctx, product)
	if !known {
		p.Name = product
	}
	return p.In(lang), err
}

// names says a list of products.
func (a *Adviser) names(ctx context.Context, out *advice, p Product, sentence string, products []string) error {
	var said []string
	for _, other := range products[:min(len(products), 3)] {
		name, err := a.name(ctx, other, out.lang)
		if err != nil {
			return err
		}
		said = append(said, name)
	}
	out.say(source(p.Name, sentence), sentence, "product", p.In(out.lang), "list", list(said, out.lang))
	return nil
}

// stock says whether a product can be had, and what can where it cannot.
func (a *Adviser) stock(ctx context.Context, out *advice, p Product) error {
	count, known := p.InStock()
	if !known {
		return nil
	}
	name, from := p.In(out.lang), source(p.Name, "stock")
	var gone []string
	for _, s := range p.Stock {
		if s.Count == 0 && s.Spec != "" {
			gone = append(gone, s.Spec)
		}
	}
	switch {
	case count > 0 && len(gone) > 0 && out.lang == Chinese:
		out.say(from, "in_stock_only", "product", name, "list", list(gone, out.lang))
		return nil
	case count > 0:
		out.say(from, "in_stock", "product", name)
		return nil
	}
	for _, other := range p.Alternatives {
		q, known, err := a.graph.Product(ctx, other)
		if err != nil {
			return err
		}
		if n, counted := q.InStock(); known && counted && n > 0 {
			out.say(from, "sold_out_other", "product", name, "other", q.In(out.lang))
			out.about(q)
			return nil
		}
	}
	out.say(from, "sold_out", "product", name)
	return nil
}

// fit says whether a product suits a need or an age.
func (out *advice) fit(p Product, i inquiry) {
	name := p.In(i.lang)
	if i.age != neverAnAge && p.Ages.Known() {
		sentence := "ages"
		if i.age < p.Ages.From || i.age > p.Ages.To {
			sentence = "not_ages"
		}
		out.say(source(p.Name, "ages"), sentence, "product", name, "value", years(p.Ages, i.lang))
		return
	}
	for _, f := range p.Fits {
		if f.Need != i.need {
			continue
		}
		from, need, why := source(p.Name, "fits/"+f.Need), nameIn(f.Need, i.lang), f.Why.In(i.lang)
		sentence := map[Verdict]string{Suits: "suits", Unsuits: "unsuits", Caution: "caution"}[f.Verdict]
		if f.Verdict != Caution && why != "" {
			sentence += "_why"
		}
		out.say(from, sentence, "product", name, "name", need, "why", why)
		return
	}
}

// years are the ages that a product is for, as they are said.
func years(a Ages, lang string) string {
	if a.To >= 150 {
		return word("years_and_more", lang, "value", strconv.Itoa(a.From))
	}
	span := strconv.Itoa(a.From) + "到" + strconv.Itoa(a.To)
	if lang == English {
		span = fmt.Sprintf("%d to %d", a.From, a.To)
	}
	return word("years", lang, "value", span)
}

// compare says in what two products differ: what both give and give differently, then the prices.
func (a *Adviser) compare(ctx context.Context, out *advice, p Product, name string) error {
	other, known, err := a.graph.Product(ctx, name)
	if err != nil || !known {
		return err
	}
	out.about(other)
	first, second := p.In(out.lang), other.In(out.lang)
	from := source(p.Name+"+"+other.Name, "")
	for _, mine := range p.Attributes {
		theirs, both := other.Attribute(mine.Name)
		if len(out.said) >= mostPieces-1 || !both || theirs == mine.Value {
			continue
		}
		out.say(from, "compare_attribute", "product", first, "other", second, "name", nameIn(mine.Name, out.lang),
			"value", mine.Value.In(out.lang), "why", theirs.In(out.lang))
	}
	if p.Price != other.Price {
		out.say(from, "compare_price", "product", first, "other", second, "value", p.Price, "why", other.Price)
	}
	for _, f := range p.Fits {
		if f.Verdict == Suits && len(out.said) < mostPieces && !slices.ContainsFunc(other.Fits, func(o Fit) bool { return o.Need == f.Need && o.Verdict == Suits }) {
			out.say(from, "compare_fit", "product", first, "name", nameIn(f.Need, out.lang))
		}
	}
	return nil
}

// describe says the first properties of a product.
func (out *advice) describe(p Product) {
	var said []string
	for _, attribute := range p.Attributes[:min(len(p.Attributes), 3)] {
		name, value := nameIn(attribute.Name, out.lang), attribute.Value.In(out.lang)
		if out.lang == English {
			name += " "
		}
		if name != "" && value != "" {
			said = append(said, name+value)
		}
	}
	out.say(source(p.Name, "attrs"), "describe", "product", p.In(out.lang), "list", list(said, out.lang))
}

// wish names the products that fit, those in stock first, and why.
func (a *Adviser) wish(ctx context.Context, i inquiry) (Answer, bool, error) {
	found, err := a.graph.Fitting(ctx, Wish{Need: i.need, Category: i.category, Age: i.age})
	if err == nil && len(found) == 0 && i.need != "" && i.age != neverAnAge {
		found, err = a.graph.Fitting(ctx, Wish{Category: i.category, Age: i.age})
	}
	if err != nil {
		return Answer{}, false, err
	}
	found = slices.DeleteFunc(found, func(p Product) bool { n, known := p.InStock(); return known && n == 0 })
	if len(found) == 0 {
		return Answer{}, false, nil
	}
	out := &advice{lang: i.lang}
	best := found[0]
	out.about(best)
	said := false
	for _, f := range best.Fits {
		if f.Need == i.need && f.Verdict == Suits {
			said = out.say(source(best.Name, "fits/"+f.Need), "wish_why", "product", best.In(i.lang), "why", f.Why.In(i.lang))
		}
	}
	if !said && i.age != neverAnAge && best.Ages.Known() {
		said = out.say(source(best.Name, "ages"), "ages", "product", best.In(i.lang), "value", years(best.Ages, i.lang))
	}
	if !said {
		out.say(source(best.Name, ""), "wish_one", "product", best.In(i.lang))
	}
	var more []string
	for _, p := range found[1:min(len(found), mostWishes)] {
		more = append(more, p.In(i.lang))
		out.about(p)
	}
	if len(more) > 0 {
		out.say(source(best.Name, "fits"), "wish_more", "list", list(more, i.lang))
	}
	answer, ok := out.answer(sureWished)
	return answer, ok, nil
}
