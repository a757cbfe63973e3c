package rtp

import (
	"time"

	"voxgate/media/jitter"
)

// LateLimit is how late a packet may leave before it counts as late: beyond it a peer's jitter buffer may run dry.
const LateLimit = 40 * time.Millisecond

// lateSteps are the upper ends of the buckets of Stats.Lateness.
var lateSteps = [...]time.Duration{
	time.Millisecond, 2 * time.Millisecond, 5 * time.Millisecond, 10 * time.Millisecond,
	20 * time.Millisecond, LateLimit, 80 * time.Millisecond,
}

// LateSteps are the upper ends of the buckets of Stats.Lateness but the last, which is open.
func LateSteps() []time.Duration { return lateSteps[:] }

// Stats says how a line is doing. It is at most a second old while the line runs, and complete after Run.
type Stats struct {
	Ticks       int                     // 20 ms ticks done
	MissedTicks int                     // done one or more ticks after they were due, then caught up
	Skipped     int                     // not done: the process stood still for more than 200 ms
	Late        int                     // packets that left more than LateLimit after they were due
	MaxLate     time.Duration           // the worst
	Lateness    [len(lateSteps) + 1]int // histogram, see LateSteps

	Sent       int // packets
	SendErrors int
	Received   int // valid packets, key events included
	Malformed  int // not RTP, or an event that cannot be read
	Unexpected int // payload type not negotiated, or a sender that did not prove itself
	ReadDrops  int // packets that came faster than the clock took them
	FrameDrops int // frames that Recv did not fetch in time
	DigitDrops int // keys that nobody read

	Jitter jitter.Stats // of the stream being heard
	Source Reception    // what we measure of the far end's packets
	Remote Remote       // what the far end reports of ours
}

func (s *Stats) paced(late time.Duration) {
	if late >= 20*time.Millisecond {
		s.MissedTicks++
	}
	if late > LateLimit {
		s.Late++
	}
	s.MaxLate = max(s.MaxLate, late)
	at := 0
	for at < len(lateSteps) && late > lateSteps[at] {
		at++
	}
	s.Lateness[at]++
}

// Stats is a snapshot.
func (l *Line) Stats() Stats { return *l.stats.Load() }

// publish makes the present counts visible.
func (c *clock) publish() {
	s := c.stats
	s.ReadDrops, s.DigitDrops = int(c.line.readDrops.Load()), int(c.line.digitDrops.Load())
	s.Jitter = c.pipe.active.buffer.Stats()
	s.Source = c.source.report()
	c.line.stats.Store(&s)
}
