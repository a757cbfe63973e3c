package codec

import (
	"fmt"
	"math/bits"
)

// PCMU is G.711 mu-law (ITU-T G.711 table 2), static payload type 0.
var PCMU = Codec{
	Name: "PCMU", PayloadType: 0, ClockRate: 8000, Channels: 1, Rate: 8000,
	NewEncoder: func() (Encoder, error) { return muLaw{}, nil },
	NewDecoder: func() (Decoder, error) { return muLaw{}, nil },
}

// PCMA is G.711 A-law (ITU-T G.711 table 1), static payload type 8.
var PCMA = Codec{
	Name: "PCMA", PayloadType: 8, ClockRate: 8000, Channels: 1, Rate: 8000,
	NewEncoder: func() (Encoder, error) { return aLaw{}, nil },
	NewDecoder: func() (Decoder, error) { return aLaw{}, nil },
}

type muLaw struct{}

func (muLaw) Encode(dst []byte, pcm []int16) ([]byte, error) {
	for _, s := range pcm {
		dst = append(dst, EncodeMuLaw(s))
	}
	return dst, nil
}

func (muLaw) Decode(dst []int16, payload []byte) ([]int16, error) {
	return expand(dst, payload, &muLinear)
}

type aLaw struct{}

func (aLaw) Encode(dst []byte, pcm []int16) ([]byte, error) {
	for _, s := range pcm {
		dst = append(dst, EncodeALaw(s))
	}
	return dst, nil
}

func (aLaw) Decode(dst []int16, payload []byte) ([]int16, error) {
	return expand(dst, payload, &aLinear)
}

func expand(dst []int16, payload []byte, table *[256]int16) ([]int16, error) {
	if len(payload) == 0 || len(payload) > MaxSamples {
		return dst, fmt.Errorf("G.711: %d octets in one packet: %w", len(payload), ErrPayload)
	}
	for _, b := range payload {
		dst = append(dst, table[b])
	}
	return dst, nil
}

// muBias is what G.711 adds so that every segment's end is a power of two (33 in 14-bit units).
const muBias = 33

// EncodeMuLaw is the mu-law octet of a 16-bit sample, bits inverted as on the line.
func EncodeMuLaw(s int16) byte {
	v, sign := int(s)>>2, byte(0x80)
	if s < 0 {
		// Ones' complement as in ITU-T G.191: both zeros exist and decision values fall on the same side.
		v, sign = int(^s)>>2, 0
	}
	v = min(v+muBias, 0x1FFF)
	segment := bits.Len(uint(v)) - 6
	return sign | ^byte(segment<<4|(v>>(segment+1))&0x0F)&0x7F
}

// EncodeALaw is the A-law octet of a 16-bit sample, even bits inverted as on the line.
func EncodeALaw(s int16) byte {
	v, sign := int(s)>>4, byte(0x80)
	if s < 0 {
		v, sign = int(^s)>>4, 0
	}
	code := v
	if v > 15 {
		segment := bits.Len(uint(v)) - 4
		code = segment<<4 | (v>>(segment-1))&0x0F
	}
	return (sign | byte(code)) ^ 0x55
}

// DecodeMuLaw is the 16-bit sample of a mu-law octet: the middle of its interval.
func DecodeMuLaw(b byte) int16 { return muLinear[b] }

// DecodeALaw is the 16-bit sample of an A-law octet: the middle of its interval.
func DecodeALaw(b byte) int16 { return aLinear[b] }

var muLinear, aLinear = muTable(), aTable()

func muTable() (t [256]int16) {
	for i := range t {
		c := ^byte(i)
		segment, step := c>>4&7, int16(c&0x0F)
		v := (step<<1+muBias)<<segment - muBias
		if c&0x80 != 0 {
			v = -v
		}
		t[i] = v << 2
	}
	return t
}

func aTable() (t [256]int16) {
	for i := range t {
		c := byte(i) ^ 0x55
		segment, step := c>>4&7, int16(c&0x0F)
		v := step<<1 + 1
		if segment > 0 {
			v = (v + 32) << (segment - 1)
		}
		if c&0x80 == 0 {
			v = -v
		}
		t[i] = v << 3
	}
	return t
}
