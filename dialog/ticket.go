package dialog

import (
	"context"
	"strings"
	"time"

	"voxgate/dialog/flow"
	"voxgate/dialog/handoff"
	"voxgate/dialog/nlu"
	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

// ticketStatus answers about the caller's tickets.
func (s *Session) ticketStatus(ctx context.Context, f *flow.Flow, r nlu.Reading) {
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
		if t.Phone == s.caller { // a ticket is told to its own caller only
			s.walk(ctx, f, ticketRecord(t))
			return
		}
	}
	s.say("inform_not_found", "ticket_none", nil)
	s.say("offer_transfer", "offer_agent_plain", nil)
	s.propose(offerTransfer, "")
}

// openTicket files a ticket for the caller, after asking for a number to call back where there is none.
func (s *Session) openTicket(ctx context.Context, kind string) {
	phone := s.caller
	if len(s.slots["phone"]) == phoneLength {
		phone = s.slots["phone"]
	}
	if phone == "" {
		s.offer = offer{offerTicket, kind}
		s.askSlot(askedPhone)
		return
	}
	if s.underWay(ctx, phone, kind) {
		return
	}
	request := shop.Ticket{Phone: phone, Type: kind, Order: s.focus, Detail: s.summary() + s.wishes(), Key: s.call.ID + "/" + kind, At: s.now().Format(time.RFC3339)}
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
	s.answered = true
	if err := s.inform("ticket", prompt, func(lang string) reply.Facts { return reply.TicketNumber(t, lang) }); err != nil {
		s.log.Error("ticket without a sentence", "error", err)
	}
}

// ticketFacts are what may be said of a ticket, by language.
func ticketFacts(t shop.Ticket, now time.Time) factsOf {
	return func(lang string) reply.Facts { return reply.Ticket(t, now, lang) }
}

// underWay tells the caller of a ticket on the same matter that is being worked on, instead of filing another.
func (s *Session) underWay(ctx context.Context, phone, kind string) bool {
	if s.verified != handoff.VerifiedCaller || phone != s.caller {
		return false
	}
	tickets, err := ask(ctx, s, func(ctx context.Context) ([]shop.Ticket, error) {
		return s.shop.Tickets(ctx, shop.Query{Phone: phone})
	})
	if err != nil {
		return false // filing it twice is better than not at all
	}
	for _, t := range tickets {
		if t.Type == kind && t.State == "处理中" && (t.Order == "" || t.Order == s.focus) && s.inform("inform", "ticket_open", ticketFacts(t, s.now())) == nil {
			s.settle()
			s.say("offer_transfer", "offer_agent_plain", nil)
			s.propose(offerTransfer, "")
			return true
		}
	}
	return false
}
