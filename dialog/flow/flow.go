// Package flow holds the hotline's business as data: for each intent which values it needs, what is looked up, what is
// answered when, what is confirmed and done, what each refusal is answered with, and where an agent takes over. Folders
// of flows are checked as a whole before they are used. The language is described at the head of flows/tracking.yaml.
package flow

import (
	"embed"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"voxgate/dialog/shop"
)

//go:embed flows/*.yaml
var builtin embed.FS

// Subjects of a flow: what a look-up must find before its rules apply.
const (
	SubjectOrder  = "order"
	SubjectTicket = "ticket"
	SubjectNone   = "none"
)

// What a caller must have shown before the rules of a flow apply, and before it changes anything.
const (
	AuthNone   = "none"
	AuthCaller = "caller" // the number that the network gives; where it is withheld, as AuthView
	AuthView   = "view"   // the caller's number is on the order, or its tail and the receiver's name were said
	AuthChange = "change" // view, and before a change the caller's number is the order's or a code sent to it was said
	AuthCode   = "code"   // before a change a code is always wanted
)

// What an answer may be followed by, beside the name of an intent.
const (
	Transfer     = "transfer"
	TicketPrefix = "ticket:"
	Next         = "next" // the rules below go on
	Done         = "done" // nothing more to say
)

// Flow is one business process.
type Flow struct {
	Intent   string              `yaml:"intent"`
	Name     map[string]string   `yaml:"name"` // language to what the matter is called
	Subject  string              `yaml:"subject"`
	Auth     string              `yaml:"auth"`
	Prefer   [][]string          `yaml:"prefer"`
	Queue    string              `yaml:"queue"`
	Takes    []string            `yaml:"takes"` // values that are kept when the caller gives them, but never asked for
	Defaults map[string]string   `yaml:"defaults"`
	Undo     map[string][]string `yaml:"undo"`   // language to the verbs that, negated, take the matter back
	Before   []Rule              `yaml:"before"` // tried before the caller is identified and an order is chosen
	Rules    []Rule              `yaml:"rules"`
	Lines    []string            `yaml:"lines"` // what callers say who want this, where understanding does not know the intent

	slots []string // all that it needs or takes
	line  int
}

// Slots are the names of all values that a flow needs or takes.
func (f *Flow) Slots() []string { return f.slots }

// Writes reports whether a flow may do something that wants a confirmation.
func (f *Flow) Writes() bool {
	return slices.ContainsFunc(slices.Concat(f.Before, f.Rules), func(r Rule) bool { return len(r.Confirm) > 0 })
}

// Answer is what is said, and what follows from it.
type Answer struct {
	Say   Prompts `yaml:"say"`
	Act   string  `yaml:"act"`
	Offer string  `yaml:"offer"` // what a yes to the sentence's question does
	Then  string  `yaml:"then"`  // what is done at once

	// Forget names slots whose values are dropped; the sentence asks for the first of them anew.
	Forget []string `yaml:"forget"`

	line int
}

// Answers are the answers to refusals, by code.
type Answers map[string]Answer

// Rule is a condition and one step: values to ask for, a look-up, something done, or an answer.
type Rule struct {
	Aspect string          `yaml:"aspect"`
	Status []string        `yaml:"status"`
	Own    bool            `yaml:"own"`
	Since  string          `yaml:"since"`
	Late   int             `yaml:"late"` // hours
	If     map[string]Test `yaml:"if"`

	Need     []Need            `yaml:"need"`
	Question Prompts           `yaml:"question"`
	Ask      string            `yaml:"ask"`
	Do       string            `yaml:"do"`
	Values   map[string]string `yaml:"values"`
	Ticket   string            `yaml:"ticket"` // type of the ticket that is filed
	Confirm  Prompts           `yaml:"confirm"`
	SMS      string            `yaml:"sms"`
	Link     string            `yaml:"link"`

	Answer     `yaml:",inline"`
	Again      Prompts `yaml:"again"`
	OfferAgain string  `yaml:"offer_again"`
	Refused    Answers `yaml:"refused"`

	at int // line
}

// Prompts are names of sentences, tried in order: the first whose fields all have a value is said.
type Prompts []string

// Need is a value that must be there, or several of which one must.
type Need []string

// Slot is how one value is asked for and read.
type Slot struct {
	Type  shop.Type `yaml:"type"`
	From  []string  `yaml:"from"`  // values of an utterance that fill it at any time; its own name unless given
	Asked []string  `yaml:"asked"` // further ones that fill it in answer to its question
	Words Words     `yaml:"words"` // instead of a grammar: value to the words that mean it

	// Spoken is how values are read back, by value and language, where they are not said as they are.
	Spoken map[string]map[string]string `yaml:"spoken"`

	Free  bool   `yaml:"free"`  // the whole answer is the value where no grammar found one
	Keys  int    `yaml:"keys"`  // how many digits may be keyed for it
	Check string `yaml:"check"` // what it must be: see Checks
	Link  string `yaml:"link"`  // after three misses, purpose of a link that is sent to the caller's phone

	line int
}

// Say is how a value of the slot is read back.
func (s Slot) Say(value, lang string) string {
	if text := s.Spoken[value][lang]; text != "" {
		return text
	}
	return value
}

// Words are the values of a slot that is read from words, each with those that mean it.
type Words map[string][]string

// In is the value whose word stands in a text in lower case, the longest word first; empty for none.
func (w Words) In(text string) string {
	found, longest := "", 0
	for value, words := range w {
		for _, word := range words {
			if len(word) > longest && strings.Contains(text, word) || len(word) == longest && value < found && strings.Contains(text, word) {
				found, longest = value, len(word)
			}
		}
	}
	return found
}

// Checks are the names that a slot's check may have.
var Checks = []string{"phone", "day", "address", "email", "number"}

// Set is all flows, with the table of slots and the common answers to refusals. It is read-only and shared.
type Set struct {
	flows    map[string]*Flow
	slots    map[string]Slot
	refusals map[string]Answer
	kinds    map[string]Kind
	lines    *lines            // nil where no flow has lines of its own
	places   map[string]string // what is declared where: "flow NAME" to file
}

// Builtin are the flows that ship: a folder of files for Load.
func Builtin() fs.FS {
	if folder, err := fs.Sub(builtin, "flows"); err == nil {
		return folder
	}
	return builtin // the pattern above makes this impossible; Load would find no files
}

// Of is the flow of an intent.
func (s *Set) Of(intent string) (*Flow, bool) {
	f, ok := s.flows[intent]
	return f, ok
}

// Slot is how a value is asked for and read.
func (s *Set) Slot(name string) (Slot, bool) {
	slot, ok := s.slots[name]
	return slot, ok
}

// Intents are the names of all flows, sorted.
func (s *Set) Intents() []string { return slices.Sorted(maps.Keys(s.flows)) }

// Refusal is the answer to a refusal of a rule's look-up or action: its own, that of the other codes, or the common one.
func (s *Set) Refusal(r *Rule, code string) (Answer, bool) {
	if a, ok := r.Refused[code]; ok {
		return a, true
	}
	if a, ok := r.Refused["other"]; ok {
		return a, true
	}
	a, ok := s.refusals[code]
	return a, ok
}
