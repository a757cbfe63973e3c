package engine

import (
	"time"

	"voxgate/asr"
	"voxgate/asr/model"
)

// Thresholds of the speech output, and of what is needed to believe it.
const (
	voiced   = 0.5 // a step above this speaks
	unvoiced = 0.35
	believed = 0.8 // sum of (speech - 0.4) over a run of voiced steps
	needed   = 2   // voiced steps in the run: 80 ms; a third costs 40 ms of every barge-in and spares one false start in seven
)

// Quiet that ends an utterance.
const (
	quietComplete  = 500 * time.Millisecond // the words make a whole request
	quietUsual     = 620 * time.Millisecond
	quietOpen      = 740 * time.Millisecond  // the words want more
	quietDigits    = 1400 * time.Millisecond // within a digit string
	quietLikely    = 900 * time.Millisecond  // a digit string of a usual length
	quietAllDigits = 260 * time.Millisecond  // as many digits as are allowed
	quietAsked     = 480 * time.Millisecond  // as many digits as were asked for, though more may come
	quietWaiting   = 1200 * time.Millisecond // digits were asked for, none came yet

	longest = 20 * time.Second
	endless = 9 * time.Second // sound without words, such as music
)

// turn follows when somebody speaks.
type turn struct {
	evidence float64
	run      int // voiced steps of the run
	since    int // first step of the run
	quiet    int // steps since the last voiced one
}

// started takes a step of silence's speech output and says whether an utterance begins, and at which step.
func (t *turn) started(step int, speech float32) (int, bool) {
	if speech < voiced {
		t.evidence, t.run = max(0, t.evidence-0.3), max(0, t.run-1)
		return 0, false
	}
	if t.run == 0 {
		t.since, t.evidence = step, 0
	}
	t.run++
	t.evidence += float64(speech) - 0.4
	if t.run < needed || t.evidence < believed {
		return 0, false
	}
	t.quiet = 0
	return t.since, true
}

// went takes a step within an utterance and returns how long it has been quiet.
func (t *turn) went(speech float32) time.Duration {
	if speech > unvoiced {
		t.quiet = 0
	} else {
		t.quiet++
	}
	return time.Duration(t.quiet) * model.Step
}

func (t *turn) reset() { *t = turn{} }

// patience is how much quiet ends an utterance whose words so far are these, and the reason that it would be given.
func patience(h asr.Hints, words bool, digits int, complete float64) (time.Duration, string) {
	switch {
	case h.MaxDigits > 0 && digits == h.MaxDigits && h.Only:
		return quietAllDigits, "digits"
	case h.MaxDigits > 0 && digits == h.MaxDigits:
		return quietAsked, "digits"
	case h.Silence > 0:
		return h.Silence, "silence"
	case digits == 11 || digits == 18:
		return quietLikely, "silence"
	case digits > 0:
		return quietDigits, "silence"
	case h.Digits && !words:
		return quietWaiting, "silence"
	case h.Digits && complete < 0.05:
		return quietWaiting, "silence"
	case words && complete > 0.25:
		return quietComplete, "complete"
	case words && complete < 0.01:
		return quietOpen, "silence"
	}
	return quietUsual, "silence"
}
