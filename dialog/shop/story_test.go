package shop

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// A story is what one caller does at the demo shop, a line each:
//
//	KIND SUBJECT [NAME=VALUE]... -> [NAME=VALUE]... [refused=CODE] [repeated] [no-NAME]
//	order NUMBER -> FIELD=VALUE...
//	tickets NUMBER|PHONE -> TYPE...
//	+26h
//
// SUBJECT is an order number, a customer's phone or -. What is right of the arrow must be in the facts; no-NAME must
// not. Spaces within a value are written as underscores.
var demoTime = time.Date(2026, 5, 14, 10, 20, 0, 0, time.FixedZone("", 8*3600))

type teller struct {
	t    *testing.T
	shop Shop
	at   time.Time
	n    int
	seen seen
}

func tell(t *testing.T, s Shop, story string, seen seen) {
	t.Helper()
	r := &teller{t: t, shop: s, at: demoTime, seen: seen}
	for line := range strings.Lines(strings.TrimSpace(story)) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		r.n++
		if span, ok := strings.CutPrefix(line, "+"); ok {
			d, err := time.ParseDuration(span)
			if err != nil {
				t.Fatal(err)
			}
			r.at = r.at.Add(d)
			continue
		}
		left, right, _ := strings.Cut(line, "->")
		got := strings.ReplaceAll(r.step(strings.Fields(left)), " ", "_")
		for _, want := range strings.Fields(right) {
			name, absent := strings.CutPrefix(want, "no-")
			if absent && strings.Contains(got, "\n"+name+"=") {
				t.Errorf("%s: %s is there:%s", line, name, got)
			}
			if !absent && !strings.Contains(got+"\n", "\n"+want+"\n") {
				t.Errorf("%s: %s is missing:%s", line, want, got)
			}
		}
	}
}

// step carries out one line and writes what came of it, a line each.
func (r *teller) step(words []string) string {
	kind, subject := words[0], words[1]
	switch kind {
	case "order":
		return r.order(subject)
	case "tickets":
		return r.tickets(subject)
	}
	spec, ok := SpecOf(kind)
	if !ok {
		r.t.Fatalf("no kind %s", kind)
	}
	values := map[string]string{}
	for _, w := range words[2:] {
		name, value, _ := strings.Cut(w, "=")
		values[name] = strings.ReplaceAll(value, "_", " ")
	}
	order, phone := "", ""
	switch spec.On {
	case OnOrder:
		order = subject
	case OnPhone:
		phone = subject
	}
	if !spec.Write {
		facts, err := r.shop.Ask(context.Background(), Question{Kind: kind, Order: order, Phone: phone, Values: values, At: r.at})
		if err != nil {
			return "\nerror=" + err.Error()
		}
		r.seen[kind+" "+facts[FactRefused]] = true
		return lines(facts)
	}
	receipt, err := r.shop.Act(context.Background(), Action{Kind: kind, Order: order, Phone: phone, Values: values, Key: fmt.Sprint(r.n), Call: "c1", At: r.at})
	if err != nil {
		return "\nerror=" + err.Error()
	}
	r.seen[kind+" "+receipt.Refused] = true
	out := lines(receipt.Facts)
	if receipt.Repeated {
		out += "\nrepeated"
	}
	if receipt.Refused != "" {
		out += "\nrefused=" + receipt.Refused
	}
	if !receipt.Repeated && receipt.Refused == "" {
		out += "\ndone"
	}
	return out
}

func (r *teller) order(number string) string {
	orders, err := r.shop.Orders(context.Background(), Query{Number: number})
	if err != nil || len(orders) != 1 {
		r.t.Fatalf("order %s: %d, %v", number, len(orders), err)
	}
	o := orders[0]
	f := Facts{"status": o.Status, "amount": o.Amount.String(), "ship_to": o.ShipTo, "spec": o.Spec, "quantity": fmt.Sprint(o.Quantity), "booked": o.Booked,
		"receiver": o.Receiver, "receiver_phone": o.ToPhone, "place": o.Place, "note": o.Note, "courier": o.Courier}
	if o.Refund != nil {
		f["refund"] = o.Refund.State + " " + o.Refund.Amount.String() + " " + o.Refund.To + " " + o.Refund.Due
	}
	if o.Invoice != nil {
		f["invoice"] = o.Invoice.State + " " + o.Invoice.Title
	}
	for _, i := range o.Items {
		if i.Cancelled {
			f["gone"] += i.Product
		}
	}
	f["slots"] = strings.Join(o.Slots, "|")
	return lines(f)
}

