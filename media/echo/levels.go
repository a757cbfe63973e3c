package echo

import "time"

// quietest is the power below which a band is silence: a band's share of noise of two quantisation steps.
const quietest = 4.0 / bandCount

// levels follow how loud the caller's side is, and how loud it is when nobody speaks.
type levels struct {
	smooth powers          // over 40 ms
	floor  powers          // noise floor
	recent [window]float32 // by how much each of the last hops exceeds the floor
	power  [window]float32 // of each
	at     int
}

// How the floor follows: down at once, up by 2 dB a second, so that speech of some seconds leaves it be.
var (
	smoothing = decay(40 * time.Millisecond)
	rise      = float32(1.0046)
)

func (l *levels) add(in *powers) {
	var now, below float32
	for b, p := range in {
		p = max(p, quietest)
		if l.at == 0 {
			l.smooth[b], l.floor[b] = p, p
		}
		l.smooth[b] = p + smoothing*(l.smooth[b]-p)
		l.floor[b] = min(l.floor[b]*rise, l.smooth[b])
		now += l.smooth[b]
		below += l.floor[b]
	}
	l.recent[l.at%window], l.power[l.at%window] = now/below, now
	l.at++
}

// over is by how many dB the loudest sound of the last 200 ms exceeds the floor.
func (l *levels) over() float64 {
	top := float32(1)
	for _, v := range l.recent {
		top = max(top, v)
	}
	return decibels(top)
}

// loudness is the level of the loudest sound of the last 200 ms, in dB of full scale.
func (l *levels) loudness() float64 {
	top := float32(0)
	for _, v := range l.power {
		top = max(top, v)
	}
	return decibels(top / (32768 * 32768))
}
