package flow

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

func book(t testing.TB) *reply.Book {
	t.Helper()
	b, err := reply.Load(reply.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func read(b *reply.Book, text string) (*Set, error) {
	return Load(b, fstest.MapFS{"f.yaml": {Data: []byte(text)}})
}

// TestBuiltin holds that every intent of the hotline has a flow.
func TestBuiltin(t *testing.T) {
	s, err := Load(book(t), Builtin())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(s.Intents()); n != 30 {
		t.Errorf("%d flows, want 30: %v", n, s.Intents())
	}
	f, ok := s.Of("change_address")
	if !ok || !f.Writes() || len(f.Slots()) == 0 {
		t.Errorf("change_address: %+v", f)
	}
	if f, _ := s.Of("track_logistics"); f.Writes() {
		t.Error("tracking writes")
	}
}

const (
	head  = "flows:\n- intent: a\n  name: {zh: 甲, en: a}\n  queue: q\n"
	order = head + "  subject: order\n"
	slots = "slots: {phone: {type: digits}, address: {type: place}}\n"
)

func TestLoadErrors(t *testing.T) {
	b := book(t)
	for _, c := range []struct{ text, want string }{
		{"", "no flows"}, {"a: [", "f.yaml"}, {"- a\n", "f.yaml:1: a mapping"}, {"colour: red\n", `f.yaml:1: unknown key "colour"`},
		{"flows:\n- name: {zh: x}\n", "f.yaml:2: a flow without intent"}, {"flows: [null]\n", "without intent"},
		{head + "  subject: none\n  colour: red\n", `f.yaml:6: unknown key "colour"`},
		{head + "  subject: thing\n", `f.yaml:2: a: subject "thing"`},
		{head + "  subject: none\n- intent: a\n  name: {zh: 甲, en: a}\n", "f.yaml:6: flow a is there twice, first in f.yaml:2"},
		{"flows:\n- intent: a\n  name: {zh: 甲, en: a}\n  subject: none\n", "queue is missing"},
		{"flows:\n- intent: a\n  name: {zh: 甲}\n  queue: q\n  subject: none\n", "zh and en"},
		{order, "dead end"}, {order + "  auth: none\n", "only spoken of after view"}, {order + "  auth: much\n", `auth "much"`},
		{order + "  rules:\n  - {status: [运输中], say: eta_known}\n", "f.yaml:7: a: dead end"},
		{order + "  rules: [{say: no_such}]\n", `rule 1: say: no prompt "no_such"`},
		{order + "  rules: [{say: ticket_done}]\n", "unknown field {ticket}"},
		{order + "  rules:\n  - {say: eta_known}\n  - {do: explode, say: eta_known}\n", `f.yaml:8: a: rule 2: unknown kind "explode"`},
		{order + "  rules: [{say: eta_known, offer: moon}]\n", `unknown offer "moon"`},
		{order + "  rules: [{aspect: colour, say: eta_known}, {say: eta_known}]\n", `aspect "colour"`},
		{order + "  rules: [{since: birth, say: eta_known}, {say: eta_known}]\n", `condition on "birth"`},
		{order + "  rules: [{if: {eligible: yes}, say: eta_known}, {say: eta_known}]\n", `condition on "eligible"`},
		{order + "  rules: [{need: [colour]}, {say: eta_known}]\n", `f.yaml:6: a: unknown slot "colour"`},
		{order + "  rules: [{ask: weather}, {say: eta_known}]\n", `unknown kind "weather"`},
		{order + "  rules: [{ask: cancel_check}, {say: eta_known}]\n", "dead end: the refusal shipped of cancel_check has no answer"},
		{order + "  rules: [{ask: cancel_check, refused: {other: {offer: transfer}}}, {say: eta_known}]\n", "the refusal other of cancel_check has no answer"},
		{order + "  rules: [{ask: cancel_check, refused: {rain: {say: eta_known}}}, {say: eta_known}]\n", `never refused with "rain"`},
		{order + "  rules: [{do: cancel_order, say: cancelled}]\n", "cancel_order wants auth: change"},
		{order + "  auth: change\n  rules: [{do: cancel_order, say: cancelled}]\n", "confirm is missing"},
		{order + "  auth: change\n  rules: [{do: cancel_order, confirm: cancelled, say: cancelled, refused: {other: {say: cancelled}}}]\n", "asks nothing"},
		{slots + order + "  auth: change\n  rules: [{need: [phone]}, {do: change_phone, confirm: confirm_cancel, say: cancelled, refused: {other: {say: cancelled}}}]\n",
			"does not read out {said_phone}"},
		{order + "  auth: change\n  rules: [{do: change_phone, confirm: confirm_phone, say: cancelled}]\n", `needs the value "phone"`},
		{slots + order + "  rules: [{need: [phone|address]}, {say: eta_known}]\n", "give the question that asks for any of them"},
		{slots + order + "  rules: [{need: [phone], say: eta_known}, {say: eta_known}]\n", "only asks"},
		{order + "  rules: [{ask: payments}, {say: [eta_known], if: {state: paid}}, {need: [], say: eta_known, then: next}, {say: eta_known, offer: next}]\n", "next is for then"},
		{"slots: {phone: {type: colour}}\n" + order + "  rules: [{say: eta_known}]\n", `f.yaml:1: slot phone: type "colour"`},
		{"slots: {colour: {type: text}}\n" + order + "  rules: [{say: eta_known}]\n", "no prompt ask_colour"},
		{"slots:\n  phone: {type: text, size: 3}\n" + order, `f.yaml:2: unknown key "size"`},
		{"refusals:\n  shipped: {says: x}\n" + order, `f.yaml:2: unknown key "says"`},
		{head + "  subject: none\n  rules: [{ask: benefits}, {then: done}]\n", "wants auth: view"},
	} {
		if _, err := read(b, c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\ngot  %v\nwant %s", c.text, err, c.want)
		}
	}
}

// TestLaterFolderWins holds that an operator's flow takes the place of the one that ships.
func TestLaterFolderWins(t *testing.T) {
	own := fstest.MapFS{"own.yaml": {Data: []byte("flows: [{intent: invoice, name: {zh: 票, en: a bill}, subject: none, queue: own}]")}}
	s, err := Load(book(t), Builtin(), own)
	if err != nil {
		t.Fatal(err)
	}
	if f, _ := s.Of("invoice"); f.Queue != "own" || len(s.Intents()) != 30 {
		t.Errorf("got %+v", f)
	}
}

func TestFits(t *testing.T) {
	now := time.Date(2026, 3, 20, 15, 30, 0, 0, time.FixedZone("UTC+8", 8*3600))
	c := Case{Values: Raw(shop.Order{Status: "运输中", ETA: "2026-03-20", LastTime: "2026-03-17 15:00", ShipBy: "2026-03-20 15:00", Amount: 51200, Refund: &shop.Refund{}}), Aspect: "eta", Now: now}
	for _, r := range []struct {
		rule Rule
		want bool
	}{
		{Rule{}, true}, {Rule{Aspect: "eta"}, true}, {Rule{Aspect: "place"}, false}, {Rule{Status: []string{"派送中"}}, false}, {Rule{Status: []string{"派送中", "运输中"}}, true},
		{Rule{Own: true}, false}, {Rule{Since: "eta"}, false}, {Rule{Since: "ship_by"}, true}, {Rule{Since: "last_time", Late: 72}, true}, {Rule{Since: "last_time", Late: 73}, false}, {Rule{Since: "due"}, false},
		{Rule{If: map[string]Test{"amount": {">500"}}}, true}, {Rule{If: map[string]Test{"amount": {"<=500"}}}, false}, {Rule{If: map[string]Test{"courier": {"unknown"}}}, true},
		{Rule{If: map[string]Test{"courier": {"known"}}}, false}, {Rule{If: map[string]Test{"status": {"派送中", "运输中"}}}, true}, {Rule{If: map[string]Test{"status": {">5"}}}, false},
		{Rule{If: map[string]Test{"refund": {"yes"}}}, true},
	} {
		if got := r.rule.Fits(c); got != r.want {
			t.Errorf("%+v: got %t", r.rule, got)
		}
	}
}

func TestWords(t *testing.T) {
	w := Words{"phone": {"电话", "手机"}, "locker": {"手机柜"}}
	for text, want := range map[string]string{"改电话": "phone", "放手机柜": "locker", "你好": ""} {
		if got := w.In(text); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
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
	f.Add([]byte(order + "  rules: [{say: eta_known}]\n"))
	f.Add([]byte("&a [*a]"))
	f.Add([]byte("flows: &a\n- intent: a\n  rules: [*a]\n"))
	b := book(f)
	f.Fuzz(func(_ *testing.T, data []byte) {
		if s, err := read(b, string(data)); err == nil {
			for _, intent := range s.Intents() {
				flow, _ := s.Of(intent)
				flow.Choose([]shop.Order{{}, {}})
			}
		}
	})
}
