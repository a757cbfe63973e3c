package caller

import (
	"context"
	"sync"

	"voxgate/dialog"
	"voxgate/dialog/caller/proof"
	"voxgate/dialog/knowledge"
)

// heeded is the knowledge base of played calls; it keeps what it has answered. The engine may ask it in goroutines of its own.
type heeded struct {
	known *knowledge.Opened
	mu    sync.Mutex
	pages []string // texts that may be said as they stand
	words []string // names and questions within the hotline's own sentences
	offer string   // the suggestion made last; empty: none
}

var _ dialog.Knowledge = (*heeded)(nil)

// Ask implements dialog.Knowledge.
func (h *heeded) Ask(ctx context.Context, q knowledge.Question) (knowledge.Answer, bool, error) {
	a, ok, err := h.known.Ask(ctx, q)
	return h.keep(a), ok, err //nolint:wrapcheck // the base's own error is what is tested
}

// Tell implements dialog.Knowledge.
func (h *heeded) Tell(ctx context.Context, id, lang string) (knowledge.Answer, bool, error) {
	a, ok, err := h.known.Tell(ctx, id, lang)
	return h.keep(a), ok, err //nolint:wrapcheck // as above
}

func (h *heeded) keep(a knowledge.Answer) knowledge.Answer {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pages = append(h.pages, a.Pieces...)
	h.words = append(append(h.words, a.Products...), a.Missing)
	if a.Guess != nil {
		h.words = append(h.words, a.Guess.Question)
	}
	return a
}

// Suggest implements dialog.Knowledge.
func (h *heeded) Suggest(ctx context.Context, c knowledge.Context) (knowledge.Suggestion, bool, error) {
	s, ok, err := h.known.Suggest(ctx, c)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pages = append(h.pages, s.Say)
	h.words = append(h.words, s.Product)
	h.offer = s.Say
	return s, ok, err //nolint:wrapcheck // as above
}

// tell gives a ledger what the base has answered since it was told last.
func (h *heeded) tell(l *proof.Ledger) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, page := range h.pages {
		l.Knowledge(page)
	}
	l.Own(h.words...)
	h.pages, h.words = nil, nil
}

// offered is the newest suggestion that the engine was given.
func (h *heeded) offered() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.offer
}

// forget begins a new call.
func (h *heeded) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pages, h.words, h.offer = nil, nil, ""
}
