package timeline

import (
	"encoding/json"
	"fmt"
	"time"
)

// Kinds of events, in the order in which a turn has them.
const (
	SpeechStarted  = "speech_started"  // the recogniser hears speech; Delay: since the first frame of it, where known
	Partial        = "partial"         // Text: the reading so far
	Final          = "final"           // Text: the reading, Score: its confidence; empty where no words were found
	EndOfTurn      = "end_of_turn"     // Reason: why the turn ended, Delay: the quiet before
	Understood     = "understood"      // Reason: the intent, Score: its confidence
	LookedUp       = "looked_up"       // Delay: how long the shop took
	FirstAudio     = "first_audio"     // the first frame of an answer is made
	OnWire         = "on_wire"         // the first sound of an answer has left
	ActBegan       = "act_began"       // Reason: the act, Text: what it says
	ActEnded       = "act_ended"       // Reason: the act, Score: share heard, Delay: how long it sounded, Text: what was heard where it was cut
	Stop           = "stop"            // the bot fell silent: Reason: the trigger, Score and Delay: of the echo guard
	StopSuppressed = "stop_suppressed" // as Stop, but the bot went on
	Resume         = "resume"          // the bot goes on after a stop that nobody wanted
	Filler         = "filler"          // an answer is late: Text: what is said meanwhile
	NoInput        = "no_input"        // the caller said nothing in time
	Key            = "key"             // the caller pressed a key; which one is not kept
	Transfer       = "transfer"        // Reason: how it went
	Outcome        = "outcome"         // Reason: the outcome
)

// Event is one thing that happened in a call. Personal data in Text is masked before it comes here.
type Event struct {
	At     time.Duration // since the call was taken
	Kind   string        // one of the constants
	Reason string        // what it was decided by, by kind
	Score  float64       // 0..1, by kind
	Delay  time.Duration // by kind
	Text   string        // what was said, masked
	Clip   string        // file of a short recording of the moment, beside the call's record
}

// written is an Event in JSON: times in whole milliseconds.
type written struct {
	At     int64   `json:"at_ms"`
	Kind   string  `json:"kind"`
	Reason string  `json:"reason,omitempty"`
	Score  float64 `json:"score,omitempty"`
	Delay  int64   `json:"delay_ms,omitempty"`
	Text   string  `json:"text,omitempty"`
	Clip   string  `json:"clip,omitempty"`
}

// MarshalJSON writes times in milliseconds and a score with three decimals.
func (e Event) MarshalJSON() ([]byte, error) {
	return json.Marshal(written{
		At: e.At.Milliseconds(), Kind: e.Kind, Reason: e.Reason, Score: float64(int(e.Score*1000+0.5)) / 1000,
		Delay: e.Delay.Milliseconds(), Text: e.Text, Clip: e.Clip,
	})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (e *Event) UnmarshalJSON(raw []byte) error {
	var w written
	if err := json.Unmarshal(raw, &w); err != nil {
		return err
	}
	if ms := longest.Milliseconds(); w.At < 0 || w.At > ms || w.Delay < -ms || w.Delay > ms {
		return fmt.Errorf("%w: %s at %d ms", ErrBadRecord, w.Kind, w.At)
	}
	*e = Event{
		At: time.Duration(w.At) * time.Millisecond, Kind: w.Kind, Reason: w.Reason, Score: w.Score,
		Delay: time.Duration(w.Delay) * time.Millisecond, Text: w.Text, Clip: w.Clip,
	}
	return nil
}
