package turns

import (
	"encoding/json"
	"io"
	"time"

	"voxgate/asr/endpoint"
	model "voxgate/models/endpoint"
)

// Recorder is a judge that lets every turn go on for longer than any may, and writes what was known at every step of
// quiet and whether the turn was over by then: what the shipped judge is learned from. It records one turn at a time.
type Recorder struct {
	Turn Turn // the one that is being heard
	out  *json.Encoder
	err  error
}

// NewRecorder writes one JSON object a line.
func NewRecorder(w io.Writer) *Recorder {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return &Recorder{out: enc}
}

// Err is the first failure to write.
func (r *Recorder) Err() error { return r.err }

// What is recorded and for how long a turn goes on.
const (
	recorded = 1600 * time.Millisecond
	ended    = 2 * time.Second
	given    = 1400 * time.Millisecond // to somebody who has not finished
	slack    = 150 * time.Millisecond  // by which the end of a sound may be noticed early
)

// Judge records a state.
func (r *Recorder) Judge(s endpoint.State) endpoint.Decision {
	if s.Quiet <= recorded && s.Text != "" && r.err == nil {
		sound := s.Now - s.Quiet
		over := sound > r.Turn.End()-slack
		if r.Turn.Open {
			over = over && s.Quiet > given
		}
		r.err = r.out.Encode(model.Example{
			Input: s.Input(), Over: over, Class: r.Turn.Class, Turn: r.Turn.Number, Now: s.Now.Seconds(),
		})
	}
	return endpoint.Decision{Over: s.Quiet >= ended, Reason: endpoint.Silence}
}
