package sip

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"voxgate/media"
	"voxgate/media/codec"
	"voxgate/media/dtmf"
	"voxgate/media/rtp"
	"voxgate/sip/sdp"
)

// audio is a call's media: the sockets from the start, the line from the moment that a codec is agreed. The call's mutex
// guards it.
type audio struct {
	conn   *rtp.UDPConn
	tap    media.Tap
	line   *rtp.Line
	remote netip.AddrPort // where the far end's SDP last said that it listens
	held   bool           // by the far end, or a direction in which it does not send: silence is no sign of death
}

// openAudio opens the RTP port, so that there is something to describe.
func (c *call) openAudio(tap media.Tap) error {
	conn, err := rtp.Listen(c.srv.mediaAddr(c.dlg.source), c.srv.ports)
	if err != nil {
		return fmt.Errorf("opening RTP port: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.audio = &audio{conn: conn, tap: tap}
	c.local.Addr, c.local.Port, c.local.Codecs = c.srv.addrFor(c.dlg.source), int(conn.LocalAddr().Port()), c.srv.codecs()
	if c.phase == ended {
		c.audio.close()
		return ErrEnded
	}
	return nil
}

// mediaAddr is the local address that RTP is received on; it differs from what is advertised behind NAT.
func (s *Server) mediaAddr(peer string) netip.Addr {
	bound := s.bound()
	if !bound.IsUnspecified() {
		return bound
	}
	if ap, err := netip.ParseAddrPort(peer); err == nil && ap.Addr().Unmap().Is4() {
		return netip.IPv4Unspecified()
	}
	return netip.IPv6Unspecified()
}

// codecs are the configured ones as SDP names them.
func (s *Server) codecs() []sdp.Codec {
	out := make([]sdp.Codec, len(s.cfg.Codecs))
	for i, c := range s.cfg.Codecs {
		out[i] = sdp.Codec{Name: c.Name, PayloadType: c.PayloadType, Clock: c.ClockRate, Channels: c.Channels, Params: c.Parameters}
	}
	return out
}

// codec finds the implementation of an agreed codec, at its agreed payload type.
func (s *Server) codec(agreed sdp.Codec) codec.Codec {
	i := slices.IndexFunc(s.cfg.Codecs, func(c codec.Codec) bool { return strings.EqualFold(c.Name, agreed.Name) })
	found := s.cfg.Codecs[max(i, 0)]
	found.PayloadType = agreed.PayloadType
	return found
}

// apply makes the media what both sides agreed to, at the start and after each change.
func (c *call) apply(r sdp.Result) error {
	if err := r.Check(); err != nil {
		return err
	}
	remote, err := r.Resolve(c.ctx, net.DefaultResolver)
	if err != nil {
		return err
	}
	format := rtp.Format{Codec: c.srv.codec(r.Codec)}
	for _, agreed := range r.Receive {
		format.Receive = append(format.Receive, c.srv.codec(agreed))
	}
	if r.Event > 0 {
		format.EventType, format.EventClock = uint8(r.Event), r.EventClock
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.phase == ended {
		return ErrEnded
	}
	a := c.audio
	// The same address again must not unlatch the line: behind NAT it is not where the far end is heard from.
	if !remote.Addr().IsUnspecified() && remote != a.remote {
		a.remote = remote
		a.conn.SetRemote(remote, netip.AddrPortFrom(remote.Addr(), uint16(r.RTCPPort)))
	}
	if a.line == nil {
		if a.line, err = rtp.NewLine(a.conn, rtp.Config{Format: format, Tap: a.tap, Log: c.log}); err != nil {
			return err
		}
		c.srv.spawn(func() { c.runLine(a.line) })
	} else if err := a.line.SetCodec(format); err != nil {
		return err
	}
	a.line.Hold(!r.Send)
	a.held = r.Held || !r.Recv
	c.info.Codec = r.Codec.Name
	return nil
}

// vouch lets media go to the peer of the signalling before it has sent any.
func (c *call) vouch() {
	peer, err := netip.ParseAddrPort(c.dlg.source)
	if err == nil {
		c.audio.conn.Vouch(peer.Addr())
	}
}

// runLine owns the line's goroutines; media that breaks ends the call.
func (c *call) runLine(line *rtp.Line) {
	err := line.Run(c.ctx)
	if err != nil && context.Cause(c.ctx) == nil {
		c.log.Warn("media broke, ending the call", "error", err)
		c.abandon()
	}
}

// close frees the port of a call that never got so far as to have a line; Run closes it otherwise.
func (a *audio) close() {
	if a.line == nil {
		a.conn.Close()
	}
}

// key passes a key that came by SIP INFO.
func (a *audio) key(kind string, body []byte) error {
	key, _, err := dtmf.ParseInfo(kind, body)
	if err != nil {
		return err
	}
	if a.line != nil {
		a.line.PushDigit(key)
	}
	return nil
}
