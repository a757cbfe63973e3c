package echo

import (
	"math"
	"time"
)

// quietest is the power below which a band is silence: a band's share of noise of two quantisation steps.
const quietest = 4.0 / bandCount

// levels follow how loud the caller's side is, and how loud it is when nobody speaks: hiss by its floor, music and murmur by
// the loudest moment of the quietest stretch, since nobody speaks for seconds without a pause.
type levels struct {
	smooth powers          // over 40 ms
	floor  powers          // noise floor
	recent [window]float32 // by how much each of the last hops exceeds the floor
	power  [window]float32 // of each
	sudden [window]float32 // the same without smoothing
	louder float32         // loudest moment of the present stretch
	past   [stretches]float32
	count  int // stretches that are over
	at     int
}

const (
	unchanged = 6    // hops
	lately    = 5    // hops
	still     = 1.05 // 0.2 dB; voices change by 0.5 and more
	stretch   = 40   // hops
	stretches = 8
	// below is how much softer than its loudest moment such a stretch counts: 3 dB.
	below = 0.5
)

// How the floor follows: down at once, up by 2 dB a second, so that speech of some seconds leaves it be.
var (
	smoothing = decay(40 * time.Millisecond)
	rise      = float32(1.0046)
)

// add takes the powers of a hop. Where the bot comes back, what goes on and on is the bot.
func (l *levels) add(in *powers, echoes bool) {
	var now, floor, sudden float32
	for b, p := range in {
		p = max(p, quietest)
		sudden += p
		if l.at == 0 {
			l.smooth[b], l.floor[b] = p, p
		}
		l.smooth[b] = p + smoothing*(l.smooth[b]-p)
		l.floor[b] = min(l.floor[b]*rise, l.smooth[b])
		now += l.smooth[b]
		floor += l.floor[b]
	}
	if !echoes {
		floor = max(floor, below*l.steady())
	}
	l.recent[l.at%window], l.power[l.at%window] = now/floor, now
	l.sudden[l.at%window] = sudden
	l.louder = max(l.louder, now)
	if l.at++; l.at%stretch == 0 {
		l.past[l.count%stretches], l.louder = l.louder, 0
		l.count++
	}
}

// steady is the loudest moment of the quietest of the last stretches; 0 at the beginning of a call.
func (l *levels) steady() float32 {
	if l.count == 0 {
		return 0
	}
	quietest := l.past[0]
	for _, v := range l.past[:min(l.count, stretches)] {
		quietest = min(quietest, v)
	}
	return quietest
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

// tone says whether what was heard within the last 100 ms was a steady tone, of a telephone that rings or is busy, or of a
// key: for 60 ms its power did not change, which that of a voice always does.
func (l *levels) tone() bool {
	for end := range lately {
		low, high := float32(math.MaxFloat32), float32(0)
		for k := range unchanged {
			v := l.sudden[(l.at-1-end-k+2*window)%window]
			low, high = min(low, v), max(high, v)
		}
		if high < low*still {
			return true
		}
	}
	return false
}
