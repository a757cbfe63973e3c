package jitter

import "math"

// concealer continues a sound whose packets are missing by repeating its last pitch periods, after the idea of ITU-T
// G.711 appendix I: one period at first, then two and three so that it does not buzz, fading to silence within 60 ms.
type concealer struct {
	rate    int
	history []int16 // the last 50 ms that were appended, made up or not
	base    []int16 // history when the loss began

	active bool
	made   int     // samples made up so far
	period float64 // in samples; fractions matter, as an error adds up with each repetition
	now    loop
	older  loop
	fade   int     // samples left of the change from older to now
	step   float64 // what is left of the jump at the seam
	slope  float64
	mixing []int16
}

// loop plays the end of base over and over.
type loop struct{ length, at float64 }

func newConcealer(rate int) concealer {
	n := rate / 20
	return concealer{
		rate: rate, history: make([]int16, n), base: make([]int16, n), mixing: make([]int16, 0, rate/200),
	}
}

// push notes what was appended to the stream.
func (c *concealer) push(pcm []int16) {
	if len(pcm) >= len(c.history) {
		copy(c.history, pcm[len(pcm)-len(c.history):])
		return
	}
	n := copy(c.history, c.history[len(pcm):])
	copy(c.history[n:], pcm)
}

// faded says whether what is being made up has become silence.
func (c *concealer) faded() bool { return c.active && c.gain() == 0 }

func (c *concealer) begin() {
	if c.active {
		return
	}
	c.active, c.made, c.fade = true, 0, 0
	copy(c.base, c.history)
	c.period = pitch(c.base, c.rate)
	c.now = loop{length: c.period}
	// The seam: what was heard last need not meet the period's first sample, so the difference is let go gently.
	last := len(c.base) - 1
	c.step = float64(c.base[last]) - interpolate(c.base, float64(last)-c.period)
	c.slope = c.step / max(c.period/4, 1)
}

// grow goes on with more periods, from the same phase.
func (c *concealer) grow(periods int) {
	length := float64(periods) * c.period
	if length+c.period/4+4 > float64(len(c.base)) {
		return
	}
	c.older, c.fade = c.now, int(c.period/4)
	c.now = loop{length, math.Mod(c.now.at, c.period)}
}

// next is the loop's next sample. Its last quarter period is bent so that it runs into its own beginning.
func (c *concealer) next(l *loop) float64 {
	start := float64(len(c.base)) - l.length
	v := interpolate(c.base, start+l.at)
	seam := c.period / 4
	if over := l.at - (l.length - seam); over > 0 {
		w := over / seam
		v = v*(1-w) + interpolate(c.base, start+l.at-l.length)*w
	}
	if l.at++; l.at >= l.length {
		l.at -= l.length
	}
	return v
}

// gain falls in a straight line from 10 ms to 60 ms after the loss.
func (c *concealer) gain() float64 {
	ms := float64(c.made) * 1000 / float64(c.rate)
	return min(1, max(0, (60-ms)/50))
}

// append continues the sound by n samples.
func (c *concealer) append(dst []int16, n int) []int16 {
	c.begin()
	have := len(dst)
	for range n {
		switch c.made {
		case c.rate / 100:
			c.grow(2)
		case c.rate / 50:
			c.grow(3)
		}
		dst = append(dst, c.sample())
	}
	c.push(dst[have:])
	return dst
}

func (c *concealer) sample() int16 {
	gain := c.gain()
	c.made++
	if gain == 0 {
		return 0
	}
	v := c.next(&c.now)
	if c.fade > 0 {
		w := float64(c.fade) / (c.period/4 + 1)
		v = v*(1-w) + c.next(&c.older)*w
		c.fade--
	}
	if c.step != 0 {
		v += c.step
		if c.step -= c.slope; c.step*c.slope <= 0 {
			c.step = 0
		}
	}
	return clip(v * gain)
}

// merge hands over to what was received: the made-up sound goes on underneath while it fades.
func (c *concealer) merge(pcm []int16) {
	if c.active {
		overlap := min(len(pcm), c.rate/200)
		if c.faded() {
			overlap = min(len(pcm), c.rate/1000) // out of silence a sound may begin sharply
		}
		c.mixing = c.mixing[:0]
		for range overlap {
			c.mixing = append(c.mixing, c.sample())
		}
		crossfade(pcm, c.mixing, pcm[:overlap])
		c.active = false
	}
	c.push(pcm)
}

// crossfade writes to dst the change from one sound to another. Dst may be either of them.
func crossfade(dst, from, to []int16) {
	for i := range to {
		w := float64(i+1) / float64(len(to)+1)
		dst[i] = clip(float64(from[i])*(1-w) + float64(to[i])*w)
	}
}

// pitch is the distance in samples (2.5 to 15 ms) at which the end of pcm repeats best. Where nothing repeats it is the
// longest, which buzzes least.
func pitch(pcm []int16, rate int) float64 {
	shortest, longest, length := rate/400, rate*3/200, rate/50
	end := pcm[len(pcm)-length:]
	at := func(lag int) float64 {
		start := len(pcm) - length - lag
		return similarity(end, pcm[start:start+length])
	}
	best, found := 0.0, longest
	for lag := shortest; lag <= longest; lag++ {
		// A longer period that repeats no better is a multiple of the true one.
		if v := at(lag); v > best*1.02 {
			best, found = v, lag
		}
	}
	if best < 0.4 {
		return float64(longest)
	}
	// The top of the parabola through the best and its neighbours.
	before, after := at(found-1), at(found+1)
	if curve := before - 2*best + after; curve < 0 {
		return float64(found) + min(max((before-after)/(2*curve), -0.5), 0.5)
	}
	return float64(found)
}

// similarity is the normalised correlation of two sounds of equal length, -1..1; 0 where one is silent.
func similarity(a, b []int16) float64 {
	var cross, left, right int64
	b = b[:len(a)]
	for i, v := range a {
		x, y := int64(v), int64(b[i])
		cross += x * y
		left += x * x
		right += y * y
	}
	if left == 0 || right == 0 {
		return 0
	}
	return float64(cross) / math.Sqrt(float64(left)*float64(right))
}

// interpolate is pcm between its samples, by the cubic through the four nearest (Catmull-Rom). Beyond the ends the last
// one stands.
func interpolate(pcm []int16, at float64) float64 {
	whole := math.Floor(at)
	x, i := at-whole, int(whole)
	sample := func(i int) float64 { return float64(pcm[min(max(i, 0), len(pcm)-1)]) }
	a, b, c, d := sample(i-1), sample(i), sample(i+1), sample(i+2)
	return b + x/2*(c-a+x*(2*a-5*b+4*c-d+x*(3*(b-c)+d-a)))
}

func clip(v float64) int16 {
	return int16(min(max(math.Round(v), math.MinInt16), math.MaxInt16))
}
