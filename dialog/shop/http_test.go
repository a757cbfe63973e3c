package shop

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestHTTPFailures(t *testing.T) {
	for _, c := range []struct {
		name     string
		handler  http.HandlerFunc
		want     error
		attempts int32
	}{
		{"server error is tried again", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, ErrUnavailable, 2},
		{"refusal is not", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, ErrInvalid, 1},
		{"redirect loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) }, ErrUnavailable, 20},
		{"no JSON", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }, ErrUnavailable, 2},
		{"wrong shape", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"orders":[{"order_no":"x"}]}`)
		}, ErrUnavailable, 1},
		{"too much", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"orders":[`+strings.Repeat(" ", mostAnswer)+`]}`)
		}, ErrInvalid, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var attempts atomic.Int32
			h := openHTTP(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				attempts.Add(1)
				c.handler(w, r)
			}), time.Minute)
			_, err := h.Orders(context.Background(), Query{Phone: "13901286634"})
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if strings.Contains(err.Error(), "13901286634") {
				t.Errorf("the error tells the caller's number: %v", err)
			}
			if got := attempts.Load(); got != c.attempts {
				t.Errorf("%d attempts, want %d", got, c.attempts)
			}
		})
	}
}

func TestHTTPRecovers(t *testing.T) {
	var attempts atomic.Int32
	var keys [2]string
	inner := server(openDemo(t), "secret")
	h := openHTTP(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := attempts.Add(1)
		keys[n-1] = r.Header.Get("Idempotency-Key")
		if n == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		inner.ServeHTTP(w, r)
	}), time.Minute)
	if _, err := h.OpenTicket(context.Background(), Ticket{Phone: "13901286634", Type: "x", At: "2026-05-10T09:00:00+08:00"}); err != nil {
		t.Fatal(err)
	}
	if keys[0] == "" || keys[0] != keys[1] {
		t.Errorf("idempotency keys %q differ", keys)
	}
}

func TestHTTPTimeout(t *testing.T) {
	held := make(chan struct{})
	h := openHTTP(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-held:
		}
	}), 20*time.Millisecond)
	_, err := h.Orders(context.Background(), Query{Phone: "13901286634"})
	close(held)
	if !errors.Is(err, ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want ErrUnavailable by a deadline", err)
	}
}

func TestNewHTTPAddress(t *testing.T) {
	for _, address := range []string{"", "orders.example", "ftp://orders.example", "http://", "http://[::1"} {
		if _, err := NewHTTP(HTTPConfig{URL: address}); err == nil {
			t.Errorf("%q was taken", address)
		}
	}
}

func TestCache(t *testing.T) {
	count := &counting{Shop: openDemo(t)}
	now := time.Date(2026, 5, 14, 10, 0, 0, 0, time.UTC)
	c := Cache(count, func() time.Time { return now })
	look := func(number string) {
		t.Helper()
		if _, err := c.Orders(context.Background(), Query{Number: number}); err != nil {
			t.Fatal(err)
		}
	}
	look("SF2074410896352")
	look("SF2074410896352")
	if count.n != 1 {
		t.Errorf("asked the shop %d times, want 1", count.n)
	}
	now = now.Add(31 * time.Minute)
	look("SF2074410896352")
	if count.n != 2 {
		t.Errorf("asked the shop %d times after half an hour, want 2", count.n)
	}
	look("SF0000000000000")
	look("SF0000000000000")
	if count.n != 4 {
		t.Errorf("asked the shop %d times, want 4: an unknown number is not kept", count.n)
	}
	for _, after := range []time.Duration{0, 50 * time.Second, 20 * time.Second} {
		now = now.Add(after)
		if _, err := c.Orders(context.Background(), Query{Phone: "13901286634"}); err != nil {
			t.Fatal(err)
		}
	}
	if count.n != 6 {
		t.Errorf("asked the shop %d times, want 6: a caller's orders are kept for a minute", count.n)
	}
	for n := range cacheMost + 50 {
		c.entries[Query{Number: fmt.Sprint(n)}] = cached{until: now.Add(time.Duration(n) * time.Second)}
		if len(c.entries) > cacheMost {
			c.evict(now)
		}
	}
	if len(c.entries) > cacheMost {
		t.Errorf("%d entries, want %d at most", len(c.entries), cacheMost)
	}
}

type counting struct {
	Shop
	n int
}

func (c *counting) Orders(ctx context.Context, q Query) ([]Order, error) {
	c.n++
	return c.Shop.Orders(ctx, q)
}
