package shop

import (
	"context"
	"fmt"
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
}

func tell(t *testing.T, s Shop, story string) {
	t.Helper()
	r := &teller{t: t, shop: s, at: demoTime}
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
		return lines(facts)
	}
	receipt, err := r.shop.Act(context.Background(), Action{Kind: kind, Order: order, Phone: phone, Values: values, Key: fmt.Sprint(r.n), Call: "c1", At: r.at})
	if err != nil {
		return "\nerror=" + err.Error()
	}
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

// tellAll plays stories against every kind of shop.
func tellAll(t *testing.T, stories map[string]string) {
	t.Helper()
	for name, open := range shops() {
		t.Run(name, func(t *testing.T) {
			for title, story := range stories {
				t.Run(title, func(t *testing.T) { tell(t, open(t), story) })
			}
		})
	}
}
