// Package bargein judges whether what is heard while the bot speaks is the caller, for whom it falls silent, or its own
// echo, a cough, a click or music, for which it goes on.
package bargein

import (
	"voxgate/asr"
	"voxgate/cmd/voxgate/internal/floor"
	"voxgate/media/echo"
)

// Reasons of a judgement.
const (
	Speech   = "speech"   // the caller's voice beyond doubt
	Echo     = "echo"     // the bot's own voice
	Soft     = "soft"     // no louder than the line itself
	Doubtful = "doubtful" // loud enough, but it may be a cough
)

const (
	// audible is by how many dB a sound must stand out of the line's own noise. Recognisers take hiss for speech once it
	// has lasted for some seconds.
	audible = 9
	// certain is how sure the recogniser must be that somebody speaks. It is so of nineteen in twenty beginnings of speech
	// at once and of hardly any cough ever.
	certain = 0.95
)

// Judge follows the sounds of one call. One goroutine uses it.
type Judge struct {
	certainty float64
	told      bool // the recogniser says how sure it is
}

// Heard takes an event of the recogniser.
func (j *Judge) Heard(ev asr.Event) {
	switch ev.Kind {
	case asr.SpeechStarted, asr.Speaking:
		j.certainty, j.told = ev.Confidence, ev.Confidence > 0
	}
}

// Weigh judges what is heard now by what the echo guard makes of it; its zero value where there is no guard.
func (j *Judge) Weigh(v echo.Verdict) floor.Judgement {
	if v == (echo.Verdict{}) {
		return floor.Judgement{Voice: floor.Yes, Reason: Speech, Score: j.certainty}
	}
	switch {
	case v.Level < audible:
		return floor.Judgement{Voice: floor.Wait, Reason: Soft, Score: j.certainty}
	case v.Echo:
		return floor.Judgement{Voice: floor.No, Reason: Echo, Score: v.Score, Delay: v.Delay}
	case j.told && j.certainty < certain:
		return floor.Judgement{Voice: floor.Wait, Reason: Doubtful, Score: j.certainty, Delay: v.Delay}
	}
	return floor.Judgement{Voice: floor.Yes, Reason: Speech, Score: j.certainty, Delay: v.Delay}
}
