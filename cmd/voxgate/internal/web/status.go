package web

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// CallRecord is a call as /v1/calls lists it. Personal data is masked by whoever fills it.
type CallRecord struct {
	ID       string     `json:"id"`
	Leg      string     `json:"leg"`  // "sip" or "web"
	From     string     `json:"from"` // masked: 138****3721
	Started  time.Time  `json:"started"`
	Ended    *time.Time `json:"ended,omitempty"` // nil while it runs
	Turns    int        `json:"turns"`
	Outcome  string     `json:"outcome,omitempty"`
	Codec    string     `json:"codec,omitempty"`
	Duration float64    `json:"duration_s"`
}

// serveHealth says that the process lives and answers.
func (s *Server) serveHealth(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

// serveReady says whether a call that arrives now would be served.
func (s *Server) serveReady(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	draining := s.draining
	s.mu.Unlock()
	if draining {
		fail(w, http.StatusServiceUnavailable, "draining", ErrShutdown.Error())
		return
	}
	if s.cfg.Ready != nil {
		if err := s.cfg.Ready(); err != nil {
			fail(w, http.StatusServiceUnavailable, "not_ready", err.Error())
			return
		}
	}
	writeJSON(w, http.StatusOK, map[string]string{"status": "ready"})
}

// serveCalls lists the running and recent calls.
func (s *Server) serveCalls(w http.ResponseWriter, r *http.Request) {
	calls := []CallRecord{}
	if s.cfg.Calls != nil {
		found, err := s.cfg.Calls(r.Context())
		if err != nil {
			s.log.Error("list calls", "error", err)
			fail(w, http.StatusInternalServerError, "internal", "the list of calls cannot be read now")
			return
		}
		calls = append(calls, found...)
	}
	writeJSON(w, http.StatusOK, map[string]any{"calls": calls})
}

func (s *Server) metricsHandler() http.Handler {
	return promhttp.HandlerFor(s.cfg.Metrics, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		fail(w, http.StatusInternalServerError, "internal", "the answer cannot be written")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if _, err := w.Write(append(body, '\n')); err != nil {
		return // the client has gone; there is nobody to tell
	}
}
