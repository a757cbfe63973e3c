package dialog

import (
	"context"
	"maps"
	"strings"
	"time"

	"voxgate/dialog/flow"
	"voxgate/dialog/handoff"
	"voxgate/dialog/nlu"
	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

// record is what the rules of a flow are about: an order, a ticket, or nothing but the caller.
type record struct {
	order  shop.Order
	ticket shop.Ticket
	raw    map[string]string
	own    bool // the caller's number is the one on it
	spoken func(now time.Time, lang string) reply.Facts
}

func orderRecord(o shop.Order, caller string) record {
	return record{order: o, raw: flow.Raw(o), own: caller != "" && o.Phone == caller,
		spoken: func(now time.Time, lang string) reply.Facts { return reply.Order(o, now, lang) }}
}

func ticketRecord(t shop.Ticket) record {
	return record{ticket: t, raw: flow.Raw(t), own: true,
		spoken: func(now time.Time, lang string) reply.Facts { return reply.Ticket(t, now, lang) }}
}

// phone is the number that the record belongs to: the order's, else the caller's.
func (s *Session) phone(rec record) string {
	switch {
	case rec.order.Phone != "":
		return rec.order.Phone
	case s.verified == handoff.VerifiedName && len(s.orders) > 0:
		return s.orders[0].Phone
	}
	return s.caller
}

// walk runs the rules of a flow over a record from the top until one of them ends the turn.
func (s *Session) walk(ctx context.Context, f *flow.Flow, rec record) {
	s.fillDefaults(f, rec)
	for i := range f.Rules {
		rule := &f.Rules[i]
		if !rule.Fits(s.caseOf(rec)) {
			continue
		}
		if !s.step(ctx, f, rule, rec) {
			return
		}
	}
	// No sentence could be said: the shop's record lacks what all of them name.
	s.say("offer_transfer", "offer_agent_plain", nil)
	s.propose(offerTransfer, "")
}

// step carries out one rule and reports whether the rules below go on.
func (s *Session) step(ctx context.Context, f *flow.Flow, rule *flow.Rule, rec record) (on bool) {
	switch {
	case len(rule.Need) > 0:
		return s.need(rule, rec)
	case rule.Ask != "":
		return s.lookUp(ctx, rule, rec)
	case rule.Do != "":
		return s.commit(ctx, f, rule, rec)
	case rule.Ticket != "":
		return s.fileTicket(ctx, rule, rec)
	case rule.SMS != "":
		return s.text2phone(ctx, rule, rec)
	}
	return s.conclude(ctx, rule.Answer, rec)
}

// caseOf is what the conditions of rules are held against now.
func (s *Session) caseOf(rec record) flow.Case {
	values := maps.Clone(rec.raw)
	if values == nil {
		values = map[string]string{}
	}
	values["mood"] = s.mood
	if s.angry > 0 {
		values["mood"] = nlu.Angry
	}
	maps.Copy(values, s.task.facts)
	for slot, value := range s.task.said {
		values[reply.SaidPrefix+slot] = value
	}
	return flow.Case{Values: values, Aspect: s.task.aspect, Own: rec.own, Now: s.now()}
}

// fields are the facts that sentences about the present matter may name.
func (s *Session) fields(rec record) func(lang string) reply.Facts {
	return func(lang string) reply.Facts {
		now, out := s.now(), reply.Facts{}
		if rec.spoken != nil {
			out = rec.spoken(now, lang)
		}
		for name, raw := range s.task.facts {
			spec, _ := s.flows.Spec(s.task.source[name])
			if spec.Gives[name] == shop.TypeProduct && raw == rec.order.Product {
				continue // the order knows what it is called in the other language
			}
			out = out.With(reply.Answer(spec.Kind, spec.Gives, shop.Facts{name: raw}, now, lang))
		}
		for slot, value := range s.task.said {
			if def, ok := s.flows.Slot(slot); ok {
				out = out.With(reply.Said(slot, def.Type, def.Say(value, lang), now, lang))
			}
		}
		return out
	}
}

// first is the first of some sentences whose fields all have a value; empty for none.
func (s *Session) first(ids flow.Prompts, fields func(string) reply.Facts) string {
	for _, id := range ids {
		if _, err := s.book.Say(id, s.lang, s.said[id], fields(s.lang)); err == nil {
			return id
		}
	}
	return ""
}

// conclude says an answer and does what follows from it; true lets the rules go on.
func (s *Session) conclude(ctx context.Context, a flow.Answer, rec record) (on bool) {
	fields := s.fields(rec)
	if len(a.Forget) > 0 && s.asksTooOften(a.Say) {
		s.transfer("transfer", "handing_over_lost", "多次给的内容办不了")
		return false
	}
	if len(a.Say) > 0 {
		id := s.first(a.Say, fields)
		if id == "" {
			return true
		}
		if line, err := s.book.Say(id, s.lang, 0, fields(s.lang)); err == nil && a.Then == flow.Next && !s.task.once("said "+line.Text) {
			return true // the rules ran before: this much was said then
		}
		act := a.Act
		switch {
		case act == "" && len(a.Forget) > 0:
			act = "ask_slot:" + a.Forget[0]
		case act == "":
			act = "inform"
		}
		if err := s.inform(act, id, fields); err != nil {
			s.log.Error("answer left out", "error", err)
			return true
		}
	}
	return s.follows(ctx, a)
}

// follows does what an answer is followed by; true lets the rules go on.
func (s *Session) follows(ctx context.Context, a flow.Answer) (on bool) {
	switch {
	case len(a.Forget) > 0:
		for _, slot := range a.Forget {
			delete(s.task.said, slot)
		}
		s.task.looked = nil
		s.awaitValue(a.Forget[:1], "")
		return false
	case a.Then == flow.Next:
		return true
	}
	s.answered = true
	s.task.over = a.Offer == ""
	switch kind, arg, _ := strings.Cut(a.Then, ":"); kind {
	case "", flow.Done:
	case flow.Transfer:
		s.transfer("transfer", "", s.reasonOf(s.task.intent))
		return false
	case "ticket":
		s.openTicket(ctx, arg)
		return false
	default:
		s.goOver(ctx, a.Then)
		return false
	}
	s.open(a.Offer)
	return false
}

// mostHops is how many matters one turn may lead through.
const mostHops = 3

// mostAnew is how often the same refusal asks for another value.
const mostAnew = 3

func (s *Session) asksTooOften(ids flow.Prompts) bool {
	for _, id := range ids {
		if s.said[id] >= mostAnew {
			return true
		}
	}
	return false
}

// goOver takes up another matter about the same order, with what was said of it.
func (s *Session) goOver(ctx context.Context, intent string) {
	if s.hops++; s.hops > mostHops {
		s.say("offer_transfer", "offer_agent_plain", nil)
		s.propose(offerTransfer, "")
		return
	}
	order, said := s.focus, s.task.said
	s.task = matter(intent, "")
	s.task.order = order
	if f, ok := s.flow(); ok {
		for _, slot := range f.Slots() {
			if said[slot] != "" {
				s.task.give(slot, said[slot])
			}
		}
	}
	s.run(ctx, nlu.Reading{Slots: map[string]string{}})
}

// text2phone sends a message to the number of the record; where messages cannot be sent, the rules go on.
func (s *Session) text2phone(ctx context.Context, rule *flow.Rule, rec record) (on bool) {
	if s.messages == nil || s.phone(rec) == "" {
		return true
	}
	fields := s.fields(rec)(s.lang)
	if rule.Link != "" {
		if s.links == nil {
			return true
		}
		link, err := s.links.Link(ctx, rule.Link, rec.order.Number)
		if err != nil {
			s.log.Warn("no link", "error", err)
			return true
		}
		fields = fields.With(reply.Link(link))
	}
	line, err := s.book.Say(rule.SMS, s.lang, 0, fields)
	if err != nil {
		return true
	}
	a, sent := rule.Answer, "sms "+rule.SMS+" "+rec.order.Number
	if a.Act == "" {
		a.Act = "sms_link"
	}
	if s.said[sent]++; s.said[sent] > 1 {
		return s.conclude(ctx, a, rec) // one message is enough
	}
	_, err = ask(ctx, s, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, s.messages.Send(ctx, s.phone(rec), line.Text)
	})
	if err != nil {
		s.log.Warn("message not sent", "error", err)
		delete(s.said, sent)
		return true
	}
	s.tried = append(s.tried, "已发短信")
	return s.conclude(ctx, a, rec)
}
