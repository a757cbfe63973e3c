package jitter

import "slices"

const (
	window = 256 // packets whose transit counts: 5 s of 20 ms packets
	// patience is the share of packets that must come in time; beyond it concealment is the lesser evil.
	patience = 0.97
	// early is how many packets must be known before the reserve may go below 20 ms.
	early = 32
	// recount is after how many packets the estimate is made anew.
	recount = 8
)

// estimator measures how much later than the fastest one packets come. Times are in samples.
type estimator struct {
	least, most, margin int64

	transits [window]int64
	sorted   [window]int64
	count    int // packets so far
	low      int64
	spread   int64 // of the patient share over low
}

func (e *estimator) reset() { e.count, e.low, e.spread = 0, 0, 0 }

func (e *estimator) add(transit int64) {
	e.transits[e.count%window] = transit
	e.count++
	if e.count == 1 || transit < e.low {
		e.spread += max(0, e.low-transit) * int64(min(1, e.count-1))
		e.low = transit
	}
	if e.count > early && e.count%recount != 0 {
		return
	}
	known := e.sorted[:copy(e.sorted[:], e.transits[:min(e.count, window)])]
	slices.Sort(known)
	e.low = known[0]
	e.spread = known[int(patience*float64(len(known)-1))] - e.low
}

// reserve is how much longer than the fastest one a packet may take and still be in time. The playout delay is up to a
// frame more, for a tick plays 20 ms at once.
func (e *estimator) reserve() int64 {
	least := e.least
	if e.count < early {
		least = max(least, 4*e.margin)
	}
	return min(max(e.spread+e.margin, least), e.most)
}
