package evaluation

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"voxgate/asr"
	"voxgate/media"
	"voxgate/media/codec"
	"voxgate/media/codec/opus"
	"voxgate/media/jitter"
)

// ErrCondition says that the name of a condition means nothing.
var ErrCondition = errors.New("unknown condition")

// Condition is what happens to speech on its way, and what the dialogue tells the recogniser beforehand. The zero value
// is a clean mu-law line and no hints.
type Condition struct {
	Name   string
	Wait   float64 // seconds of the line before the recording begins: the caller listens, and the place is heard
	Room   bool    // the caller is some way from the telephone, in a room
	Noisy  bool
	SNR    float64 // of the noise, in dB under the speech
	Narrow bool    // the band of old telephones and of GSM, 300-3,400 Hz
	Level  float64 // gain in dB
	Clip   float64 // dB by which the loudest sample is driven over full scale
	Codec  string  // "alaw" or "opus"; G.711 mu-law otherwise
	Loss   float64 // share of packets of 20 ms that never arrive

	Expect bool // what the manifest's columns lang and expect say is told
	Known  bool // so are the numbers of its column known
}

// Standard are the conditions of a whole report.
func Standard() []string {
	return []string{"clean", "noise10", "loss5", "alaw", "opus", "narrow", "room", "level-30", "clip12"}
}

// switches are the parts of a condition's name that have no number.
var switches = map[string]func(*Condition){
	"alaw":   func(c *Condition) { c.Codec = "alaw" },
	"opus":   func(c *Condition) { c.Codec = "opus" },
	"narrow": func(c *Condition) { c.Narrow = true },
	"room":   func(c *Condition) { c.Room = true },
	"expect": func(c *Condition) { c.Expect = true },
	"known":  func(c *Condition) { c.Known = true },
}

// dials are the parts that have one, with its bounds.
var dials = []struct {
	name      string
	low, high float64
	unit      string
	set       func(*Condition, float64)
}{
	{"noise", -20, 60, "dB", func(c *Condition, v float64) { c.Noisy, c.SNR = true, v }},
	{"wait", 0.1, 10, "s", func(c *Condition, v float64) { c.Wait = v }},
	{"loss", 0.1, 50, "%", func(c *Condition, v float64) { c.Loss = v / 100 }},
	{"level", -60, 20, "dB", func(c *Condition, v float64) { c.Level = v }},
	{"clip", 1, 40, "dB", func(c *Condition, v float64) { c.Clip = v }},
}

// ParseCondition reads the name of a condition: clean, or one or several joined by "+" of room, noiseN (N dB under the
// speech), waitN (N seconds of the line before the recording), narrow, levelN (N dB louder, or softer as in level-30),
// clipN, alaw, opus, lossN (N % of the packets), expect and known.
func ParseCondition(name string) (Condition, error) {
	c := Condition{Name: name}
	if name == "clean" {
		return c, nil
	}
	for part := range strings.SplitSeq(name, "+") {
		if err := c.read(part); err != nil {
			return c, fmt.Errorf("%w %q: %w", ErrCondition, name, err)
		}
	}
	return c, nil
}

func (c *Condition) read(part string) error {
	if set, ok := switches[part]; ok {
		set(c)
		return nil
	}
	for _, d := range dials {
		value, ok := strings.CutPrefix(part, d.name)
		if !ok {
			continue
		}
		v, err := strconv.ParseFloat(value, 64)
		if err != nil || !(v >= d.low && v <= d.high) {
			return fmt.Errorf("%s wants a number from %g to %g %s after it", d.name, d.low, d.high, d.unit)
		}
		d.set(c, v)
		return nil
	}
	return errors.New("use clean, or noise10 (dB), wait2 (s), loss5 (%), level-30 (dB), clip12 (dB), alaw, opus, narrow, room, expect, known, joined as in noise10+loss5")
}

// Hints are what the recogniser is told of a row under the condition.
func (c Condition) Hints(row Row) (asr.Hints, error) {
	var expect, known string
	if c.Expect {
		expect = row.Expect
	}
	if c.Known {
		known = row.Known
	}
	h, err := asr.ParseHints(expect, known)
	if c.Expect {
		h.Lang = row.Lang
	}
	return h, err
}

// Before puts the wait before speech, mono at 8,000 Hz.
func (c Condition) Before(speech []int16) []int16 {
	return slices.Concat(make([]int16, int(c.Wait*media.Narrowband)), speech)
}

// Degrade is what arrives of speech, mono at 8,000 Hz, at the far end of the line, in time with it: the delay of the
// network is taken out. Noise is taken from the recording given, or made where that is nil. The seed fixes every chance.
func (c Condition) Degrade(speech, noise []int16, seed uint64) ([]int16, error) {
	dice := rand.New(rand.NewPCG(seed, 0x766f78))
	if c.Room {
		speech = reverberate(speech, dice)
	}
	if c.Noisy {
		speech = mix(speech, background(noise, len(speech), dice), c.SNR)
	}
	if c.Narrow {
		speech = telephoneBand(speech)
	}
	speech = amplify(speech, c.Level, c.Clip)
	return transmit(speech, c.law(), c.Loss, dice)
}

func (c Condition) law() codec.Codec {
	switch c.Codec {
	case "alaw":
		return codec.PCMA
	case "opus":
		return opus.At(media.Narrowband)
	}
	return codec.PCMU
}

// transmit sends speech as RTP through the jitter buffer of a call, which conceals what is lost.
func transmit(speech []int16, law codec.Codec, loss float64, dice *rand.Rand) ([]int16, error) {
	enc, err := law.NewEncoder()
	if err != nil {
		return nil, err
	}
	dec, err := law.NewDecoder()
	if err != nil {
		return nil, err
	}
	buffer := jitter.New(jitter.Config{Decoder: dec, Rate: media.Narrowband, ClockRate: law.ClockRate})
	frames := media.Frames(media.Narrowband, speech)
	const (
		drain = 3 // ticks after the last packet, for what the buffer still holds
		// The clock ticks as long after the packets as the buffer's least delay wants, so that it never shifts the sound.
		phase = 5 * time.Millisecond
		// The buffer plays a packet one tick after it came.
		delay = 1
	)
	out := make([]int16, 0, (len(frames)+drain)*media.Narrowband/50)
	heard := make([]int16, media.Narrowband/50)
	for i := range len(frames) + drain {
		now := time.Duration(i) * media.FrameDuration
		if i < len(frames) && dice.Float64() >= loss {
			payload, err := enc.Encode(nil, frames[i].PCM())
			if err != nil {
				return nil, err
			}
			buffer.Push(jitter.Packet{Sequence: uint16(i), Timestamp: uint32(i * law.ClockRate / 50), Payload: payload, Arrival: now})
		}
		buffer.Pop(now+phase, heard)
		if i >= delay {
			out = append(out, heard...)
		}
	}
	return out, nil
}
