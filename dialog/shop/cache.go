package shop

import (
	"context"
	"sync"
	"time"
)

// Bounds of the cache of look-ups by number: couriers lock out who asks for the same waybill more than twice an hour.
const (
	cacheFor  = 30 * time.Minute
	cacheMost = 4096
)

// Cached puts a cache before a shop's look-ups by number, since those go to couriers. All else passes through.
type Cached struct {
	Shop
	now func() time.Time

	mu      sync.Mutex
	entries map[string]cached
}

type cached struct {
	orders []Order
	until  time.Time
}

// Cache wraps a shop; now is the clock that entries age by.
func Cache(s Shop, now func() time.Time) *Cached {
	return &Cached{Shop: s, now: now, entries: map[string]cached{}}
}

// Orders implements Shop. Only what was found is kept: a parcel that is unknown now may be known in a minute.
func (c *Cached) Orders(ctx context.Context, q Query) ([]Order, error) {
	if q.Number == "" {
		return c.Shop.Orders(ctx, q) //nolint:wrapcheck // the shop's own error
	}
	now := c.now()
	c.mu.Lock()
	entry, ok := c.entries[q.Number]
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
	if len(c.entries) >= cacheMost {
		c.evict(now)
	}
	c.entries[q.Number] = cached{append([]Order(nil), orders...), now.Add(cacheFor)}
	return orders, nil
}

// evict drops what is out of date, or, where nothing is, the entry that is next to be.
func (c *Cached) evict(now time.Time) {
	oldest := ""
	for number, e := range c.entries {
		if !now.Before(e.until) {
			delete(c.entries, number)
		} else if oldest == "" || e.until.Before(c.entries[oldest].until) {
			oldest = number
		}
	}
	if len(c.entries) >= cacheMost {
		delete(c.entries, oldest)
	}
}
