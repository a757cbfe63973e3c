package shop

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Bounds of the cache. Couriers lock out who asks for the same waybill more than twice an hour; a caller's orders are
// kept for as long as the next question of the same call takes.
const (
	cacheNumberFor = 30 * time.Minute
	cacheCallerFor = time.Minute
	cacheMost      = 4096
)

// Cached puts a cache before a shop's look-ups of orders. All else passes through; an act clears its order.
type Cached struct {
	Shop
	now func() time.Time

	mu      sync.Mutex
	entries map[Query]cached
	acts    int // so far: an answer from before an act is not kept
}

type cached struct {
	orders []Order
	until  time.Time
}

// Cache wraps a shop; now is the clock that entries age by.
func Cache(s Shop, now func() time.Time) *Cached {
	return &Cached{Shop: s, now: now, entries: map[Query]cached{}}
}

// Orders implements Records. Only what was found is kept: a parcel that is unknown now may be known in a minute.
func (c *Cached) Orders(ctx context.Context, q Query) ([]Order, error) {
	now, keep := c.now(), cacheCallerFor
	if q.Number != "" {
		keep = cacheNumberFor
	}
	c.mu.Lock()
	entry, ok := c.entries[q]
	acts := c.acts
	c.mu.Unlock()
	if ok && now.Before(entry.until) {
		return append([]Order(nil), entry.orders...), nil
	}
	orders, err := c.Shop.Orders(ctx, q)
	if err != nil || len(orders) == 0 {
		return orders, err //nolint:wrapcheck // the shop's own error
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if acts != c.acts {
		return orders, nil
	}
	if len(c.entries) >= cacheMost {
		c.evict(now)
	}
	c.entries[q] = cached{append([]Order(nil), orders...), now.Add(keep)}
	return orders, nil
}

// Act implements Desk. What was kept of the order is dropped: the next look-up tells what has become of it. That also
// holds for an act whose answer was lost; it may have been done.
func (c *Cached) Act(ctx context.Context, a Action) (Receipt, error) {
	defer c.forget(a.Order)
	return c.Shop.Act(ctx, a) //nolint:wrapcheck // the shop's own error
}

// forget drops every entry that holds an order.
func (c *Cached) forget(order string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acts++
	for q, e := range c.entries {
		if slices.ContainsFunc(e.orders, func(o Order) bool { return o.Number == order }) {
			delete(c.entries, q)
		}
	}
}

// evict drops what is out of date, or, where nothing is, the entry that is next to be.
func (c *Cached) evict(now time.Time) {
	var oldest Query
	for q, e := range c.entries {
		if !now.Before(e.until) {
			delete(c.entries, q)
		} else if oldest == (Query{}) || e.until.Before(c.entries[oldest].until) {
			oldest = q
		}
	}
	if len(c.entries) >= cacheMost {
		delete(c.entries, oldest)
	}
}
