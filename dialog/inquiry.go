package dialog

import (
	"context"
	"regexp"
	"slices"

	"voxgate/dialog/handoff"
	"voxgate/dialog/knowledge"
	"voxgate/dialog/nlu"
	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

// Knowledge answers what no order can: questions about rules and products.
type Knowledge interface {
	Ask(ctx context.Context, q knowledge.Question) (knowledge.Answer, bool, error)
	// Tell is the answer that a Guess stands for.
	Tell(ctx context.Context, id, lang string) (knowledge.Answer, bool, error)
	Suggest(ctx context.Context, c knowledge.Context) (knowledge.Suggestion, bool, error)
}

// What a yes does to a question of the knowledge base.
const (
	offerMore  = "more"
	offerKnown = "known"
)

// productMatter is the matter of a ticket about a question that the base could not answer.
const productMatter = "商品咨询"

// How sure the base must be to answer in the place of a flow: of one that would ask or do something, and of one that
// would look at the caller's parcel at a locker or a station, which says more than any rule but the very one asked for.
const (
	clearRule = 0.72
	veryRule  = 0.97
)

var (
	// asking is the form of a question.
	asking = regexp.MustCompile(`(?i)[吗么嘛呢？?]|怎么|咋|多少|多久|多大|多重|多长|多高|什么|啥|几|谁|哪|能不能|可不可以|有没有|是不是|要不要|行不|可以不|能不|条件|规则|规定|政策|\b(?:what|how|who|when|where|which|can|could|do|does|is|are|will)\b`)
	// pointing is a caller who means the product just spoken of.
	pointing = regexp.MustCompile(`(?i)它|这个|那个|这款|那款|这种|\b(?:it|this|that)\b`)
	// ownMatter is a caller who speaks of an order of his own, or wants something done.
	ownMatter = regexp.MustCompile(`(?i)我的|我那|我这|我买|我要|我想|我订|我下|俺的|帮我|帮忙|给我|替我|查一下|查下|查查|这单|那单|那个单|这个订单|订单号|单号|尾号|还没|到哪|\bmy\b|\bi (?:want|need|ordered|bought)\b|i'd like|please|order number`)
)

// status are the matters whose flows look at the caller's own order, which says more than any rule.
var status = []string{"track_logistics", "order_status", "urge_shipment", "urge_delivery", "contact_courier", "not_received",
	"logistics_exception", "refund_status", "ticket_status", "complaint", "transfer_human"}

// concrete are values that make an utterance one about something of the caller's own.
var concrete = []string{"order_no", "waybill_no", "phone", "phone_tail", "order_tail", "waybill_tail", "number", "ticket_no",
	"destination", "origin", "weight", "amount", "date", "address", "receiver", "name", "pickup_code", "tax_no", "email"}

// inquire answers a question from the knowledge base; false leaves the utterance to the flows. What was open before is
// asked again.
func (s *Session) inquire(ctx context.Context, t Turn, r nlu.Reading) bool {
	if s.knows == nil || s.asked == askedCode || s.asked == askedRating || s.asked == askedReason || r.Urgent != "" {
		return false
	}
	open, rule := s.inquiring(r)
	if !open && rule == 0 {
		return false
	}
	a, known, err := s.knows.Ask(ctx, knowledge.Question{Text: r.Text, Pinyin: t.Pinyin, Lang: s.lang, Products: s.products(), Now: s.now()})
	if err != nil {
		s.log.Warn("knowledge does not answer", "error", err)
		return false
	}
	switch {
	case known && (open || a.Score >= rule):
		s.soothe(r)
		s.tell(ctx, a)
	case known, !open, s.asked != askedOpen:
		return false
	case a.Guess != nil:
		s.say("confirm:question", "known_guess", reply.Known("faq:"+a.Guess.ID, a.Guess.Question))
		s.propose(offerKnown, a.Guess.ID)
	case a.Missing != "":
		s.spoken = a.Products
		s.say("confirm:ticket", "known_missing", reply.Known("product:"+a.Missing, a.Missing))
		s.propose(offerTicket, productMatter)
	case r.Intent == "product_inquiry":
		s.say("confirm:ticket", "known_not", nil)
		s.propose(offerTicket, productMatter)
	default:
		return false
	}
	s.noMatch[askedOpen], s.noInput[askedOpen] = 0, 0
	return true
}

// inquiring says whether an utterance may be a question for the base: open, where no flow is its own; or how sure the base
// must be that a rule is asked for, where a flow would look at the caller's order; 0 where it is neither.
func (s *Session) inquiring(r nlu.Reading) (open bool, rule float64) {
	if slices.ContainsFunc(concrete, func(slot string) bool { return r.Slots[slot] != "" }) {
		return false, 0
	}
	form := asking.MatchString(r.Text)
	switch {
	case r.Intent == "product_inquiry":
		return true, 0
	case len(s.spoken) > 0 && form && pointing.MatchString(r.Text) && !slices.Contains(status, r.Intent):
		return true, 0
	case r.Intent == nlu.OutOfScope, nlu.Business(r.Intent) && r.Confidence < leastBusinessAlone, r.Intent == nlu.ProvideInfo && !s.filling():
		return form, 0
	case !nlu.Business(r.Intent) && !s.filling():
		return false, 0
	}
	switch own := ownMatter.MatchString(r.Text) || slices.Contains(status, r.Intent); {
	case !form || own:
		return false, 0
	case r.Intent == "pickup_info":
		return false, veryRule
	}
	return false, clearRule
}

// leastBusinessAlone is how sure a matter must be for its flow to go before the base.
const leastBusinessAlone = 0.5

// products are what "it" may be: what was spoken of last, the order in hand, the caller's other orders.
func (s *Session) products() []string {
	out := slices.Clone(s.spoken)
	if o, ok := s.order(s.focus); ok {
		out = append(out, o.Product)
	}
	for _, o := range s.orders {
		if !slices.Contains(out, o.Product) {
			out = append(out, o.Product)
		}
	}
	return out
}

// tell says an answer as far as its first piece; where nothing else is open, the rest is offered.
func (s *Session) tell(ctx context.Context, a knowledge.Answer) {
	s.spoken = a.Products
	s.piece(a.ID, a.Pieces[0])
	s.helped = true
	switch {
	case s.asked != askedOpen && s.asked != askedConfirm || s.unfinished() || s.asked == askedConfirm && s.offer.kind != offerMore && s.offer.kind != offerKnown:
		s.askOpenAgain(ctx)
	case len(a.Pieces) > 1:
		s.rest = knowledge.Answer{ID: a.ID, Pieces: a.Pieces[1:], Products: a.Products}
		s.say("confirm:more", "known_more", nil)
		s.propose(offerMore, "")
	default:
		s.settle()
		s.answered = true
	}
}

// piece says one piece of an answer and remembers it for the agent.
func (s *Session) piece(source, text string) {
	fact := reply.Known(source, text)
	s.out.emit(Act{Name: "inform", Say: text, Lang: s.lang, Facts: fact})
	s.told = append(s.told, text)
	s.toldAt = append(s.toldAt, len([]rune(s.out.spoken)))
}

// tellMore says the next piece of an answer after a yes.
func (s *Session) tellMore(ctx context.Context) {
	s.settle()
	s.tell(ctx, s.rest)
}

// meant tells what the caller said yes to.
func (s *Session) meant(ctx context.Context, id string) {
	s.settle()
	a, known, err := s.knows.Tell(ctx, id, s.lang)
	if err != nil || !known {
		s.log.Warn("an entry has gone", "id", id, "error", err)
		s.say("confirm:ticket", "known_not", nil)
		s.propose(offerTicket, productMatter)
		return
	}
	s.tell(ctx, a)
}

// heavy are the matters after which nothing is suggested.
var heavy = []string{"complaint", "not_received", "logistics_exception", "product_issue", "return_refund", "claim_compensation",
	"payment_issue", "reject_intercept", "cancel_order", "refund_status"}

// suggest names one product, once a call, to a caller whose own matter is done and who is not upset.
func (s *Session) suggest(ctx context.Context) {
	if s.knows == nil || s.suggested || s.upset() || s.soured || !s.helped || s.broken > 0 || s.refused > 0 || slices.Contains(heavy, s.task.intent) {
		return
	}
	c := knowledge.Context{Lang: s.lang, Now: s.now(), Products: s.spoken}
	if s.verified == handoff.VerifiedCaller {
		for _, o := range s.orders {
			if slices.Contains(returning, o.Status) {
				return // money is on its way back
			}
			if placed, err := shop.ParseMoment(o.Placed, c.Now.Location()); err == nil {
				c.Orders = append(c.Orders, knowledge.Purchase{Product: o.Product, Placed: placed.Time})
			}
		}
	}
	found, ok, err := s.knows.Suggest(ctx, c)
	if err != nil {
		s.log.Warn("no suggestion", "error", err)
	}
	if !ok {
		return
	}
	s.suggested = true
	s.out.emit(Act{Name: "inform", Say: found.Say, Lang: s.lang, Facts: reply.Known(found.Facts[0].Source, found.Say)})
}

// returning are the states of an order that the caller was not happy with.
var returning = []string{"退货中", "退款中", "已退款", "已取消"}

// anythingElse asks whether there is more to do, after a suggestion where one is in place.
func (s *Session) anythingElse(ctx context.Context) {
	s.suggest(ctx)
	s.say("anything_else", "anything_else", nil)
}
