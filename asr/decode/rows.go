package decode

import (
	"math"
	"slices"
)

// Rows keep what the acoustic model said in an utterance, in some tens of bytes a step: the likeliest units, each with its
// log-probability in sixteenths of a nat, and one level for all the others.
type Rows struct {
	units  []uint16
	levels []uint8
	steps  []rowEnd
}

// rowEnd is where the units of a step end, and the level of those that it does not name.
type rowEnd struct {
	units int32
	rest  uint8
}

const (
	levelsANat = 16
	keptFrom   = -7   // log-probability from which a unit is kept
	keptMost   = 32   // units a step
	keptStep   = 0.25 // by what the bound rises until few enough are left
)

// levelLogs and levelOdds are the log-probabilities and the probabilities that levels stand for.
var levelLogs, levelOdds = func() (logs, odds [256]float32) {
	for i := range logs {
		logs[i] = -float32(i) / levelsANat
		odds[i] = float32(math.Exp(float64(logs[i])))
	}
	return logs, odds
}()

func toLevel(logp float64) uint8 {
	return uint8(min(255, max(0, math.Round(-logp*levelsANat)))) // NaN converts to some level: it does no harm
}

// Reset forgets all steps and keeps their memory.
func (r *Rows) Reset() { r.units, r.levels, r.steps = r.units[:0], r.levels[:0], r.steps[:0] }

// Len is the number of steps.
func (r *Rows) Len() int { return len(r.steps) }

// Add appends a step's log-probabilities; of more than 65,536 units those behind are left out.
func (r *Rows) Add(logp []float32) {
	bound, n := float32(keptFrom), 0
	for {
		n = 0
		for _, l := range logp {
			if l > bound {
				n++
			}
		}
		if n <= keptMost || bound >= 0 {
			break
		}
		bound += keptStep
	}
	rest := 1.0
	for u, l := range logp[:min(len(logp), 1<<16)] {
		if l > bound && n > 0 {
			level := toLevel(float64(l))
			rest -= float64(levelOdds[level])
			r.units, r.levels = append(r.units, uint16(u)), append(r.levels, level)
		}
	}
	others := max(1, len(logp)-n)
	r.steps = append(r.steps, rowEnd{int32(len(r.units)), toLevel(math.Log(max(rest, 1e-4) / float64(others)))})
}

// Between is a copy of the steps from first to before last.
func (r *Rows) Between(first, last int) Rows {
	first, last = max(0, first), min(last, len(r.steps))
	if first >= last {
		return Rows{}
	}
	from := int32(0)
	if first > 0 {
		from = r.steps[first-1].units
	}
	to := r.steps[last-1].units
	out := Rows{units: slices.Clone(r.units[from:to]), levels: slices.Clone(r.levels[from:to]), steps: slices.Clone(r.steps[first:last])}
	for i := range out.steps {
		out.steps[i].units -= from
	}
	return out
}

// Row writes a step's log-probabilities, one for each unit, into out.
func (r *Rows) Row(step int, out []float32) { r.read(step, out, &levelLogs) }

// odds writes a step's probabilities into out.
func (r *Rows) odds(step int, out []float32) { r.read(step, out, &levelOdds) }

func (r *Rows) read(step int, out []float32, values *[256]float32) {
	from, end := int32(0), r.steps[step]
	if step > 0 {
		from = r.steps[step-1].units
	}
	rest := values[end.rest]
	for i := range out {
		out[i] = rest
	}
	for i := from; i < end.units; i++ {
		out[r.units[i]] = values[r.levels[i]]
	}
}
