// Package timeline is what is kept of a call, and its picture: who spoke when, what was understood, what was decided and
// why, and where the time went.
package timeline

import (
	"time"

	"voxgate/dialog"
)

// Record is what is kept of a call as JSON, personal data masked.
type Record struct {
	CallID     string          `json:"call_id"`
	Caller     string          `json:"caller"`
	To         string          `json:"to,omitempty"`
	Via        string          `json:"via"`
	Started    time.Time       `json:"started"`
	DurationS  float64         `json:"duration_s"`
	Outcome    string          `json:"outcome"`
	Transfer   string          `json:"transfer,omitempty"` // "refer" or "bridge" once an agent had the call
	Queue      string          `json:"queue,omitempty"`
	Ticket     string          `json:"ticket,omitempty"`
	Handoff    *dialog.Handoff `json:"handoff,omitempty"`
	Turns      []Turn          `json:"turns"`
	BargeIns   int             `json:"barge_ins"`
	FalseStops int             `json:"false_stops"` // barge-ins that were no speech
	Audio      string          `json:"audio,omitempty"`
	AudioLost  int             `json:"audio_lost_frames,omitempty"`
	AudioGaps  []Gap           `json:"audio_gaps,omitempty"`
	Packets    *Packets        `json:"packets,omitempty"` // nil where the line has none
	Events     []Event         `json:"events,omitempty"`
	EventsLost int             `json:"events_lost,omitempty"` // beyond what a record keeps
}

// Gap is a time that the machine stood still for: the recording lacks it.
type Gap struct {
	AtMS int64 `json:"at_ms"` // its end, since the call was taken
	MS   int64 `json:"ms"`
}

// Packets is what the caller's RTP leg carried.
type Packets struct {
	Sent      int     `json:"sent"`
	Received  int     `json:"received"`
	Late      int     `json:"late"` // left over 40 ms after their time
	MaxLateMS float64 `json:"max_late_ms"`
}

// Turn is one turn of the caller and the bot's answer to it.
type Turn struct {
	AtMS         int64   `json:"at_ms"` // since the call was taken
	Kind         string  `json:"kind"`
	Said         string  `json:"said,omitempty"`
	Confidence   float64 `json:"confidence,omitempty"`
	VoiceToVoice int64   `json:"voice_to_voice_ms,omitempty"` // end of speech to first sound of the answer
	Stages       *Stages `json:"stages_ms,omitempty"`         // what VoiceToVoice is made of; nil where no answer to speech was heard
	Answer       []Act   `json:"answer"`
}

// Act is one act of the bot and how much of it was heard.
type Act struct {
	Act   string  `json:"act"`
	Say   string  `json:"say,omitempty"`
	Heard float64 `json:"heard"` // share, 0..1
}
