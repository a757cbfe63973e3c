package shop

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func act1(t *testing.T, s Shop, a Action) Receipt {
	t.Helper()
	if a.At.IsZero() {
		a.At = demoTime
	}
	r, err := s.Act(context.Background(), a)
	if err != nil {
		t.Fatalf("%s: %v", a.Kind, err)
	}
	return r
}

func TestEveryKindHasItsRuleAndRoute(t *testing.T) {
	for _, s := range Specs() {
		_, written := desk[s.Kind]
		_, asked := records[s.Kind]
		if _, rehearsed := rehearsals[s.Kind]; s.Write != written || !s.Write && asked == rehearsed {
			t.Errorf("%s: rule %t, record %t, rehearsal %t", s.Kind, written, asked, rehearsed)
		}
		if _, ok := routes[s.Kind]; !ok {
			t.Errorf("%s has no route", s.Kind)
		}
	}
	if len(desk)+len(records)+len(rehearsals) != len(specs) || len(routes) != len(specs) {
		t.Errorf("%d rules and %d routes for %d kinds", len(desk)+len(records)+len(rehearsals), len(routes), len(specs))
	}
	for kind, row := range stageRules {
		if len(row) != int(other)+1 {
			t.Errorf("%s has %d stages, want %d", kind, len(row), other+1)
		}
		for _, code := range row {
			if code != "-" && !slices.Contains(specs[kind].Refusals, code) {
				t.Errorf("%s is refused with %s, which its spec does not name", kind, code)
			}
		}
	}
}

func TestSameKeyIsDoneOnce(t *testing.T) {
	for name, open := range shops() {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			a := Action{Kind: UrgeDelivery, Order: "815520036641207", Key: "k1"}
			act1(t, s, a)
			a.At = demoTime.Add(72 * time.Hour)
			if r := act1(t, s, a); !r.Repeated || !r.At.Equal(demoTime) {
				t.Errorf("the same key three days later: %+v", r)
			}
			a.Key = "k2"
			if r := act1(t, s, a); r.Repeated {
				t.Errorf("another key three days later: %+v", r)
			}
		})
	}
}

// A call names an act by what it does: the same name comes again after it was taken back, and must work again.
func TestSameKeyAfterItWasTakenBack(t *testing.T) {
	s := openDemo(t)
	back := Action{Kind: "return", Order: "402881573096", Key: "call/return"}
	act1(t, s, back)
	act1(t, s, Action{Kind: "withdraw_return", Order: "402881573096", Key: "call/withdraw"})
	if r := act1(t, s, back); r.Repeated || r.Refused != "" {
		t.Errorf("got %+v", r)
	}
}

func TestActsTogetherAreDoneOnce(t *testing.T) {
	s := openDemo(t)
	var wg sync.WaitGroup
	receipts := make([]Receipt, 8)
	for i := range receipts {
		wg.Go(func() {
			receipts[i], _ = s.Act(context.Background(), Action{Kind: "cancel_order", Order: "620718450093318840", At: demoTime})
		})
	}
	wg.Wait()
	first := 0
	for _, r := range receipts {
		if !r.Repeated {
			first++
		}
		if r.Facts["amount"] != "79.80" {
			t.Errorf("got %+v", r)
		}
	}
	if first != 1 {
		t.Errorf("done %d times", first)
	}
}

func TestRequestsThatCannotBe(t *testing.T) {
	for name, open := range shops() {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			for _, a := range []Action{
				{Kind: "refund_everything", Order: "620718450093318840"}, {Kind: "payments", Order: "620718450093318840"}, {Kind: "cancel_order"},
				{Kind: "cancel_order", Order: "' OR 1=1 --"}, {Kind: "cancel_order", Order: "123456789012"}, {Kind: "change_address", Order: "620718450093318840"},
				{Kind: "modify_order", Order: "620718450093318840"}, {Kind: "resend_coupon"}, {Kind: "send_parcel", Phone: "13901286634"},
			} {
				a.At = demoTime
				if _, err := s.Act(context.Background(), a); !errors.Is(err, ErrInvalid) {
					t.Errorf("%+v: got %v, want ErrInvalid", a, err)
				}
			}
			for _, q := range []Question{{Kind: "everything"}, {Kind: "cancel_order", Order: "1"}, {Kind: "payments"}, {Kind: "benefits"}, {Kind: "quote"}, {Kind: "stock"}} {
				if _, err := s.Ask(context.Background(), q); !errors.Is(err, ErrInvalid) {
					t.Errorf("%+v: got %v, want ErrInvalid", q, err)
				}
			}
			if f, err := s.Ask(context.Background(), Question{Kind: "payments", Order: "123456789012"}); len(f) != 0 || err != nil {
				t.Errorf("an unknown order has %v, %v", f, err)
			}
		})
	}
}

