package rtp

import (
	"fmt"
	"time"

	"github.com/pion/rtp"

	"voxgate/media/codec"
	"voxgate/media/dtmf"
	"voxgate/media/jitter"
	"voxgate/media/resample"
)

// pipeline is a Format made ready: everything between frames and payloads. After SetCodec it is the clock's.
type pipeline struct {
	format  Format
	encoder codec.Encoder
	toWire  *resample.Resampler // nil where the rates are equal
	streams []*stream
	active  *stream
	events  *dtmf.Receiver
	step    uint32 // timestamp units a frame

	wire    []int16
	payload []byte
}

// stream is one payload type that the far end may send.
type stream struct {
	codec    codec.Codec
	buffer   *jitter.Buffer
	fromWire *resample.Resampler // nil where the rates are equal
	pcm      []int16
	line     []int16
}

func newPipeline(f Format, rate int) (*pipeline, error) {
	p := &pipeline{format: f, step: uint32(f.Codec.ClockRate / 50)}
	if f.Codec.NewEncoder == nil || p.step == 0 {
		return nil, fmt.Errorf("codec %q cannot be opened", f.Codec.Name)
	}
	var err error
	if p.encoder, err = f.Codec.NewEncoder(); err != nil {
		return nil, fmt.Errorf("open %s encoder: %w", f.Codec, err)
	}
	if p.toWire, err = converter(rate, f.Codec.Rate); err != nil {
		return nil, err
	}
	receive := f.Receive
	if len(receive) == 0 {
		receive = []codec.Codec{f.Codec}
	}
	for _, c := range receive {
		s, err := newStream(c, rate)
		if err != nil {
			return nil, err
		}
		p.streams = append(p.streams, s)
	}
	p.active = p.streams[0]
	p.events = dtmf.NewReceiver(p.eventClock())
	return p, nil
}

func newStream(c codec.Codec, rate int) (*stream, error) {
	dec, err := c.NewDecoder()
	if err != nil {
		return nil, fmt.Errorf("open %s decoder: %w", c, err)
	}
	cfg := jitter.Config{Decoder: dec, Rate: c.Rate, ClockRate: c.ClockRate}
	if _, ok := dec.(codec.Concealer); ok {
		// The copy of a lost packet travels in the next one, which must have come by then.
		cfg.Min = 40 * time.Millisecond
	}
	s := &stream{codec: c, buffer: jitter.New(cfg), pcm: make([]int16, c.Rate/50)}
	s.fromWire, err = converter(c.Rate, rate)
	return s, err
}

func converter(from, to int) (*resample.Resampler, error) {
	if from == to {
		return nil, nil
	}
	return resample.New(from, to)
}

func (p *pipeline) eventClock() int {
	if p.format.EventClock != 0 {
		return p.format.EventClock
	}
	return p.format.Codec.ClockRate
}

// payloadTypes are those that the far end may send.
func (p *pipeline) payloadTypes() []uint8 {
	var out []uint8
	for _, s := range p.streams {
		out = append(out, s.codec.PayloadType)
	}
	if p.format.EventType != 0 {
		out = append(out, p.format.EventType)
	}
	return out
}

// stream finds the stream of a payload type and makes it the one that is heard; nil when it was not negotiated.
func (p *pipeline) stream(payloadType uint8) *stream {
	for _, s := range p.streams {
		if s.codec.PayloadType != payloadType {
			continue
		}
		if s != p.active {
			s.buffer.Reset()
			p.active = s
		}
		return s
	}
	return nil
}

// reset begins anew with a new sender.
func (p *pipeline) reset() {
	p.active.buffer.Reset()
	p.events = dtmf.NewReceiver(p.eventClock())
}

// pop fills dst with the next frame of the far end.
func (s *stream) pop(due time.Duration, dst []int16) {
	s.buffer.Pop(due, s.pcm)
	if s.fromWire == nil {
		copy(dst, s.pcm)
		return
	}
	s.line = s.fromWire.Process(s.line[:0], s.pcm)
	copy(dst, s.line)
}

// encode is the payload of a frame; it is valid until the next call.
func (p *pipeline) encode(pcm []int16) ([]byte, error) {
	if p.toWire != nil {
		p.wire = p.toWire.Process(p.wire[:0], pcm)
		pcm = p.wire
	}
	var err error
	p.payload, err = p.encoder.Encode(p.payload[:0], pcm)
	return p.payload, err
}

// accepts says whether a payload type of audio was negotiated.
func (p *pipeline) accepts(payloadType uint8) bool {
	for _, s := range p.streams {
		if s.codec.PayloadType == payloadType {
			return true
		}
	}
	return false
}

func (s *stream) push(in *rtp.Packet, arrival time.Duration) {
	s.buffer.Push(jitter.Packet{
		Sequence: in.SequenceNumber, Timestamp: in.Timestamp, Marker: in.Marker,
		Payload: in.Payload, Arrival: arrival,
	})
}
