package dialog

import (
	"context"
	"errors"
	"maps"
	"strings"
	"time"

	"voxgate/dialog/flow"
	"voxgate/dialog/nlu"
	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

// answer gives the first answer of a flow that fits an order and has all its facts.
func (s *Session) answer(ctx context.Context, f flow.Flow, o shop.Order) {
	if s.focus != o.Number {
		s.prior, s.focus = s.focus, o.Number
	}
	c := flow.Case{Order: o, Aspect: s.task.aspect, Own: s.verified == verifiedCaller, Now: s.now()}
	fields := func(lang string) map[string]string { return reply.Fields(o, c.Now, lang) }
	for _, rule := range f.Rules {
		if !rule.Fits(c) {
			continue
		}
		if rule.Do != "" {
			if s.complete(rule.Say, fields(s.lang)) {
				s.act(ctx, rule, o, fields)
				return
			}
			continue
		}
		if err := s.inform(actOf(rule), rule.Say, fields); errors.Is(err, reply.ErrMissing) {
			continue
		}
		s.open(rule.Offer)
		return
	}
	s.say("inform_not_found", "not_found", nil)
}

// complete reports whether a sentence has all its facts.
func (s *Session) complete(id string, fields map[string]string) bool {
	_, err := s.book.Say(id, s.lang, 0, fields)
	return err == nil
}

func actOf(r flow.Rule) string {
	if r.Act != "" {
		return r.Act
	}
	return "inform"
}

// open keeps what a yes to the question just said would do.
func (s *Session) open(what string) {
	switch kind, arg, _ := strings.Cut(what, ":"); kind {
	case "":
	case "ticket", "transfer":
		s.propose(kind, arg)
	default:
		s.propose("intent", what)
	}
}

// act does something to an order and says what came of it.
func (s *Session) act(ctx context.Context, rule flow.Rule, o shop.Order, fields func(string) map[string]string) {
	receipt, err := ask(ctx, s, func(ctx context.Context) (shop.Receipt, error) {
		return s.shop.Act(ctx, shop.Action{Kind: rule.Do, Order: o.Number, At: s.now()})
	})
	if err != nil {
		s.systemError(err)
		return
	}
	s.action = rule.Do
	say, next := rule.Say, rule.Offer
	if receipt.Repeated {
		say, next = rule.Again, rule.OfferAgain
		s.tried = append(s.tried, names[rule.Do]+"（今天已催过）")
	} else {
		s.tried = append(s.tried, names[rule.Do]+"成功")
	}
	if err := s.inform("action", say, fields); err != nil {
		s.log.Error("action without a sentence", "error", err)
	}
	s.open(next)
}

// names of actions for the agent.
var names = map[string]string{shop.UrgeDelivery: "催派送", shop.UrgeShipment: "催发货"}

// ticketFields are what may be said of a ticket, by language.
func ticketFields(t shop.Ticket, now time.Time) func(string) map[string]string {
	return func(lang string) map[string]string { return reply.TicketFields(t, now, lang) }
}

// ticketStatus answers about the caller's tickets.
func (s *Session) ticketStatus(ctx context.Context, f flow.Flow, r nlu.Reading) {
	q := shop.Query{Phone: s.caller}
	if number := r.Slots["ticket_no"]; number != "" {
		q = shop.Query{Number: number}
	}
	if q == (shop.Query{}) {
		s.offerAgent(ctx, f, r)
		return
	}
	tickets, err := ask(ctx, s, func(ctx context.Context) ([]shop.Ticket, error) { return s.shop.Tickets(ctx, q) })
	if err != nil {
		s.systemError(err)
		return
	}
	for _, t := range tickets {
		if t.Phone != s.caller {
			continue // a ticket is told to its own caller only
		}
		c := flow.Case{Ticket: t, Own: true, Now: s.now()}
		for _, rule := range f.Rules {
			if rule.Fits(c) && s.inform(actOf(rule), rule.Say, ticketFields(t, c.Now)) == nil {
				s.open(rule.Offer)
				return
			}
		}
	}
	s.say("inform_not_found", "ticket_none", nil)
	s.say("offer_transfer", "offer_agent_plain", nil)
	s.propose("transfer", "")
}

// offerAgent says honestly that a person does this, and offers one. The order in question goes along where the
// caller's own number tells it, so that the agent need not ask.
func (s *Session) offerAgent(ctx context.Context, f flow.Flow, r nlu.Reading) {
	if s.caller != "" && s.verified == "" {
		orders, err := ask(ctx, s, func(ctx context.Context) ([]shop.Order, error) {
			return s.shop.Orders(ctx, shop.Query{Phone: s.caller})
		})
		if err == nil && len(orders) > 0 {
			s.orders, s.verified = orders, verifiedCaller
		}
	}
	if open, narrowed := s.narrow(r); len(open) == 1 && (narrowed || s.focus == "") {
		s.prior, s.focus = s.focus, open[0].Number
	}
	if s.mood == nlu.Negative {
		s.say("apologize", "sorry", nil)
	}
	s.say("offer_transfer", "offer_agent", map[string]string{"business": f.Name[s.lang]})
	s.propose("transfer", f.Intent)
}

// openTicket files a ticket for the caller, after asking for a number to call back where there is none.
func (s *Session) openTicket(ctx context.Context, kind string) {
	phone := s.caller
	if len(s.slots["phone"]) == phoneLength {
		phone = s.slots["phone"]
	}
	if phone == "" {
		s.offer = offer{"ticket", kind}
		s.askSlot(askedPhone)
		return
	}
	if s.underWay(ctx, phone, kind) {
		return
	}
	request := shop.Ticket{Phone: phone, Type: kind, Order: s.focus, Detail: s.summary(), Key: s.call.ID + "/" + kind, At: s.now().Format(time.RFC3339)}
	t, err := ask(ctx, s, func(ctx context.Context) (shop.Ticket, error) { return s.shop.OpenTicket(ctx, request) })
	if err != nil {
		s.systemError(err)
		return
	}
	s.settle()
	s.ticket = t.Number
	s.tried = append(s.tried, "已登记工单")
	prompt := "ticket_done"
	if strings.Contains(kind, "物流") || strings.Contains(kind, "签收") {
		prompt = "ticket_case"
	}
	number := func(lang string) map[string]string { return map[string]string{"ticket": reply.Digits(t.Number, lang)} }
	if err := s.inform("ticket", prompt, number); err != nil {
		s.log.Error("ticket without a sentence", "error", err)
	}
}

// underWay tells the caller of a ticket on the same matter that is being worked on, instead of filing another.
func (s *Session) underWay(ctx context.Context, phone, kind string) bool {
	if s.verified != verifiedCaller || phone != s.caller {
		return false
	}
	tickets, err := ask(ctx, s, func(ctx context.Context) ([]shop.Ticket, error) {
		return s.shop.Tickets(ctx, shop.Query{Phone: phone})
	})
	if err != nil {
		return false // filing it twice is better than not at all
	}
	for _, t := range tickets {
		if t.Type == kind && t.State == "处理中" && s.inform("inform", "ticket_open", ticketFields(t, s.now())) == nil {
			s.settle()
			s.say("offer_transfer", "offer_agent_plain", nil)
			s.propose("transfer", "")
			return true
		}
	}
	return false
}

// confirm handles the answer to a yes-or-no question; false lets the turn go on as usual.
func (s *Session) confirm(ctx context.Context, r nlu.Reading, given bool) bool {
	o := s.offer
	if given && (o.kind == "tail" || o.kind == "number") {
		s.understood()
		s.run(ctx, r)
		return true
	}
	yes := r.Intent == nlu.Affirm || s.offerNamed(o, r.Text)
	switch {
	case yes:
		s.understood()
		s.accept(ctx, o)
	case r.Intent == nlu.Deny:
		s.understood()
		s.decline(ctx, o)
	default:
		return false
	}
	return true
}

// offerNamed reports whether an answer names what is offered instead of saying yes.
func (s *Session) offerNamed(o offer, text string) bool {
	words := map[string][]string{
		"transfer": {"转接", "转吧", "接吧", "转过去"}, "ticket": {"登记", "回电", "工单", "call me back"},
		"retry": {"再查", "再试", "重试", "try again"}, "intent": {"催一下", "催吧", "催催", "帮我催"},
	}
	for _, w := range words[o.kind] {
		if strings.Contains(text, w) && !strings.Contains(text, "不") && !strings.Contains(text, "别") {
			return true
		}
	}
	return false
}

func (s *Session) accept(ctx context.Context, o offer) {
	s.settle()
	nothing := nlu.Reading{Slots: maps.Clone(map[string]string{})}
	switch o.kind {
	case "retry":
		s.run(ctx, nothing)
	case "transfer":
		s.transfer("transfer", "", s.reasonOf(s.task.intent))
	case "ticket":
		s.openTicket(ctx, o.arg)
	case "intent":
		s.task = task{intent: o.arg}
		s.run(ctx, nothing)
	case "order":
		s.number, s.focus = "", o.arg
		s.run(ctx, nothing)
	case "tail", "number":
		s.tail, s.number = "", s.keepNumber()
		s.wait(askedTail)
		s.say("ask_slot:phone_tail", "other_phone", nil)
	}
}

func (s *Session) decline(ctx context.Context, o offer) {
	s.settle()
	switch o.kind {
	case "transfer":
		if o.arg != "" {
			s.say("confirm:ticket", "offer_call_back", nil)
			s.propose("ticket", s.reasonOf(o.arg))
			return
		}
		s.say("anything_else", "anything_else", nil)
	case "tail":
		s.tail = ""
		s.wait(askedTail)
		s.say("ask_slot:phone_tail", "which_digits", nil)
	case "number", "order":
		s.number = ""
		s.wait(askedOrder)
		s.say("ask_slot:order_no", "again_number", nil)
	default:
		s.say("anything_else", "anything_else", nil)
	}
}
