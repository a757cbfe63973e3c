package flow

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

// harmless are actions that need no yes: nothing of the order, its address or its money changes.
var harmless = []string{shop.UrgeDelivery, shop.UrgeShipment, "courier_callback", "resend_coupon"}

// guarded are actions that want more than a caller's word for who calls.
var guarded = []string{"change_address", "redirect", "change_phone", "change_receiver", "cancel_order", "modify_order", "return", "exchange", "intercept", "reject"}

// checker holds one flow against everything that it names.
type checker struct {
	set     *Set
	book    *reply.Book
	flow    *Flow
	given   map[string]bool // names that sentences and conditions may use at this rule
	subject string          // what has been found by then
	codes   map[string]bool // facts that are never spoken
}

// check says what is wrong with a set, by file and line.
func (s *Set) check(book *reply.Book) error {
	for _, name := range slices.Sorted(maps.Keys(s.kinds)) {
		if err := s.kinds[name].check(name); err != nil {
			return fmt.Errorf("flows %s:%w", s.places["kind "+name], err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.slots)) {
		if err := s.checkSlot(book, name); err != nil {
			return fmt.Errorf("flows %s:%w", s.places["slot "+name], err)
		}
	}
	for _, intent := range s.Intents() {
		f := s.flows[intent]
		if err := s.gather(f); err != nil {
			return fmt.Errorf("flows %s:%w", s.places["flow "+intent], err)
		}
		c := checker{set: s, book: book, flow: f, given: map[string]bool{}, codes: map[string]bool{}}
		if err := c.check(); err != nil {
			return fmt.Errorf("flows %s:%w", s.places["flow "+intent], err)
		}
	}
	return nil
}

// asked reports whether some rule asks for a slot.
func (s *Set) asked(name string) bool {
	for _, f := range s.flows {
		for _, rule := range slices.Concat(f.Before, f.Rules) {
			if slices.ContainsFunc(rule.Need, func(n Need) bool { return slices.Contains(n, name) }) || slices.Contains(rule.Forget, name) {
				return true
			}
		}
	}
	return false
}

func (s *Set) checkSlot(book *reply.Book, name string) error {
	slot := s.slots[name]
	ask := "ask_" + name
	if len(slot.Words) > 0 && !s.asked(name) && !book.Has(ask) {
		ask = ""
	}
	switch {
	case !slices.Contains([]shop.Type{shop.TypeMoney, shop.TypeNumber, shop.TypeDigits, shop.TypeMoment, shop.TypePlace, shop.TypeCourier, shop.TypeProduct,
		shop.TypeName, shop.TypeText, shop.TypeYesNo}, slot.Type):
		return at(slot.line, "slot %s: type %q: use money, number, digits, moment, place, courier, product, name, text or yesno", name, slot.Type)
	case slot.Check != "" && !slices.Contains(Checks, slot.Check):
		return at(slot.line, "slot %s: check %q: use %s", name, slot.Check, strings.Join(Checks, ", "))
	case slot.Check != "" && !book.Has("invalid_"+name):
		return at(slot.line, "slot %s: a checked slot wants the prompt invalid_%s", name, name)
	case slot.Check == "address" && !(book.Has("more_"+name+"_city") && book.Has("more_"+name+"_road") && book.Has("more_"+name+"_number")):
		return at(slot.line, "slot %s: an address wants the prompts more_%s_city, more_%s_road and more_%s_number, for what is missing", name, name, name, name)
	case ask != "" && !book.Has(ask):
		return at(slot.line, "slot %s: there is no prompt %s to ask for it", name, ask)
	}
	for _, lang := range []string{"zh", "en"} {
		if ask != "" && book.Wordings(ask, lang) < 2 {
			return at(slot.line, "slot %s: %s wants two wordings in %s: the second helps who was not understood", name, ask, lang)
		}
		for _, value := range slices.Sorted(maps.Keys(slot.Spoken)) {
			if slot.Spoken[value][lang] == "" {
				return at(slot.line, "slot %s: spoken: %s has no text in %s", name, value, lang)
			}
		}
	}
	return nil
}

// gather collects the slots that a flow needs or takes.
func (s *Set) gather(f *Flow) error {
	add := func(name string, line int) error {
		if _, ok := s.slots[name]; !ok {
			return at(line, "%s: unknown slot %q: declare it under slots", f.Intent, name)
		}
		if !slices.Contains(f.slots, name) {
			f.slots = append(f.slots, name)
		}
		return nil
	}
	f.slots = nil
	for _, name := range f.Takes {
		if err := add(name, f.line); err != nil {
			return err
		}
	}
	for _, rule := range slices.Concat(f.Before, f.Rules) {
		for _, need := range rule.Need {
			for _, name := range need {
				if err := add(name, rule.at); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (c *checker) check() error {
	f := c.flow
	fail := func(format string, args ...any) error { return at(f.line, f.Intent+": "+format, args...) }
	switch {
	case f.Name["zh"] == "" || f.Name["en"] == "":
		return fail("name is wanted in zh and en")
	case !slices.Contains([]string{SubjectOrder, SubjectTicket, SubjectNone}, f.Subject):
		return fail("subject %q: use order, ticket or none", f.Subject)
	case !slices.Contains([]string{AuthNone, AuthCaller, AuthView, AuthChange, AuthCode}, f.Auth):
		return fail("auth %q: use none, caller, view, change or code", f.Auth)
	case f.Subject == SubjectOrder && (f.Auth == AuthNone || f.Auth == AuthCaller):
		return fail("auth: an order is only spoken of after view")
	case f.Queue == "":
		return fail("queue is missing")
	case f.Subject != SubjectNone && len(f.Rules) == 0:
		return fail("dead end: there are no rules")
	case len(f.Rules) > 0 && !f.Rules[len(f.Rules)-1].ends():
		return at(f.Rules[len(f.Rules)-1].at, "%s: dead end: the last rule must have no condition and answer", f.Intent)
	}
	for name, from := range f.Defaults {
		if !slices.Contains(f.slots, name) {
			return fail("defaults: %s is no value that the flow needs or takes", name)
		}
		if from != "caller" && !slices.Contains(fieldsOf(shop.Order{}), from) {
			return fail("defaults: %q is no field of an order: use caller or one of %s", from, strings.Join(fieldsOf(shop.Order{}), ", "))
		}
	}
	c.begin(SubjectNone)
	if err := c.rules(f.Before, SubjectNone); err != nil {
		return err
	}
	c.begin(f.Subject)
	return c.rules(f.Rules, f.Subject)
}

// rules checks rules in their order; subject is what has been found when they run.
func (c *checker) rules(rules []Rule, subject string) error {
	c.subject = subject
	for i := range rules {
		if err := c.rule(&rules[i]); err != nil {
			var inner lineError
			if errors.As(err, &inner) {
				return inner
			}
			return at(rules[i].at, "%s: rule %d: %v", c.flow.Intent, i+1, err)
		}
	}
	return nil
}

// begin fills in what every rule may name.
func (c *checker) begin(subject string) {
	var spoken, raw []string
	c.given["mood"], c.codes["mood"] = true, true
	switch subject {
	case SubjectOrder:
		spoken, raw = reply.OrderFields(), fieldsOf(shop.Order{})
	case SubjectTicket:
		spoken, raw = reply.TicketFields(), fieldsOf(shop.Ticket{})
	}
	for _, name := range raw {
		c.given[name], c.codes[name] = true, true
	}
	for _, name := range spoken {
		c.given[name] = true
		delete(c.codes, name)
	}
	for _, name := range c.flow.slots {
		c.given[reply.SaidPrefix+name] = true
	}
}

// ends reports whether a rule has no condition and always answers.
func (r *Rule) ends() bool {
	return r.Aspect == "" && len(r.Status) == 0 && !r.Own && r.Since == "" && len(r.If) == 0 && r.Then != Next && (len(r.Say) > 0 || r.Then != "" || r.Ticket != "")
}
