package flow

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

func (c *checker) rule(r *Rule) error {
	if !slices.Contains([]string{"", "eta", "place", "hours"}, r.Aspect) {
		return fmt.Errorf("aspect %q: use eta, place or hours", r.Aspect)
	}
	for _, name := range append(slices.Sorted(maps.Keys(r.If)), r.Since) {
		if name != "" && !c.given[name] {
			return fmt.Errorf("condition on %q, which is no field of the %s, no fact of a look-up above, and no said_ value", name, c.subject)
		}
	}
	steps := 0
	for _, there := range []bool{len(r.Need) > 0, r.Ask != "", r.Do != "", r.Ticket != "", r.SMS != ""} {
		if there {
			steps++
		}
	}
	if steps > 1 {
		return fmt.Errorf("one of need, ask, do, ticket and sms to a rule: write a rule for each")
	}
	switch {
	case len(r.Need) > 0:
		return c.need(r)
	case r.Ask != "" || r.Do != "":
		return c.shop(r)
	case r.Ticket != "":
		return c.ticket(r)
	case r.SMS != "":
		if !c.book.Has(r.SMS) {
			return fmt.Errorf("sms: no prompt %q", r.SMS)
		}
		if slices.Contains(c.book.Fields(r.SMS), "link") != (r.Link != "") {
			return fmt.Errorf("sms: link and the field {link} in %s go together", r.SMS)
		}
	case len(r.Say) == 0 && r.Then == "":
		return fmt.Errorf("nothing to do: give need, ask, do, ticket, sms, say or then")
	}
	return c.answer(r.Answer)
}

func (c *checker) need(r *Rule) error {
	if len(r.Say) > 0 || r.Then != "" {
		return fmt.Errorf("a rule with need only asks: write the answer as a rule below")
	}
	for _, need := range r.Need {
		if len(need) > 1 && len(r.Question) == 0 {
			return fmt.Errorf("need %s: give the question that asks for any of them", strings.Join(need, "|"))
		}
	}
	return c.prompts("question", r.Question)
}

// shop checks a look-up or an action against the table of kinds, and learns the facts that it gives.
func (c *checker) shop(r *Rule) error {
	kind := r.Ask + r.Do
	spec, ok := c.set.Spec(kind)
	switch {
	case !ok || spec.Write != (r.Do != ""):
		return fmt.Errorf("unknown kind %q: use one of %s", kind, strings.Join(c.set.kindNames(r.Do != ""), ", "))
	case spec.On == shop.OnOrder && c.subject != SubjectOrder:
		return fmt.Errorf("%s is about an order: the flow's subject must be order, and it must be chosen by then", kind)
	case spec.On == shop.OnPhone && c.flow.Auth == AuthNone:
		return fmt.Errorf("%s is about a customer: the flow wants auth: view", kind)
	case r.Ask != "" && (len(r.Say) > 0 || r.Then != "" || len(r.Confirm) > 0):
		return fmt.Errorf("a rule with ask only looks up: write the answer as a rule below")
	case r.Do != "" && len(r.Say) == 0:
		return fmt.Errorf("%s: say is missing", kind)
	case slices.Contains(guarded, kind) && c.flow.Auth != AuthChange && c.flow.Auth != AuthCode:
		return fmt.Errorf("%s wants auth: change", kind)
	case r.Do != "" && len(r.Confirm) == 0 && !slices.Contains(harmless, kind) && !c.set.kinds[kind].Plain:
		return fmt.Errorf("%s: confirm is missing: what changes an order, an address or money wants a yes first", kind)
	}
	for _, value := range slices.Sorted(maps.Keys(r.Values)) {
		if !slices.Contains(spec.Needs, value) && !slices.Contains(spec.Optional, value) {
			return fmt.Errorf("%s takes no value %q: use %s", kind, value, strings.Join(append(slices.Clone(spec.Needs), spec.Optional...), ", "))
		}
		if from := r.Values[value]; !strings.HasPrefix(from, "=") && !c.given[from] {
			return fmt.Errorf("values: %s is filled from %q, which nothing above gives", value, from)
		}
	}
	for _, value := range spec.Needs {
		if r.Values[value] == "" && !slices.Contains(c.flow.slots, value) {
			return fmt.Errorf("%s needs the value %q: the flow must need a slot of that name, or values must say where it is from", kind, value)
		}
	}
	if err := c.confirm(r, spec); err != nil {
		return err
	}
	for name, t := range spec.Gives {
		c.given[name] = true
		delete(c.codes, name)
		if t == shop.TypeCode || t == shop.TypeYesNo {
			c.codes[name] = true
		}
	}
	return c.outcomes(r, spec)
}

