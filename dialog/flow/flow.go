// Package flow holds the hotline's business as data: for each intent what is looked up, what is answered when, what is
// done, and where an agent takes over. A file of flows is checked as a whole before it is used.
package flow

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

//go:embed flows.yaml
var builtin []byte

// Subjects of a flow: what a look-up must find before its rules apply.
const (
	SubjectOrder  = "order"
	SubjectTicket = "ticket"
	SubjectNone   = "none"
)

// Flow is one business process.
type Flow struct {
	Intent  string            `yaml:"intent"`
	Name    map[string]string `yaml:"name"` // language to what the matter is called
	Subject string            `yaml:"subject"`
	Prefer  [][]string        `yaml:"prefer"`
	Queue   string            `yaml:"queue"`
	Rules   []Rule            `yaml:"rules"`
}

// Rule is one answer and when it is given.
type Rule struct {
	Aspect     string   `yaml:"aspect"`
	Status     []string `yaml:"status"`
	Own        bool     `yaml:"own"`
	Since      string   `yaml:"since"` // eta, last_time, ship_by, due
	Late       int      `yaml:"late"`  // hours
	Do         string   `yaml:"do"`
	Say        string   `yaml:"say"`
	Act        string   `yaml:"act"`
	Offer      string   `yaml:"offer"`
	Again      string   `yaml:"again"`
	OfferAgain string   `yaml:"offer_again"`
}

// Set is all flows, by intent. It is read-only and shared.
type Set struct{ flows map[string]Flow }

// Builtin is the set that ships, checked against book.
func Builtin(book *reply.Book) (*Set, error) { return Load("flows.yaml", builtin, book) }

// Load reads and checks a set of flows: unknown keys, prompts, fields, actions and offers, and dead ends are errors
// with file and line.
func Load(name string, data []byte, book *reply.Book) (*Set, error) {
	var nodes []yaml.Node
	if err := yaml.Unmarshal(data, &nodes); err != nil {
		return nil, fmt.Errorf("flows %s: %w", name, err)
	}
	s := &Set{flows: map[string]Flow{}}
	lines := map[string]int{}
	for _, n := range nodes {
		f, err := decode(n)
		if err != nil {
			return nil, fmt.Errorf("flows %s:%d: %w", name, n.Line, err)
		}
		if lines[f.Intent] > 0 {
			return nil, fmt.Errorf("flows %s:%d: %s is there twice, first in line %d", name, n.Line, f.Intent, lines[f.Intent])
		}
		s.flows[f.Intent], lines[f.Intent] = f, n.Line
	}
	if len(s.flows) == 0 {
		return nil, fmt.Errorf("flows %s: the file has no flows", name)
	}
	for intent, f := range s.flows {
		if err := f.check(s, book); err != nil {
			return nil, fmt.Errorf("flows %s:%d: %s: %w", name, lines[intent], intent, err)
		}
	}
	return s, nil
}

// decode reads one flow and refuses keys that it does not know.
func decode(n yaml.Node) (Flow, error) {
	text, err := yaml.Marshal(&n)
	if err != nil {
		return Flow{}, fmt.Errorf("read flow: %w", err)
	}
	dec := yaml.NewDecoder(strings.NewReader(string(text)))
	dec.KnownFields(true)
	var f Flow
	if err := dec.Decode(&f); err != nil {
		return Flow{}, fmt.Errorf("read flow: %w", err)
	}
	if f.Intent == "" {
		return Flow{}, fmt.Errorf("a flow without intent")
	}
	return f, nil
}

// Of is the flow of an intent.
func (s *Set) Of(intent string) (Flow, bool) {
	f, ok := s.flows[intent]
	return f, ok
}

// Intents are the names of all flows, sorted.
func (s *Set) Intents() []string {
	out := make([]string, 0, len(s.flows))
	for intent := range s.flows {
		out = append(out, intent)
	}
	slices.Sort(out)
	return out
}

// check says what is wrong with a flow.
func (f Flow) check(s *Set, book *reply.Book) error {
	if f.Name["zh"] == "" || f.Name["en"] == "" {
		return fmt.Errorf("name is wanted in zh and en")
	}
	if !slices.Contains([]string{SubjectOrder, SubjectTicket, SubjectNone}, f.Subject) {
		return fmt.Errorf("subject %q: use order, ticket or none", f.Subject)
	}
	if f.Queue == "" {
		return fmt.Errorf("queue is missing")
	}
	if f.Subject == SubjectNone && len(f.Rules) > 0 {
		return fmt.Errorf("rules want a subject to answer about")
	}
	if f.Subject != SubjectNone && (len(f.Rules) == 0 || !f.Rules[len(f.Rules)-1].always()) {
		return fmt.Errorf("dead end: the last rule must have no condition")
	}
	for i, r := range f.Rules {
		if err := r.check(s, book); err != nil {
			return fmt.Errorf("rule %d: %w", i+1, err)
		}
	}
	return nil
}

// always reports whether a rule has no condition.
func (r Rule) always() bool {
	return r.Aspect == "" && len(r.Status) == 0 && !r.Own && r.Since == ""
}

func (r Rule) check(s *Set, book *reply.Book) error {
	for _, id := range []string{r.Say, r.Again} {
		if id == "" && id != r.Say {
			continue
		}
		if !book.Has(id) {
			return fmt.Errorf("no prompt %q", id)
		}
		for _, f := range book.Fields(id) {
			if !slices.Contains(reply.FieldNames(), f) {
				return fmt.Errorf("prompt %s names the unknown field {%s}", id, f)
			}
		}
	}
	if !slices.Contains([]string{"", "eta", "place", "hours"}, r.Aspect) {
		return fmt.Errorf("aspect %q: use eta, place or hours", r.Aspect)
	}
	if !slices.Contains([]string{"", "eta", "last_time", "ship_by", "due"}, r.Since) {
		return fmt.Errorf("since %q: use eta, last_time, ship_by or due", r.Since)
	}
	if !slices.Contains([]string{"", shop.UrgeDelivery, shop.UrgeShipment}, r.Do) {
		return fmt.Errorf("unknown action %q", r.Do)
	}
	if (r.Do == "") != (r.Again == "") {
		return fmt.Errorf("do and again go together")
	}
	for _, offer := range []string{r.Offer, r.OfferAgain} {
		_, intent := s.flows[offer]
		if offer != "" && offer != "transfer" && !strings.HasPrefix(offer, "ticket:") && !intent {
			return fmt.Errorf("unknown offer %q: use transfer, ticket:TYPE or an intent", offer)
		}
	}
	return nil
}
