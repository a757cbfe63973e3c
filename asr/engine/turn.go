package engine

import "time"

// Thresholds of the speech output, and of what is needed to believe it.
const (
	voiced   = 0.5 // a step above this speaks
	unvoiced = 0.35
	plain    = 0.85 // a single step above this ends a quiet
	believed = 0.8  // sum of (speech - 0.4) over a run of voiced steps
	needed   = 2    // voiced steps in the run: 80 ms; a third costs 40 ms of every barge-in and spares one false start in seven
)

// Lengths that end an utterance whatever is said.
const (
	longest = 20 * time.Second
	endless = 9 * time.Second         // sound without words, such as music
	stale   = 2400 * time.Millisecond // sound after words, and no further ones: a loud place
)

// turn follows when somebody speaks.
type turn struct {
	evidence float64
	run      int     // voiced steps of the run
	since    int     // first step of the run
	quiet    int     // steps since the last voiced one
	blips    int     // steps since the last quiet one
	murmur   float64 // sum of the speech probabilities of these steps
	last     [2]float32
}

// hear takes the speech output of every step.
func (t *turn) hear(speech float32) {
	t.last[0], t.last[1] = t.last[1], speech
}

// certainty is how surely somebody speaks: the mean of the last 80 ms.
func (t *turn) certainty() float64 {
	return float64(t.last[0]+t.last[1]) / float64(len(t.last))
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

// went takes a step within an utterance and returns how many steps it has been quiet. A single step that is not quite
// quiet does not start the count anew: noise has such steps, and speech that goes on has more of them.
func (t *turn) went(speech float32) int {
	if speech <= unvoiced {
		t.quiet++
		t.blips = 0
		t.murmur += float64(speech)
		return t.quiet
	}
	if t.blips++; t.blips > 1 || speech > plain || t.quiet == 0 {
		t.quiet, t.murmur = 0, 0
	}
	return 0
}

func (t *turn) reset() { *t = turn{last: t.last} }
