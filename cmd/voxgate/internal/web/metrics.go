package web

import (
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the process's own counters. Whoever carries calls counts in them; /metrics shows their registry.
type Metrics struct {
	CallsActive  *prometheus.GaugeVec     // by leg: sip, web
	CallsTotal   *prometheus.CounterVec   // by leg and outcome: answer, transfer, refused...
	LegsActive   *prometheus.GaugeVec     // by kind: caller, agent
	LatePackets  *prometheus.CounterVec   // by leg: RTP that came after its turn
	LostPackets  *prometheus.CounterVec   // by leg
	MissedTicks  prometheus.Counter       // of audio clocks
	ASROverruns  prometheus.Counter       // frames that the recogniser's queue dropped
	ResponseTime *prometheus.HistogramVec // by leg: end of the caller's speech to first sound of the answer, seconds
}

// NewMetrics makes the counters and registers them.
func NewMetrics(registry prometheus.Registerer) (*Metrics, error) {
	counter := func(name, help string) prometheus.CounterOpts {
		return prometheus.CounterOpts{Namespace: "voxgate", Name: name, Help: help}
	}
	gauge := func(name, help string) prometheus.GaugeOpts {
		return prometheus.GaugeOpts{Namespace: "voxgate", Name: name, Help: help}
	}
	m := &Metrics{
		CallsActive: prometheus.NewGaugeVec(gauge("calls_active", "Calls that run now."), []string{"leg"}),
		CallsTotal:  prometheus.NewCounterVec(counter("calls_total", "Calls that have ended, by how."), []string{"leg", "outcome"}),
		LegsActive:  prometheus.NewGaugeVec(gauge("legs_active", "Legs that run now."), []string{"kind"}),
		LatePackets: prometheus.NewCounterVec(counter("rtp_late_packets_total", "RTP packets that came too late to be heard."), []string{"leg"}),
		LostPackets: prometheus.NewCounterVec(counter("rtp_lost_packets_total", "RTP packets that never came."), []string{"leg"}),
		MissedTicks: prometheus.NewCounter(counter("media_missed_ticks_total", "Ticks of audio clocks that were caught up later.")),
		ASROverruns: prometheus.NewCounter(counter("asr_overruns_total", "Audio frames that the recogniser's queue dropped.")),
		ResponseTime: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "voxgate", Name: "response_seconds", Help: "From the end of the caller's speech to the first sound of the answer.",
			Buckets: []float64{.1, .2, .3, .4, .5, .6, .8, 1, 1.5, 2, 3, 5},
		}, []string{"leg"}),
	}
	var faults []error
	for _, collector := range []prometheus.Collector{
		m.CallsActive, m.CallsTotal, m.LegsActive, m.LatePackets, m.LostPackets, m.MissedTicks, m.ASROverruns, m.ResponseTime,
	} {
		faults = append(faults, registry.Register(collector))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("register metrics: %w", err)
	}
	return m, nil
}
