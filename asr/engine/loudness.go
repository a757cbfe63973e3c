package engine

import (
	"math"
	"slices"

	"voxgate/asr/model"
)

// loudness keeps how loud each of the last steps of a call was, in dB over one quantisation step of 16-bit sound.
type loudness struct {
	ring   [loudest]float32
	steps  int // whole steps heard
	sum    float64
	filled int
}

// loudest is how many steps are kept: a whole utterance of the greatest length and what came before it.
const loudest = 560

// add takes samples at a rate in Hz.
func (l *loudness) add(pcm []int16, rate int) {
	size := int(int64(rate) * int64(model.Step) / 1e9)
	for _, v := range pcm {
		l.sum += float64(v) * float64(v)
		if l.filled++; l.filled >= size {
			l.ring[l.steps%loudest] = float32(10 * math.Log10(l.sum/float64(l.filled)+1))
			l.steps, l.sum, l.filled = l.steps+1, 0, 0
		}
	}
}

// between is the loudest of the steps from first on up to before last; steps that are not kept count as silent.
func (l *loudness) between(first, last int) float64 {
	top := 0.0
	for s := max(first, l.steps-loudest, 0); s < min(last, l.steps); s++ {
		top = max(top, float64(l.ring[s%loudest]))
	}
	return top
}

// quiet is the level that one in ten of the steps from first on up to before last does not reach; 0 where none is kept.
func (l *loudness) quiet(first, last int) float64 {
	var levels []float32
	for s := max(first, l.steps-loudest, 0); s < min(last, l.steps); s++ {
		levels = append(levels, l.ring[s%loudest])
	}
	if len(levels) == 0 {
		return 0
	}
	slices.Sort(levels)
	return float64(levels[len(levels)/10])
}
