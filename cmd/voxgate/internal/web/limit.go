package web

import (
	"net/netip"
	"sync"
	"time"
)

// maxSources bounds the memory of the limiter; beyond it the least recent source is forgotten.
const maxSources = 4096

// limiter lets each source start a number of calls a minute, with bursts up to a third of it.
type limiter struct {
	every time.Duration // one call is earned
	burst int
	now   func() time.Time

	mu      sync.Mutex
	sources map[netip.Prefix]time.Time // when the source's earned calls were none
}

func newLimiter(perMinute int, now func() time.Time) *limiter {
	return &limiter{
		every: time.Minute / time.Duration(perMinute), burst: max(1, perMinute/3), now: now,
		sources: make(map[netip.Prefix]time.Time),
	}
}

// allow takes one call from the source's account; wait is how long until the next when there is none.
func (l *limiter) allow(source netip.Addr) (ok bool, wait time.Duration) {
	key := sourceKey(source)
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	empty, known := l.sources[key]
	if full := now.Add(-time.Duration(l.burst) * l.every); !known || empty.Before(full) {
		empty = full
	}
	if next := empty.Add(l.every); next.After(now) {
		return false, next.Sub(now)
	}
	if !known && len(l.sources) >= maxSources {
		l.forgetOldest()
	}
	l.sources[key] = empty.Add(l.every)
	return true, 0
}

func (l *limiter) forgetOldest() {
	var oldest netip.Prefix
	var when time.Time
	for key, empty := range l.sources {
		if when.IsZero() || empty.Before(when) {
			oldest, when = key, empty
		}
	}
	delete(l.sources, oldest)
}

// sourceKey is the address, or for IPv6 its /64, which one subscriber has to himself.
func sourceKey(addr netip.Addr) netip.Prefix {
	bits := addr.BitLen()
	if addr.Is6() && !addr.Is4In6() {
		bits = 64
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}
