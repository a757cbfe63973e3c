package dialog

import (
	"context"
	"strings"

	"voxgate/dialog/handoff"
	"voxgate/dialog/nlu"
	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

// Lengths of the numbers that callers give.
const (
	tailLength   = 4
	phoneLength  = 11
	orderLeast   = 11
	orderMost    = 19
	mostRefusals = 3
)

// absorb takes the values of an utterance into the conversation and reports whether one of them answers or corrects
// something. It may say that a value cannot be right, or let a number go on; then an act is held.
func (s *Session) absorb(r nlu.Reading) bool {
	if s.asked == askedConfirm && s.offer.kind == offerTail &&
		(r.Intent != nlu.ProvideInfo && r.Intent != nlu.Deny && r.Confidence >= leastHuman || leaves.MatchString(r.Text)) {
		delete(r.Slots, "name") // 就这样吧 and the like are none
	}
	for k, v := range r.Slots {
		if k != "number" {
			s.slots[k] = v
		}
	}
	given := s.fix(r)
	if r.Slots["name"] == "" && r.Slots["phone_tail"] != "" && s.verified == "" {
		if name := s.nameBehind(r.Text); name != "" {
			r.Slots["name"], s.slots["name"] = name, name
		}
	}
	if name := r.Slots["name"]; name != "" && !(s.wants(r, "receiver") && r.Slots["receiver"] != "") {
		s.name, given = name, given || s.asked == askedName || s.asked == askedTail || s.tail != ""
	}
	switch {
	case r.Slots["waybill_no"] != "":
		s.setNumber(r.Slots["waybill_no"])
		return true
	case r.Slots["order_no"] != "":
		s.setNumber(r.Slots["order_no"])
		return true
	case r.Slots["phone"] != "" && s.asked != askedPhone && !s.wants(r, "phone"):
		s.setTail(shop.Tail(r.Slots["phone"]))
		return true
	case r.Slots["phone_tail"] != "" && len(r.Slots["phone_tail"]) != tailLength && s.verified == "":
		delete(s.slots, "phone_tail")
		s.say("inform_invalid", "invalid_tail", nil)
		s.askSlot(askedTail)
		return false
	case r.Slots["phone_tail"] != "":
		s.shortOrTail(r.Slots["phone_tail"])
		return true
	case len(r.Slots["order_tail"]) == tailLength && len(s.orders) == 0 && s.verified == "":
		s.shortOrTail(r.Slots["order_tail"]) // of no order in view: 订单 尾号六六三四 means the phone
		return true
	case r.Slots["order_tail"] != "" || r.Slots["waybill_tail"] != "":
		s.short = firstOf(r.Slots, "order_tail", "waybill_tail")
		return true
	case r.Fix.Part == "rest" && s.chunk != "":
		return s.part(r, r.Fix.Digits) || given
	case r.Slots["number"] != "" && r.Fix.Part == "":
		return s.part(r, r.Slots["number"]) || given
	case given && s.chunk != "":
		chunk := s.chunk
		s.chunk = ""
		return s.part(r, chunk)
	case given && s.number != "" && s.begins(s.number):
		number := s.number
		s.number = ""
		s.wait(askedOrder)
		return s.part(r, number)
	}
	return given
}

// nameBehind is a bare name at the end of an utterance that gives a phone's last digits: 尾号九九一四 程思远.
func (s *Session) nameBehind(text string) string {
	words := strings.Fields(text)
	if len(words) < 2 {
		return ""
	}
	return s.parser.Understand(words[len(words)-1], "", nlu.State{Asked: askedName, Lang: s.lang}).Slots["name"]
}

// wants reports whether the matter that an utterance is about, or else the present one, needs or takes a value.
func (s *Session) wants(r nlu.Reading, slot string) bool {
	f, ok := s.flow()
	if nlu.Business(r.Intent) && r.Confidence >= s.leastBusiness() {
		f, ok = s.flows.Of(r.Intent)
	}
	return ok && contains(f.Slots(), slot)
}

func (s *Session) setNumber(number string) {
	s.number, s.short, s.chunk, s.focus = number, "", "", ""
}

// shortOrTail takes four digits: of one of the caller's own orders where they fit, else of a phone.
func (s *Session) shortOrTail(digits string) {
	if s.asked != askedTail {
		for _, o := range s.orders {
			if shop.Tail(o.Phone) != digits && (shop.Tail(o.Number) == digits || shop.Tail(o.Waybill) == digits) {
				s.short = digits
				return
			}
		}
	}
	s.setTail(digits)
}

func (s *Session) setTail(tail string) {
	s.slots["phone_tail"] = tail
	if s.verified == handoff.VerifiedCaller && shop.Tail(s.caller) == tail {
		return
	}
	s.tail, s.number, s.short = tail, s.keepNumber(), ""
}

// keepNumber keeps an order number that is still waiting for the caller to be identified.
func (s *Session) keepNumber() string {
	if s.focus == "" {
		return s.number
	}
	return ""
}

// known reports whether a number is that of one of the orders in view, its letters aside.
func (s *Session) known(number string) bool {
	for _, o := range s.orders {
		if sameNumber(o, number) || len(number) == tailLength && (shop.Tail(o.Number) == number || shop.Tail(o.Waybill) == number || shop.Tail(o.Phone) == number) {
			return true
		}
	}
	return false
}

// sameNumber reports whether number is the order's or the waybill's, its letters aside.
func sameNumber(o shop.Order, number string) bool {
	return number == o.Number || strings.EqualFold(number, o.Waybill) ||
		len(number) >= 8 && o.Waybill != "" && nlu.OnlyDigits(number) == nlu.OnlyDigits(o.Waybill)
}

// identify looks up the orders that this caller may hear about: those of the caller's own number, or those of a phone
// tail and a name that fit together. It asks for what is missing; false means that the turn has been answered.
func (s *Session) identify(ctx context.Context) bool {
	if s.refused >= mostRefusals && s.verified == "" {
		s.say("refuse", "locked", nil)
		s.say("confirm:ticket", "offer_call_back", nil)
		s.propose(offerTicket, "回电：身份未核对上")
		return false
	}
	own := s.tail == "" || shop.Tail(s.caller) == s.tail
	if s.caller != "" && own {
		orders, err := ask(ctx, s, func(ctx context.Context) ([]shop.Order, error) {
			return s.shop.Orders(ctx, shop.Query{Phone: s.caller})
		})
		if err != nil {
			s.systemError(err)
			return false
		}
		if len(orders) > 0 {
			s.orders, s.verified = orders, handoff.VerifiedCaller
			return true
		}
	}
	if s.tail == "" {
		s.askSlot(askedTail)
		return false
	}
	orders, err := ask(ctx, s, func(ctx context.Context) ([]shop.Order, error) {
		return s.shop.Orders(ctx, shop.Query{Tail: s.tail})
	})
	if err != nil {
		s.systemError(err)
		return false
	}
	if s.name == "" {
		// What the recogniser listens for says nothing to the caller, and a name is hard to hear without.
		s.awaited = nil
		for _, o := range orders {
			s.awaited = append(s.awaited, o.Name)
		}
		s.askSlot(askedName)
		return false
	}
	var mine []shop.Order
	for _, o := range orders {
		if s.named(o.Name) {
			mine = append(mine, o)
		}
	}
	if len(mine) == 0 {
		s.notVerified()
		return false
	}
	s.orders, s.verified = mine, handoff.VerifiedName
	return true
}

// named reports whether the caller said a name, by the best reading or one of the next.
func (s *Session) named(name string) bool {
	for _, said := range append([]string{s.name}, s.sounds...) {
		if len([]rune(said)) > 1 && nlu.SameSound(name, said) {
			return true
		}
	}
	return false
}

// notVerified answers a tail and name that do not fit together, whichever of them is unknown, always the same way.
func (s *Session) notVerified() {
	s.verified, s.orders, s.focus = "", nil, ""
	s.refused++
	s.tried = append(s.tried, "核对尾号和姓名未通过")
	if s.refused >= mostRefusals {
		s.transfer("inform_not_found", "not_verified", "身份三次未核对上")
		return
	}
	s.say("inform_not_found", "not_found", nil)
	s.say("confirm:phone_tail", "read_back_tail_name", reply.Number("tail", s.tail, s.lang).With(reply.Heard("name", s.name, s.lang)))
	s.propose(offerTail, "")
}

// askSlot asks for a value by its own question.
func (s *Session) askSlot(slot string) {
	s.wait(slot)
	s.say("ask_slot:"+actSlot(slot), "ask_"+slot, nil)
}

// actSlot is what an act calls the value that is asked for.
func actSlot(slot string) string {
	if slot == askedPhone {
		return "phone"
	}
	return slot
}
