package gateway

import (
	"slices"
	"time"

	"voxgate/cmd/voxgate/internal/timeline"
)

// maxEvents bounds a record: an hour of lively talk has about as many.
const maxEvents = 4000

// callerWords are the kinds of events whose text is what the caller said.
var callerWords = []string{timeline.Partial, timeline.Final}

// event notes what happened at e.At, or just now where that is zero. Any goroutine may call it.
func (r *record) event(e timeline.Event) {
	e.Text = Mask(e.Text)
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.At == 0 {
		e.At = time.Since(r.data.Started)
	}
	if r.secret {
		hideWords(&e)
	}
	r.count(e.Kind)
	if len(r.data.Events) >= maxEvents {
		r.data.EventsLost++
		return
	}
	r.data.Events = append(r.data.Events, e)
}

// count keeps the figures of what the events say; the record is locked.
func (r *record) count(kind string) {
	switch kind {
	case timeline.Stop:
		r.metrics.bargeIns.WithLabelValues("all").Inc()
		r.data.BargeIns++
	case timeline.Resume:
		r.metrics.bargeIns.WithLabelValues("false").Inc()
		r.data.FalseStops++
	case timeline.Filler:
		if r.passage != nil {
			r.passage.filled = true
		}
	}
}

// forgetWords takes the caller's words since a while ago out of the events, and keeps none until remembered again.
func (r *record) forgetWords(ago time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secret = true
	since := time.Since(r.data.Started) - ago
	for i := range r.data.Events {
		if r.data.Events[i].At >= since {
			hideWords(&r.data.Events[i])
		}
	}
}

func (r *record) keepWords() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secret = false
}

func hideWords(e *timeline.Event) {
	if e.Text != "" && slices.Contains(callerWords, e.Kind) {
		e.Text = notKept
	}
}
