package flow

import (
	"strings"
	"testing"
	"time"

	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

func book(t testing.TB) *reply.Book {
	t.Helper()
	b, err := reply.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestBuiltin holds that every intent of the hotline has a flow.
func TestBuiltin(t *testing.T) {
	s, err := Builtin(book(t))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(s.Intents()); n != 30 {
		t.Errorf("%d flows, want 30: %v", n, s.Intents())
	}
	if _, ok := s.Of("track_logistics"); !ok {
		t.Error("no flow for tracking")
	}
}

func TestLoadErrors(t *testing.T) {
	head := "- intent: a\n  name: {zh: 甲, en: a}\n  queue: q\n"
	for _, c := range []struct{ text, want string }{
		{"", "no flows"},
		{"a: [", "f.yaml"},
		{"- name: {zh: x}\n", "f.yaml:1"},
		{head + "  subject: none\n  colour: red\n", "colour"},
		{head + "  subject: thing\n", `subject "thing"`},
		{head + "  subject: none\n" + head + "  subject: none\n", "f.yaml:5: a is there twice, first in line 1"},
		{"- intent: a\n  name: {zh: 甲, en: a}\n  subject: none\n", "queue is missing"},
		{"- intent: a\n  name: {zh: 甲}\n  queue: q\n  subject: none\n", "zh and en"},
		{head + "  subject: order\n", "dead end"},
		{head + "  subject: order\n  rules: [{status: [运输中], say: eta_known}]\n", "dead end"},
		{head + "  subject: none\n  rules: [{say: eta_known}]\n", "want a subject"},
		{head + "  subject: order\n  rules: [{say: no_such}]\n", `rule 1: no prompt "no_such"`},
		{head + "  subject: order\n  rules: [{say: ticket_done}]\n", "unknown field {ticket}"},
		{head + "  subject: order\n  rules: [{say: eta_known, do: explode, again: eta_known}]\n", `unknown action "explode"`},
		{head + "  subject: order\n  rules: [{say: eta_known, do: urge_delivery}]\n", "go together"},
		{head + "  subject: order\n  rules: [{say: eta_known, offer: moon}]\n", `unknown offer "moon"`},
		{head + "  subject: order\n  rules: [{aspect: colour, say: eta_known}, {say: eta_known}]\n", `aspect "colour"`},
		{head + "  subject: order\n  rules: [{since: birth, say: eta_known}, {say: eta_known}]\n", `since "birth"`},
	} {
		if _, err := Load("f.yaml", []byte(c.text), book(t)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.text, err, c.want)
		}
	}
}

func TestFits(t *testing.T) {
	now := time.Date(2026, 3, 20, 15, 30, 0, 0, time.FixedZone("UTC+8", 8*3600))
	c := Case{Order: shop.Order{Status: "运输中", ETA: "2026-03-20", LastTime: "2026-03-17 15:00", ShipBy: "2026-03-20 15:00"}, Aspect: "eta", Now: now}
	for _, r := range []struct {
		rule Rule
		want bool
	}{
		{Rule{}, true}, {Rule{Aspect: "eta"}, true}, {Rule{Aspect: "place"}, false}, {Rule{Status: []string{"派送中"}}, false}, {Rule{Status: []string{"派送中", "运输中"}}, true},
		{Rule{Own: true}, false}, {Rule{Since: "eta"}, false}, {Rule{Since: "ship_by"}, true}, {Rule{Since: "last_time", Late: 72}, true}, {Rule{Since: "last_time", Late: 73}, false}, {Rule{Since: "due"}, false},
	} {
		if got := r.rule.Fits(c); got != r.want {
			t.Errorf("%+v: got %t", r.rule, got)
		}
	}
}

func TestChoose(t *testing.T) {
	f := Flow{Prefer: [][]string{{"运输中", "派送中"}, {"待发货"}}}
	order := func(status string) shop.Order { return shop.Order{Number: status, Status: status} }
	for _, c := range []struct {
		orders []shop.Order
		meant  string
		open   int
	}{
		{[]shop.Order{order("已签收")}, "已签收", 0},
		{[]shop.Order{order("待发货"), order("运输中"), order("已签收")}, "运输中", 0},
		{[]shop.Order{order("派送中"), order("运输中"), order("已签收")}, "", 2},
		{[]shop.Order{order("待发货"), order("已签收")}, "待发货", 0},
		{[]shop.Order{order("已签收"), order("已签收")}, "", 2},
	} {
		meant, open := f.Choose(c.orders)
		if meant == nil && c.meant != "" || meant != nil && meant.Number != c.meant || len(open) != c.open {
			t.Errorf("%v: got %v, %v", c.orders, meant, open)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte("- intent: a\n  name: {zh: 甲, en: a}\n  queue: q\n  subject: order\n  rules: [{say: eta_known}]\n"))
	f.Add([]byte("- &a [*a]"))
	b := book(f)
	f.Fuzz(func(_ *testing.T, data []byte) {
		if s, err := Load("fuzz", data, b); err == nil {
			for _, intent := range s.Intents() {
				flow, _ := s.Of(intent)
				flow.Choose([]shop.Order{{}, {}})
			}
		}
	})
}
