package jitter

import (
	"slices"
	"testing"
	"time"

	"voxgate/media/codec"
	"voxgate/media/mediatest"
)

// network sends a sound through packets, faults and a Buffer, in simulated time.
type network struct {
	sound    []int16
	rate     int
	packet   time.Duration   // packet time; 20 ms where zero
	packets  []time.Duration // packet times in turn, instead of packet
	faults   mediatest.Impairment
	drift    float64              // how much faster the sender's clock runs, in parts per million
	edit     func(i int, p *sent) // changes packets before they are sent
	min, max time.Duration
	longest  *time.Duration // set to the longest delay from two seconds on
}

type sent struct {
	Packet
	at   time.Duration // when it leaves
	drop bool
}

// run gives what is heard from the first packet's arrival on, and the buffer.
func (n network) run(t *testing.T) ([]int16, *Buffer) {
	t.Helper()
	enc, dec := &linear{}, &linear{}
	b := New(Config{Decoder: dec, Rate: n.rate, ClockRate: n.rate, Min: n.min, Max: n.max})
	var wire []sent
	at, sequence, timestamp := 0, uint16(65530), uint32(1<<32-700)
	for i := 0; at < len(n.sound); i++ {
		length := 20 * time.Millisecond
		if n.packet > 0 {
			length = n.packet
		}
		if len(n.packets) > 0 {
			length = n.packets[i%len(n.packets)]
		}
		end := min(at+int(int64(n.rate)*int64(length)/int64(time.Second)), len(n.sound))
		p := sent{at: time.Duration(float64(end) / float64(n.rate) * float64(time.Second) / (1 + n.drift/1e6))}
		p.Sequence, p.Timestamp, p.Payload = sequence, timestamp, enc.encode(n.sound[at:end])
		sequence++
		timestamp += uint32(end - at)
		at = end
		if n.edit != nil {
			n.edit(i, &p)
		}
		wire = append(wire, p)
	}
	var arriving []Packet
	last := time.Duration(0)
	for i, delays := range mediatest.Fates(n.faults, len(wire)) {
		last = max(last, wire[i].at)
		for _, d := range delays {
			if p := wire[i]; !p.drop {
				p.Arrival = p.at + d
				arriving = append(arriving, p.Packet)
			}
		}
	}
	slices.SortStableFunc(arriving, func(a, b Packet) int { return int(a.Arrival - b.Arrival) })
	var heard []int16
	frame := make([]int16, n.rate/50)
	next := 0
	for now := 7 * time.Millisecond; now < last+100*time.Millisecond; now += 20 * time.Millisecond {
		for next < len(arriving) && arriving[next].Arrival <= now {
			b.Push(arriving[next])
			next++
		}
		b.Pop(now, frame)
		heard = append(heard, frame...)
		if n.longest != nil && now > 2*time.Second {
			*n.longest = max(*n.longest, b.Stats().Delay)
		}
	}
	return heard, b
}

// linear is a codec without loss, so that what the buffer does is seen exactly.
type linear struct{}

func (*linear) encode(pcm []int16) []byte {
	out := make([]byte, 0, 2*len(pcm))
	for _, v := range pcm {
		out = append(out, byte(v), byte(v>>8))
	}
	return out
}

func (*linear) Decode(dst []int16, payload []byte) ([]int16, error) {
	if len(payload) == 0 || len(payload)%2 != 0 || len(payload) > 2*codec.MaxSamples {
		return dst, codec.ErrPayload
	}
	for i := 0; i < len(payload); i += 2 {
		dst = append(dst, int16(payload[i])|int16(payload[i+1])<<8)
	}
	return dst, nil
}

// locate finds where a piece of the sound is in what was heard: its position by the best match of its first 10 ms, and
// the SNR of all of it there.
func locate(piece, heard []int16) (float64, int) {
	best, at := -100.0, 0
	for i := 0; i+len(piece) <= len(heard); i++ {
		if v := mediatest.SNR(piece[:80], heard[i:i+80]); v > best {
			best, at = v, i
		}
	}
	return mediatest.SNR(piece, heard[at:at+len(piece)]), at
}