func (r *teller) tickets(subject string) string {
	q := Query{Phone: subject}
	if len(subject) != 11 {
		q = Query{Number: subject}
	}
	tickets, err := r.shop.Tickets(context.Background(), q)
	if err != nil {
		r.t.Fatal(err)
	}
	out := ""
	for _, t := range tickets {
		out += "\n" + t.Type
	}
	return out
}

func lines(f Facts) string {
	out := ""
	for name, value := range f {
		if value != "" {
			out += "\n" + name + "=" + value
		}
	}
	return out
}

// TestStories plays every story against every kind of shop, and all kinds against all states of an order. Afterwards no
// kind of the table is left that was not seen to be done, and no refusal that was not seen to be given.
func TestStories(t *testing.T) {
	for name, open := range shops() {
		if name == "cached" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			seen := seen{}
			for _, stories := range []map[string]string{orderStories, returnStories, appointmentStories, moneyStories} {
				for title, story := range stories {
					t.Run(title, func(t *testing.T) { tell(t, open(t), story, seen) })
				}
			}
			everyState(t, open(t, stateOrders()...), seen)
			for _, s := range Specs() {
				for _, code := range append([]string{""}, s.Refusals...) {
					if !seen[s.Kind+" "+code] {
						t.Errorf("%s was never seen with refusal %q", s.Kind, code)
					}
				}
			}
		})
	}
}

// The cache has no rules of its own; it only must not remember what an act has changed.
func TestCachedStories(t *testing.T) {
	for _, title := range []string{"cancel", "address in the warehouse", "receiver and phone"} {
		tell(t, shops()["cached"](t), orderStories[title], seen{})
	}
}

// seen are the kinds and refusals that came up.
type seen map[string]bool

// everyState tries all questions and acts on an order in each state. Both are only refused with a code of their spec, and
// what is refused changes nothing.
func everyState(t *testing.T, s Shop, seen seen) {
	t.Helper()
	values := map[string]string{"address": "杭州西湖区文二路1号", "phone": "13900001111", "receiver": "王芳", "spec": "L", "note": "x", "invoice_title": "个人", "date": "2026-05-16"}
	for _, o := range stateOrders() {
		spec := specs[o.Note]
		if !spec.Write {
			f, err := s.Ask(context.Background(), Question{Kind: spec.Kind, Order: o.Number, Values: values, At: demoTime})
			if err != nil || len(spec.Refusals) > 0 && f[FactEligible] == "" || f[FactRefused] != "" && !slices.Contains(spec.Refusals, f[FactRefused]) {
				t.Errorf("%s of %s: %v, %v", spec.Kind, o.Status, f, err)
			}
			seen[spec.Kind+" "+f[FactRefused]] = true
			continue
		}
		before := asText(t, s, o.Number)
		r, err := s.Act(context.Background(), Action{Kind: spec.Kind, Order: o.Number, Values: values, At: demoTime})
		if err != nil || r.Refused != "" && !slices.Contains(spec.Refusals, r.Refused) {
			t.Errorf("%s of %s: %+v, %v", spec.Kind, o.Status, r, err)
		}
		if r.Refused != "" && asText(t, s, o.Number) != before {
			t.Errorf("%s of %s was refused (%s) and yet changed the order", spec.Kind, o.Status, r.Refused)
		}
		seen[spec.Kind+" "+r.Refused] = true
	}
}

// stateOrders are an order for each state and each kind about orders; the note names the kind.
func stateOrders() []Order {
	var all []Order
	for i, status := range []string{"待付款", "待发货", "备货中", "运输中", "已到网点", "派送中", "待取件", "清关中", "已签收", "退货中", "已取消", "异常", "神秘"} {
		for j, spec := range Specs() {
			if spec.On != OnOrder {
				continue
			}
			o := Order{Number: fmt.Sprintf("7000%04d%04d", i, j), Phone: "13700000000", Name: "甲", Product: "连衣裙", Spec: "M 藏青", Amount: 25900,
				Placed: "2026-05-12", Status: status, ShipTo: "浙江省杭州市西湖区文三路1号", Note: spec.Kind}
			if status == StatusSigned {
				o.Signed = "2026-05-13 10:00 本人"
			}
			all = append(all, o)
		}
	}
	return all
}

func asText(t *testing.T, s Shop, number string) string {
	t.Helper()
	orders, err := s.Orders(context.Background(), Query{Number: number})
	if err != nil || len(orders) != 1 {
		t.Fatalf("order %s: %d, %v", number, len(orders), err)
	}
	text, err := json.Marshal(orders[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
