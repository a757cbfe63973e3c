package gateway

import (
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"voxgate/cmd/voxgate/internal/timeline"
)

// Metrics are the gateway's figures, named by Prometheus' conventions.
type Metrics struct {
	callsActive    prometheus.Gauge
	calls          *prometheus.CounterVec
	callSeconds    prometheus.Histogram
	voiceToVoice   prometheus.Histogram
	stages         *prometheus.HistogramVec
	turns          *prometheus.CounterVec
	bargeIns       *prometheus.CounterVec
	transfers      *prometheus.CounterVec
	engineFailures *prometheus.CounterVec
	asrOverruns    prometheus.Counter
	latePackets    prometheus.Counter
	worst          worstLateness
}

// NewMetrics makes the figures and, where a registry is given, publishes them there.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		callsActive: prometheus.NewGauge(prometheus.GaugeOpts{Name: "voxgate_calls_active", Help: "Calls in progress."}),
		calls:       counter("voxgate_calls_total", "Ended calls by outcome.", "via", "outcome"),
		callSeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "voxgate_call_duration_seconds", Help: "Length of calls.", Buckets: []float64{5, 15, 30, 60, 120, 300, 600, 1800}}),
		voiceToVoice: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "voxgate_voice_to_voice_seconds", Help: "From the end of what a caller said to the first sound of the answer.",
			Buckets: []float64{0.2, 0.35, 0.5, 0.7, 1, 1.5, 2, 3, 5}}),
		stages: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "voxgate_turn_stage_seconds", Help: "What voice-to-voice is made of, by stage.",
			Buckets: []float64{0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.5, 2, 3, 5}}, []string{"stage"}),
		turns:          counter("voxgate_turns_total", "Caller turns by kind.", "kind"),
		bargeIns:       counter("voxgate_barge_ins_total", "Interruptions of the bot; false ones were no speech.", "kind"),
		transfers:      counter("voxgate_transfers_total", "Hand-overs to agents.", "how", "result"),
		engineFailures: counter("voxgate_engine_failures_total", "Recogniser and speech failures.", "engine"),
		asrOverruns:    prometheus.NewCounter(prometheus.CounterOpts{Name: "voxgate_asr_dropped_frames_total", Help: "Frames the recogniser had no time for."}),
		latePackets:    prometheus.NewCounter(prometheus.CounterOpts{Name: "voxgate_rtp_late_packets_total", Help: "RTP packets sent over 40 ms after their time, in ended calls."}),
	}
	if registry != nil {
		registry.MustRegister(m.callsActive, m.calls, m.callSeconds, m.voiceToVoice, m.stages, m.turns, m.bargeIns, m.transfers,
			m.engineFailures, m.asrOverruns, m.latePackets, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Name: "voxgate_rtp_max_late_seconds", Help: "Largest lateness of a sent RTP packet in ended calls.",
			}, m.worst.seconds))
	}
	return m
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func (m *Metrics) ended(via, outcome string, length time.Duration) {
	m.callsActive.Dec()
	m.calls.WithLabelValues(via, outcome).Inc()
	m.callSeconds.Observe(length.Seconds())
}

// answered counts one answer to speech: voice-to-voice, and what it is made of.
func (m *Metrics) answered(total time.Duration, took timeline.Durations) {
	m.voiceToVoice.Observe(total.Seconds())
	for i, name := range timeline.StageNames {
		m.stages.WithLabelValues(name).Observe(took[i].Seconds())
	}
}

// worstLateness keeps the largest lateness of all ended calls.
type worstLateness struct{ nanoseconds atomic.Int64 }

func (w *worstLateness) note(late time.Duration) {
	for {
		worst := w.nanoseconds.Load()
		if int64(late) <= worst || w.nanoseconds.CompareAndSwap(worst, int64(late)) {
			return
		}
	}
}

func (w *worstLateness) seconds() float64 { return time.Duration(w.nanoseconds.Load()).Seconds() }
