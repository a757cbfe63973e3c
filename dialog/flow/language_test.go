package flow

import (
	"strings"
	"testing"

	"voxgate/dialog/shop"
)

// TestTicketsAndRulesBefore holds what is refused of tickets, rules before the order, and slots that are only listened for.
func TestTicketsAndRulesBefore(t *testing.T) {
	b := book(t)
	for _, c := range []struct{ text, want string }{
		{order + "  rules: [{ticket: 投诉}]\n", "ticket: give confirm"},
		{order + "  rules: [{ticket: 投诉, confirm: eta_known}]\n", "asks nothing"},
		{order + "  rules: [{ticket: 投诉, confirm: confirm_stalled, say: eta_known}]\n", "no other answer"},
		{order + "  rules: [{ticket: 投诉, confirm: confirm_stalled, if: {eta: known}}]\n", "dead end"},
		{order + "  before: [{ask: payments}]\n  rules: [{say: eta_known}]\n", "it must be chosen by then"},
		{order + "  before: [{say: eta_known}]\n  rules: [{say: eta_known}]\n", "names the unknown field {eta}"},
		{order + "  before: [{if: {amount: \">5\"}, then: transfer}]\n  rules: [{say: eta_known}]\n", `condition on "amount"`},
		{head + "  subject: order\n  auth: caller\n  rules: [{say: eta_known}]\n", "only spoken of after view"},
		{"slots: {phone: {type: text, spoken: {a: {zh: 甲}}}}\n" + order, "spoken: a has no text in en"},
		{"slots: {colour: {type: text, words: {red: [红]}}}\n" + order + "  rules: [{need: [colour]}, {say: eta_known}]\n", "no prompt ask_colour"},
		{order + "  rules: [{if: {mood: angry}, say: eta_known}, {say: eta_known, if: {weather: bad}}, {say: eta_known}]\n", `condition on "weather"`},
	} {
		if _, err := read(b, c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\ngot  %v\nwant %s", c.text, err, c.want)
		}
	}
	for _, text := range []string{
		order + "  before: [{if: {mood: angry}, then: transfer}]\n  rules: [{ticket: 投诉, confirm: confirm_stalled}]\n",
		"slots: {colour: {type: text, words: {red: [红]}}}\n" + order + "  takes: [colour]\n  rules: [{if: {said_colour: red, refund_state: known}, say: eta_known}, {say: eta_known}]\n",
		head + "  subject: none\n  auth: caller\n  rules: [{ask: benefits}, {say: points_plain}]\n",
	} {
		if _, err := read(b, text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestRawFieldsOfRecordsWithin(t *testing.T) {
	raw := Raw(shop.Order{Refund: &shop.Refund{State: shop.RefundDone, Due: "2026-05-17", Amount: 1250}})
	for name, want := range map[string]string{"refund": "yes", "refund_state": shop.RefundDone, "refund_due": "2026-05-17", "invoice_state": ""} {
		if raw[name] != want {
			t.Errorf("%s: got %q, want %q", name, raw[name], want)
		}
	}
	if !(Test{">12"}).Holds(raw["refund_amount"]) {
		t.Errorf("refund_amount: got %q", raw["refund_amount"])
	}
}

func TestSpokenValues(t *testing.T) {
	s := Slot{Spoken: map[string]map[string]string{"破损": {"zh": "有破损", "en": "it is damaged"}}}
	if s.Say("破损", "en") != "it is damaged" || s.Say("裂了", "en") != "裂了" {
		t.Errorf("got %s, %s", s.Say("破损", "en"), s.Say("裂了", "en"))
	}
}
