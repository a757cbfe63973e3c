// Package endpoint decides when a caller's turn is over: by the quiet since the last sound, by how complete what was
// said is, by what the dialogue expects. What it weighs these by is learned (voxgate/models/endpoint).
package endpoint

import (
	"fmt"
	"strings"
	"time"

	"voxgate/asr"
	"voxgate/models/endpoint"
)

// Reasons for which a turn is over.
const (
	Complete = "complete" // the words make a whole request
	Answer   = "answer"   // a short answer to a yes-or-no question
	Digits   = "digits"   // as many digits as were wanted
	Waited   = "waited"   // the words or the number wanted more, but none came
	Silence  = "silence"  // no words were heard, or the dialogue's own limit of quiet has passed
)

// State is what is known at a step of quiet within an utterance.
type State struct {
	Now      time.Duration // on the call's clock
	Quiet    time.Duration // since the last voiced step
	Stable   time.Duration // since the reading last changed
	Speech   float64       // probability of speech, 0..1, mean of the quiet steps
	Text     string        // reading so far
	Digits   int           // length of the digit string at its end
	Complete float64       // language model's probability that a sentence ends here, 0..1
	Hints    asr.Hints
}

// Decision says whether the turn is over, how surely, and why it would be.
type Decision struct {
	Over   bool
	Chance float64 // 0..1
	Reason string
}

// Judge decides. It is shared by all calls; a decision depends on the state alone.
type Judge interface{ Judge(State) Decision }

// Bounds of what is learned.
const (
	Soonest = 160 * time.Millisecond  // no turn is over after less quiet: stops within words are as long
	Latest  = 1480 * time.Millisecond // every turn is over after this much
	Nothing = 600 * time.Millisecond  // of quiet end a sound without words
	Awaited = 1200 * time.Millisecond // the same where a number was asked for
)

// Learned judges by the model that ships.
type Learned struct{ model *endpoint.Model }

// NewLearned loads the model. It fails only where the build itself is broken.
func NewLearned() (*Learned, error) {
	m, err := endpoint.Default()
	if err != nil {
		return nil, fmt.Errorf("end of turn: %w", err)
	}
	return &Learned{m}, nil
}

// Judge decides about a state.
func (l *Learned) Judge(s State) Decision {
	switch {
	case s.Hints.Silence > 0:
		return Decision{Over: s.Quiet >= s.Hints.Silence, Reason: Silence}
	case s.Text == "":
		limit := Nothing
		if s.Hints.Digits {
			limit = Awaited
		}
		return Decision{Over: s.Quiet >= limit, Reason: Silence}
	case s.Quiet < Soonest:
		return Decision{Reason: Waited}
	}
	in := s.Input()
	chance, over := l.model.Over(in)
	return Decision{Over: over || s.Quiet >= Latest, Chance: chance, Reason: reason(in, over)}
}

// patience is the quiet after which a turn that ends has been waited for, rather than taken for whole.
const patience = 0.8

// reason is why a turn is over.
func reason(in endpoint.Input, sure bool) string {
	switch number := in.Number(); {
	case !sure || in.Quiet >= patience:
		return Waited
	case number != endpoint.NoNumber && number != endpoint.Awaited:
		return Digits
	case in.YesNo && len([]rune(in.Text)) <= 4, in.YesNo && in.Lang == "en" && strings.Count(in.Text, " ") < 3:
		return Answer
	}
	return Complete
}

// Input is the state as the model takes it.
func (s State) Input() endpoint.Input {
	lang := s.Hints.Lang
	if lang == "" {
		lang = "zh"
	}
	return endpoint.Input{
		Text: s.Text, Lang: lang, Quiet: s.Quiet.Seconds(), Stable: s.Stable.Seconds(),
		Speech: s.Speech, End: s.Complete, Digits: s.Digits, Known: s.known(),
		Asked: s.Hints.Digits, MinAsked: s.Hints.MinDigits, MaxAsked: s.Hints.MaxDigits,
		Waybill: s.Hints.Waybill, YesNo: s.Hints.YesNo, Name: s.Hints.Name,
	}
}

// known says that the digits at the end of the reading are all those of a number that the caller is likely to say.
func (s State) known() bool {
	if s.Digits <= 0 || len(s.Hints.Known) == 0 {
		return false
	}
	said := onlyDigits(s.Text)
	if len(said) < s.Digits {
		return false
	}
	said = said[len(said)-s.Digits:]
	for _, number := range s.Hints.Known {
		if onlyDigits(number) == said {
			return true
		}
	}
	return false
}

func onlyDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}
