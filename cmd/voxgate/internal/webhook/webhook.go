// Package webhook delivers answers to the adapters of other channels: signed, in order, with retries, and never at the cost
// of a conversation. What cannot be delivered is counted and logged.
package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"voxgate/cmd/voxgate/internal/signed"
)

// Target is where the answers of one key go.
type Target struct {
	URL    string
	Secret string // signs what is sent, under the key's name
}

// Config is what a sender needs.
type Config struct {
	Targets  map[string]Target // by key
	Client   *http.Client      // nil: one of its own
	Now      func() time.Time  // nil: time.Now
	Log      *slog.Logger      // nil: slog.Default
	Registry prometheus.Registerer
}

// Bounds of a delivery.
const (
	queueLength = 256
	mostTries   = 6
	firstPause  = time.Second
	tryFor      = 5 * time.Second
)

// errGiveUp marks what no second try can mend.
var errGiveUp = errors.New("the receiver refuses it")

// Sender delivers. Each target has a queue and a goroutine of its own, so that answers arrive in their order and a dead
// target holds up no other.
type Sender struct {
	cfg    Config
	queues map[string]chan event
	sent   *prometheus.CounterVec
	dead   *prometheus.CounterVec
}

type event struct {
	id   string
	body []byte
}

// New makes a sender; Run makes it deliver.
func New(cfg Config) (*Sender, error) {
	if cfg.Client == nil {
		cfg.Client = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()} //nolint:forcetypeassert // the library's own
	}
	client := *cfg.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	cfg.Client = &client
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	counter := func(name, help string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "voxgate", Subsystem: "webhook", Name: name, Help: help}, []string{"key"})
	}
	s := &Sender{
		cfg: cfg, queues: map[string]chan event{}, sent: counter("sent_total", "Answers delivered to an adapter."),
		dead: counter("dead_total", "Answers that could not be delivered."),
	}
	for key := range cfg.Targets {
		s.queues[key] = make(chan event, queueLength)
	}
	if cfg.Registry != nil {
		if err := errors.Join(cfg.Registry.Register(s.sent), cfg.Registry.Register(s.dead)); err != nil {
			return nil, fmt.Errorf("webhook: %w", err)
		}
	}
	return s, nil
}

// Deliver queues an answer of a key that has a target; a full queue loses it, counted. It never blocks.
func (s *Sender) Deliver(key, id string, body []byte) {
	queue, ok := s.queues[key]
	if !ok {
		return
	}
	select {
	case queue <- event{id, body}:
	default:
		s.lose(key, id, errors.New("too many answers wait for this adapter"))
	}
}

func (s *Sender) lose(key, id string, err error) {
	s.dead.WithLabelValues(key).Inc()
	s.cfg.Log.Error("answer not delivered", "key", key, "id", id, "error", err, "advice", "see whether the adapter at messages.keys runs and answers 2xx")
}

// Run delivers until ctx ends; what is queued then is lost, counted.
func (s *Sender) Run(ctx context.Context) {
	var work sync.WaitGroup
	for key, queue := range s.queues {
		work.Go(func() { s.serve(ctx, key, queue) })
	}
	work.Wait()
	s.cfg.Client.CloseIdleConnections()
}

func (s *Sender) serve(ctx context.Context, key string, queue chan event) {
	for {
		select {
		case e := <-queue:
			if err := s.persist(ctx, key, e); err != nil {
				s.lose(key, e.id, err)
				continue
			}
			s.sent.WithLabelValues(key).Inc()
		case <-ctx.Done():
			for len(queue) > 0 {
				e := <-queue
				s.lose(key, e.id, ctx.Err())
			}
			return
		}
	}
}

// persist tries until it is delivered, refused for good, or tried often enough.
func (s *Sender) persist(ctx context.Context, key string, e event) error {
	pause := firstPause
	for try := 1; ; try++ {
		err := s.post(ctx, key, e)
		if err == nil || errors.Is(err, errGiveUp) || try == mostTries {
			return err
		}
		s.cfg.Log.Warn("answer not delivered yet", "key", key, "id", e.id, "try", try, "error", err)
		wait := time.NewTimer(pause + rand.N(pause/4))
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return ctx.Err() //nolint:wrapcheck // the program ends
		}
		pause *= 2
	}
}

// post sends once. A receiver that is busy or broken may be better later; one that refuses will not.
func (s *Sender) post(ctx context.Context, key string, e event) error {
	ctx, cancel := context.WithTimeout(ctx, tryFor)
	defer cancel()
	target := s.cfg.Targets[key]
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target.URL, bytes.NewReader(e.body))
	if err != nil {
		return fmt.Errorf("%w: %w", errGiveUp, err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Voxgate-Event", e.id)
	r.Header.Set(signed.Header, signed.Sign(key, target.Secret, s.cfg.Now(), e.body))
	answer, err := s.cfg.Client.Do(r)
	if err != nil {
		return fmt.Errorf("webhook: %w", err)
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16)) // so that the connection can be used again
	_ = answer.Body.Close()
	switch code := answer.StatusCode; {
	case code/100 == 2:
		return nil
	case code == http.StatusRequestTimeout || code == http.StatusTooManyRequests || code >= 500:
		return fmt.Errorf("webhook: %s", answer.Status)
	default:
		return fmt.Errorf("%w: %s", errGiveUp, answer.Status)
	}
}
