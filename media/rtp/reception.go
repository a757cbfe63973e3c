package rtp

import (
	"time"

	"github.com/pion/rtp"
)

// Reception is how a sender's packets come here (RFC 3550 section 6.4.1 and appendix A).
type Reception struct {
	SSRC     uint32
	Expected int
	Lost     int           // negative when duplicates outnumber losses
	Jitter   time.Duration // interarrival jitter
}

type verdict int

const (
	sourceKnown verdict = iota
	sourceNew
	sourceDoubtful
)

// takeover is how long the present sender must have been silent before a new SSRC is believed at its first packet.
const takeover = 100 * time.Millisecond

// reception follows one sender at a time.
type reception struct {
	known     bool
	ssrc      uint32
	candidate uint32 // SSRC that sent one packet while another sender was active
	doubted   bool
	last      time.Duration // arrival of the last packet

	base, highest int64 // sequence numbers, unwrapped
	received      int
	clockRate     int
	transit       int64 // of the last packet, in timestamp units; 0 before the first
	measured      bool
	jitter        float64 // in timestamp units

	expectedPrior, receivedPrior int // at the last report
}

// admit decides whose packet this is. A second SSRC must send two packets in a row, or the first must have fallen
// silent, so that a stray packet does not disturb the call.
func (r *reception) admit(h *rtp.Header, arrival time.Duration) verdict {
	if r.known && h.SSRC == r.ssrc {
		r.doubted, r.last = false, arrival
		r.count(h.SequenceNumber)
		return sourceKnown
	}
	if r.known && arrival-r.last < takeover && !(r.doubted && h.SSRC == r.candidate) {
		r.candidate, r.doubted = h.SSRC, true
		return sourceDoubtful
	}
	*r = reception{known: true, ssrc: h.SSRC, last: arrival}
	r.base = int64(h.SequenceNumber)
	r.highest = r.base
	r.received = 1
	return sourceNew
}

func (r *reception) count(sequence uint16) {
	r.highest = max(r.highest, r.highest+int64(int16(sequence-uint16(r.highest))))
	r.received++
}

// measure updates the interarrival jitter (RFC 3550 appendix A.8).
func (r *reception) measure(h *rtp.Header, arrival time.Duration, clockRate int) {
	now := uint32(int64(arrival) * int64(clockRate) / int64(time.Second))
	transit := int64(int32(now - h.Timestamp))
	if r.measured && r.clockRate == clockRate {
		d := float64(int32(uint32(transit) - uint32(r.transit)))
		r.jitter += (max(d, -d) - r.jitter) / 16
	}
	r.transit, r.measured, r.clockRate = transit, true, clockRate
}

func (r *reception) expected() int {
	if !r.known {
		return 0
	}
	return int(r.highest - r.base + 1)
}

func (r *reception) report() Reception {
	out := Reception{SSRC: r.ssrc, Expected: r.expected()}
	out.Lost = out.Expected - r.received
	if r.clockRate > 0 {
		out.Jitter = time.Duration(r.jitter / float64(r.clockRate) * float64(time.Second))
	}
	return out
}

// fraction is the loss since the last call in 1/256 (RFC 3550 appendix A.3).
func (r *reception) fraction() uint8 {
	expected, received := r.expected()-r.expectedPrior, r.received-r.receivedPrior
	r.expectedPrior, r.receivedPrior = r.expected(), r.received
	if lost := expected - received; lost > 0 {
		return uint8(min(255, lost*256/expected))
	}
	return 0
}
