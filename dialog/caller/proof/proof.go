// Package proof says of each thing that the hotline said whether it was allowed to: every number, sum, date, time, place
// and name must come from a result of the shop, from the knowledge base, or from the caller's own words. It reads the
// sentences for itself and shares no code with what made them, so that a fault there is found here.
package proof

import (
	"slices"
	"strings"
	"time"
)

// Kind is what sort of thing a sentence claims.
type Kind string

// Kinds of claims and how their values are written.
const (
	Money  Kind = "money"  // cents
	Date   Kind = "date"   // 2006-01-02
	Clock  Kind = "clock"  // 15:04
	Part   Kind = "part"   // a part of a day: am, noon, pm, night
	Digits Kind = "digits" // digits of a number that is read one by one
	Count  Kind = "count"  // a whole number
	Words  Kind = "words"  // names, places, products and whatever else a record says
)

// Claim is one thing that a text claims. Where the words leave it open (六点, 周五), any of Values is meant.
type Claim struct {
	Kind   Kind
	Text   string   // as it was said
	Values []string // canonical, see Kind
}

// Ledger is everything that may be said in one call so far. One goroutine uses it.
type Ledger struct {
	now       time.Time
	templates Prompts
	values    map[Kind]map[string]bool
	words     string // all texts, normalised, parted by a space
	digits    []string
	caller    string // all digits that the caller gave, in their order
	said      map[string]bool
	pages     []string // of the knowledge base
}

// Prompts are the sentences of a book, taken apart once for all ledgers.
type Prompts []template

// New begins a ledger; the clock and its zone are the shop's, the prompts say which words of a sentence are its own.
func New(now time.Time, prompts Prompts) *Ledger {
	l := &Ledger{now: now, templates: prompts, values: map[Kind]map[string]bool{}, said: map[string]bool{}}
	for _, k := range []Kind{Money, Date, Clock, Part, Count} {
		l.values[k] = map[string]bool{}
	}
	return l
}

// Result takes raw values of a result of the shop, as the shop writes them.
func (l *Ledger) Result(raw ...string) {
	for _, text := range raw {
		l.raw(text)
		l.learn(text)
	}
}

// Own takes the hotline's own words: what its matters are called.
func (l *Ledger) Own(words ...string) {
	for _, w := range words {
		l.words += " " + normal(w)
	}
}

// Number takes a figure that follows from results without standing in one, such as how many orders there are.
func (l *Ledger) Number(n int) { l.learn(itoa(n)) }

// Knowledge takes a text of the knowledge base. It may be said as it is, whole or a part of it.
func (l *Ledger) Knowledge(text string) {
	l.pages = append(l.pages, normal(text))
}

// Caller takes what the caller said or pressed.
func (l *Ledger) Caller(text string) {
	l.learn(text)
	claims, _ := chinese(text, l.now)
	for _, c := range append(claims, latinNumbers(text)...) {
		if c.Kind == Digits || c.Kind == Count {
			l.caller += onlyDigits(c.Values[0])
		}
	}
}

// learn keeps what a text claims as known.
func (l *Ledger) learn(text string) {
	zh, _ := chinese(text, l.now)
	en, _ := english(text, l.now)
	for _, c := range append(zh, en...) {
		for _, v := range c.Values {
			l.keep(c.Kind, v)
		}
	}
	l.words += " " + normal(text)
	if sound := romanised(text); sound != "" {
		l.words += " " + sound
	}
}

func (l *Ledger) keep(kind Kind, value string) {
	if kind == Digits {
		l.digits = append(l.digits, value)
		return
	}
	l.values[kind][value] = true
	if kind == Count {
		l.digits = append(l.digits, value)
	}
}

