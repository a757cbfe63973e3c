package knowledge

import (
	"context"
	_ "embed"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

//go:embed words/attributes.txt
var attributeLines string

//go:embed words/needs.txt
var needLines string

//go:embed words/asks.txt
var askLines string

// How sure an answer about a product is: one that the caller named, one that was pointed at, and one that is only taken
// to be meant.
const (
	sureNamed   = 0.92
	surePointed = 0.88
	sureMeant   = 0.55
	sureWished  = 0.8
	mostPieces  = 3 // pieces of a comparison or a list
	mostWishes  = 3 // products named to a wish
	neverAnAge  = -1
	oldestAsked = 120
)

// pointing is a caller who means a product that was spoken of.
var pointing = regexp.MustCompile(`(?i)它|这个|那个|这款|那款|这种|这台|那台|\b(?:it|this|that)\b`)

// Adviser answers questions about products from a graph.
type Adviser struct {
	graph Graph
	words atomic.Pointer[lexicon]
}

// NewAdviser reads the graph's vocabulary.
func NewAdviser(ctx context.Context, g Graph) (*Adviser, error) {
	a := &Adviser{graph: g}
	return a, a.Refresh(ctx)
}

// Load puts products in the place of those that Load put in before.
func (a *Adviser) Load(ctx context.Context, products []Product) error {
	if err := a.graph.Replace(ctx, products); err != nil {
		return err
	}
	return a.Refresh(ctx)
}

// Refresh reads the vocabulary anew, after somebody else has changed the graph.
func (a *Adviser) Refresh(ctx context.Context) error {
	v, err := a.graph.Vocabulary(ctx)
	if err != nil {
		return err
	}
	a.words.Store(newLexicon(v))
	return nil
}

// Names are the names of all products with their other names, for the recogniser to expect.
func (a *Adviser) Names() []Named { return a.words.Load().products }

// lexicon is what callers may say of the graph's products; of each list the longer words come first.
type lexicon struct {
	products   []Named
	names      []phrase // sense is the product's name
	categories []phrase
	attributes []phrase
	needs      []phrase
}

func newLexicon(v Vocabulary) *lexicon {
	l := &lexicon{products: v.Products}
	for _, p := range v.Products {
		for _, name := range append([]string{p.Name, p.EN}, p.Aliases...) {
			l.names = appendPhrase(l.names, p.Name, name)
		}
		l.categories = appendPhrase(appendPhrase(l.categories, p.Category.ZH, p.Category.ZH), p.Category.ZH, p.Category.EN)
	}
	l.attributes = phrasesOf(attributeLines, v.Attributes)
	l.needs = phrasesOf(needLines, v.Needs)
	for _, list := range [][]phrase{l.names, l.categories, l.attributes, l.needs} {
		slices.SortStableFunc(list, func(a, b phrase) int { return len(b.text) - len(a.text) })
	}
	return l
}

func appendPhrase(list []phrase, sense, text string) []phrase {
	if text = strings.ToLower(strings.TrimSpace(text)); text == "" {
		return list
	}
	return append(list, newPhrase(sense, text))
}

// phrasesOf are the words of a list's lines whose first word the graph knows, and the graph's own names.
func phrasesOf(text string, known []string) []phrase {
	var out []phrase
	for _, name := range known {
		out = appendPhrase(out, name, name)
	}
	for _, words := range lines(text) {
		if !slices.Contains(known, words[0]) {
			continue
		}
		for _, w := range words[1:] {
			out = append(out, newPhrase(words[0], w))
		}
	}
	return out
}

// englishNames are the English names of attributes and needs.
var englishNames = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, words := range append(lines(attributeLines), lines(needLines)...) {
		if len(words) > 1 {
			out[words[0]] = strings.ReplaceAll(words[1], "_", " ")
		}
	}
	return out
})

// nameIn is an attribute's or a need's name in a language, empty where it has none.
func nameIn(name, lang string) string {
	if lang == English {
		return englishNames()[name]
	}
	return name
}

var askPhrases = sync.OnceValue(func() []phrase {
	var out []phrase
	for _, words := range lines(askLines) {
		for _, w := range words[1:] {
			out = append(out, newPhrase(words[0], w))
		}
	}
	return out
})

// inquiry is what a question about products asks for.
type inquiry struct {
	named     []string // products, in the order in which they are said
	category  string
	attribute string
	need      string
	age       int
	asks      []string
	lang      string
}

func (i inquiry) wants(ask string) bool { return slices.Contains(i.asks, ask) }

// inquire reads a question.
func (l *lexicon) inquire(q Question) inquiry {
	text := strings.ToLower(q.Text)
	sounds := analyse(q.Text, q.Pinyin).sounds
	line := " " + strings.Join(sounds, " ") + " "
	i := inquiry{lang: q.Lang, age: age(text)}
	i.named, text, line = l.naming(text, line)
	i.category = first(l.categories, text, line)
	i.attribute = first(l.attributes, text, line)
	i.need = first(l.needs, text, line)
	for _, p := range askPhrases() {
		if p.in(text, line) && !i.wants(p.sense) {
			i.asks = append(i.asks, p.sense)
		}
	}
	return i
}

// resolve is the graph's name of a product as an order names it (保温杯 2只), empty where there is none.
func (l *lexicon) resolve(product string) string {
	for _, p := range l.products {
		if p.Name == product {
			return product
		}
	}
	text := strings.ToLower(product)
	named, _, _ := l.naming(text, " "+strings.Join(soundsOf(text), " ")+" ")
	if len(named) == 0 {
		return ""
	}
	return named[0]
}

// known are the graph's names of the products of a question, those that it lacks left out.
func (l *lexicon) known(products []string) []string {
	var out []string
	for _, p := range products {
		if name := l.resolve(p); name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// naming finds the products that are said and takes their names out, so that 蓝牙 of 蓝牙耳机 asks for nothing.
func (l *lexicon) naming(text, line string) (named []string, restText, restLine string) {
	type hit struct {
		name string
		at   int
	}
	var hits []hit
	for _, p := range l.names {
		if !p.in(text, line) {
			continue
		}
		at := strings.Index(line, p.sounds)
		text = strings.ReplaceAll(text, p.text, " ")
		if p.sounds != "" {
			line = strings.ReplaceAll(line, p.sounds, " "+strings.Repeat("- ", strings.Count(p.sounds, " ")-1))
		}
		hits = append(hits, hit{p.sense, at})
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return a.at - b.at })
	for _, h := range hits {
		if !slices.Contains(named, h.name) {
			named = append(named, h.name)
		}
	}
	return named, text, line
}

func first(list []phrase, text, line string) string {
	for _, p := range list {
		if p.in(text, line) {
			return p.sense
		}
	}
	return ""
}

var agePattern = regexp.MustCompile(`([0-9]{1,3}|[一二两三四五六七八九十]{1,3})(?:岁|周岁)|([0-9]{1,3})[- ]years?[- ]old`)

// age is the age in years that a question speaks of, or neverAnAge.
func age(text string) int {
	m := agePattern.FindStringSubmatch(text)
	if m == nil {
		return neverAnAge
	}
	years, err := strconv.Atoi(m[1] + m[2])
	if err != nil {
		years = hanziNumber(m[1])
	}
	if years > oldestAsked {
		return neverAnAge
	}
	return years
}

// hanziNumber reads 1 to 99 as they are said.
func hanziNumber(text string) int {
	digits := map[rune]int{'一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
	tens, units := 0, 0
	for _, r := range text {
		if r == '十' {
			tens, units = max(units, 1), 0
		} else {
			units = digits[r]
		}
	}
	return 10*tens + units
}
