package shop

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	goleak.VerifyTestMain(m)
}

// openDemo is the demo shop in memory, with a few more orders.
func openDemo(t *testing.T, more ...Order) *SQLite {
	t.Helper()
	file, err := Demo()
	if err != nil {
		t.Fatal(err)
	}
	file.Orders = append(file.Orders, more...)
	file.Orders = append(file.Orders, Order{Number: "7100", Phone: "13700000000", Name: "甲", Product: "连衣裙", Amount: 25900, Placed: "2026-05-01", Status: StatusReturning,
		Return: &Return{Number: "1", Sent: true, Status: StatusSigned}})
	file.Bookings = append(file.Bookings, Booking{Number: "202605130001", Phone: "13700000000", Slot: "2026-05-13 下午", State: BookingFetched})
	db, err := OpenSQLite(context.Background(), ":memory:", file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// server is the reference order service over a shop, under /v1.
func server(s Shop, token string) http.Handler { return http.StripPrefix("/v1", Handler(s, token)) }

// openHTTP is the demo shop behind an order service.
func openHTTP(t *testing.T, handler http.Handler, timeout time.Duration) *HTTP {
	t.Helper()
	service := httptest.NewServer(handler)
	t.Cleanup(service.Close)
	h, err := NewHTTP(HTTPConfig{URL: service.URL + "/v1", Token: "secret", Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h
}

// shops are all implementations, each with the demo shop's data.
func shops() map[string]func(*testing.T, ...Order) Shop {
	return map[string]func(*testing.T, ...Order) Shop{
		"sqlite": func(t *testing.T, more ...Order) Shop { return openDemo(t, more...) },
		"http": func(t *testing.T, more ...Order) Shop {
			return openHTTP(t, server(openDemo(t, more...), "secret"), time.Minute)
		},
		"cached": func(t *testing.T, more ...Order) Shop { return Cache(openDemo(t, more...), time.Now) },
	}
}

func TestContract(t *testing.T) {
	for name, open := range shops() {
		t.Run(name, func(t *testing.T) {
			t.Run("look-ups", func(t *testing.T) { lookUps(t, open(t)) })
			t.Run("actions", func(t *testing.T) { actions(t, open(t)) })
			t.Run("tickets", func(t *testing.T) { tickets(t, open(t)) })
		})
	}
}

func lookUps(t *testing.T, s Shop) {
	ctx := context.Background()
	for _, c := range []struct {
		query Query
		want  string // products, in order
	}{
		{Query{Phone: "13901286634"}, "保温杯 2只|电饭煲|台灯"},
		{Query{Tail: "5519"}, "血压计"},
		{Query{Number: "330914478206"}, "羽绒被"},
		{Query{Number: "SF2074410896352"}, "血压计"},
		{Query{Phone: "13900000000"}, ""},
		{Query{Number: "' OR 1=1 --"}, ""},
		{Query{Tail: "%"}, ""},
	} {
		orders, err := s.Orders(ctx, c.query)
		if err != nil {
			t.Errorf("%+v: %v", c.query, err)
		}
		var products []string
		for _, o := range orders {
			products = append(products, o.Product)
		}
		if got := strings.Join(products, "|"); got != c.want {
			t.Errorf("%+v: got %s, want %s", c.query, got, c.want)
		}
	}
	for _, q := range []Query{{}, {Phone: "13901286634", Tail: "6634"}} {
		if _, err := s.Orders(ctx, q); !errors.Is(err, ErrInvalid) {
			t.Errorf("%+v: got %v, want ErrInvalid", q, err)
		}
	}
	orders, err := s.Orders(ctx, Query{Number: "471803366520914"})
	if err != nil || len(orders) != 1 || orders[0].Refund == nil || orders[0].Refund.Due != "2026-05-17" {
		t.Errorf("refund is lost: %+v, %v", orders, err)
	}
}

func actions(t *testing.T, s Shop) {
	ctx := context.Background()
	at := time.Date(2026, 5, 14, 10, 20, 0, 0, time.FixedZone("", 8*3600))
	for _, c := range []struct {
		kind     string
		after    time.Duration
		repeated bool
	}{
		{UrgeDelivery, 0, false}, {UrgeDelivery, time.Hour, true}, {"courier_callback", time.Hour, false}, {UrgeDelivery, 25 * time.Hour, false},
	} {
		r, err := s.Act(ctx, Action{Kind: c.kind, Order: "815520036641207", At: at.Add(c.after)})
		if err != nil || r.Repeated != c.repeated {
			t.Errorf("%s after %s: %+v, %v, want repeated %t", c.kind, c.after, r, err, c.repeated)
		}
		if r.Repeated && !r.At.Equal(at) {
			t.Errorf("done first at %s, want %s", r.At, at)
		}
	}
	for _, a := range []Action{{Kind: "refund", Order: "815520036641207", At: at}, {Kind: UrgeDelivery, Order: "1", At: at}} {
		if _, err := s.Act(ctx, a); !errors.Is(err, ErrInvalid) {
			t.Errorf("%+v: got %v, want ErrInvalid", a, err)
		}
	}
}

func tickets(t *testing.T, s Shop) {
	ctx := context.Background()
	in := Ticket{Phone: "13901286634", Type: "催派送", Key: "call/1", At: "2026-05-10T09:00:00+08:00"}
	first, err := s.OpenTicket(ctx, in)
	if err != nil || first.Number != "202605100018" || first.State == "" {
		t.Fatalf("got %+v, %v, want number 202605100018", first, err)
	}
	again, err := s.OpenTicket(ctx, in)
	if err != nil || again.Number != first.Number {
		t.Errorf("same key: got %s, %v, want %s", again.Number, err, first.Number)
	}
	in.Key = "call/2"
	other, err := s.OpenTicket(ctx, in)
	if err != nil || other.Number != "202605100019" {
		t.Errorf("other key: got %s, %v, want 202605100019", other.Number, err)
	}
	found, err := s.Tickets(ctx, Query{Phone: "13901286634"})
	if err != nil || len(found) != 2 || found[0].Number != other.Number {
		t.Errorf("got %+v, %v, want both tickets, the newest first", found, err)
	}
	if _, err := s.OpenTicket(ctx, Ticket{Phone: "1"}); !errors.Is(err, ErrInvalid) {
		t.Errorf("got %v, want ErrInvalid", err)
	}
}
