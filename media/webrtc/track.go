package webrtc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	"github.com/pion/rtp"
	pion "github.com/pion/webrtc/v4"
)

// trackConn is a call's RTP as the audio clock wants it: packets in, packets out, whatever carries them. Packets written
// before the connection is up, or to a far end that does not want sound, are dropped: a live call has no use for them later.
type trackConn struct {
	ctx    context.Context
	name   string
	end    func() error // closes the connection, which ends reading
	remote chan *pion.TrackRemote
	out    atomic.Pointer[outlet]

	track *pion.TrackRemote // owned by the reading goroutine
}

// outlet is where packets leave, once the answer has been applied.
type outlet struct {
	id     string
	ssrc   uint32
	writer pion.TrackLocalWriter
}

func newTrackConn(ctx context.Context, codec string, end func() error) *trackConn {
	return &trackConn{ctx: ctx, name: codec, end: end, remote: make(chan *pion.TrackRemote, 1)}
}

// attach is told of the far end's track; a call has one, further ones are passed over.
func (c *trackConn) attach(track *pion.TrackRemote) {
	select {
	case c.remote <- track:
	default:
	}
}

// ReadPacket waits for the next RTP packet of the far end; io.EOF at the end of the call.
func (c *trackConn) ReadPacket(buf []byte) (int, error) {
	if c.track == nil {
		select {
		case c.track = <-c.remote:
		case <-c.ctx.Done():
			return 0, io.EOF
		}
	}
	for {
		n, _, err := c.track.Read(buf)
		switch {
		case err == nil:
			return n, nil
		case errors.Is(err, pion.ErrCodecNotFound):
			continue // one packet of a payload type that was not negotiated
		case c.ctx.Err() != nil || errors.Is(err, io.EOF):
			return 0, io.EOF
		default:
			return 0, fmt.Errorf("read from the browser: %w", err)
		}
	}
}

// WritePacket sends one RTP packet under the SSRC that the answer gave.
func (c *trackConn) WritePacket(packet []byte) error {
	out := c.out.Load()
	if out == nil || c.ctx.Err() != nil {
		return nil
	}
	var header rtp.Header
	n, err := header.Unmarshal(packet)
	if err != nil {
		return fmt.Errorf("send to the browser: %w", err)
	}
	header.SSRC = out.ssrc
	if _, err := out.writer.WriteRTP(&header, packet[n:]); err != nil && !errors.Is(err, io.ErrClosedPipe) {
		return fmt.Errorf("send to the browser: %w", err)
	}
	return nil
}

// Close ends the connection.
func (c *trackConn) Close() error { return c.end() }

// Bind is called by the peer connection when the answer takes effect.
func (c *trackConn) Bind(t pion.TrackLocalContext) (pion.RTPCodecParameters, error) {
	for _, codec := range t.CodecParameters() {
		if strings.EqualFold(codec.MimeType, "audio/"+c.name) {
			c.out.Store(&outlet{id: t.ID(), ssrc: uint32(t.SSRC()), writer: t.WriteStream()})
			return codec, nil
		}
	}
	return pion.RTPCodecParameters{}, pion.ErrUnsupportedCodec
}

// Unbind is called when the sender stops.
func (c *trackConn) Unbind(t pion.TrackLocalContext) error {
	if out := c.out.Load(); out != nil && out.id == t.ID() {
		c.out.Store(nil)
	}
	return nil
}

// ID names the track in the answer's msid.
func (c *trackConn) ID() string { return "voice" }

// StreamID groups the track; there is only one.
func (c *trackConn) StreamID() string { return "hotline" }

// RID is empty: no simulcast.
func (c *trackConn) RID() string { return "" }

// Kind is audio.
func (c *trackConn) Kind() pion.RTPCodecType { return pion.RTPCodecTypeAudio }