// Check returns the claims of a sentence that nothing proves; lang is "zh" or "en". What was said and proved before may be
// said again.
func (l *Ledger) Check(say, lang string) []Claim {
	unproven := l.best(say, lang)
	if len(unproven) == 0 {
		l.said[normal(say)] = true
		for _, sentence := range sentences(say) { // its question may be asked again alone
			l.said[normal(sentence)] = true
		}
	}
	return unproven
}

// best is the reading of a sentence that leaves the fewest claims unproven: as a whole, as a sentence of the book whose
// fields are filled, or as several of them.
func (l *Ledger) best(say, lang string) []Claim {
	say = strings.TrimSpace(say)
	if say == "" || l.said[normal(say)] || l.page(say) {
		return nil
	}
	fewest := l.unproven(say, lang)
	consider := func(found []Claim) bool {
		if len(found) < len(fewest) {
			fewest = found
		}
		return len(fewest) == 0
	}
	for _, t := range l.templates {
		if fields, ok := t.match(say, lang); ok && consider(l.fields(fields, lang)) {
			return nil
		}
	}
	parts := sentences(say)
	for at := 1; at < len(parts); at++ {
		head, tail := strings.Join(parts[:at], ""), strings.Join(parts[at:], "")
		if l.inBook(strings.TrimSpace(head), lang) || l.page(head) || l.said[normal(head)] {
			if consider(append(l.best(head, lang), l.best(tail, lang)...)) {
				return nil
			}
		}
	}
	return fewest
}

// page reports whether a text stands in the knowledge base.
func (l *Ledger) page(say string) bool {
	text := normal(say)
	return slices.ContainsFunc(l.pages, func(p string) bool { return text != "" && strings.Contains(p, text) })
}

// inBook reports whether a text may be a sentence of the book.
func (l *Ledger) inBook(say, lang string) bool {
	return slices.ContainsFunc(l.templates, func(t template) bool {
		_, ok := t.match(say, lang)
		return ok
	})
}

func (l *Ledger) fields(fields []string, lang string) []Claim {
	var out []Claim
	for _, f := range fields {
		if l.page(f) {
			continue
		}
		out = append(out, l.unproven(f, lang)...)
	}
	return out
}

// unproven are the claims of a text that the ledger does not know.
func (l *Ledger) unproven(text, lang string) []Claim {
	read := chinese
	if lang == "en" {
		read = english
	}
	claims, rest := read(text, l.now)
	var out []Claim
	for _, c := range claims {
		if !l.knows(c) {
			out = append(out, c)
		}
	}
	for _, word := range wordsOf(rest, lang) {
		if !l.told([]rune(normal(word))) {
			out = append(out, Claim{Words, word, []string{word}})
		}
	}
	return out
}

// knows reports whether one of a claim's values is known.
func (l *Ledger) knows(c Claim) bool {
	for _, v := range c.Values {
		switch c.Kind {
		case Digits:
			if slices.ContainsFunc(l.digits, func(d string) bool { return strings.Contains(d, v) }) || inOrder(v, l.caller) {
				return true
			}
		case Count:
			if l.values[Count][v] || slices.Contains(l.digits, v) || inOrder(v, l.caller) && len(v) > 1 {
				return true
			}
		default:
			if l.values[c.Kind][v] {
				return true
			}
		}
	}
	return false
}

// told reports whether a word stands in the ledger, or is made of words of two letters and more that do: fields that nothing
// parts make one word.
func (l *Ledger) told(word []rune) bool {
	if strings.Contains(l.words, string(word)) {
		return true
	}
	for at := len(word) - 2; at >= 2; at-- {
		if strings.Contains(l.words, string(word[:at])) && l.told(word[at:]) {
			return true
		}
	}
	return false
}

// inOrder reports whether the digits of a number stand in a longer row of digits in this order: a number that the caller
// corrected is made of parts.
func inOrder(number, row string) bool {
	at := 0
	for i := 0; i < len(row) && at < len(number); i++ {
		if row[i] == number[at] {
			at++
		}
	}
	return number != "" && at == len(number)
}
