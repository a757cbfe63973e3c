package timeline

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"
)

// StageNames are the stages of an answer, in their order.
var StageNames = [...]string{"end_of_turn", "understood", "looked_up", "first_audio", "on_wire"}

// Durations are how long the stages took, in the order of StageNames.
type Durations [len(StageNames)]time.Duration

// Stages is how long each step from the caller's last frame of speech to the first sound of the answer on the wire took,
// in milliseconds. Together they are the turn's voice-to-voice time.
type Stages struct {
	EndOfTurn  float64 `json:"end_of_turn"` // last frame of speech until the turn was known to have ended
	Understood float64 `json:"understood"`  // until the words were understood
	LookedUp   float64 `json:"looked_up"`   // until the answer's first words were known: look-ups and decisions
	FirstAudio float64 `json:"first_audio"` // until the first frame of them was made
	OnWire     float64 `json:"on_wire"`     // until the first sound had left
}

// NewStages rounds to tenths of a millisecond.
func NewStages(took Durations) Stages {
	ms := func(i int) float64 { return math.Round(float64(took[i].Microseconds())/100) / 10 }
	return Stages{ms(0), ms(1), ms(2), ms(3), ms(4)}
}

// List is the stages in the order of StageNames.
func (s Stages) List() [len(StageNames)]float64 {
	return [...]float64{s.EndOfTurn, s.Understood, s.LookedUp, s.FirstAudio, s.OnWire}
}

// possible says whether the figures are times at all.
func (s Stages) possible() bool {
	for _, ms := range s.List() {
		if ms < 0 || ms > float64(longest.Milliseconds()) {
			return false
		}
	}
	return true
}

// Sum is voice-to-voice in milliseconds.
func (s Stages) Sum() (ms float64) {
	for _, part := range s.List() {
		ms += part
	}
	return ms
}

// String shows all of it on one line.
func (s Stages) String() string {
	text := ""
	for i, ms := range s.List() {
		text += fmt.Sprintf("%s=%.1f ", StageNames[i], ms)
	}
	return text[:max(0, len(text)-1)]
}

// Quantile is the value below which the share q of values lies, by the nearest rank; the zero value of none.
func Quantile[T cmp.Ordered](values []T, q float64) T {
	if len(values) == 0 {
		var none T
		return none
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, min(len(sorted)-1, int(math.Ceil(q*float64(len(sorted))))-1))]
}
