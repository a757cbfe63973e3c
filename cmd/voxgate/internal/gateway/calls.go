package gateway

import (
	"sync"
	"time"
)

// Summary is a call as a list shows it, personal data masked.
type Summary struct {
	ID       string    `json:"call_id"`
	Caller   string    `json:"caller"`
	Via      string    `json:"via"`
	Started  time.Time `json:"started"`
	Seconds  float64   `json:"duration_s"`
	Turns    int       `json:"turns"`
	Outcome  string    `json:"outcome,omitempty"` // empty while the call goes on
	LastSaid string    `json:"last_said,omitempty"`
}

// keptCalls is how many ended calls a list still shows.
const keptCalls = 100

// callList knows the calls in progress and the last ended ones.
type callList struct {
	mu    sync.Mutex
	live  map[*record]bool // by no id: those of telephone calls are the far end's choice
	ended []Summary        // oldest first
}

func (l *callList) add(r *record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.live[r] = true
}

func (l *callList) remove(r *record) {
	summary := r.summary()
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.live, r)
	l.ended = append(l.ended, summary)
	if extra := len(l.ended) - keptCalls; extra > 0 {
		l.ended = append(l.ended[:0], l.ended[extra:]...)
	}
}

// Calls lists the calls in progress, then the last ended ones, newest first.
func (g *Gateway) Calls() []Summary {
	g.calls.mu.Lock()
	live := make([]*record, 0, len(g.calls.live))
	for r := range g.calls.live {
		live = append(live, r)
	}
	ended := append([]Summary(nil), g.calls.ended...)
	g.calls.mu.Unlock()
	list := make([]Summary, 0, len(live)+len(ended))
	for _, r := range live {
		list = append(list, r.summary())
	}
	for i := len(ended) - 1; i >= 0; i-- {
		list = append(list, ended[i])
	}
	return list
}
