package sms

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// HTTPConfig says where messages are handed in.
type HTTPConfig struct {
	URL     string        // takes a POST of a Message and answers 2xx once it has accepted it
	Token   string        // sent as a bearer token where not empty
	Timeout time.Duration // of one attempt; 0 is three seconds
	Client  *http.Client  // nil is a client of its own
}

// HTTP hands messages to a service: a gateway's, or a small one that speaks the gateway's own interface.
type HTTP struct {
	url     string
	token   string
	timeout time.Duration
	client  *http.Client
}

// NewHTTP builds the sender; it does not call the service yet.
func NewHTTP(cfg HTTPConfig) (*HTTP, error) {
	at, err := url.Parse(cfg.URL)
	if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" {
		return nil, fmt.Errorf("message service address %q: write http:// or https:// and a host", cfg.URL)
	}
	h := &HTTP{url: cfg.URL, token: cfg.Token, timeout: cfg.Timeout, client: cfg.Client}
	if h.timeout <= 0 {
		h.timeout = 3 * time.Second
	}
	if h.client == nil {
		h.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute}}
	}
	return h, nil
}

// Close drops idle connections.
func (h *HTTP) Close() error {
	h.client.CloseIdleConnections()
	return nil
}

// Send implements Sender. After a failure of the network or the service it tries once more with the same
// Idempotency-Key; a refusal (4xx) is final.
func (h *HTTP) Send(ctx context.Context, to, text string) error {
	if err := checkMessage(to, text); err != nil {
		return err
	}
	body, err := json.Marshal(Message{To: to, Text: text})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	key := rand.Text()
	again, err := h.attempt(ctx, body, key)
	if again && ctx.Err() == nil {
		_, err = h.attempt(ctx, body, key)
	}
	return err
}

func (h *HTTP) attempt(ctx context.Context, body []byte, key string) (again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, h.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(body))
	if err != nil {
		return false, fmt.Errorf("message service: %w: %w", ErrNotSent, err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	if h.token != "" {
		req.Header.Set("Authorization", "Bearer "+h.token)
	}
	resp, err := h.client.Do(req)
	if err != nil {
		var named *url.Error
		if errors.As(err, &named) {
			err = named.Err
		}
		return true, fmt.Errorf("message service: %w: %w", ErrNotSent, err)
	}
	defer func() { _ = resp.Body.Close() }()
	// What the service says is not read beyond what lets the connection be used again.
	_, _ = io.CopyN(io.Discard, resp.Body, 4<<10)
	if resp.StatusCode >= 300 {
		return resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests,
			fmt.Errorf("message service: status %d: check address and token: %w", resp.StatusCode, ErrNotSent)
	}
	return false, nil
}
