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
	Tone     = "tone"     // a telephone that rings, a key
	Doubtful = "doubtful" // loud enough, but it may be a cough
)

const (
	// audible is by how many dB a sound must stand out of the line's own noise. Recognisers take hiss for speech once it
	// has lasted for some seconds.
	audible = 9
	// spoken is how many syllables are words whatever the recogniser thinks of their sound.
	spoken = 2
	// The loudest moment of a caller, in dB of full scale, before he has been heard; and by how much a sound may be softer
	// to be as loud as he.
	usual    = -14.0
	quietest = -127.0
	nearly   = 12
	far      = 26 // what is softer by more is no caller as long as nothing is read of it
	// How much of what is known of his level stays with each further utterance.
	remembered = 0.7
)

// sureness is what the recogniser must make of a sound at least: of its latest 80 ms, as the mean of the last two or three
// looks at it, and of two of which a syllable was read.
type sureness struct{ once, twice, long, read float64 }

// Speech is above 0.95 nine times in ten, a cough hardly ever; a bark, a sneeze or a baby may be for a moment. So what is
// softer than the caller is must be speech beyond doubt, or for longer.
var (
	asLoud = sureness{0.95, 0.92, 0.88, 0.8}
	softer = sureness{0.995, 0.985, 0.97, 0.92}
)

// Judge follows the sounds of one call. One goroutine uses it.
type Judge struct {
	last      [3]float64 // how sure the recogniser was of the latest pieces of 80 ms, the newest last
	told      bool       // it says how sure it is
	first     bool       // no piece was heard since the beginning
	syllables int        // of what is being said
	echo      bool       // what is being heard was an echo last
	loud      float64    // its loudest moment that was no echo, in dB of full scale
	audible   bool       // it was loud enough at some moment, and no echo
	read      bool       // it is over, and words were read of it
	caller    float64    // the caller's usual one; 0: he has not been heard
}

// Heard takes an event of the recogniser.
func (j *Judge) Heard(ev asr.Event) {
	switch ev.Kind {
	case asr.SpeechStarted:
		*j = Judge{told: ev.Confidence > 0, first: true, loud: quietest, caller: j.caller}
		j.last[2] = ev.Confidence
	case asr.Speaking:
		if !j.first { // the beginning is within the first piece
			j.last[0], j.last[1] = j.last[1], j.last[2]
		}
		j.first, j.last[2] = false, ev.Confidence
	case asr.Partial:
		j.syllables = syllables(ev.Text)
	case asr.Final:
		j.read = ev.Text != ""
		if syllables(ev.Text) >= spoken && j.loud > quietest {
			j.learn()
		}
	}
}

// learn takes what was said for the caller's level.
func (j *Judge) learn() {
	if j.caller == 0 {
		j.caller = usual
	}
	j.caller = remembered*j.caller + (1-remembered)*j.loud
}

// Weigh judges what is heard now by what the echo guard makes of it; its zero value where there is no guard.
func (j *Judge) Weigh(v echo.Verdict) floor.Judgement {
	loud := v.Level >= audible || v == echo.Verdict{}
	if loud {
		j.echo = v.Echo
	}
	if !j.echo {
		j.loud = max(j.loud, v.Loud)
		j.audible = j.audible || loud && !v.Tone
	}
	own := floor.Judgement{Score: j.last[2], Delay: v.Delay}
	switch {
	case j.echo: // also in its own pauses
		return floor.Judgement{Voice: floor.No, Reason: Echo, Score: v.Score, Delay: v.Delay}
	case j.read && j.audible:
		own.Voice, own.Reason = floor.Yes, Words
	case !loud:
		own.Voice, own.Reason = floor.Wait, Soft
	case v.Tone:
		own.Voice, own.Reason = floor.Wait, Tone
	case j.syllables >= spoken:
		own.Voice, own.Reason = floor.Yes, Words
	case j.told && !j.sure(j.under(v.Loud)):
		own.Voice, own.Reason = floor.Wait, Doubtful
	default:
		own.Voice, own.Reason = floor.Yes, Speech
	}
	return own
}

// under is by how many dB a level is softer than the caller's.
func (j *Judge) under(level float64) float64 {
	if j.caller == 0 {
		return usual - level
	}
	return j.caller - level
}

// sure says whether the recogniser is certain enough that this is speech, which is so much softer than the caller's.
func (j *Judge) sure(under float64) bool {
	least := asLoud
	switch {
	case under > far:
		return false
	case under > nearly:
		least = softer
	}
	a, b, c := j.last[0], j.last[1], j.last[2]
	return c >= least.once || b+c >= 2*least.twice || a+b+c >= 3*least.long || j.syllables > 0 && b+c >= 2*least.read
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
