package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are what only this side knows: what became of offers, and what browsers' networks lost.
type metrics struct {
	offers    *prometheus.CounterVec
	lost      prometheus.Counter
	concealed prometheus.Counter
}

// newMetrics registers the counters; active is asked for the number of calls.
func newMetrics(registry prometheus.Registerer, active func() int) (*metrics, error) {
	options := func(name, help string) prometheus.CounterOpts {
		return prometheus.CounterOpts{Namespace: "voxgate", Subsystem: "web", Name: name, Help: help}
	}
	m := &metrics{
		offers:    prometheus.NewCounterVec(options("offers_total", "Offers to /whip by HTTP status."), []string{"status"}),
		lost:      prometheus.NewCounter(options("rtp_lost_packets_total", "RTP packets of browsers that never came, in ended calls.")),
		concealed: prometheus.NewCounter(options("concealed_seconds_total", "Browsers' audio made up for lost or late packets, in ended calls.")),
	}
	calls := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: "voxgate", Subsystem: "web", Name: "calls_active", Help: "Browser calls in progress.",
	}, func() float64 { return float64(active()) })
	var faults []error
	for _, collector := range []prometheus.Collector{m.offers, m.lost, m.concealed, calls} {
		faults = append(faults, registry.Register(collector))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("web: register metrics: %w", err)
	}
	return m, nil
}

// ended adds up a call's audio.
func (m *metrics) ended(call *Call) {
	call.mu.Lock()
	peer := call.peer
	call.mu.Unlock()
	if peer == nil {
		return
	}
	stats := peer.Stats()
	m.lost.Add(float64(max(0, stats.Source.Lost)))
	m.concealed.Add(stats.Jitter.Concealed.Seconds())
}

// statusWriter remembers the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader passes the status on.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// answered counts an offer; a status of 0 means that the browser left before there was one.
func (m *metrics) answered(status int) {
	m.offers.WithLabelValues(strconv.Itoa(status)).Inc()
}
