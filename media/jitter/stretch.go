package jitter

import "slices"

// quietLevel is the mean amplitude below which cuts are not heard anywhere (about -50 dBFS).
const quietLevel = 100

// lookahead is how much more than a frame must be decoded before some of it can be taken out.
func (b *Buffer) lookahead(slack int64) int {
	if slack < b.tolerance() {
		return 0
	}
	return b.cfg.Rate / 40
}

// tolerance is how much slack is too much: what a whole step of the grid less leaves is still enough, with 5 ms to keep
// the delay from swinging.
func (b *Buffer) tolerance() int64 { return b.grid() + int64(b.cfg.Rate/200) }

// stretch brings the slack towards its bounds by one cut or one repetition of at most 15 ms, so that must samples stay.
func (b *Buffer) stretch(slack int64, must int) {
	least, most := b.cfg.Rate/400, b.cfg.Rate*3/200
	switch {
	case slack >= b.tolerance() && len(b.fifo) > must+least:
		most = min(most, len(b.fifo)-must)
		if lag := b.repeat(least, most, int(b.past())+1); lag > 0 {
			b.cut(lag)
		}
	case slack < 0 && !b.conceal.active && len(b.fifo) >= must:
		if lag := b.repeat(least, most, int(b.grid()-b.past())); lag > 0 {
			b.double(lag)
		}
	}
}

// repeat is the distance over which the next sound repeats itself well enough to cut or double; 0 where there is none.
func (b *Buffer) repeat(least, most, wanted int) int {
	length := b.cfg.Rate / 200
	most = min(most, len(b.fifo)-length)
	if most < least {
		return 0
	}
	if quiet(b.fifo[:most+length]) {
		return min(most, max(least, wanted))
	}
	best, at := 0.7, 0
	for lag := least; lag <= most; lag++ {
		if v := similarity(b.fifo[:length], b.fifo[lag:lag+length]); v > best {
			best, at = v, lag
		}
	}
	return at
}

// cut takes lag samples out of the beginning of fifo.
func (b *Buffer) cut(lag int) {
	overlap := min(b.cfg.Rate/200, len(b.fifo)-lag, lag)
	crossfade(b.fifo[lag:], b.fifo[:overlap], b.fifo[lag:lag+overlap])
	b.fifo = b.fifo[:copy(b.fifo, b.fifo[lag:])]
	b.made.removed += lag
}

// double plays the first lag samples of fifo twice.
func (b *Buffer) double(lag int) {
	overlap := min(b.cfg.Rate/200, len(b.fifo)-lag)
	first := slices.Clone(b.fifo[:lag])
	crossfade(b.fifo, b.fifo[lag:lag+overlap], b.fifo[:overlap])
	b.fifo = slices.Insert(b.fifo, 0, first...)
	b.made.inserted += lag
}

func quiet(pcm []int16) bool {
	sum := 0
	for _, v := range pcm {
		sum += max(int(v), -int(v))
	}
	return sum < quietLevel*len(pcm)
}
