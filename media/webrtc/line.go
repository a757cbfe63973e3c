package webrtc

import (
	"fmt"
	"log/slog"

	"voxgate/media"
	"voxgate/media/codec"
	"voxgate/media/codec/opus"
	"voxgate/media/rtp"
)

// newLine puts the audio clock, jitter buffer and codec of a telephone leg on a browser's track.
func newLine(conn rtp.PacketConn, negotiated Codec, tap media.Tap, log *slog.Logger) (*rtp.Line, error) {
	chosen, err := codecOf(negotiated)
	if err != nil {
		return nil, err
	}
	format := rtp.Format{Codec: chosen, EventType: negotiated.Events, EventClock: negotiated.Clock}
	return rtp.NewLine(conn, rtp.Config{Format: format, Rate: negotiated.Rate, Tap: tap, Log: log})
}

// codecOf is the codec under the number that the far end gave it.
func codecOf(negotiated Codec) (codec.Codec, error) {
	for _, known := range []codec.Codec{opus.At(negotiated.Rate), codec.PCMU, codec.PCMA} {
		if known.Name == negotiated.Name {
			known.PayloadType = negotiated.Payload
			return known, nil
		}
	}
	return codec.Codec{}, fmt.Errorf("%w: %s", ErrNoCommonCodec, negotiated.Name)
}
