package caller

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

// Moods of the back end.
const (
	MoodOK      = "ok"
	MoodTimeout = "timeout"
	MoodError   = "error"
)

// Write is one change that a call made at the shop.
type Write struct {
	Kind    string            `json:"kind"`
	Order   string            `json:"order,omitempty"`
	Values  map[string]string `json:"values,omitempty"`
	Refused string            `json:"refused,omitempty"`
	Again   bool              `json:"again,omitempty"` // it had been done before
}

// watched is the shop of one call. It fails where it is told to, keeps what it answered, and counts the time that it took.
// The engine may ask it in goroutines of its own.
type watched struct {
	now  func() time.Time
	mu   sync.Mutex
	real shop.Shop
	mood string
	// outsider: the caller may hear nothing of any order, so what is looked up proves nothing.
	outsider bool

	heard   []string // raw values of all results since they were last taken
	spoken  []string // the same as the hotline words them, in both languages
	counts  []int    // how many orders or tickets came at a time
	writes  []Write
	tickets []shop.Ticket
	spent   time.Duration
}

var _ shop.Shop = (*watched)(nil)

// use makes the shop that of a new call.
func (w *watched) use(real shop.Shop) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.real, w.mood = real, MoodOK
	w.heard, w.spoken, w.counts, w.writes, w.tickets, w.spent = nil, nil, nil, nil, nil, 0
}

func (w *watched) setMood(mood string) error {
	if !slices.Contains([]string{MoodOK, MoodTimeout, MoodError}, mood) {
		return fmt.Errorf("back end %q: use ok, timeout or error", mood)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mood = mood
	return nil
}

// begin opens a request; done closes it.
func (w *watched) begin() (real shop.Shop, done func(), err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	begun := time.Now()
	done = func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.spent += time.Since(begun)
	}
	switch w.mood {
	case MoodTimeout:
		err = fmt.Errorf("%w: no answer in time", shop.ErrUnavailable)
	case MoodError:
		err = fmt.Errorf("%w: status 500", shop.ErrUnavailable)
	}
	return w.real, done, err
}

// Orders implements shop.Shop.
func (w *watched) Orders(ctx context.Context, q shop.Query) ([]shop.Order, error) {
	real, done, err := w.begin()
	defer done()
	if err != nil {
		return nil, err
	}
	orders, err := real.Orders(ctx, q)
	if w.isBlind() {
		return orders, err
	}
	w.keep(orders)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts = append(w.counts, len(orders))
	for _, o := range orders {
		for _, lang := range languages {
			w.word(reply.Order(o, w.now(), lang))
		}
	}
	return orders, err
}

// Tickets implements shop.Shop.
func (w *watched) Tickets(ctx context.Context, q shop.Query) ([]shop.Ticket, error) {
	real, done, err := w.begin()
	defer done()
	if err != nil {
		return nil, err
	}
	tickets, err := real.Tickets(ctx, q)
	w.keep(tickets)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts = append(w.counts, len(tickets))
	for _, t := range tickets {
		for _, lang := range languages {
			w.word(reply.Ticket(t, w.now(), lang))
		}
	}
	return tickets, err
}

// Ask implements shop.Shop.
func (w *watched) Ask(ctx context.Context, q shop.Question) (shop.Facts, error) {
	real, done, err := w.begin()
	defer done()
	if err != nil {
		return nil, err
	}
	facts, err := real.Ask(ctx, q)
	w.facts(q.Kind, facts)
	return facts, err
}

// Act implements shop.Shop.
func (w *watched) Act(ctx context.Context, a shop.Action) (shop.Receipt, error) {
	real, done, err := w.begin()
	defer done()
	if err != nil {
		return shop.Receipt{}, err
	}
	receipt, err := real.Act(ctx, a)
	if err == nil {
		w.facts(a.Kind, receipt.Facts)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.writes = append(w.writes, Write{Kind: a.Kind, Order: a.Order, Values: a.Values, Refused: receipt.Refused, Again: receipt.Repeated})
	}
	return receipt, err
}

// OpenTicket implements shop.Shop.
func (w *watched) OpenTicket(ctx context.Context, t shop.Ticket) (shop.Ticket, error) {
	real, done, err := w.begin()
	defer done()
	if err != nil {
		return shop.Ticket{}, err
	}
	ticket, err := real.OpenTicket(ctx, t)
	if err == nil {
		w.keep(ticket)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.tickets = append(w.tickets, ticket)
	}
	return ticket, err
}

// languages that the hotline speaks.
var languages = []string{"zh", "en"}

// facts remembers what the shop has answered to a question or an action.
func (w *watched) facts(kind string, facts shop.Facts) {
	w.keep(facts)
	spec, _ := shop.SpecOf(kind)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, lang := range languages {
		w.word(reply.Answer(kind, spec.Gives, facts, w.now(), lang))
	}
}

// word remembers how values are worded; the caller holds mu. Only words count of it: what a value says by numbers is read
// from the value itself.
func (w *watched) word(values reply.Facts) {
	for _, v := range values {
		w.spoken = append(w.spoken, v.String())
	}
}

// blind makes the orders of the calls to come ones that the caller may not hear of.
func (w *watched) blind(outsider bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.outsider = outsider
}

func (w *watched) isBlind() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.outsider
}

// keep remembers every text and number of a result.
func (w *watched) keep(result any) {
	data, err := json.Marshal(result)
	if err != nil {
		return
	}
	var tree any
	read := json.NewDecoder(strings.NewReader(string(data)))
	read.UseNumber()
	if read.Decode(&tree) != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard = leaves(w.heard, tree)
}

func leaves(out []string, node any) []string {
	switch n := node.(type) {
	case map[string]any:
		for _, v := range n {
			out = leaves(out, v)
		}
	case []any:
		for _, v := range n {
			out = leaves(out, v)
		}
	case string:
		out = append(out, n)
	case json.Number:
		out = append(out, n.String())
	}
	return out
}

// result is what came from the shop between two turns.
type result struct {
	raw, worded []string
	counts      []int
	spent       time.Duration
}

// take gives what came from the shop since the last take.
func (w *watched) take() result {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := result{w.heard, w.spoken, w.counts, w.spent}
	w.heard, w.spoken, w.counts, w.spent = nil, nil, nil, 0
	return r
}

// done are the changes so far and the tickets opened.
func (w *watched) done() ([]Write, []shop.Ticket) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.writes), slices.Clone(w.tickets)
}