// ticket checks a rule that files a ticket: the caller must agree to what it says.
func (c *checker) ticket(r *Rule) error {
	if len(r.Confirm) == 0 || len(r.Say) > 0 || r.Then != "" || r.Offer != "" {
		return fmt.Errorf("ticket: give confirm, the question before it, and no other answer")
	}
	return c.confirm(r, shop.Spec{})
}

// confirm checks that the question before an action can be answered with yes and reads out what will be changed.
func (c *checker) confirm(r *Rule, spec shop.Spec) error {
	if err := c.prompts("confirm", r.Confirm); err != nil {
		return err
	}
	for _, id := range r.Confirm {
		if !c.book.Asks(id) {
			return fmt.Errorf("confirm %s asks nothing: it must end with a question", id)
		}
		for _, value := range spec.Needs {
			from := r.Values[value]
			if from == "" {
				from = reply.SaidPrefix + value
			}
			if !strings.HasPrefix(from, "=") && !c.book.Names(id, from) {
				return fmt.Errorf("confirm %s does not read out {%s}, which will be changed", id, from)
			}
		}
	}
	return nil
}

// outcomes checks what is said after an action, and the answer to each refusal.
func (c *checker) outcomes(r *Rule, spec shop.Spec) error {
	for code, a := range r.Refused {
		if code != "other" && !slices.Contains(spec.Refusals, code) {
			return at(a.line, "%s: %s is never refused with %q: use %s or other", c.flow.Intent, spec.Kind, code, strings.Join(spec.Refusals, ", "))
		}
		if len(a.Say) == 0 && a.Then == "" {
			return at(a.line, "%s: dead end: the refusal %s of %s has no answer", c.flow.Intent, code, spec.Kind)
		}
		if err := c.answer(a); err != nil {
			return at(a.line, "%s: refused %s: %v", c.flow.Intent, code, err)
		}
	}
	for _, code := range spec.Refusals {
		a, ok := c.set.Refusal(r, code)
		if !ok {
			return fmt.Errorf("dead end: the refusal %s of %s has no answer: add it to refused or to the common refusals", code, spec.Kind)
		}
		if err := c.answer(a); err != nil {
			return fmt.Errorf("refusal %s of %s: %w", code, spec.Kind, err)
		}
	}
	if err := c.prompts("again", r.Again); err != nil {
		return err
	}
	if err := c.follows(r.OfferAgain); err != nil {
		return err
	}
	return c.answer(r.Answer)
}

func (c *checker) answer(a Answer) error {
	if err := c.prompts("say", a.Say); err != nil {
		return err
	}
	if a.Offer == Next || a.Offer == Done {
		return fmt.Errorf("offer: %s is for then", a.Offer)
	}
	if a.Offer != "" && a.Then != "" {
		return fmt.Errorf("offer asks and then does at once: give one of them")
	}
	if err := c.follows(a.Offer); err != nil {
		return err
	}
	for _, name := range a.Forget {
		if !slices.Contains(c.flow.slots, name) {
			return fmt.Errorf("forget: %s is no value that the flow needs or takes", name)
		}
	}
	switch {
	case len(a.Forget) > 0 && (a.Offer != "" || a.Then != "" || len(a.Say) == 0):
		return fmt.Errorf("forget asks anew: it goes with say alone")
	case a.Then == Next, a.Then == Done:
		return nil
	}
	return c.follows(a.Then)
}

// follows checks what an offer or then names.
func (c *checker) follows(what string) error {
	_, intent := c.set.flows[what]
	if what == "" || what == Transfer || intent || strings.HasPrefix(what, TicketPrefix) && len(what) > len(TicketPrefix) {
		return nil
	}
	return fmt.Errorf("unknown offer %q: use transfer, ticket:TYPE or an intent", what)
}

// prompts checks that sentences exist and name only what may have a value by then.
func (c *checker) prompts(key string, ids Prompts) error {
	for _, id := range ids {
		if !c.book.Has(id) {
			return fmt.Errorf("%s: no prompt %q", key, id)
		}
		for _, name := range c.book.Fields(id) {
			if !c.given[name] {
				return fmt.Errorf("prompt %s names the unknown field {%s}: no record, look-up above or said_ value gives it", id, name)
			}
			if c.codes[name] {
				return fmt.Errorf("prompt %s names {%s}, which is a code or a raw field and is not spoken", id, name)
			}
		}
	}
	return nil
}
