package echo

import (
	"math"
	"time"
)

// path is what is known of the way from the bot's mouth back to its ear: how much of each band comes back. From it the
// power that an echo can have is foretold.
type path struct {
	in, out [kept]powers // of the last hops
	at      int
	delay   int    // that the gains belong to
	gain    powers // of power; in the caller's room a tail follows
	tail    powers // the sent power that still rings, delayed

	total, own [window]float32 // energy over the floor of the last hops, and what of it nothing explains
}

const (
	window = 25   // hops that a verdict is about
	margin = 2.0  // by which an echo may exceed what is foretold: 3 dB
	jitter = 2    // hops by which it may come early or late
	room   = 0.4  // energy of the tail against the direct sound's
	wanted = 60.0 // sent power in a band from which its gain can be learned
)

var (
	// ring is how fast a room's tail dies: 60 dB in half a second.
	ring = float32(math.Pow(10, -6.0/50))
	// The gain is the level that three of four hops stay below, found by small steps up and smaller ones down.
	up   = float32(math.Pow(10, 0.009))
	down = float32(math.Pow(10, -0.003))
)

func (p *path) add(s *search, l *levels, in, out *powers) {
	slot := p.at % kept
	p.in[slot], p.out[slot] = *in, *out
	p.at++
	if s.found() && (p.delay == unknown || p.delay < s.delay-1 || p.delay > s.delay+1 || p.gain[0] == 0) {
		p.learn(s.delay)
	}
	p.delay = s.delay
	var total, own float32
	like := s.found() && s.present() > 0.6
	for b := range in {
		over := max(0, in[b]-2*l.floor[b])
		total += weights[b] * over
		if !s.found() {
			own += weights[b] * over
			continue
		}
		now := p.sent(b, s.delay)
		p.tail[b] = now + ring*(p.tail[b]-now)
		echo := p.gain[b] * (now + room*p.tail[b])
		own += weights[b] * max(0, over-margin*echo)
		if now > wanted && in[b] > 2*l.floor[b] {
			if in[b] < echo {
				p.gain[b] *= down
			} else if like {
				p.gain[b] *= up
			}
		}
	}
	p.total[p.at%window], p.own[p.at%window] = total, own
}

// sent is the loudest of a band around the hop whose echo arrives now.
func (p *path) sent(band, delay int) float32 {
	top := float32(0)
	for lag := max(0, delay-jitter); lag <= delay+jitter; lag++ {
		top = max(top, p.out[(p.at-1-lag+2*kept)%kept][band])
	}
	return top
}

// learn takes the gains of a new delay from the last half second.
func (p *path) learn(delay int) {
	for b := range p.gain {
		sum, n := 0.0, 0
		for back := range min(p.at, hopsIn(500*time.Millisecond)) {
			in := p.in[(p.at-1-back+kept)%kept][b]
			out := p.out[(p.at-1-back-delay+2*kept)%kept][b]
			if out > wanted {
				sum += math.Log(float64(max(in, quietest) / out))
				n++
			}
		}
		if n > 0 {
			p.gain[b] = float32(math.Exp(sum / float64(n)))
		} else if p.gain[b] == 0 {
			p.gain[b] = 1e-4
		}
	}
}

// explained is the share of the energy of the last moments that the echo accounts for; all of it in silence.
func (p *path) explained() float64 {
	var sum, own float32
	for i, v := range p.total {
		sum, own = sum+v, own+p.own[i]
	}
	if sum <= 1 {
		return 1
	}
	return float64(1 - own/sum)
}

// weights of the bands: speech loses 6 dB an octave, so that without them the lowest would decide alone.
var weights = func() (w powers) {
	for b := range w {
		w[b] = float32(edges[b]+edges[b+1]) / float32(edges[bandCount])
	}
	return w
}()
