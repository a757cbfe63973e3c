package shop

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// desk are the rules of all acts.
var desk = map[string]rule{
	UrgeShipment: urgeShipment, UrgeDelivery: urgeDelivery, "courier_callback": courierCallback,
	"change_address": changeAddress, "redirect": redirect, "change_phone": changePhone, "change_receiver": changeReceiver,
	"cancel_order": cancelOrder, "modify_order": modifyOrder,
	"return": returnGoods, "exchange": exchangeGoods, "withdraw_return": withdrawReturn, "intercept": intercept, "reject": reject,
	"schedule_delivery": scheduleDelivery, "send_parcel": sendParcel, "change_pickup": changePickup, "cancel_pickup": cancelPickup,
	"service_visit": serviceVisit,
	"invoice":       invoice, "reissue_invoice": writeInvoice, "price_protect": priceProtect, "claim": claim, "refund_charge": refundCharge,
	"resend_coupon": resendCoupon,
}

// rehearsals are the questions that run an act without keeping what it changes.
var rehearsals = map[string]string{
	"cancel_check": "cancel_order", "modify_check": "modify_order", "return_eligibility": "return", "exchange_check": "exchange",
	"intercept_check": "intercept", "price_protection": "price_protect", "claim_quote": "claim", "send_check": "send_parcel",
}

// records are the rules of all other questions; the order's stage refuses them as it refuses the act beside them.
var records = map[string]struct {
	run rule
	act string
}{
	"address_check": {run: checkAddress}, "ship_promise": {run: askPromise},
	"delivery_slots": {askDelivery, "schedule_delivery"}, "service_options": {askService, "service_visit"},
	"delivery_proof": {run: askProof}, "open_ticket": {run: askTicket}, "payments": {run: askPayments}, "charges": {run: askCharges}, "invoice_state": {run: askInvoice},
	"benefits": {run: askBenefits}, "account_state": {run: askAccount}, "pickup_booking": {run: askBooking},
	"quote": {run: quote}, "prohibited": {run: askProhibited}, "pickup_slots": {run: askPickup}, "stock": {run: askStock},
}

// answer runs the rule of a question.
func (m *matter) answer(s Spec) Facts {
	act, run := rehearsals[s.Kind], records[s.Kind].run
	if act != "" {
		run = desk[act]
	} else {
		act = records[s.Kind].act
	}
	f, code := m.run(act, run)
	if len(s.Refusals) > 0 {
		f[FactEligible], f[FactRefused] = yesNo(code == ""), code
	}
	return f.only(s)
}

// run asks the order's stage first, then the rule.
func (m *matter) run(act string, run rule) (Facts, string) {
	if m.order != nil {
		if code := m.order.stageRefuses(act); code != "" {
			return Facts{}, code
		}
	}
	f, code := run(m)
	if f == nil {
		f = Facts{}
	}
	return f, code
}

// mostValue bounds what a caller says for one value, in characters.
const mostValue = 500

// check says whether a request has what its kind needs.
func (s Spec) check(order, phone string, values map[string]string) string {
	switch {
	case s.On == OnOrder && order == "":
		return "an order number"
	case s.On == OnPhone && phone == "":
		return "the customer's phone"
	}
	for _, name := range s.Needs {
		if values[name] == "" {
			return "the value " + name
		}
	}
	for name, value := range values {
		if !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl) || utf8.RuneCountInString(value) > mostValue {
			return fmt.Sprintf("the value %s as text of at most %d characters", name, mostValue)
		}
	}
	if number := values["phone"]; number != "" && !digits(number, 5, 15) {
		return "the value phone as 5 to 15 digits"
	}
	if !s.Any {
		return ""
	}
	for _, name := range s.Optional {
		if values[name] != "" {
			return ""
		}
	}
	return "at least one of its values"
}
