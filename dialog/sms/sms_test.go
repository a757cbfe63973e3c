package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestConsole(t *testing.T) {
	var out bytes.Buffer
	at := time.Date(2026, 5, 14, 10, 20, 0, 0, time.UTC)
	c := NewConsole(&out, func() time.Time { return at })
	if err := c.Send(context.Background(), "13901286634", "你好\n"); err != nil {
		t.Fatal(err)
	}
	var m Message
	if err := json.Unmarshal(out.Bytes(), &m); err != nil || m != (Message{"2026-05-14T10:20:00Z", "13901286634", "你好\n"}) {
		t.Errorf("got %+v, %v", m, err)
	}
	for _, bad := range [][2]string{{"abc", "x"}, {"13901286634", ""}, {"13901286634", strings.Repeat("长", 501)}, {"", "x"}, {"139\r\n", "x"}} {
		if err := c.Send(context.Background(), bad[0], bad[1]); !errors.Is(err, ErrNotSent) {
			t.Errorf("%q: got %v, want ErrNotSent", bad, err)
		}
	}
	if err := NewConsole(broken{}, time.Now).Send(context.Background(), "13901286634", "x"); !errors.Is(err, ErrNotSent) {
		t.Errorf("got %v, want ErrNotSent", err)
	}
}

func openHTTP(t *testing.T, timeout time.Duration, handler http.HandlerFunc) *HTTP {
	t.Helper()
	service := httptest.NewServer(handler)
	t.Cleanup(service.Close)
	h, err := NewHTTP(HTTPConfig{URL: service.URL, Token: "secret", Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h
}

func TestHTTP(t *testing.T) {
	for _, c := range []struct {
		name     string
		status   []int
		attempts int32
		sent     bool
	}{
		{"accepted", []int{202}, 1, true},
		{"second attempt", []int{503, 200}, 2, true},
		{"busy", []int{429, 200}, 2, true},
		{"down", []int{500, 500}, 2, false},
		{"refused", []int{403}, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var attempts atomic.Int32
			keys := map[string]bool{}
			h := openHTTP(t, time.Minute, func(w http.ResponseWriter, r *http.Request) {
				n := attempts.Add(1)
				var m Message
				if json.NewDecoder(r.Body).Decode(&m) != nil || m.To != "13901286634" || m.Text != "你好" || r.Header.Get("Authorization") != "Bearer secret" {
					t.Errorf("got %+v with %v", m, r.Header)
				}
				keys[r.Header.Get("Idempotency-Key")] = true
				w.WriteHeader(c.status[n-1])
			})
			err := h.Send(context.Background(), "13901286634", "你好")
			if (err == nil) != c.sent || err != nil && !errors.Is(err, ErrNotSent) {
				t.Errorf("got %v", err)
			}
			if attempts.Load() != c.attempts || len(keys) != 1 || keys[""] {
				t.Errorf("%d attempts with keys %v, want %d with one", attempts.Load(), keys, c.attempts)
			}
		})
	}
}

func TestHTTPFailures(t *testing.T) {
	held := make(chan struct{})
	h := openHTTP(t, 20*time.Millisecond, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-r.Context().Done():
		case <-held:
		}
	})
	err := h.Send(context.Background(), "13901286634", "你好")
	close(held)
	if !errors.Is(err, ErrNotSent) || !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "13901286634") {
		t.Errorf("got %v, want ErrNotSent by a deadline, without the number", err)
	}
	if err := h.Send(context.Background(), "x", "你好"); !errors.Is(err, ErrNotSent) {
		t.Errorf("got %v for a bad number", err)
	}
	for _, address := range []string{"", "sms.example", "ftp://x", "http://"} {
		if _, err := NewHTTP(HTTPConfig{URL: address}); err == nil {
			t.Errorf("%q was taken", address)
		}
	}
}
