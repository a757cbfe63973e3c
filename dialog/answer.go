package dialog

import (
	"context"
	"regexp"
	"strings"

	"voxgate/dialog/flow"
	"voxgate/dialog/handoff"
	"voxgate/dialog/nlu"
	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

// answer runs the present flow over an order.
func (s *Session) answer(ctx context.Context, f *flow.Flow, o shop.Order) {
	if s.focus != o.Number {
		s.prior, s.focus = s.focus, o.Number
	}
	s.walk(ctx, f, orderRecord(o, s.caller))
}

// open keeps what a yes to the question just said would do.
func (s *Session) open(what string) {
	switch kind, arg, _ := strings.Cut(what, ":"); kind {
	case "":
	case "ticket", "transfer":
		s.propose(kind, arg)
	default:
		s.propose(offerIntent, what)
	}
}

// offerAgent says honestly that a person does this, and offers one. The order in question goes along where the
// caller's own number tells it, so that the agent need not ask.
func (s *Session) offerAgent(ctx context.Context, f *flow.Flow, r nlu.Reading) {
	if s.caller != "" && s.verified == "" {
		orders, err := ask(ctx, s, func(ctx context.Context) ([]shop.Order, error) {
			return s.shop.Orders(ctx, shop.Query{Phone: s.caller})
		})
		if err == nil && len(orders) > 0 {
			s.orders, s.verified = orders, handoff.VerifiedCaller
		}
	}
	if open, narrowed := s.narrow(r); len(open) == 1 && (narrowed || s.focus == "") {
		s.prior, s.focus = s.focus, open[0].Number
	}
	if len(s.suspended) > 0 {
		s.say("inform", "agent_later", reply.Business(f.Name[s.lang])) // what was set aside is finished first
		s.task.over, s.answered = true, true
		return
	}
	if s.mood == nlu.Negative {
		s.say("apologize", "sorry", nil)
	}
	s.say("offer_transfer", "offer_agent", reply.Business(f.Name[s.lang]))
	s.propose(offerTransfer, f.Intent)
}

// confirm handles the answer to a yes-or-no question; false lets the turn go on as usual.
func (s *Session) confirm(ctx context.Context, r nlu.Reading, given bool) bool {
	o := s.offer
	if given && (o.kind == offerTail || o.kind == offerNumber) {
		s.understood()
		s.run(ctx, r)
		return true
	}
	if (o.kind == offerTail || o.kind == offerNumber) && leaves.MatchString(r.Text) {
		s.understood()
		s.drop()
		return true
	}
	named := s.offerNamed(o, r.Text) || s.agrees(r)
	yes := r.Intent == nlu.Affirm || named
	if o.kind == offerCommit {
		r = s.inPlace(r)
		switch {
		case !named && s.elsewhere(r) && !s.worded(r):
			return false
		case s.otherOrder(ctx, r):
			return true
		case s.collect(r):
			s.wanted = s.givenSlots()
			s.valueGiven(ctx, r)
			return true
		case r.Intent == s.task.intent && !asks(r) && !r.Correct:
			yes = true // 退吧: the action itself is named
		}
	}
	switch {
	case yes:
		s.understood()
		s.accept(ctx, o)
	case r.Intent == nlu.Deny, o.kind == offerCommit && r.Correct:
		s.understood()
		s.decline(ctx, o, r)
	default:
		return false
	}
	return true
}

var (
	beginsYes = regexp.MustCompile(`(?i)^(?:嗯+|对+|是的?|好的?|行|可以|要|确认|没错|那就|yes|yeah|yep|sure|ok|okay|please)[\s,，。]`)
	takesYes  = regexp.MustCompile(`(?i)不|别|但|可是|等|先|换|改|错|\b(?:but|not|no|wait|instead|actually)\b`)
)

// agrees reports whether an answer begins with yes and says nothing against it: 对 退, yes open a case.
func (s *Session) agrees(r nlu.Reading) bool {
	const longest = 24
	return beginsYes.MatchString(r.Text) && !takesYes.MatchString(r.Text) && len([]rune(r.Text)) <= longest && !asks(r) && r.Urgent == "" &&
		(len(r.Slots) == 0 || len(r.Slots) == 1 && s.inHand(r.Slots["product"]))
}

// inHand reports whether a product is that of the order in hand.
func (s *Session) inHand(product string) bool {
	o, ok := s.order(s.focus)
	return ok && product != "" && sameProduct(o, product)
}

// otherOrder puts another order in the place of the one that was read out: 不对 是另一个.
func (s *Session) otherOrder(ctx context.Context, r nlu.Reading) bool {
	f, ok := s.flow()
	if !ok || f.Subject != flow.SubjectOrder || len(s.orders) < 2 || r.Slots["product"] == "" && (r.Refer == "" || r.Refer == "this" || r.Refer == "all") {
		return false
	}
	if p := r.Slots["product"]; nlu.Latin(p) && !strings.Contains(strings.ToLower(r.Text), strings.TrimSuffix(strings.ToLower(p), "s")) {
		return false // a guess by sound is too little to change what was read out
	}
	open, narrowed := s.narrow(r)
	if !narrowed || len(open) == 0 {
		return false
	}
	for _, o := range open {
		if o.Number == s.focus {
			return false
		}
	}
	s.understood()
	s.task.order, s.task.agreed, s.task.facts, s.task.looked = open[0].Number, "", nil, nil
	if len(open) > 1 {
		s.task.order = ""
		s.whichOrder(open, "which_order")
		return true
	}
	s.run(ctx, nlu.Reading{Intent: s.task.intent, Slots: map[string]string{}})
	return true
}

// elsewhere reports whether an utterance in the middle of a matter is surely about another one.
func (s *Session) elsewhere(r nlu.Reading) bool {
	return nlu.Business(r.Intent) && r.Intent != s.task.intent && !r.Correct && r.Confidence >= clearly && (asks(r) || len(r.Slots) == 0)
}

// offerNamed reports whether an answer names what is offered instead of saying yes.
func (s *Session) offerNamed(o offer, text string) bool {
	words := map[string][]string{
		offerTransfer: {"转接", "转吧", "接吧", "转过去"}, offerTicket: {"登记", "回电", "工单", "call me back"},
		offerRetry: {"再查", "再试", "重试", "try again"}, offerIntent: {"催一下", "催吧", "催催", "帮我催"},
	}
	kind := o.kind
	if kind == offerCommit && strings.HasPrefix(o.arg, filing) {
		kind = offerTicket
	}
	for _, w := range words[kind] {
		if strings.Contains(text, w) && !strings.Contains(text, "不") && !strings.Contains(text, "别") {
			return true
		}
	}
	return false
}

func (s *Session) accept(ctx context.Context, o offer) {
	s.settle()
	nothing := nlu.Reading{Slots: map[string]string{}}
	switch o.kind {
	case offerRetry:
		s.run(ctx, nothing)
	case offerCommit:
		s.task.agreed = o.arg
		s.run(ctx, nothing)
	case offerTransfer:
		s.transfer("transfer", "", s.reasonOf(s.task.intent))
	case offerTicket:
		s.openTicket(ctx, o.arg)
	case offerIntent:
		s.goOver(ctx, o.arg)
	case offerMore:
		s.tellMore(ctx)
	case offerKnown:
		s.meant(ctx, o.arg)
	case offerOrder:
		s.number, s.focus = "", o.arg
		s.run(ctx, nothing)
	case offerTail, offerNumber:
		s.tail, s.number = "", s.keepNumber()
		s.wait(askedTail)
		s.say("ask_slot:phone_tail", "other_phone", nil)
	}
}

func (s *Session) decline(ctx context.Context, o offer, r nlu.Reading) {
	s.settle()
	switch o.kind {
	case offerCommit:
		s.whatIsWrong(r)
	case offerTransfer:
		if o.arg != "" {
			s.say("confirm:ticket", "offer_call_back", nil)
			s.propose(offerTicket, s.reasonOf(o.arg))
			return
		}
		s.leave()
	case offerKnown:
		s.say("confirm:ticket", "known_not", nil)
		s.propose(offerTicket, productMatter)
	case offerTail:
		s.tail = ""
		s.wait(askedTail)
		s.say("ask_slot:phone_tail", "which_digits", nil)
	case offerNumber, offerOrder:
		s.number = ""
		s.wait(askedOrder)
		s.say("ask_slot:order_no", "again_number", nil)
	default:
		s.leave()
	}
}

// leave ends a matter whose last offer was not wanted.
func (s *Session) leave() {
	s.task.over, s.answered = true, true
	if len(s.suspended) == 0 && len(s.queue) == 0 {
		s.say("anything_else", "anything_else", nil)
	}
}
