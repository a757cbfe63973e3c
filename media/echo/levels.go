package echo

import "time"

// quietest is the power below which a band is silence: a band's share of noise of two quantisation steps.
const quietest = 4.0 / bandCount

// levels follow how loud the caller's side is, and how loud it is when nobody speaks.
type levels struct {
	smooth powers // over 40 ms
	floor  powers // noise floor
	now    float32
	below  float32
	begun  bool
}

// How the floor follows: down at once, up by 2 dB a second, so that speech of some seconds leaves it be.
var (
	smoothing = decay(40 * time.Millisecond)
	rise      = float32(1.0046)
)

func (l *levels) add(in *powers) {
	l.now, l.below = 0, 0
	for b, p := range in {
		p = max(p, quietest)
		if !l.begun {
			l.smooth[b], l.floor[b] = p, p
		}
		l.smooth[b] = p + smoothing*(l.smooth[b]-p)
		l.floor[b] = min(l.floor[b]*rise, l.smooth[b])
		l.now += l.smooth[b]
		l.below += l.floor[b]
	}
	l.begun = true
}

// over is by how many dB the sound of now exceeds the floor.
func (l *levels) over() float64 {
	if !l.begun {
		return 0
	}
	return decibels(l.now / l.below)
}
