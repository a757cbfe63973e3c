package shop

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

// mostAnswer bounds the answer of an order service.
const mostAnswer = 4 << 20

// HTTPConfig says where a shop's order service is. The service speaks what openapi.yaml beside this file describes.
type HTTPConfig struct {
	URL     string        // base, such as https://orders.example/v1
	Token   string        // sent as a bearer token where not empty
	Timeout time.Duration // of one attempt; 0 is three seconds
	Client  *http.Client  // nil is a client of its own
}

// HTTP is a shop behind its own order service.
type HTTP struct {
	base    *url.URL
	token   string
	timeout time.Duration
	client  *http.Client
}

// NewHTTP builds the adapter; it does not call the service yet.
func NewHTTP(cfg HTTPConfig) (*HTTP, error) {
	base, err := url.Parse(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("order service address %q: %w", cfg.URL, err)
	}
	if base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return nil, fmt.Errorf("order service address %q: write http:// or https:// and a host", cfg.URL)
	}
	h := &HTTP{base: base, token: cfg.Token, timeout: cfg.Timeout, client: cfg.Client}
	if h.timeout <= 0 {
		h.timeout = 3 * time.Second
	}
	if h.client == nil {
		h.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8, IdleConnTimeout: time.Minute}}
	}
	return h, nil
}

// Close drops idle connections.
func (h *HTTP) Close() error {
	h.client.CloseIdleConnections()
	return nil
}

// Orders implements Records.
func (h *HTTP) Orders(ctx context.Context, q Query) ([]Order, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	var answer struct {
		Orders []Order `json:"orders"`
	}
	if err := h.call(ctx, call{method: http.MethodGet, path: "/orders", query: q.values()}, &answer); err != nil {
		return nil, err
	}
	for i, o := range answer.Orders {
		if err := o.check(); err != nil {
			return nil, fmt.Errorf("order service: orders[%d]: %w: %w", i, ErrUnavailable, err)
		}
	}
	return answer.Orders, nil
}

// Tickets implements Records.
func (h *HTTP) Tickets(ctx context.Context, q Query) ([]Ticket, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	var answer struct {
		Tickets []Ticket `json:"tickets"`
	}
	if err := h.call(ctx, call{method: http.MethodGet, path: "/tickets", query: q.values()}, &answer); err != nil {
		return nil, err
	}
	return answer.Tickets, nil
}

// Ask implements Records.
func (h *HTTP) Ask(ctx context.Context, q Question) (Facts, error) {
	spec, ok := SpecOf(q.Kind)
	if !ok || spec.Write {
		return nil, fmt.Errorf("unknown question %q: %w", q.Kind, ErrInvalid)
	}
	if missing := spec.check(q.Order, q.Phone, q.Values); missing != "" {
		return nil, fmt.Errorf("question %s wants %s: %w", q.Kind, missing, ErrInvalid)
	}
	if spec.On == OnOrder && !digits(q.Order, 1, 24) {
		return nil, fmt.Errorf("order number must be digits: %w", ErrInvalid)
	}
	r := routes[q.Kind]
	c := call{method: r.method, path: r.at(q.Order)}
	body := request{Order: q.Order, Phone: q.Phone, Values: q.Values, At: stamp(q.At)}
	if r.method == http.MethodGet {
		c.query = body.query()
	} else {
		c.body = body
	}
	var answer answers
	if err := h.call(ctx, c, &answer); err != nil {
		return nil, err
	}
	if err := spec.checkFacts(answer.Facts); err != nil {
		return nil, fmt.Errorf("order service: %s: %w: %w", q.Kind, ErrUnavailable, err)
	}
	if len(answer.Facts) == 0 {
		return nil, nil
	}
	return answer.Facts.only(spec), nil
}

// Act implements Desk.
func (h *HTTP) Act(ctx context.Context, a Action) (Receipt, error) {
	spec, ok := SpecOf(a.Kind)
	if !ok || !spec.Write {
		return Receipt{}, fmt.Errorf("unknown action %q: %w", a.Kind, ErrInvalid)
	}
	if missing := spec.check(a.Order, a.Phone, a.Values); missing != "" {
		return Receipt{}, fmt.Errorf("action %s wants %s: %w", a.Kind, missing, ErrInvalid)
	}
	if spec.On == OnOrder && !digits(a.Order, 1, 24) {
		return Receipt{}, fmt.Errorf("order number must be digits: %w", ErrInvalid)
	}
	key := a.Key
	if key == "" {
		key = rand.Text()
	}
	r := routes[a.Kind]
	var receipt Receipt
	err := h.call(ctx, call{method: r.method, path: r.at(a.Order), key: key,
		body: request{Order: a.Order, Phone: a.Phone, Values: a.Values, Call: a.Call, At: stamp(a.At)}}, &receipt)
	if err != nil {
		return Receipt{}, err
	}
	if err := spec.checkReceipt(receipt); err != nil {
		return Receipt{}, fmt.Errorf("order service: %s: %w: %w", a.Kind, ErrUnavailable, err)
	}
	receipt.Facts = receipt.Facts.only(spec)
	return receipt, nil
}

