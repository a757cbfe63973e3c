package dialog

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"voxgate/dialog/shop"
)

// foresight is a shop some of whose answers are known before they are asked for: those to the look-ups that a turn will
// probably make, begun while the caller still speaks. A look-up that is under way is joined, not made twice; one that
// further words make needless is ended. Whatever changes something at the shop drops what was known.
type foresight struct {
	shop.Shop

	mu      sync.Mutex
	thought int // how often a turn was thought about
	flights map[string]*flight
	work    sync.WaitGroup
}

// flight is one look-up. Its value and error are there once done is closed.
type flight struct {
	wanted int // by which thought last
	cancel context.CancelFunc
	done   chan struct{}
	value  any
	err    error
	at     time.Time
}

// knownFor is how old an answer may be: as long as a caller takes to end a sentence.
const knownFor = 5 * time.Second

// stale reports whether a look-up ended too long ago, or failed: then it is made again.
func (f *flight) stale() bool {
	select {
	case <-f.done:
		return f.err != nil || time.Since(f.at) >= knownFor
	default:
		return false
	}
}

// errAhead is what a turn that is only thought about gets where it would change something.
var errAhead = errors.New("nothing is done ahead of a turn")

func newForesight(s shop.Shop) *foresight { return &foresight{Shop: s, flights: map[string]*flight{}} }

// guess is the same shop for a turn that is only thought about: its look-ups are kept, and nothing can be changed.
type guess struct{ *foresight }

// thinking begins a thought about a turn. Look-ups of earlier ones that it turns out not to want are ended by the returned
// function, which is for a thought that came to its end.
func (f *foresight) thinking() (ended func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.thought++
	now := f.thought
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		for key, fly := range f.flights {
			if fly.wanted < now {
				fly.cancel()
				delete(f.flights, key)
			}
		}
	}
}

// drop forgets everything and ends what is under way.
func (f *foresight) drop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.clear()
}

// clear is called under the lock.
func (f *foresight) clear() {
	for _, fly := range f.flights {
		fly.cancel()
	}
	clear(f.flights)
}

// answered joins the look-up of that key, if there is one that is not too old and did not fail; else it makes its own.
func answered[T any](ctx context.Context, f *foresight, key string, look func(context.Context) (T, error)) (T, error) {
	f.mu.Lock()
	fly := f.flights[key]
	f.mu.Unlock()
	if fly != nil {
		select {
		case <-fly.done:
			if value, ok := fly.value.(T); ok && !fly.stale() {
				return value, nil
			}
		case <-ctx.Done():
			var none T
			return none, context.Cause(ctx)
		}
	}
	return look(ctx)
}

// begin starts a look-up of that key, or joins it. It goes on when ctx ends, until it is dropped.
func begin[T any](ctx context.Context, f *foresight, key string, look func(context.Context) (T, error)) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, fmt.Errorf("look-up ahead: %w", err)
	}
	f.mu.Lock()
	fly := f.flights[key]
	if fly != nil && fly.stale() {
		fly = nil
	}
	if fly == nil {
		within, cancel := context.WithTimeout(context.WithoutCancel(ctx), giveUpAfter)
		fly = &flight{cancel: cancel, done: make(chan struct{})}
		f.flights[key] = fly
		f.work.Go(func() {
			defer close(fly.done)
			defer cancel()
			fly.value, fly.err = look(within)
			fly.at = time.Now()
		})
	}
	fly.wanted = f.thought
	f.mu.Unlock()
	select {
	case <-fly.done:
		if value, ok := fly.value.(T); ok {
			return value, fly.err
		}
		return none, fly.err
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
}

// Keys of look-ups. The time of a question is left out: it is that of the sentence.
func ordersKey(q shop.Query) string  { return "orders/" + q.Phone + "/" + q.Tail + "/" + q.Number }
func ticketsKey(q shop.Query) string { return "tickets/" + q.Phone + "/" + q.Tail + "/" + q.Number }
func askKey(q shop.Question) string {
	return "ask/" + q.Phone + "/" + fingerprint(q.Kind, q.Order, q.Values)
}

// Orders implements shop.Records.
func (f *foresight) Orders(ctx context.Context, q shop.Query) ([]shop.Order, error) {
	orders, err := answered(ctx, f, ordersKey(q), func(ctx context.Context) ([]shop.Order, error) { return f.Shop.Orders(ctx, q) })
	return slices.Clone(orders), err
}

// Tickets implements shop.Records.
func (f *foresight) Tickets(ctx context.Context, q shop.Query) ([]shop.Ticket, error) {
	tickets, err := answered(ctx, f, ticketsKey(q), func(ctx context.Context) ([]shop.Ticket, error) { return f.Shop.Tickets(ctx, q) })
	return slices.Clone(tickets), err
}

// Ask implements shop.Records.
func (f *foresight) Ask(ctx context.Context, q shop.Question) (shop.Facts, error) {
	facts, err := answered(ctx, f, askKey(q), func(ctx context.Context) (shop.Facts, error) { return f.Shop.Ask(ctx, q) })
	return maps.Clone(facts), err
}

// Act implements shop.Desk.
func (f *foresight) Act(ctx context.Context, a shop.Action) (shop.Receipt, error) {
	f.drop()
	return f.Shop.Act(ctx, a) //nolint:wrapcheck // the shop's own error
}

// OpenTicket implements shop.Desk.
func (f *foresight) OpenTicket(ctx context.Context, t shop.Ticket) (shop.Ticket, error) {
	f.drop()
	return f.Shop.OpenTicket(ctx, t) //nolint:wrapcheck // the shop's own error
}

// Orders implements shop.Records.
func (g guess) Orders(ctx context.Context, q shop.Query) ([]shop.Order, error) {
	orders, err := begin(ctx, g.foresight, ordersKey(q), func(ctx context.Context) ([]shop.Order, error) { return g.Shop.Orders(ctx, q) })
	return slices.Clone(orders), err
}

// Tickets implements shop.Records.
func (g guess) Tickets(ctx context.Context, q shop.Query) ([]shop.Ticket, error) {
	tickets, err := begin(ctx, g.foresight, ticketsKey(q), func(ctx context.Context) ([]shop.Ticket, error) { return g.Shop.Tickets(ctx, q) })
	return slices.Clone(tickets), err
}

// Ask implements shop.Records.
func (g guess) Ask(ctx context.Context, q shop.Question) (shop.Facts, error) {
	facts, err := begin(ctx, g.foresight, askKey(q), func(ctx context.Context) (shop.Facts, error) { return g.Shop.Ask(ctx, q) })
	return maps.Clone(facts), err
}

// Act implements shop.Desk.
func (guess) Act(context.Context, shop.Action) (shop.Receipt, error) { return shop.Receipt{}, errAhead }

// OpenTicket implements shop.Desk.
func (guess) OpenTicket(context.Context, shop.Ticket) (shop.Ticket, error) {
	return shop.Ticket{}, errAhead
}
