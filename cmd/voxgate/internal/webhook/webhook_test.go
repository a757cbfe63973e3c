package webhook

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"voxgate/cmd/voxgate/internal/signed"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// receiver answers with a list of statuses, then 200, and keeps what came.
type receiver struct {
	mu       sync.Mutex
	statuses []int
	bodies   []string
	at       []time.Time
	headers  []string
	hang     bool
}

func (r *receiver) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bodies, r.at, r.headers = append(r.bodies, string(body)), append(r.at, time.Now()), append(r.headers, req.Header.Get(signed.Header))
	status := http.StatusOK
	if len(r.statuses) > 0 {
		status, r.statuses = r.statuses[0], r.statuses[1:]
	}
	if r.hang {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Body: io.NopCloser(strings.NewReader("ok")), Header: http.Header{}}, nil
}

// count is what a counter of the sender shows for the key app.
func count(t *testing.T, s *Sender, name string) float64 {
	t.Helper()
	families, err := s.cfg.Registry.(*prometheus.Registry).Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == "voxgate_webhook_"+name {
			return f.GetMetric()[0].GetCounter().GetValue()
		}
	}
	return 0
}

func sender(t *testing.T, r *receiver) *Sender {
	t.Helper()
	s, err := New(Config{
		Registry: prometheus.NewRegistry(),
		Targets:  map[string]Target{"app": {URL: "http://adapter.test/hook", Secret: "s3cret"}},
		Client:   &http.Client{Transport: r}, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRetriedInOrderWithGrowingPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &receiver{statuses: []int{500, 503, 429}}
		s := sender(t, r)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); s.Run(ctx) }()
		s.Deliver("app", "1", []byte(`{"n":1}`))
		s.Deliver("app", "2", []byte(`{"n":2}`))
		s.Deliver("other", "3", []byte(`{}`)) // has no target
		time.Sleep(time.Minute)
		stop()
		<-done
		if want := []string{`{"n":1}`, `{"n":1}`, `{"n":1}`, `{"n":1}`, `{"n":2}`}; !slices.Equal(r.bodies, want) {
			t.Fatalf("delivered %q", r.bodies)
		}
		for i, least := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
			if gap := r.at[i+1].Sub(r.at[i]); gap < least || gap > least*5/4 {
				t.Errorf("pause %d: %v, want %v to a quarter more", i, gap, least)
			}
		}
		check := signed.NewChecker(map[string]string{"app": "s3cret"}, time.Now)
		if key, err := check.Check(r.headers[4], []byte(`{"n":2}`)); key != "app" && err == nil {
			t.Errorf("key %q", key)
		}
		if r.headers[0] == r.headers[1] {
			t.Error("a second try has the nonce of the first: a careful receiver refuses it")
		}
		if sent := count(t, s, "sent_total"); sent != 2 {
			t.Errorf("%v counted as sent", sent)
		}
	})
}

func TestDeadLettersAreCounted(t *testing.T) {
	for name, c := range map[string]struct {
		statuses []int
		hang     bool
		tries    int
	}{
		"refused":       {statuses: []int{404}, tries: 1},
		"moved":         {statuses: []int{302}, tries: 1},
		"broken":        {statuses: []int{500, 500, 500, 500, 500, 500, 500}, tries: mostTries},
		"never answers": {hang: true, tries: mostTries},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &receiver{statuses: c.statuses, hang: c.hang}
				s := sender(t, r)
				ctx, stop := context.WithCancel(t.Context())
				done := make(chan struct{})
				go func() { defer close(done); s.Run(ctx) }()
				s.Deliver("app", "1", []byte(`{}`))
				time.Sleep(5 * time.Minute)
				stop()
				<-done
				if dead := count(t, s, "dead_total"); dead != 1 || len(r.bodies) != c.tries {
					t.Errorf("%v dead after %d tries, want 1 after %d", dead, len(r.bodies), c.tries)
				}
			})
		})
	}
}

func TestAFullQueueAndAnEndLoseNothingUncounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sender(t, &receiver{})
		for range queueLength + 5 {
			s.Deliver("app", "x", []byte(`{}`))
		}
		ctx, stop := context.WithCancel(t.Context())
		stop()
		s.Run(ctx)
		lost, sent := count(t, s, "dead_total"), count(t, s, "sent_total")
		if lost+sent != queueLength+5 || lost < 5 {
			t.Errorf("%v lost and %v sent of %d", lost, sent, queueLength+5)
		}
	})
}
