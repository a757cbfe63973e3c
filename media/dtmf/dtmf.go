// Package dtmf carries telephone keys: named telephone events in RTP (RFC 4733) and the bodies of SIP INFO requests.
package dtmf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrEvent says that an RTP payload is no telephone event.
var ErrEvent = errors.New("bad telephone event")

// keys in the order of their event codes (RFC 4733 table 7).
const keys = "0123456789*#ABCD"

// Event is one telephone-event payload (RFC 4733 section 2.3).
type Event struct {
	Code     uint8  // 0..9, 10 for *, 11 for #, 12..15 for A..D; others are not keys
	End      bool   // the key was released
	Volume   uint8  // 0..63, power in dBm0 below zero
	Duration uint16 // so far, in RTP timestamp units
}

// Parse reads the first event of an RTP payload.
func Parse(payload []byte) (Event, error) {
	if len(payload) < 4 {
		return Event{}, fmt.Errorf("%w: %d octets, want 4", ErrEvent, len(payload))
	}
	return Event{
		Code: payload[0], End: payload[1]&0x80 != 0, Volume: payload[1] & 0x3F,
		Duration: binary.BigEndian.Uint16(payload[2:]),
	}, nil
}

// Append writes the event's four octets to dst.
func (e Event) Append(dst []byte) []byte {
	flags := e.Volume & 0x3F
	if e.End {
		flags |= 0x80
	}
	return binary.BigEndian.AppendUint16(append(dst, e.Code, flags), e.Duration)
}

// Key is the key that an event stands for.
func (e Event) Key() (key rune, ok bool) {
	if int(e.Code) < len(keys) {
		return rune(keys[e.Code]), true
	}
	return 0, false
}

// code is the event code of a key; small letters count as A-D.
func code(key rune) (uint8, bool) {
	if key >= 'a' && key <= 'd' {
		key -= 'a' - 'A'
	}
	i := strings.IndexRune(keys, key)
	return uint8(i), i >= 0
}

// Receiver finds key presses in a stream of event packets. A press counts once, with its first packet that arrives,
// however many of its packets are lost, doubled or out of order, with or without the marker bit.
type Receiver struct {
	clock int

	started   bool
	timestamp uint32 // of the event's current segment
	last      Event
}

// NewReceiver makes a receiver for events whose timestamps tick at clock hertz.
func NewReceiver(clock int) *Receiver { return &Receiver{clock: clock} }

// Push takes the payload of one packet. It reports a key when the packet begins a new press.
func (r *Receiver) Push(payload []byte, timestamp uint32, marker bool) (key rune, pressed bool, err error) {
	e, err := Parse(payload)
	if err != nil {
		return 0, false, err
	}
	previous, ahead := r.last, int64(int32(timestamp-r.timestamp))
	if r.started && r.same(e, ahead, marker) {
		if ahead > 0 {
			r.timestamp, r.last = timestamp, e
		} else if ahead == 0 {
			// Packets out of order: the longest duration and an end once seen stay.
			r.last.End = previous.End || e.End
			r.last.Duration = max(previous.Duration, e.Duration)
		}
		return 0, false, nil
	}
	r.started, r.timestamp, r.last = true, timestamp, e
	key, ok := e.Key()
	return key, ok, nil
}

// same says whether an event belongs to the press that is known already; ahead is how far its timestamp lies after it.
func (r *Receiver) same(e Event, ahead int64, marker bool) bool {
	switch {
	case ahead == 0:
		return e.Code == r.last.Code
	case ahead < 0:
		// A late packet of an earlier press; further back it is a sender that began anew.
		return ahead > -2*int64(r.clock)
	case marker || r.last.End || e.Code != r.last.Code:
		return false
	}
	// A press longer than the duration field goes on in a further segment (RFC 4733 section 2.5.1.3); senders report the
	// full field or stop a packet or two short of it.
	if r.last.Duration >= 0xF000 && ahead >= int64(r.last.Duration) && ahead <= 0xFFFF {
		return true
	}
	// Some gateways advance the timestamp with each packet of one press; the duration then grows in step.
	return ahead == int64(e.Duration)-int64(r.last.Duration)
}

// Step is what a Sender wants done in one 20 ms tick.
type Step struct {
	Event  Event
	Send   bool // send Event now; else stay silent (the pause between keys)
	Begin  bool // first packet of a press: set the marker bit and take the current timestamp for the whole press
	Finish bool // last step of a press
}

// Durations of what a Sender makes: well above the least of 40 ms that receivers must accept (ITU-T Q.24).
const (
	PressTicks = 6 // 120 ms
	PauseTicks = 4 // 80 ms, the two repeats of the end packet included
)

// Sender spells keys as telephone events, a step for each 20 ms tick: updates while pressed, then the end three times
// (RFC 4733 section 2.5.1.4).
type Sender struct {
	codes []uint8
	tick  int // within the current press
	unit  int // timestamp units a tick
}

// NewSender makes a sender for keys with event timestamps at clock hertz. It fails on anything but 0-9 * # A-D.
func NewSender(keys string, clock int) (*Sender, error) {
	s := &Sender{unit: clock / 50}
	for _, k := range keys {
		c, ok := code(k)
		if !ok {
			return nil, fmt.Errorf("%q is no telephone key: use 0-9 * # A-D", k)
		}
		s.codes = append(s.codes, c)
	}
	return s, nil
}

// Next is the step of the next tick; false when all keys are sent.
func (s *Sender) Next() (Step, bool) {
	if len(s.codes) == 0 {
		return Step{}, false
	}
	s.tick++
	held := min(s.tick, PressTicks)
	step := Step{
		Event: Event{Code: s.codes[0], Volume: 10, Duration: uint16(min(held*s.unit, 0xFFFF)), End: s.tick >= PressTicks},
		Send:  s.tick <= PressTicks+2,
		Begin: s.tick == 1,
	}
	if s.tick == PressTicks+PauseTicks {
		step.Finish = true
		s.tick = 0
		s.codes = s.codes[1:]
	}
	return step, true
}

// Length is how long sending takes.
func (s *Sender) Length() time.Duration {
	return time.Duration(len(s.codes)*(PressTicks+PauseTicks)-s.tick) * 20 * time.Millisecond
}
