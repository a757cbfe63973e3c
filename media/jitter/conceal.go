package jitter

import "math"

// concealer continues a sound whose packets are missing by repeating its last pitch periods, after the idea of ITU-T
// G.711 appendix I: one period at first, then two and three so that it does not buzz, fading to silence within 60 ms.
type concealer struct {
	rate    int
	history []int16 // the last 50 ms that were appended, made up or not
	base    []int16 // history when the loss began

	active       bool
	made         int // samples made up so far
	period       int
	cycle, older []int16
	at, olderAt  int
	fade         int // samples left of the change from older to cycle
	step         float64
	gradient     float64
	mixing       []int16
}

func newConcealer(rate int) concealer {
	n := rate / 20
	return concealer{
		rate: rate, history: make([]int16, n), base: make([]int16, n),
		cycle: make([]int16, 0, n), older: make([]int16, 0, n), mixing: make([]int16, 0, rate/200),
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
	c.active, c.made, c.at, c.fade = true, 0, 0, 0
	copy(c.base, c.history)
	c.period = pitch(c.base, c.rate)
	c.build(1)
	// The seam: what was heard last need not meet the period's first sample, so the difference is let go gently.
	last := len(c.base) - 1
	c.step = float64(c.base[last]) - float64(c.base[last-c.period])
	c.gradient = c.step / float64(max(c.period/4, 1))
}

// build makes the cycle from the last periods, its end bent so that it runs into its own beginning.
func (c *concealer) build(periods int) {
	n := len(c.base)
	length := min(periods*c.period, n-c.period/4)
	c.cycle = append(c.cycle[:0], c.base[n-length:]...)
	seam := c.period / 4
	for i := range seam {
		w := float64(i+1) / float64(seam+1)
		before := float64(c.base[n-length-seam+i])
		c.cycle[length-seam+i] = int16(float64(c.cycle[length-seam+i])*(1-w) + before*w)
	}
}

// grow goes on with more periods, from the same phase.
func (c *concealer) grow(periods int) {
	c.older, c.cycle = c.cycle, c.older
	c.olderAt, c.fade = c.at, c.period/4
	c.build(periods)
	c.at %= c.period
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
	v := float64(c.cycle[c.at])
	c.at = (c.at + 1) % len(c.cycle)
	if c.fade > 0 {
		w := float64(c.fade) / float64(c.period/4+1)
		v = v*(1-w) + float64(c.older[c.olderAt])*w
		c.olderAt = (c.olderAt + 1) % len(c.older)
		c.fade--
	}
	if c.step != 0 {
		v += c.step
		if c.step -= c.gradient; c.step*c.gradient <= 0 {
			c.step = 0
		}
	}
	return clip(v * gain)
}

// merge hands over to what was received: the made-up sound goes on underneath while it fades.
func (c *concealer) merge(pcm []int16) {
	if c.active {
		overlap := min(len(pcm), c.rate/200)
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
func pitch(pcm []int16, rate int) int {
	shortest, longest, length := rate/400, rate*3/200, rate/50
	end := pcm[len(pcm)-length:]
	best, at := 0.0, longest
	for lag := shortest; lag <= longest; lag++ {
		start := len(pcm) - length - lag
		// A longer period that repeats no better is a multiple of the true one.
		if v := similarity(end, pcm[start:start+length]); v > best*1.02 {
			best, at = v, lag
		}
	}
	if best < 0.4 {
		return longest
	}
	return at
}

// similarity is the normalised correlation of two sounds of equal length, -1..1; 0 where one is silent. It looks at
// every second sample, which is enough below 2 kHz.
func similarity(a, b []int16) float64 {
	var cross, left, right int64
	for i := 0; i < len(a); i += 2 {
		x, y := int64(a[i]), int64(b[i])
		cross += x * y
		left += x * x
		right += y * y
	}
	if left == 0 || right == 0 {
		return 0
	}
	return float64(cross) / math.Sqrt(float64(left)*float64(right))
}

func clip(v float64) int16 {
	return int16(min(max(math.Round(v), math.MinInt16), math.MaxInt16))
}
