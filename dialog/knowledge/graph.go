package knowledge

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Graph holds the products and what ties them together. SQLite and Neo4j are graphs.
type Graph interface {
	// Product is the product of a name; false where it is not sold.
	Product(ctx context.Context, name string) (Product, bool, error)
	// Fitting are the products that fit a wish, in the order of their names.
	Fitting(ctx context.Context, wish Wish) ([]Product, error)
	// Vocabulary is what callers may call the products by.
	Vocabulary(ctx context.Context) (Vocabulary, error)
	// Replace puts these products in the place of all that Replace put in before.
	Replace(ctx context.Context, products []Product) error
}

// Product is one thing that is sold.
type Product struct {
	Name         string      `json:"name"`
	EN           string      `json:"name_en,omitempty"`
	Aliases      []string    `json:"aliases,omitempty"` // other names, in either language
	Category     Text        `json:"category"`
	Price        string      `json:"price,omitempty"` // yuan, "329" or "329.50"; empty: unknown
	Attributes   []Attribute `json:"attrs,omitempty"`
	Fits         []Fit       `json:"fits,omitempty"`
	Ages         Ages        `json:"ages"`
	Accessories  []string    `json:"accessories,omitempty"`  // names of products that are used with it
	Complements  []string    `json:"complements,omitempty"`  // often bought beside it
	Alternatives []string    `json:"alternatives,omitempty"` // when it is sold out or does not fit
	Refills      []Refill    `json:"refills,omitempty"`
	Care         []Text      `json:"care,omitempty"` // one piece of advice each
	Seasons      []Season    `json:"seasons,omitempty"`
	Stock        []Stock     `json:"stock,omitempty"` // nil: unknown
}

// Attribute is one property of a product.
type Attribute struct {
	Name  string `json:"name"` // Chinese; words/attributes.txt has its English and what callers say for it
	Value Text   `json:"value"`
}

// Verdict says whether a product fits a need.
type Verdict string

// The verdicts of a Fit.
const (
	Suits   Verdict = "yes"
	Unsuits Verdict = "no"
	Caution Verdict = "caution" // only as Why says
)

// Fit says whether a product suits a need such as 敏感肌, 老人 or 苹果手机.
type Fit struct {
	Need    string  `json:"need"` // Chinese; words/needs.txt has what callers say for it
	Verdict Verdict `json:"verdict"`
	Why     Text    `json:"why"`
}

// Ages are the ages in years that a product is for, both included; the zero value says nothing.
type Ages struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Known reports whether ages are given.
func (a Ages) Known() bool { return a != Ages{} }

// Refill is a product that is used up with another, after about so many days.
type Refill struct {
	Product string `json:"product"`
	Days    int    `json:"days"`
}

// Stock is how many there are of one model; Spec is empty where there is only one.
type Stock struct {
	Spec  string `json:"spec,omitempty"`
	Count int    `json:"count"`
}

// Season is a time of the year.
type Season string

// The seasons.
const (
	Spring Season = "spring"
	Summer Season = "summer"
	Autumn Season = "autumn"
	Winter Season = "winter"
)

// seasonNames are how files may write the seasons.
var seasonNames = map[string]Season{
	"春": Spring, "夏": Summer, "秋": Autumn, "冬": Winter, "spring": Spring, "summer": Summer, "autumn": Autumn, "winter": Winter,
}

// Wish is what a caller looks for; empty fields do not matter.
type Wish struct {
	Need     string // as in Fit
	Category string // Chinese
	Age      int    // years; below 0: not said
}

// Named is what a product is called.
type Named struct {
	Name, EN string
	Aliases  []string
	Category Text
}

// Vocabulary is what the graph speaks of.
type Vocabulary struct {
	Products   []Named
	Attributes []string
	Needs      []string
}

// Bounds of a product.
const (
	maxName  = 60
	maxList  = 60
	maxWords = 200 // characters of one text
)

var pricePattern = regexp.MustCompile(`^[0-9]{1,8}(\.[0-9]{1,2})?$`)

// Check says what is wrong with a product.
func (p Product) Check() error {
	wrong := func(field, advice string, args ...any) error {
		return fmt.Errorf("%w: product %q: %s: %s", ErrInvalid, p.Name, field, fmt.Sprintf(advice, args...))
	}
	if name := strings.TrimSpace(p.Name); name == "" || len([]rune(name)) > maxName {
		return wrong("name", "write 1 to %d characters", maxName)
	}
	if p.Price != "" && !pricePattern.MatchString(p.Price) {
		return wrong("price", "%q is no amount of yuan: write 329 or 329.50", p.Price)
	}
	for _, a := range p.Attributes {
		if a.Name == "" || a.Value == (Text{}) || !short(a.Value) {
			return wrong("attrs", "%q wants a value of at most %d characters", a.Name, maxWords)
		}
	}
	for _, f := range p.Fits {
		if f.Need == "" || !slices.Contains([]Verdict{Suits, Unsuits, Caution}, f.Verdict) || !short(f.Why) {
			return wrong("fits", "%q: write need and verdict (yes, no or caution), and why in at most %d characters", f.Need, maxWords)
		}
		if f.Verdict == Caution && f.Why == (Text{}) {
			return wrong("fits", "%q: caution wants a why", f.Need)
		}
	}
	for _, c := range p.Care {
		if !short(c) {
			return wrong("care", "write at most %d characters each", maxWords)
		}
	}
	for _, r := range p.Refills {
		if r.Product == "" || r.Days < 1 || r.Days > 3650 {
			return wrong("refills", "%q: write the product and the days that it lasts, 1 to 3650", r.Product)
		}
	}
	if p.Ages.From < 0 || p.Ages.To < p.Ages.From || p.Ages.To > 150 {
		return wrong("ages", "%d-%d is no range of years: write 3-6", p.Ages.From, p.Ages.To)
	}
	for _, s := range p.Stock {
		if s.Count < 0 {
			return wrong("stock", "%d is below 0", s.Count)
		}
	}
	longest := max(len(p.Attributes), len(p.Fits), len(p.Care), len(p.Accessories), len(p.Complements), len(p.Alternatives), len(p.Refills), len(p.Stock), len(p.Aliases))
	if longest > maxList {
		return wrong("lists", "one has %d items, over %d", longest, maxList)
	}
	return nil
}

func short(t Text) bool { return len([]rune(t.ZH)) <= maxWords && len([]rune(t.EN)) <= maxWords }

// InStock says how many there are of all models; false where that is unknown.
func (p Product) InStock() (int, bool) {
	sum := 0
	for _, s := range p.Stock {
		sum += s.Count
	}
	return sum, len(p.Stock) > 0
}

// In is the product's name in a language; the Chinese one where it has no other.
func (p Product) In(lang string) string {
	if lang == English && p.EN != "" {
		return p.EN
	}
	return p.Name
}

// Attribute is the value of a property; false where it is not given.
func (p Product) Attribute(name string) (Text, bool) {
	for _, a := range p.Attributes {
		if a.Name == name {
			return a.Value, true
		}
	}
	return Text{}, false
}
