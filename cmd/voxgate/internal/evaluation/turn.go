package evaluation

import (
	"slices"
	"time"

	"voxgate/media"
)

// Utterance is one recording and everything that was heard of it.
type Utterance struct {
	Condition  string      `json:"condition"`
	Line       int         `json:"line"` // of the manifest
	Speaker    string      `json:"speaker,omitempty"`
	Text       string      `json:"text"`
	Heard      string      `json:"heard"`
	Pinyin     string      `json:"pinyin,omitempty"` // of what was heard
	Edits      int         `json:"edits"`            // of characters
	Right      bool        `json:"right"`            // no edits
	Finals     int         `json:"finals"`           // with words
	Confidence float64     `json:"confidence"`
	Words      []HeardWord `json:"words,omitempty"`
	// Delay is the time from the end of speech to the decision that the turn was over, in milliseconds, on the
	// recogniser's clock: neither the network nor the gathering of sound into chunks is in it. It is nil where nothing was
	// heard, or where the recogniser had ended the turn before.
	Delay  *int   `json:"end_of_turn_ms,omitempty"`
	Early  bool   `json:"ended_early"`      // a turn was ended while somebody still spoke or was to speak again
	Reason string `json:"reason,omitempty"` // of the last end
}

// utterance judges what was heard of a row whose recording is speech.
func utterance(row Row, heard Heard, speech []int16) Utterance {
	said := Characters(row.Text)
	u := Utterance{Line: row.Line, Speaker: row.Speaker, Text: row.Text, Heard: heard.Text, Pinyin: heard.Pinyin}
	u.Edits = Distance(said, Characters(heard.Text))
	u.Right = u.Edits == 0
	end := endOfSpeech(speech)
	for _, f := range heard.Finals {
		if f.Text == "" {
			continue
		}
		u.Finals++
		u.Confidence, u.Reason = f.Confidence, f.Reason
		decided := f.End + f.Silence
		u.Early = u.Early || decided < end
		if f.Reason != "closed" {
			ms := int((decided - end).Milliseconds())
			u.Delay = &ms
		}
	}
	if u.Finals == 1 {
		u.Words = judgeWords(said, heard.Finals[slices.IndexFunc(heard.Finals, hasText)].Words)
	}
	if u.Early {
		u.Delay = nil
	}
	return u
}

// endOfSpeech is when the last frame of 20 ms ends that is less than 30 dB below the loud ones (their 95th percentile).
func endOfSpeech(pcm []int16) time.Duration {
	powers := framePowers(pcm)
	if len(powers) == 0 {
		return 0
	}
	floor := max(1, spokenPower(powers)/3.16) // 5 dB below what counts as speech
	for i := len(powers) - 1; i >= 0; i-- {
		if powers[i] >= floor {
			return time.Duration(i+1) * media.FrameDuration
		}
	}
	return 0
}

// TurnFigures say how the ends of turns were found.
type TurnFigures struct {
	Utterances int   `json:"utterances"`
	Early      *Rate `json:"early"`            // ended while somebody still spoke or was to speak again
	P50        *int  `json:"p50_ms,omitempty"` // delay, see Utterance
	P95        *int  `json:"p95_ms,omitempty"`
}

// Turns are the ends of turns of sentences, and of utterances with a number of four or more digits; nil where there
// were none.
type Turns struct {
	Sentences *TurnFigures `json:"sentences,omitempty"`
	Numbers   *TurnFigures `json:"numbers,omitempty"`
}

// turning gathers ends of turns.
type turning struct{ sentences, numbers []Utterance }

func (t *turning) add(u Utterance) {
	switch {
	case u.Finals == 0:
	case len(longNumbers(u.Text)) > 0:
		t.numbers = append(t.numbers, u)
	default:
		t.sentences = append(t.sentences, u)
	}
}

func (t *turning) result() Turns { return Turns{turnFigures(t.sentences), turnFigures(t.numbers)} }

func turnFigures(all []Utterance) *TurnFigures {
	if len(all) == 0 {
		return nil
	}
	var delays []int
	early := make([]Count, len(all))
	speakers, texts := make([]string, len(all)), make([]string, len(all))
	for i, u := range all {
		early[i], speakers[i], texts[i] = one(u.Early), u.Speaker, u.Text
		if u.Delay != nil {
			delays = append(delays, *u.Delay)
		}
	}
	f := &TurnFigures{Utterances: len(all), Early: rate(early, draws(speakers, texts))}
	if n := len(delays); n > 0 {
		slices.Sort(delays)
		f.P50, f.P95 = &delays[(n-1)/2], &delays[(n-1)*95/100]
	}
	return f
}
