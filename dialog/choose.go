package dialog

import (
	"context"
	"strings"

	"voxgate/dialog/flow"
	"voxgate/dialog/nlu"
	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

// mostListed is how many orders are read out in one question.
const mostListed = 3

// shortAnswer is how many characters an answer may have that only names a product.
const shortAnswer = 4

// run carries the present task as far as it goes now.
func (s *Session) run(ctx context.Context, r nlu.Reading) {
	s.settle()
	f, ok := s.flow()
	if !ok {
		s.outOfScope(ctx)
		return
	}
	s.task.over = false
	if len(f.Rules) == 0 {
		s.offerAgent(ctx, f, r)
		return
	}
	if f.Subject == flow.SubjectTicket {
		s.ticketStatus(ctx, f, r)
		return
	}
	if !s.ahead(ctx, f) || !s.entitled(ctx, f) {
		return
	}
	if f.Subject == flow.SubjectNone {
		s.walk(ctx, f, s.nothing(f))
		return
	}
	if r.Refer == "all" && len(s.orders) > 1 && len(s.orders) <= mostListed && s.number == "" {
		if !f.Writes() {
			s.answerAll(ctx, f)
			return
		}
		s.allOf(f)
	}
	if o, ok := s.choose(f, r); ok {
		s.answer(ctx, f, o)
	}
}

// choose finds the order that is meant; false means that the turn has been answered with a question.
func (s *Session) choose(f *flow.Flow, r nlu.Reading) (shop.Order, bool) {
	if s.number != "" {
		return s.byNumber()
	}
	if o, ok := s.order(s.task.order); ok {
		return o, true
	}
	open, narrowed := s.narrow(r)
	if !narrowed && s.focus == "" {
		open, narrowed = s.narrow(s.task.begun) // said before the caller was known
	}
	switch {
	case narrowed && len(open) == 1:
		return open[0], true
	case narrowed && len(open) == 0 && r.Refer == "other":
		s.say("inform_not_found", "no_other", nil)
		return shop.Order{}, false
	case narrowed && len(open) == 0:
		s.whichOrder(s.orders, "which_again")
		return shop.Order{}, false
	case !narrowed && s.focus != "":
		if o, ok := s.order(s.focus); ok {
			return o, true
		}
	}
	meant, several := f.Choose(open)
	if meant != nil {
		return *meant, true
	}
	s.whichOrder(several, "which_order")
	return shop.Order{}, false
}

// byNumber finds the order with the number that was given.
func (s *Session) byNumber() (shop.Order, bool) {
	var near []shop.Order
	for _, o := range s.orders {
		if sameNumber(o, s.number) {
			s.number = ""
			return o, true
		}
		if oneOff(nlu.OnlyDigits(s.number), o.Number) || oneOff(nlu.OnlyDigits(s.number), nlu.OnlyDigits(o.Waybill)) {
			near = append(near, o)
		}
	}
	if len(near) == 1 {
		s.say("confirm:order", "near_number", reply.Order(near[0], s.now(), s.lang))
		s.propose(offerOrder, near[0].Number)
		return shop.Order{}, false
	}
	s.refused++
	if s.refused >= mostRefusals {
		s.transfer("inform_not_found", "not_verified", "单号三次未查到")
		return shop.Order{}, false
	}
	s.say("inform_not_found", "not_found", nil)
	s.say("confirm:order_no", "read_back_number", reply.Number("number", s.number, s.lang))
	s.propose(offerNumber, "")
	return shop.Order{}, false
}

// oneOff reports whether two numbers of the same length differ in one digit.
func oneOff(a, b string) bool {
	if len(a) != len(b) || len(a) < 8 {
		return false
	}
	off := 0
	for i := range len(a) {
		if a[i] != b[i] {
			off++
		}
	}
	return off == 1
}

// narrow keeps the orders that fit what the utterance says about the one that is meant; narrowed is false where it
// says nothing.
func (s *Session) narrow(r nlu.Reading) (open []shop.Order, narrowed bool) {
	open = s.orders
	keep := func(fits func(shop.Order) bool) {
		var in []shop.Order
		for _, o := range open {
			if fits(o) {
				in = append(in, o)
			}
		}
		open, narrowed = in, true
	}
	if short := s.short; short != "" {
		s.short = ""
		keep(func(o shop.Order) bool { return shop.Tail(o.Number) == short || shop.Tail(o.Waybill) == short })
	}
	if p := r.Slots["product"]; p != "" {
		whole := open
		keep(func(o shop.Order) bool { return sameProduct(o, p) })
		if len(open) == 0 {
			open = whole
			keep(func(o shop.Order) bool { return likeProduct(o, p) })
		}
	}
	if c := r.Slots["courier"]; c != "" {
		keep(func(o shop.Order) bool { return o.Courier == c })
	}
	if status := statusIn(r.Text); len(status) > 0 && len(s.orders) > 1 {
		keep(func(o shop.Order) bool { return contains(status, o.Status) })
	}
	refer := r.Refer
	if r.Slots["product"] != "" && refer != "other" {
		refer = "" // the name says it: 刚才那个空气炸锅
	}
	switch refer {
	case "other":
		keep(func(o shop.Order) bool { return o.Number != s.focus })
	case "previous":
		if s.prior == "" && s.focus != "" && len(s.orders) == 2 {
			keep(func(o shop.Order) bool { return o.Number != s.focus })
		} else if s.prior != "" {
			keep(func(o shop.Order) bool { return o.Number == s.prior })
		}
	case "first", "second", "third", "last":
		if o := s.ordinal(refer); o != "" {
			keep(func(order shop.Order) bool { return order.Number == o })
		}
	}
	return open, narrowed
}

// ordinal is the order that 第二个 means: of those read out last, else of all.
func (s *Session) ordinal(refer string) string {
	list := s.listed
	if len(list) == 0 {
		for _, o := range s.orders {
			list = append(list, o.Number)
		}
	}
	at, ok := map[string]int{"first": 0, "second": 1, "third": 2, "last": len(list) - 1}[refer]
	if !ok || at >= len(list) {
		return ""
	}
	return list[at]
}

func sameProduct(o shop.Order, name string) bool {
	return o.Product == name || nlu.SameSound(nlu.ProductWord(o.Product), nlu.ProductWord(name)) ||
		strings.Contains(o.Product, name) || o.ProductEN != "" && sameEnglish(o.ProductEN, name)
}

// sameEnglish reports whether one name of a product holds the other, their plurals aside.
func sameEnglish(a, b string) bool {
	a, b = strings.TrimSuffix(strings.ToLower(a), "s"), strings.TrimSuffix(strings.ToLower(b), "s")
	return b != "" && (strings.Contains(a, b) || strings.Contains(b, a))
}

// likeProduct reports whether two names of products have a telling character in common: 裙子 and 连衣裙.
func likeProduct(o shop.Order, name string) bool {
	return strings.ContainsAny(nlu.ProductWord(o.Product), strings.Map(func(r rune) rune {
		if strings.ContainsRune("子的机器盒套件装小大个", r) || r < 0x4e00 {
			return -1
		}
		return r
	}, name))
}

// statusIn is the order states that words of an utterance mean.
func statusIn(text string) []string {
	text = strings.ToLower(text)
	for _, w := range []struct {
		words  []string
		states []string
	}{
		{[]string{"没发货的", "还没发的", "未发货的", "没发的", "待发货的", "not shipped", "hasn't shipped", "isn't shipped"}, []string{"待发货", "备货中", "待付款"}},
		{[]string{"在路上的", "运输中的", "在途的", "还没到的", "on its way", "on the way", "is shipped", "in transit"}, []string{"运输中", "派送中", "已到网点", "清关中", "已发货"}},
		{[]string{"签收的", "收到的那", "已经到的", "that was delivered", "the delivered one"}, []string{"已签收"}},
		{[]string{"派送的", "派件的", "在送的"}, []string{"派送中"}},
	} {
		for _, word := range w.words {
			if strings.Contains(text, word) {
				return w.states
			}
		}
	}
	return nil
}

func contains(list []string, one string) bool {
	for _, l := range list {
		if l == one {
			return true
		}
	}
	return false
}

// whichOrder asks which of several orders is meant, by their products; more than three become an open question.
func (s *Session) whichOrder(open []shop.Order, prompt string) {
	s.listed = nil
	for _, o := range open {
		s.listed = append(s.listed, o.Number)
	}
	if len(open) > mostListed {
		prompt = "which_order_many"
	}
	s.wait(askedWhich)
	s.say("ask_which_order", prompt, reply.List(open, s.lang))
}

// order is one of the orders in view by its number.
func (s *Session) order(number string) (shop.Order, bool) {
	for _, o := range s.orders {
		if number != "" && o.Number == number {
			return o, true
		}
	}
	return shop.Order{}, false
}

// which handles the answer to which order; false lets the turn go on as usual.
func (s *Session) which(ctx context.Context, r nlu.Reading) bool {
	if r.Slots["product"] == "" && r.Refer == "" {
		if p := s.byCharacter(r.Text); p != "" {
			r.Slots["product"], r.Ellipsis = p, r.Ellipsis || len([]rune(r.Text)) <= shortAnswer
		}
	}
	if _, narrowed := s.narrow(r); !narrowed && s.number == "" && r.Refer != "all" {
		if r.Intent != s.task.intent {
			return false
		}
		s.misheard(ctx) // the same question again is no answer to which one
		return true
	}
	if nlu.Business(r.Intent) && !r.Ellipsis && r.Confidence >= clearly {
		s.take(r)
	} else if r.Aspect != "" {
		s.task.aspect = r.Aspect
	}
	s.understood()
	s.collect(r)
	s.run(ctx, r)
	return true
}

// byCharacter is the one product read out last of which an answer has a character: 杯子 for 保温杯.
func (s *Session) byCharacter(text string) string {
	found := ""
	for _, o := range s.orders {
		if !contains(s.listed, o.Number) || !strings.ContainsAny(text, nlu.ProductWord(o.Product)) {
			continue
		}
		if found != "" {
			return ""
		}
		found = o.Product
	}
	return found
}
