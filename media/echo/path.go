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
	delay   int            // that the gains belong to
	gain    powers         // of power; in the caller's room a tail follows
	tail    powers         // the sent power that still rings, delayed
	seen    [bandCount]int // hops from which the gain of a band was learned

	total, own [window]float32 // energy over the floor of the last hops, and what of it nothing explains
}

const (
	window = 20   // hops that a verdict is about
	surely = 2.0  // by which an echo may exceed what is foretold of a band that is well known: 3 dB
	early  = 12.0 // and more by as much at first
	jitter = 2    // hops by which it may come early or late
	room   = 0.4  // energy of the tail against the direct sound's
	up     = 0.02 // step of a gain
	down   = 0.007
	wanted = 60.0 // sent power in a band from which its gain can be learned
)

var (
	// ring is how fast a room's tail dies: 60 dB in half a second.
	ring = float32(math.Pow(10, -6.0/50))
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
		own += weights[b] * max(0, over-p.margin(b)*echo)
		if now > wanted && in[b] > 2*l.floor[b] {
			p.adapt(b, in[b] < echo, like)
		}
	}
	p.total[p.at%window], p.own[p.at%window] = total, own
}

// margin is by how much an echo may exceed what is foretold: the less is known of a band, the more.
func (p *path) margin(band int) float32 {
	return surely + early/(1+float32(p.seen[band])/8)
}

// adapt moves the gain of a band towards the level that three of four hops stay below: downwards always, upwards where what
// arrives is like what was sent. The first steps are longer.
func (p *path) adapt(band int, below, like bool) {
	step := float32(1)
	if p.seen[band]++; p.seen[band] < 50 {
		step = 4
	}
	switch {
	case below:
		p.gain[band] *= 1 - down*step
	case like:
		p.gain[band] *= 1 + up*step
	}
}

// sent is the loudest of a band around the hop whose echo arrives now.
func (p *path) sent(band, delay int) float32 {
	top := float32(0)
	for lag := max(0, delay-jitter); lag <= delay+jitter; lag++ {
		top = max(top, p.out[(p.at-1-lag+2*kept)%kept][band])
	}
	return top
}

// learn takes the gains of a new delay from the last half second. A band in which the bot was not to be heard has the mean
// gain of the others for the time being.
func (p *path) learn(delay int) {
	all, bands := 0.0, 0
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
		if p.seen[b] = n; n > 0 {
			p.gain[b] = float32(math.Exp(sum / float64(n)))
			all, bands = all+sum/float64(n), bands+1
		}
	}
	for b := range p.gain {
		if p.seen[b] == 0 {
			p.gain[b] = float32(math.Exp(all / float64(max(bands, 1))))
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