// OpenTicket implements Desk.
func (h *HTTP) OpenTicket(ctx context.Context, t Ticket) (Ticket, error) {
	key := t.Key
	if key == "" {
		key = rand.Text()
	}
	var out Ticket
	if err := h.call(ctx, call{method: http.MethodPost, path: "/tickets", key: key, body: t}, &out); err != nil {
		return Ticket{}, err
	}
	if out.Number == "" {
		return Ticket{}, fmt.Errorf("order service: a ticket without ticket_no: %w", ErrUnavailable)
	}
	return out, nil
}

// call is one request to the service.
type call struct {
	method, path string
	query        url.Values
	body         any
	key          string // of a request that changes something
}

// call makes a request and, after a failure of the network or the server, makes it once more: every request of the
// interface may be repeated, those that change something by their Idempotency-Key.
func (h *HTTP) call(ctx context.Context, c call, answer any) error {
	at := h.base.JoinPath(c.path)
	at.RawQuery = c.query.Encode()
	var payload []byte
	if c.body != nil {
		var err error
		if payload, err = json.Marshal(c.body); err != nil {
			return fmt.Errorf("order service: write request: %w", err)
		}
	}
	err := h.attempt(ctx, c.method, at, payload, c.key, answer)
	if errors.Is(err, ErrUnavailable) && ctx.Err() == nil {
		err = h.attempt(ctx, c.method, at, payload, c.key, answer)
	}
	return err
}

func (h *HTTP) attempt(ctx context.Context, method string, at *url.URL, payload []byte, key string, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, h.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, at.String(), bytes.NewReader(payload))
	if err != nil {
		return fmt.Errorf("order service: %w: %w", ErrInvalid, err)
	}
	req.Header.Set("Accept", "application/json")
	if payload != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	if h.token != "" {
		req.Header.Set("Authorization", "Bearer "+h.token)
	}
	resp, err := h.client.Do(req)
	if err != nil {
		// The client's error names the address with the caller's number in it: keep the cause only.
		var named *url.Error
		if errors.As(err, &named) {
			err = named.Err
		}
		return fmt.Errorf("order service %s: %w: %w", at.Path, ErrUnavailable, err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(resp.Body, mostAnswer+1))
	_, refusable := answer.(*Receipt)
	switch {
	case err != nil:
		return fmt.Errorf("order service %s: read answer: %w: %w", at.Path, ErrUnavailable, err)
	case len(data) > mostAnswer:
		return fmt.Errorf("order service %s: answer over %d MB: %w", at.Path, mostAnswer>>20, ErrInvalid)
	case resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusRequestTimeout:
		return fmt.Errorf("order service %s: status %d: %w", at.Path, resp.StatusCode, ErrUnavailable)
	case resp.StatusCode == http.StatusConflict && refusable: // the rules forbid it: the body says which
	case resp.StatusCode >= 300:
		return fmt.Errorf("order service %s: status %d: check address and token: %w", at.Path, resp.StatusCode, ErrInvalid)
	}
	if err := json.Unmarshal(data, answer); err != nil {
		return fmt.Errorf("order service %s: answer is not as openapi.yaml says: %w: %w", at.Path, ErrUnavailable, err)
	}
	return nil
}

// stamp writes a moment for the service; a zero one is left away.
func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format(time.RFC3339)
}

// values are a query's key as the service takes it.
func (q Query) values() url.Values {
	values := url.Values{}
	for name, value := range map[string]string{"phone": q.Phone, "phone_tail": q.Tail, "number": q.Number} {
		if value != "" {
			values.Set(name, value)
		}
	}
	return values
}

// query writes a question's values beside phone and time.
func (r request) query() url.Values {
	values := url.Values{}
	for name, value := range r.Values {
		if value != "" {
			values.Set(name, value)
		}
	}
	for name, value := range map[string]string{"phone": r.Phone, "at": r.At} {
		if value != "" {
			values.Set(name, value)
		}
	}
	return values
}
