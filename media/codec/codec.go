// Package codec turns 20 ms of linear PCM into RTP payloads and back.
//
// G.711 is here; a codec that needs a C library has a sub-package of its own (codec/opus), so that only those who want
// it link it. A Codec is a value that says what SDP and RTP need to know and opens the two directions.
package codec

import "errors"

// ErrPayload says that a payload cannot be of the codec: empty, truncated or too long.
var ErrPayload = errors.New("bad payload")

// MaxSamples bounds what one payload may decode to: 200 ms at 16 kHz, the longest packet RFC 3551 section 4.2 asks
// receivers to take.
const MaxSamples = 3200

// Codec describes one payload format.
type Codec struct {
	Name        string // SDP encoding name: "PCMU", "PCMA", "opus"
	PayloadType uint8  // static type (RFC 3551 section 6), or the dynamic one that we offer
	ClockRate   int    // RTP timestamp units a second
	Channels    int    // as written in a=rtpmap; 1 where it is left out
	Rate        int    // samples a second of the linear side, 8,000 or 16,000
	Parameters  string // a=fmtp content that we offer; empty for none

	NewEncoder func() (Encoder, error)
	NewDecoder func() (Decoder, error)
}

// String is the codec as a=rtpmap writes it, for logs.
func (c Codec) String() string { return c.Name }

// Encoder makes payloads, each from 20 ms of mono PCM at the codec's Rate. It belongs to one stream.
type Encoder interface {
	// Encode appends the payload of pcm to dst.
	Encode(dst []byte, pcm []int16) ([]byte, error)
}

// Decoder reads payloads of any packet time. It belongs to one stream.
type Decoder interface {
	// Decode appends the samples of payload to dst: at most MaxSamples, else an error that wraps ErrPayload.
	Decode(dst []int16, payload []byte) ([]int16, error)
}

// Concealer is a Decoder that can make up for lost packets itself.
type Concealer interface {
	// Conceal appends the given number of samples in place of a lost packet. Next is the payload that directly follows the loss,
	// which may carry a copy of what was lost; nil when it is not there.
	Conceal(dst []int16, next []byte, samples int) ([]int16, error)
}