// Every fact that comes back has a type in the table and is written as its type wants.
func TestFactsAreOfTheirTypes(t *testing.T) {
	s := openDemo(t)
	values := map[string]string{"address": "杭州西湖区文二路1号", "spec": "L", "note": "x", "origin": "杭州", "destination": "长沙", "product": "蓝牙耳机", "date": "2026-05-16"}
	f, err := Demo()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range f.Orders {
		for _, spec := range Specs() {
			var facts Facts
			if spec.Write {
				facts = act1(t, s, Action{Kind: spec.Kind, Order: o.Number, Phone: o.Phone, Values: with(values, "phone", "13900001111", "receiver", "王芳", "invoice_title", "个人")}).Facts
			} else if facts, err = s.Ask(context.Background(), Question{Kind: spec.Kind, Order: o.Number, Phone: o.Phone, Values: values, At: demoTime}); err != nil {
				t.Fatal(err)
			}
			if err := spec.checkFacts(facts); err != nil {
				t.Errorf("%s of %s: %v", spec.Kind, o.Product, err)
			}
			for name := range facts {
				if _, ok := spec.Gives[name]; !ok {
					t.Errorf("%s gives %s, which its spec does not name", spec.Kind, name)
				}
			}
		}
	}
}

func with(values map[string]string, more ...string) map[string]string {
	out := maps.Clone(values)
	for i := 0; i < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

func TestAudit(t *testing.T) {
	s := openDemo(t)
	act1(t, s, Action{Kind: "change_address", Order: "620718450093318840", Phone: "13901286634", Call: "c7", Values: map[string]string{"address": "南京市玄武区1号"}})
	act1(t, s, Action{Kind: "cancel_order", Order: "815520036641207", Phone: "13000000000", Call: "c8"})
	if _, err := s.OpenTicket(context.Background(), Ticket{Phone: "13901286634", Type: "投诉", At: demoTime.Format(time.RFC3339)}); err != nil {
		t.Fatal(err)
	}
	all, err := s.Audit(context.Background(), 10)
	if err != nil || len(all) != 3 {
		t.Fatalf("%d entries, %v", len(all), err)
	}
	changed := all[2]
	if changed.Call != "c7" || changed.Phone != "13901286634" || changed.Outcome != "done" || changed.At != "2026-05-14T10:20:00+08:00" ||
		changed.Old != `{"order.ship_to":"浙江省杭州市西湖区文三路88号3幢602"}` || changed.New != `{"order.ship_to":"南京市玄武区1号"}` {
		t.Errorf("got %+v", changed)
	}
	if refused := all[1]; refused.Outcome != "refused: delivering" || refused.New != "{}" || refused.Call != "c8" {
		t.Errorf("got %+v", refused)
	}
	if ticket := all[0]; !strings.Contains(ticket.New, "投诉") || !strings.HasPrefix(ticket.Kind, "ticket") {
		t.Errorf("got %+v", ticket)
	}
}

// A database on disk keeps what was done, also where the file, given again, says otherwise.
func TestWhatWasDoneOutlivesTheProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.db")
	file, err := Demo()
	if err != nil {
		t.Fatal(err)
	}
	cancelled := Query{Number: "620718450093318840"}
	for i := range 2 {
		s, err := OpenSQLite(context.Background(), path, file)
		if err != nil {
			t.Fatal(err)
		}
		if r := act1(t, s, Action{Kind: UrgeDelivery, Order: "815520036641207"}); r.Repeated != (i == 1) {
			t.Errorf("opened %d times: %+v", i+1, r)
		}
		if i == 0 {
			act1(t, s, Action{Kind: "cancel_order", Order: cancelled.Number})
		}
		if orders, err := s.Orders(context.Background(), cancelled); err != nil || len(orders) != 1 || orders[0].Status != StatusCancelled {
			t.Errorf("opened %d times: %+v, %v: the order was cancelled", i+1, orders, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMoneyIsExact(t *testing.T) {
	o := Order{Number: "900000000001", Phone: "13700000000", Name: "甲", Product: "笔", Quantity: 3, Amount: 30, Status: StatusWarehouse, PayMethod: "微信", ShipTo: "杭州"}
	file, err := Parse([]byte(`{"orders":[{"order_no":"900000000009","phone":"13700000000","product":"x","status":"待发货","amount":0.07}]}`))
	if err != nil || file.Orders[0].Amount != 7 {
		t.Fatalf("0.07 yuan are %d cents, %v", file.Orders[0].Amount, err)
	}
	file.Orders = append(file.Orders, o)
	s, err := OpenSQLite(context.Background(), ":memory:", file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	r := act1(t, s, Action{Kind: "modify_order", Order: o.Number, Values: map[string]string{"quantity": "1"}})
	if r.Facts["amount"] != "0.10" || r.Facts["difference"] != "0.20" {
		t.Errorf("got %v", r.Facts)
	}
}
