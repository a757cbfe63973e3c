package rtp

import (
	"context"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/pion/rtp"

	"voxgate/media"
)

// catchUp is how many missed ticks are made good by sending at once; after a longer pause (a stopped machine) time moves on.
const catchUp = 10

// clock owns the audio path: it runs on the goroutine of Run.
type clock struct {
	line    *Line
	control ControlConn // nil where RTCP does not pass
	pipe    *pipeline

	// Sending.
	ssrc      uint32
	sequence  uint16
	timestamp uint32
	talking   bool // the last packet was of a playback
	resumed   bool // the next packet begins a talk spurt
	keying    *keying
	keyTime   uint32 // timestamp of the press being sent
	out       []byte
	failing   bool

	// Receiving.
	source   reception
	received media.Frame
	sent     media.Frame

	reports reporter
	stats   Stats
}

func newClock(l *Line, control ControlConn) *clock {
	c := &clock{
		line: l, control: control, pipe: l.format.Load(),
		ssrc: rand.Uint32(), sequence: uint16(rand.Uint32()), timestamp: rand.Uint32(), resumed: true,
		out: make([]byte, 0, 1500),
	}
	c.reports.name = strconv.FormatUint(rand.Uint64(), 36)
	c.reports.schedule(0)
	return c
}

// run ticks until ctx is done. Each tick is due at a fixed distance from the first, however late the one before was.
func (c *clock) run(ctx context.Context) {
	begin := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for tick := int64(0); ; tick++ {
		due := begin.Add(time.Duration(tick) * media.FrameDuration)
		if wait := time.Until(due); wait > 0 {
			timer.Reset(wait)
			select {
			case <-timer.C:
			case <-ctx.Done():
			}
		}
		if ctx.Err() != nil {
			c.goodbye()
			return
		}
		if missed := int64(time.Since(due) / media.FrameDuration); missed > catchUp {
			c.stats.Skipped += int(missed)
			c.timestamp += uint32(missed) * c.pipe.step
			c.resumed = true
			tick += missed
			due = due.Add(time.Duration(missed) * media.FrameDuration)
		}
		c.tick(due.Sub(c.line.start))
		c.stats.paced(time.Since(due))
		if c.stats.Ticks%50 == 0 {
			c.publish()
		}
	}
}

// tick does the work of 20 ms. Due is counted from the line's start.
func (c *clock) tick(due time.Duration) {
	if next := c.line.format.Load(); next != c.pipe {
		c.pipe, c.resumed = next, true
	}
	c.drain()
	c.received = media.Frame{Rate: c.line.rate}
	c.pipe.active.pop(due, c.received.PCM())
	c.offer()
	c.sent = media.Frame{Rate: c.line.rate}
	c.send()
	if c.line.tap != nil {
		c.line.tap.Tick(&c.received, &c.sent)
	}
	c.report(due)
	c.stats.Ticks++
}

// drain takes what the reader has brought.
func (c *clock) drain() {
	for {
		select {
		case p := <-c.line.packets:
			c.receive(p)
		case b := <-c.line.controls:
			c.receiveControl(b)
		default:
			return
		}
	}
}

// offer gives the frame to Recv, over the oldest one when nobody fetches.
func (c *clock) offer() {
	for {
		select {
		case c.line.frames <- c.received:
			return
		default:
		}
		select {
		case <-c.line.frames:
			c.stats.FrameDrops++
		default:
		}
	}
}

// receive sorts one packet.
func (c *clock) receive(p packet) {
	var in rtp.Packet
	if err := in.Unmarshal(p.data); err != nil || in.Version != 2 {
		c.stats.Malformed++
		return
	}
	pipe := c.pipe
	event := pipe.format.EventType != 0 && in.PayloadType == pipe.format.EventType
	if !event && !pipe.accepts(in.PayloadType) {
		c.stats.Unexpected++
		return
	}
	switch c.source.admit(&in.Header, p.arrival) {
	case sourceNew:
		c.line.log.Debug("rtp: new sender", "ssrc", in.SSRC)
		pipe.reset()
	case sourceDoubtful:
		c.stats.Unexpected++
		return
	}
	c.stats.Received++
	c.line.lastReceived.Store(int64(p.arrival))
	if event {
		key, pressed, err := pipe.events.Push(in.Payload, in.Timestamp, in.Marker)
		if err != nil {
			c.stats.Malformed++
		}
		if pressed {
			c.line.PushDigit(key)
		}
		return
	}
	s := pipe.stream(in.PayloadType)
	c.source.measure(&in.Header, p.arrival, s.codec.ClockRate)
	s.push(&in, p.arrival)
}

// send puts one packet on the wire: keys first, then what is being played, else silence, so that the stream is never
// interrupted (NAT bindings, latching peers and jitter buffers live on it).
func (c *clock) send() {
	pipe := c.pipe
	defer func() { c.timestamp += pipe.step }()
	if c.line.held.Load() {
		c.resumed = true
		return
	}
	if c.sendKeys() {
		c.resumed = true
		return
	}
	speaking := c.line.player.Next(&c.sent)
	payload, err := pipe.encode(c.sent.PCM())
	if err != nil {
		c.failed(err)
		return
	}
	marker := c.resumed || speaking && !c.talking
	c.talking, c.resumed = speaking, false
	c.write(pipe.format.Codec.PayloadType, c.timestamp, marker, payload)
}

// sendKeys does one step of a SendDigits; false when there is none.
func (c *clock) sendKeys() bool {
	if c.keying == nil {
		select {
		case c.keying = <-c.line.keys:
		default:
			return false
		}
	}
	step, ok := c.keying.sender.Next()
	if !ok {
		close(c.keying.done)
		c.keying = nil
		return false
	}
	if step.Begin {
		c.keyTime = c.timestamp
	}
	if step.Send {
		var body [4]byte
		c.write(c.pipe.format.EventType, c.keyTime, step.Begin, step.Event.Append(body[:0]))
	}
	if step.Finish && c.keying.stop.Load() {
		c.keying = nil
	}
	return true
}

func (c *clock) write(payloadType uint8, timestamp uint32, marker bool, payload []byte) {
	c.sequence++
	h := rtp.Header{
		Version: 2, PayloadType: payloadType, SequenceNumber: c.sequence,
		Timestamp: timestamp, SSRC: c.ssrc, Marker: marker,
	}
	c.out = c.out[:12]
	if _, err := h.MarshalTo(c.out); err != nil {
		c.failed(err)
		return
	}
	c.out = append(c.out, payload...)
	if err := c.line.conn.WritePacket(c.out); err != nil {
		c.failed(err)
		return
	}
	c.failing = false
	c.stats.Sent++
	c.reports.sent(len(payload))
}

// failed counts a packet that could not be sent; the first of a row is logged.
func (c *clock) failed(err error) {
	c.stats.SendErrors++
	if !c.failing {
		c.line.log.Warn("rtp: cannot send", "error", err)
	}
	c.failing = true
}
