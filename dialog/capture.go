package dialog

import (
	"regexp"
	"strings"

	"voxgate/dialog/nlu"
	"voxgate/dialog/shop"
	"voxgate/models/waybill"
)

// A number comes in as many ways as there are callers. One rule holds for all of them: there is one number in question.
// Parts that are said join, one after the other, until the number is whole; what corrects a part corrects the number in
// question, however it came. Pressed keys are always a whole number: they take the place of what was said of it, are never
// joined with it, and too few of them are asked for again. Speech takes the place of keys that were not finished.

// fix applies 最后是八 and the like to the number in question.
func (s *Session) fix(r nlu.Reading) bool {
	target := s.inQuestion()
	if r.Fix.Part == "" || *target == "" || r.Fix.Part == "rest" && s.chunk != "" {
		return false
	}
	if target == &s.tail && r.Slots["phone_tail"] != "" && r.Fix.Part == "last" {
		return false // 后四位是 says the whole tail again
	}
	fixed, ok := r.Fix.Apply(*target)
	if !ok {
		return false
	}
	*target = fixed
	for _, slot := range []string{"number", "phone_tail", "order_tail", "waybill_tail"} {
		delete(r.Slots, slot)
		delete(s.slots, slot)
	}
	if target == &s.tail {
		s.slots["phone_tail"] = fixed
	}
	return true
}

// inQuestion is the number that a correction means: the one being said, else the one given last.
func (s *Session) inQuestion() *string {
	switch {
	case s.chunk != "":
		return &s.chunk
	case s.number != "":
		return &s.number
	}
	return &s.tail
}

// startsOver forgets the parts of a number that the caller says again from its beginning; without a new one in the same
// breath it waits for it.
func (s *Session) startsOver(r nlu.Reading) bool {
	if !r.StartOver || strings.ContainsAny(r.Text, "你您") || s.chunk == "" && !numeric[s.asked] {
		return false
	}
	switch s.asked {
	case askedTail, askedOrder, askedPhone:
	default:
		return false
	}
	s.chunk, s.pieces = "", ""
	if len(r.Slots) > 0 {
		return false
	}
	s.understood()
	s.say("ask_slot:"+s.asked, "start_over", nil)
	return true
}

// numberBegins is how callers say that a long number begins, however few digits of it come at first.
var numberBegins = regexp.MustCompile(`(?i)(?:订单|运单|快递单|物流单|单)号码?(?:是|为)?\s*[^后尾末]|(?:order|tracking|waybill) number`)

// part takes digits of which nobody said what they are; a phone number that they make whole is that of the utterance.
func (s *Session) part(r nlu.Reading, digits string) bool {
	whole := s.bareNumber(digits, r.Text)
	if whole && s.asked == askedPhone {
		r.Slots["phone"] = s.slots["phone"]
	}
	return whole
}

// bareNumber takes a number of which nobody said what it is, by the question and its length.
func (s *Session) bareNumber(digits, text string) bool {
	switch {
	case s.asked == askedOpen && len(digits) < orderLeast && numberBegins.MatchString(text):
		s.wait(askedOrder)
		return s.orderNumber(digits)
	case s.asked == askedOrder:
		return s.orderNumber(s.chunk + digits)
	case s.asked == askedPhone:
		return s.phoneNumber(s.chunk + digits)
	case s.asked == askedTail && s.goesOn(digits):
		return s.outGiven()
	case s.asked == askedTail && len(digits) != tailLength && len(digits) != phoneLength:
		s.say("inform_invalid", "invalid_tail", nil)
		s.askSlot(askedTail)
		return false
	case len(digits) == tailLength:
		s.shortOrTail(digits)
		return true
	case len(digits) == phoneLength && digits[0] == '1':
		s.setTail(shop.Tail(digits))
		return true
	case len(digits) >= 8:
		s.setNumber(digits)
		return true
	}
	return false
}

// orderNumber takes an order number, or a part of one that the caller goes on with.
func (s *Session) orderNumber(digits string) bool {
	if len(digits) == tailLength && s.known(digits) {
		s.shortOrTail(digits)
		return true
	}
	part := len(digits) < orderLeast && !s.known(digits) || s.begins(digits)
	switch {
	case part && s.keyed || len(digits) > orderMost:
		s.chunk = ""
		s.say("inform_invalid", "invalid_number", nil)
		s.askSlot(askedOrder)
		return false
	case part:
		s.goOn(digits)
		return false
	}
	s.pieces = ""
	if s.chunk != "" {
		s.pieces = digits
	}
	s.setNumber(digits)
	return true
}

