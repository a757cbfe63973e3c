// Package opus is the Opus codec (RFC 6716, RTP payload RFC 7587) through libopus: mono, 20 ms, in-band error
// correction, decoded straight to the line's rate.
package opus

import (
	"fmt"
	"slices"

	libopus "gopkg.in/hraban/opus.v2"

	"voxgate/media/codec"
)

const (
	// bitrate is generous for wideband speech (RFC 7587 section 3.1.1 names 16-20 kbit/s), so that what a recogniser
	// needs survives, with room for the copies of lost packets.
	bitrate = 28000
	// expectedLoss in percent is how much of the bits goes to those copies.
	expectedLoss = 10
	complexity   = 3    // of 10; encoding is the dearest step of a line
	maxPacket    = 1275 // of one frame, RFC 6716 section 3.4
)

// At is Opus with frames at 8,000 or 16,000 Hz. The RTP clock is 48,000 Hz whatever the rate (RFC 7587 section 4.1).
func At(rate int) codec.Codec {
	return codec.Codec{
		Name: "opus", PayloadType: 111, ClockRate: 48000, Channels: 2, Rate: rate,
		Parameters: "minptime=10;useinbandfec=1;stereo=0;sprop-stereo=0",
		NewEncoder: func() (codec.Encoder, error) { return newEncoder(rate) },
		NewDecoder: func() (codec.Decoder, error) { return newDecoder(rate) },
	}
}

type encoder struct {
	opus *libopus.Encoder
	rate int
}

func newEncoder(rate int) (codec.Encoder, error) {
	e, err := libopus.NewEncoder(rate, 1, libopus.AppVoIP)
	if err != nil {
		return nil, fmt.Errorf("opus encoder at %d Hz: %w", rate, err)
	}
	for _, set := range []error{
		e.SetBitrate(bitrate), e.SetInBandFEC(true), e.SetPacketLossPerc(expectedLoss), e.SetComplexity(complexity),
	} {
		if set != nil {
			return nil, fmt.Errorf("set up opus encoder: %w", set)
		}
	}
	return &encoder{e, rate}, nil
}

func (e *encoder) Encode(dst []byte, pcm []int16) ([]byte, error) {
	if len(pcm) != e.rate/50 {
		return dst, fmt.Errorf("opus: %d samples, want the %d of 20 ms", len(pcm), e.rate/50)
	}
	have := len(dst)
	dst = slices.Grow(dst, maxPacket)
	n, err := e.opus.Encode(pcm, dst[have:have+maxPacket])
	if err != nil {
		return dst[:have], fmt.Errorf("opus: encode: %w", err)
	}
	return dst[:have+n], nil
}

type decoder struct {
	opus *libopus.Decoder
	rate int
}

var _ codec.Concealer = (*decoder)(nil)

func newDecoder(rate int) (codec.Decoder, error) {
	d, err := libopus.NewDecoder(rate, 1)
	if err != nil {
		return nil, fmt.Errorf("opus decoder at %d Hz: %w", rate, err)
	}
	return &decoder{d, rate}, nil
}

// longest is the samples of 120 ms, the longest that one packet may hold (RFC 6716 section 3.2.5).
func (d *decoder) longest() int { return d.rate * 120 / 1000 }

func (d *decoder) Decode(dst []int16, payload []byte) ([]int16, error) {
	if len(payload) == 0 {
		return dst, fmt.Errorf("opus: empty: %w", codec.ErrPayload)
	}
	have, room := len(dst), d.longest()
	dst = slices.Grow(dst, room)
	n, err := d.opus.Decode(payload, dst[have:have+room:have+room])
	if err != nil {
		return dst[:have], fmt.Errorf("opus: %w: %w", err, codec.ErrPayload)
	}
	return dst[:have+n], nil
}

// Conceal restores the packet before next from the copy that next may carry, or lets the codec go on by itself.
func (d *decoder) Conceal(dst []int16, next []byte, samples int) ([]int16, error) {
	have := len(dst)
	if samples <= 0 || samples > d.longest() || samples%(d.rate/400) != 0 {
		return dst, fmt.Errorf("opus: cannot conceal %d samples: want a multiple of 2.5 ms up to 120 ms", samples)
	}
	dst = slices.Grow(dst, samples)
	gap := dst[have : have+samples : have+samples]
	var err error
	if len(next) > 0 {
		err = d.opus.DecodeFEC(next, gap)
	} else {
		err = d.opus.DecodePLC(gap)
	}
	if err != nil {
		return dst[:have], fmt.Errorf("opus: conceal: %w", err)
	}
	return dst[:have+samples], nil
}
