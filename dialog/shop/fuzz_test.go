package shop

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// roundTrip answers every request with the same bytes, without a network.
type roundTrip struct {
	status int
	body   []byte
}

func (r roundTrip) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: r.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(r.body)))}, nil
}

// FuzzAnswer feeds the adapter whatever a service may answer. What it lets through is as the table says.
func FuzzAnswer(f *testing.F) {
	f.Add(200, []byte(`{"facts":{"eligible":"yes","amount":"12.50","refund_due":"2026-05-17"}}`))
	f.Add(409, []byte(`{"repeated":false,"refused":"shipped","at":"2026-05-14T10:20:00+08:00"}`))
	f.Add(200, []byte(`{"orders":[{"order_no":"123456","phone":"13901286634","product":"x","status":"y","amount":1.5}],"tickets":[{}]}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		h, err := NewHTTP(HTTPConfig{URL: "http://orders.example", Client: &http.Client{Transport: roundTrip{status, body}}})
		if err != nil {
			t.Fatal(err)
		}
		ctx := context.Background()
		spec := specs["cancel_order"]
		facts, err := h.Ask(ctx, Question{Kind: "cancel_check", Order: "123456"})
		marked(t, err)
		if bad := specs["cancel_check"].checkFacts(facts); bad != nil {
			t.Errorf("let through: %v", bad)
		}
		receipt, err := h.Act(ctx, Action{Kind: "cancel_order", Order: "123456", At: demoTime})
		marked(t, err)
		if bad := spec.checkReceipt(receipt); bad != nil {
			t.Errorf("let through: %v", bad)
		}
		orders, err := h.Orders(ctx, Query{Number: "123456"})
		marked(t, err)
		for _, o := range orders {
			if err := o.check(); err != nil {
				t.Errorf("let through: %v", err)
			}
		}
		_, err = h.OpenTicket(ctx, Ticket{Phone: "13901286634", Type: "x"})
		marked(t, err)
	})
}

func marked(t *testing.T, err error) {
	t.Helper()
	if err != nil && !errors.Is(err, ErrUnavailable) && !errors.Is(err, ErrInvalid) {
		t.Errorf("unmarked error %v", err)
	}
}

// FuzzHandler feeds the reference service whatever may come from a network. It answers, and never with 500.
func FuzzHandler(f *testing.F) {
	file, err := Demo()
	if err != nil {
		f.Fatal(err)
	}
	db, err := OpenSQLite(context.Background(), ":memory:", file)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = db.Close() })
	handler := Handler(db, "")
	f.Add("POST", "/orders/620718450093318840/address", []byte(`{"values":{"address":"杭州"},"at":"2026-05-14T10:20:00+08:00"}`))
	f.Add("GET", "/orders/620718450093318840/cancel?at=2026-05-14T10:20:00%2B08:00", []byte(nil))
	f.Add("PATCH", "/shipments", []byte(`{"phone":"17388240615","values":{"time":"下午三点","number":"%"}}`))
	f.Add("POST", "/tickets", []byte(`{"phone":"1","type":"x","at":"2026-05-14T10:20:00+08:00"}`))
	f.Fuzz(func(t *testing.T, method, path string, body []byte) {
		r, err := http.NewRequest(method, "http://orders.example"+path, strings.NewReader(string(body)))
		if err != nil || r.Host != "orders.example" {
			t.Skip()
		}
		r.Header.Set("Idempotency-Key", "k")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("%s %s: status %d: %s", method, path, w.Code, w.Body)
		}
	})
}

// FuzzMeasures feeds the readers of what callers dictate.
func FuzzMeasures(f *testing.F) {
	for _, text := range []string{"下午三点半", "14:00-16:00", "两公斤半", "3.5kg", "9999999吨", "2026-05-15 18:00-21:00", "大一码", "12.50"} {
		f.Add(text)
	}
	p := Product{Variants: []Variant{{Spec: "黑色 41码"}, {Spec: "L 藏青"}}}
	f.Fuzz(func(t *testing.T, text string) {
		if from, to, ok := hours(text); ok && (from < 0 || from >= to || to > 24*time.Hour+time.Minute) {
			t.Errorf("%q is from %s to %s", text, from, to)
		}
		if n, ok := kilograms(text); ok && n < 1 {
			t.Errorf("%q weighs %d", text, n)
		}
		if n, ok := count(text); ok && n < 0 {
			t.Errorf("%q are %d", text, n)
		}
		if c, err := ParseCents(text); err == nil && (c < 0 || c > mostCents) {
			t.Errorf("%q are %s", text, c)
		}
		if p, err := ParsePeriod(text, time.UTC); err == nil && p.From >= p.To {
			t.Errorf("%q is from %s to %s", text, p.From, p.To)
		}
		if i, ok := p.variant(text, text); ok && i > 1 {
			t.Errorf("%q is variant %d", text, i)
		}
		PlaceOf(text)
		taxNumber(text)
	})
}