// phoneNumber takes a mobile number, or a part of one that the caller goes on with.
func (s *Session) phoneNumber(digits string) bool {
	switch {
	case len(digits) < phoneLength && digits[0] == '1' && !s.keyed:
		s.goOn(digits)
		return false
	case len(digits) == phoneLength && digits[0] == '1':
		s.chunk = ""
		s.slots["phone"] = digits
		return true
	}
	s.chunk = ""
	s.say("inform_invalid", "invalid_number", nil)
	s.askSlot(askedPhone)
	return false
}

// goOn keeps a part of a number and lets the caller say the rest.
func (s *Session) goOn(digits string) {
	s.chunk = digits
	s.say("ask_slot:"+s.asked, "go_on", nil)
}

// goesOn takes digits that end or go on with a number said in parts, while the tail is asked for: two and two digits
// of the tail, or the rest of a long number.
func (s *Session) goesOn(digits string) bool {
	const half = tailLength / 2
	switch {
	case s.pieces != "" && !s.keyed && len(digits) != tailLength && len(s.pieces)+len(digits) <= orderMost:
		s.pieces += digits
		s.setNumber(s.pieces)
	case len(digits) < tailLength && len(s.chunk)+len(digits) == tailLength:
		tail := s.chunk + digits
		s.chunk = ""
		s.setTail(tail)
	case len(digits) == half && s.chunk == "":
		s.goOn(digits)
	default:
		return false
	}
	return true
}

// outGiven reports whether a value is complete: nothing was said to let it go on.
func (s *Session) outGiven() bool { return s.out.held == nil }

// begins reports whether digits are the first part of a number of one of the caller's orders.
func (s *Session) begins(digits string) bool {
	for _, o := range s.orders {
		for _, number := range []string{o.Number, nlu.OnlyDigits(o.Waybill)} {
			if len(digits) < len(number) && strings.HasPrefix(number, digits) {
				return true
			}
		}
	}
	return false
}

// How well the number of a reading fits what is known and what was asked for.
const (
	fitsNothing = iota
	fitsPattern // its length, or a courier's numbers
	fitsKnown   // an order in view, alone or with the parts said before
)

func (s *Session) fits(number string) int {
	whole := s.chunk + nlu.OnlyDigits(number)
	switch {
	case s.known(number), s.chunk != "" && (s.known(whole) || s.begins(whole)):
		return fitsKnown
	case s.asked == askedTail && len(whole) == tailLength, s.asked == askedPhone && len(whole) == phoneLength && whole[0] == '1':
		return fitsPattern
	case s.asked == askedOrder && (len(waybill.Couriers(number)) > 0 || len(waybill.Couriers(whole)) > 0):
		return fitsPattern
	}
	return fitsNothing
}

// even is how much surer one of two readings must be to win alone.
const even = 0.05

// byNumbers chooses among the readings of an utterance, the best first, by their numbers: the first that fits a known order
// wins, else the first that fits a pattern. tied are the orders between which two readings leave the choice open.
func (s *Session) byNumbers(best nlu.Reading, t Turn) (chosen nlu.Reading, tied []shop.Order) {
	chosen = best
	fit := s.fits(numberOf(best))
	sureness := t.Confidence
	for _, other := range t.Others {
		if fit == fitsKnown && sureness-other.Confidence > even {
			break
		}
		alt := s.parser.Understand(other.Text, other.Pinyin, s.state())
		number := numberOf(alt)
		if number == "" {
			continue
		}
		switch f := s.fits(number); {
		case f == fitsKnown && fit == fitsKnown:
			if pair := s.different(numberOf(chosen), number); pair != nil {
				return chosen, pair
			}
		case f > fit:
			chosen, fit, sureness = alt, f, other.Confidence
		}
	}
	return chosen, nil
}

// different are the two orders of two numbers, unless they are of one order or not both of one alone.
func (s *Session) different(a, b string) []shop.Order {
	one, two := s.ordersWith(a), s.ordersWith(b)
	if len(one) != 1 || len(two) != 1 || one[0].Number == two[0].Number {
		return nil
	}
	return []shop.Order{one[0], two[0]}
}

// ordersWith are the orders in view with a number or its last digits.
func (s *Session) ordersWith(number string) []shop.Order {
	var out []shop.Order
	for _, o := range s.orders {
		if sameNumber(o, number) || len(number) == tailLength && (shop.Tail(o.Number) == number || shop.Tail(o.Waybill) == number) {
			out = append(out, o)
		}
	}
	return out
}

// numberOf is the number that a reading gives, of whatever kind; empty for none.
func numberOf(r nlu.Reading) string {
	return firstOf(r.Slots, "waybill_no", "order_no", "number", "order_tail", "waybill_tail", "phone_tail", "phone")
}
