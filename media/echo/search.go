package echo

import (
	"math"
	"time"
)

// Delays are searched in hops.
const (
	lagCount = 64 // 0 to 630 ms
	kept     = 128
	unknown  = -1
)

// search correlates the envelopes of both directions at every delay.
type search struct {
	meanIn, meanOut powers // of the logarithms
	in              powers // what the last hop received, its mean taken off
	out             [kept]powers
	energy          [kept]float32 // of each of out
	at              int           // hops taken

	quick, long correlation
	active      int // hops in which the bot was to be heard, some time ago enough to have come back
	delay       int // in hops, or unknown
	candidate   int
	agreed      int // hops for which the candidate has been the best
	sounding    [kept]bool
}

// correlation of what was received with what was sent, at every delay, over the last moments.
type correlation struct {
	cross, sent [lagCount]float32
	received    float32
}

var (
	quickly = decay(150 * time.Millisecond)
	longly  = decay(2 * time.Second)
	meaning = decay(300 * time.Millisecond)
)

// What makes a delay known.
const (
	noticed  = 0.50 // likeness over seconds
	lost     = 0.12 // likeness below which a delay that was known is given up
	agreeing = 25   // hops
	audible  = 40   // power of a hop in which the bot is to be heard, all bands together
	enough   = 100  // hops of the bot's voice after which an echo would have been found
)

func (s *search) add(in, out *powers) {
	slot := s.at % kept
	total, energy := float32(0), float32(0)
	for b := range in {
		x, y := level(in[b]), level(out[b])
		if s.at == 0 {
			s.meanIn[b], s.meanOut[b] = x, y
		}
		s.meanIn[b] = x + meaning*(s.meanIn[b]-x)
		s.meanOut[b] = y + meaning*(s.meanOut[b]-y)
		s.in[b] = x - s.meanIn[b]
		d := y - s.meanOut[b]
		s.out[slot][b] = d
		energy += d * d
		total += out[b]
	}
	s.energy[slot], s.sounding[slot] = energy, total > audible
	s.at++
	s.correlate()
}

// level is a power as a logarithm of base 10, flat where there is silence.
func level(p float32) float32 { return float32(math.Log10(float64(p) + 30)) }

// correlate takes the last hop into the sums. Over seconds only those count in which the bot is to be heard.
func (s *search) correlate() {
	if s.at < lagCount {
		return
	}
	var own float32
	for _, x := range s.in {
		own += x * x
	}
	speaking := false
	for lag := range lagCount {
		speaking = speaking || s.sounding[(s.at-1-lag)%kept]
	}
	if speaking {
		s.active++
	}
	s.quick.received = quickly*s.quick.received + own
	if speaking {
		s.long.received = longly*s.long.received + own
	}
	for lag := range lagCount {
		slot := (s.at - 1 - lag) % kept
		var cross float32
		for b, x := range s.in {
			cross += x * s.out[slot][b]
		}
		s.quick.cross[lag] = quickly*s.quick.cross[lag] + cross
		s.quick.sent[lag] = quickly*s.quick.sent[lag] + s.energy[slot]
		if speaking {
			s.long.cross[lag] = longly*s.long.cross[lag] + cross
			s.long.sent[lag] = longly*s.long.sent[lag] + s.energy[slot]
		}
	}
	if speaking {
		s.decide()
	}
}

// of is the likeness at a delay, -1..1.
func (c *correlation) of(lag int) float64 {
	norm := float64(c.sent[lag]) * float64(c.received)
	if norm < 0.01 {
		return 0
	}
	return float64(c.cross[lag]) / math.Sqrt(norm)
}

// best is the delay of the greatest likeness.
func (c *correlation) best() (lag int, likeness float64) {
	for l := range lagCount {
		if v := c.of(l); v > likeness {
			lag, likeness = l, v
		}
	}
	return lag, likeness
}

// decide takes over a delay that has been the best for a while, and gives up one that nothing speaks for any more.
func (s *search) decide() {
	lag, likeness := s.long.best()
	if likeness < noticed {
		s.agreed = 0
		if s.found() && s.long.of(s.delay) < lost {
			s.delay = unknown
		}
		return
	}
	if lag < s.candidate-1 || lag > s.candidate+1 {
		s.agreed = 0
	}
	s.candidate = lag
	if s.agreed++; s.agreed >= agreeing || !s.found() && likeness > 0.8 && s.agreed >= 8 {
		s.delay = lag
	}
}

func (s *search) found() bool { return s.delay != unknown }

// settled says whether an echo would have been found by now.
func (s *search) settled() bool { return s.found() || s.active >= enough }

// present is the likeness of the last moments around the known delay.
func (s *search) present() float64 {
	top := 0.0
	for lag := max(0, s.delay-2); lag <= min(lagCount-1, s.delay+2); lag++ {
		top = max(top, s.quick.of(lag))
	}
	return top
}

// likeness is that of the last moments at whatever delay.
func (s *search) likeness() float64 {
	_, likeness := s.quick.best()
	return likeness
}
