package engine

import "time"

// Thresholds of the speech output, and of what is needed to believe it.
const (
	voiced   = 0.5 // a step above this speaks
	unvoiced = 0.35
	believed = 0.8 // sum of (speech - 0.4) over a run of voiced steps
	needed   = 2   // voiced steps in the run: 80 ms; a third costs 40 ms of every barge-in and spares one false start in seven
)

// Lengths that end an utterance whatever is said.
const (
	longest = 20 * time.Second
	endless = 9 * time.Second // sound without words, such as music
)

// turn follows when somebody speaks.
type turn struct {
	evidence float64
	run      int     // voiced steps of the run
	since    int     // first step of the run
	quiet    int     // steps since the last voiced one
	murmur   float64 // sum of the speech probabilities of these steps
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

// went takes a step within an utterance and returns how many steps it has been quiet.
func (t *turn) went(speech float32) int {
	if speech > unvoiced {
		t.quiet, t.murmur = 0, 0
	} else {
		t.quiet++
		t.murmur += float64(speech)
	}
	return t.quiet
}

func (t *turn) reset() { *t = turn{} }
