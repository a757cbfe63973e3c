// Package jitter turns RTP packets that arrive when they like into one even stream of samples.
//
// The playout delay follows the jitter that is measured, between 20 and 200 ms; it changes by whole pitch periods or in
// silence, so that neither jitter nor a sender whose clock runs fast or slow is heard. What is missing is concealed.
// A Buffer belongs to one goroutine and reads no clock: times are handed in.
package jitter

import (
	"slices"
	"time"

	"voxgate/media/codec"
)

// Config says what comes in and goes out. The zero delays mean 20 and 200 ms.
type Config struct {
	Decoder   codec.Decoder
	Rate      int           // samples a second that the decoder gives
	ClockRate int           // RTP timestamp units a second
	Min, Max  time.Duration // bounds of the playout delay
}

// Packet is an RTP packet and when it came, counted from any fixed instant (the same as for Pop).
type Packet struct {
	Sequence  uint16
	Timestamp uint32
	Marker    bool // first packet of a talk spurt
	Payload   []byte
	Arrival   time.Duration
}

// Stats counts what happened since the buffer was made.
type Stats struct {
	Received    int           // packets pushed
	Late        int           // came after their turn and were dropped
	Duplicates  int           // dropped
	Reordered   int           // came after a later one
	Undecodable int           // payloads that the decoder refused
	Overflows   int           // dropped because the buffer was full
	Resyncs     int           // times that the sender's timestamps jumped
	Concealed   time.Duration // made up for lost or late packets
	Recovered   time.Duration // restored from the packet after the loss
	Inserted    time.Duration // added to lengthen the delay
	Removed     time.Duration // taken out to shorten the delay
	Target      time.Duration // playout delay wanted now
	Delay       time.Duration // playout delay now, over that of the fastest packet
}

const (
	maxPackets = 64
	// maxLateRun packets in a row that come too late mean that the sender's timestamps have changed, not the network.
	maxLateRun = 5
)

// Buffer is an adaptive jitter buffer. Positions are in samples of the sender's timeline, transits in samples between
// the sender's timeline and ours.
type Buffer struct {
	cfg   Config
	frame int // samples in 20 ms

	started   bool  // a packet came since the timeline began
	aligned   bool  // end is fixed against our clock
	timestamp int64 // newest one, unwrapped
	sequence  int64 // newest one, unwrapped
	seen      uint64
	lateRun   int
	queue     []stored // by position

	fifo    []int16 // decoded, not yet played
	end     int64   // position after fifo
	endSeq  int64   // sequence number of the last packet decoded; 0 before the first
	unit    int     // samples in the last packet decoded
	lattice int64   // position of the newest packet: where packets begin
	delay   estimator
	conceal concealer
	stats   Stats
	made    counts
}

type stored struct {
	position, sequence int64
	payload            []byte
}

// counts are parts of Stats in samples.
type counts struct{ concealed, recovered, inserted, removed int }

// New makes an empty buffer.
func New(cfg Config) *Buffer {
	if cfg.Min == 0 {
		cfg.Min = 20 * time.Millisecond
	}
	if cfg.Max == 0 {
		cfg.Max = 200 * time.Millisecond
	}
	b := &Buffer{cfg: cfg, frame: cfg.Rate / 50, unit: cfg.Rate / 50}
	frame := b.samples(20 * time.Millisecond)
	b.delay = estimator{least: b.samples(cfg.Min) - frame, most: b.samples(cfg.Max) - frame, margin: b.samples(5 * time.Millisecond)}
	b.conceal = newConcealer(cfg.Rate)
	return b
}

// Reset begins a new timeline, as for a new sender (SSRC). What was decoded but not played is dropped.
func (b *Buffer) Reset() {
	b.started, b.aligned = false, false
	b.queue, b.fifo = b.queue[:0], b.fifo[:0]
	b.endSeq, b.lateRun = 0, 0
	b.delay.reset()
}

// Stats is a snapshot.
func (b *Buffer) Stats() Stats {
	s := b.stats
	s.Concealed, s.Recovered = b.duration(int64(b.made.concealed)), b.duration(int64(b.made.recovered))
	s.Inserted, s.Removed = b.duration(int64(b.made.inserted)), b.duration(int64(b.made.removed))
	s.Target = b.duration(b.delay.reserve() + int64(b.frame))
	return s
}

// Push takes a packet.
func (b *Buffer) Push(p Packet) {
	b.stats.Received++
	if !b.started {
		b.begin(p)
	}
	sequence := b.sequence + int64(int16(p.Sequence-uint16(b.sequence)))
	if b.known(sequence) {
		b.stats.Duplicates++
		return
	}
	timestamp := b.timestamp + int64(int32(p.Timestamp-uint32(b.timestamp)))
	position := timestamp * int64(b.cfg.Rate) / int64(b.cfg.ClockRate)
	transit := b.samples(p.Arrival) - position
	late := b.aligned && position+int64(b.unit) <= b.next()
	if b.jumped(transit, late, p.Marker && sequence >= b.sequence) {
		b.stats.Resyncs++
		b.Reset()
		b.stats.Received--
		b.Push(p)
		return
	}
	b.delay.add(transit)
	if sequence < b.sequence {
		b.stats.Reordered++
	}
	b.sequence, b.timestamp = max(b.sequence, sequence), max(b.timestamp, timestamp)
	if late {
		b.stats.Late++
		return
	}
	b.lattice = position
	if len(b.queue) == maxPackets {
		b.stats.Overflows++
		b.queue = slices.Delete(b.queue, 0, 1)
	}
	at := len(b.queue)
	for at > 0 && b.queue[at-1].position > position {
		at--
	}
	b.queue = slices.Insert(b.queue, at, stored{position, sequence, p.Payload})
}

// begin starts a timeline with its first packet. The offsets keep unwrapped numbers above zero when earlier ones follow.
func (b *Buffer) begin(p Packet) {
	b.started = true
	b.sequence = 1<<32 + int64(p.Sequence)
	b.timestamp = 1<<40 + int64(p.Timestamp)
	b.seen = 0
}

// known notes a sequence number and says whether it was there before.
func (b *Buffer) known(sequence int64) bool {
	behind := b.sequence - sequence
	if behind < 0 {
		b.seen = b.seen<<min(-behind, 64) | 1
		return false
	}
	if behind >= 64 {
		return false
	}
	bit := uint64(1) << behind
	was := b.seen&bit != 0
	b.seen |= bit
	return was
}

// jumped says whether a packet can only be explained by new timestamps at the sender.
func (b *Buffer) jumped(transit int64, late, spurt bool) bool {
	if b.delay.count == 0 {
		return false
	}
	if early := b.delay.low - transit; early > b.samples(120*time.Millisecond) {
		return true
	}
	if !late {
		b.lateRun = 0
		return false
	}
	b.lateRun++
	return spurt || b.lateRun > maxLateRun
}

func (b *Buffer) samples(d time.Duration) int64 {
	return int64(d) * int64(b.cfg.Rate) / int64(time.Second)
}

func (b *Buffer) duration(samples int64) time.Duration {
	return time.Duration(samples) * time.Second / time.Duration(b.cfg.Rate)
}
