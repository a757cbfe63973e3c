package jitter

import (
	"slices"
	"time"

	"voxgate/media/codec"
)

// Pop fills dst (20 ms) with what is to be played at the given time.
func (b *Buffer) Pop(now time.Duration, dst []int16) {
	if !b.started {
		b.fifo = b.conceal.append(b.fifo[:0], len(dst))
		copy(dst, b.fifo)
		b.fifo = b.fifo[:0]
		return
	}
	at := b.samples(now)
	if !b.aligned {
		b.align(at - b.delay.low - b.delay.reserve())
	}
	delay := at - b.next() - b.delay.low
	b.stats.Delay = b.duration(delay)
	slack := delay - b.misfit() - b.delay.reserve()
	if slack > b.delay.most+int64(b.frame) {
		b.skip(slack)
		slack = 0
	}
	b.fill(len(dst)+b.lookahead(slack), len(dst), slack < 0)
	b.stretch(slack, len(dst))
	n := copy(dst, b.fifo)
	b.fifo = b.fifo[:copy(b.fifo, b.fifo[n:])]
}

// grid is the distance at which packets and ticks meet alike.
func (b *Buffer) grid() int64 {
	x, y := b.frame, b.unit
	for y != 0 {
		x, y = y, x%y
	}
	return int64(x)
}

// past is how far the next tick begins before a packet does, less than a grid.
func (b *Buffer) past() int64 {
	g := b.grid()
	return ((b.lattice-b.next())%g + g) % g
}

// misfit is how long before its own turn the last packet that a tick needs must be there: a tick takes 20 ms at once,
// and the packet with their end begins up to 20 ms after their start.
func (b *Buffer) misfit() int64 { return b.past() + int64(b.frame) - b.grid() }

// align begins to play a timeline not after the given position, with ticks beginning where packets do.
func (b *Buffer) align(latest int64) {
	b.aligned = true
	b.fifo = b.fifo[:0]
	b.end = latest
	b.end -= b.grid() - b.past()
}

// next is the position that is played next.
func (b *Buffer) next() int64 { return b.end - int64(len(b.fifo)) }

// skip drops what is far too old, as after a burst that the network had held back.
func (b *Buffer) skip(excess int64) {
	target := b.next() + excess
	b.made.removed += int(excess)
	b.fifo = b.fifo[:0]
	b.end = target
	for len(b.queue) > 0 && b.queue[0].position+int64(b.unit) <= target {
		b.endSeq = b.queue[0].sequence
		b.queue = slices.Delete(b.queue, 0, 1)
	}
	b.conceal.begin()
}

// fill decodes until fifo holds want samples. Up to must of them are made up where packets are missing; beyond that a
// missing packet may still come. Early says that the playout delay is too short.
func (b *Buffer) fill(want, must int, early bool) {
	for len(b.fifo) < want && len(b.queue) > 0 {
		p := b.queue[0]
		gap := int(p.position - b.end)
		if gap > 0 {
			if len(b.fifo) >= must {
				return
			}
			b.bridge(p, gap, must-len(b.fifo))
			continue
		}
		b.queue = slices.Delete(b.queue, 0, 1)
		b.decode(p, -gap)
	}
	if short := must - len(b.fifo); short > 0 {
		b.fifo = b.conceal.append(b.fifo, short)
		if early {
			// The delay must grow anyway: let time stand still instead of skipping what is late.
			b.made.inserted += short
		} else {
			b.end += int64(short)
		}
		b.countConcealed(short)
	}
}

// bridge makes up for a gap before packet p: by what p knows of the packet before it, or by going on as before.
func (b *Buffer) bridge(p stored, gap, short int) {
	lost := b.endSeq != 0 && p.sequence != b.endSeq+1
	if dec, ok := b.cfg.Decoder.(codec.Concealer); ok && lost && gap <= 3*b.frame && b.restore(dec, p, gap) {
		return
	}
	n := min(gap, short)
	b.fifo = b.conceal.append(b.fifo, n)
	b.end += int64(n)
	if lost {
		b.countConcealed(n)
	}
}

// restore lets the decoder fill a gap: its last packet from the copy in p, what is before that by itself.
func (b *Buffer) restore(dec codec.Concealer, p stored, gap int) bool {
	n, next := gap, p.payload
	if gap > b.unit {
		n, next = gap-b.unit, nil
	}
	have := len(b.fifo)
	out, err := dec.Conceal(b.fifo, next, n)
	if err != nil || len(out) != have+n {
		return false
	}
	b.conceal.merge(out[have:])
	b.fifo, b.end = out, b.end+int64(n)
	if next != nil {
		b.made.recovered += n
	} else {
		b.made.concealed += n
	}
	return true
}

// countConcealed leaves out the silence after the sound has faded: that is a pause, not a repair.
func (b *Buffer) countConcealed(n int) {
	if !b.conceal.faded() {
		b.made.concealed += n
	}
}

// decode appends a packet's samples less the first ones, whose time has passed.
func (b *Buffer) decode(p stored, passed int) {
	have := len(b.fifo)
	out, err := b.cfg.Decoder.Decode(b.fifo, p.payload)
	if err != nil || len(out) <= have {
		b.stats.Undecodable++
		return
	}
	fresh := out[have:]
	b.unit, b.endSeq = len(fresh), p.sequence
	if passed >= len(fresh) {
		b.stats.Late++
		return
	}
	fresh = fresh[passed:]
	b.conceal.merge(fresh)
	b.fifo = append(out[:have], fresh...)
	b.end += int64(len(fresh))
}
