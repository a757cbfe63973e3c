// Package bargein judges whether what is heard while the bot speaks is the caller, for whom it falls silent, or its own
// echo, a cough, a click or music, for which it goes on.
package bargein

import (
	"unicode"

	"voxgate/asr"
	"voxgate/cmd/voxgate/internal/floor"
	"voxgate/media/echo"
)

// Reasons of a judgement.
const (
	Speech   = "speech"   // the caller's voice beyond doubt
	Words    = "words"    // so much was read of it that it must be speech
	Echo     = "echo"     // the bot's own voice
	Soft     = "soft"     // no louder than the line itself
	Doubtful = "doubtful" // loud enough, but it may be a cough
)

const (
	// audible is by how many dB a sound must stand out of the line's own noise. Recognisers take hiss for speech once it
	// has lasted for some seconds.
	audible = 9
	// What the recogniser makes of 80 ms of speech is above certain nine times in ten, of a cough or a dog hardly ever. What
	// is somewhat less sure must be so for longer.
	certain      = 0.985
	certainTwice = 0.96 // mean of two
	certainLong  = 0.95 // mean of three
	certainRead  = 0.85 // mean of two of which something was read
	// spoken is how many syllables are words whatever the recogniser thinks of their sound.
	spoken = 2
)

// Judge follows the sounds of one call. One goroutine uses it.
type Judge struct {
	last      [3]float64 // how sure the recogniser was of the latest pieces of 80 ms, the newest last
	told      bool       // it says how sure it is
	first     bool       // no piece was heard since the beginning
	syllables int        // of what is being said
	echo      bool       // what is being heard was an echo last
}

// Heard takes an event of the recogniser.
func (j *Judge) Heard(ev asr.Event) {
	switch ev.Kind {
	case asr.SpeechStarted:
		*j = Judge{told: ev.Confidence > 0, first: true}
		j.last[2] = ev.Confidence
	case asr.Speaking:
		if !j.first { // the beginning is within the first piece
			j.last[0], j.last[1] = j.last[1], j.last[2]
		}
		j.first, j.last[2] = false, ev.Confidence
	case asr.Partial:
		j.syllables = syllables(ev.Text)
	}
}

// Weigh judges what is heard now by what the echo guard makes of it; its zero value where there is no guard.
func (j *Judge) Weigh(v echo.Verdict) floor.Judgement {
	loud := v.Level >= audible || v == echo.Verdict{}
	if loud {
		j.echo = v.Echo
	}
	own := floor.Judgement{Score: j.last[2], Delay: v.Delay}
	switch {
	case j.echo: // also in its own pauses
		return floor.Judgement{Voice: floor.No, Reason: Echo, Score: v.Score, Delay: v.Delay}
	case !loud:
		own.Voice, own.Reason = floor.Wait, Soft
	case j.syllables >= spoken:
		own.Voice, own.Reason = floor.Yes, Words
	case j.told && !j.sure():
		own.Voice, own.Reason = floor.Wait, Doubtful
	default:
		own.Voice, own.Reason = floor.Yes, Speech
	}
	return own
}

// sure says whether the recogniser is certain enough that this is speech.
func (j *Judge) sure() bool {
	a, b, c := j.last[0], j.last[1], j.last[2]
	return c >= certain || b+c >= 2*certainTwice || a+b+c >= 3*certainLong || j.syllables > 0 && b+c >= 2*certainRead
}

// syllables of a reading: hanzi, digits, and words of letters.
func syllables(text string) int {
	n, word := 0, false
	for _, r := range text {
		letter := unicode.IsLetter(r) && !unicode.Is(unicode.Han, r)
		if !letter && (unicode.IsLetter(r) || unicode.IsDigit(r)) || letter && !word {
			n++
		}
		word = letter
	}
	return n
}
