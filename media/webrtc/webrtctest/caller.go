// Package webrtctest is a browser for tests: it calls a WHIP endpoint (RFC 9725) with a peer connection of its own and
// is a media.Line at the far end of the call.
package webrtctest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/pion/ice/v4"
	pionrtp "github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"voxgate/media/codec"
	"voxgate/media/rtp"
)

// Options say how to call.
type Options struct {
	Codec    codec.Codec
	Header   http.Header // of the POST, e.g. Authorization
	SendOnly bool        // offer to speak without listening, as WHIP publishers do
}

// Caller is the browser's side of a call.
type Caller struct {
	*rtp.Line
	Answer  string   // the server's SDP
	Session *url.URL // its Location
	ETag    string

	pc        *webrtc.PeerConnection
	connected chan struct{}
	cancel    context.CancelFunc
	done      chan error
}

// events is the payload type of telephone-event in the caller's offers.
const events = 101

// Dial calls the endpoint at the given address and returns when the media is connected.
func Dial(ctx context.Context, address string, opts Options) (*Caller, error) {
	pc, err := connection(opts.Codec)
	if err != nil {
		return nil, err
	}
	c := &Caller{pc: pc, connected: make(chan struct{}), done: make(chan error, 1)}
	if err := c.dial(ctx, address, opts); err != nil {
		return nil, errors.Join(err, pc.GracefulClose())
	}
	return c, nil
}

func (c *Caller) dial(ctx context.Context, address string, opts Options) error {
	conn := &track{name: opts.Codec.Name, remote: make(chan *webrtc.TrackRemote, 1), ended: make(chan struct{}), end: c.pc.GracefulClose}
	direction := webrtc.RTPTransceiverDirectionSendrecv
	if opts.SendOnly {
		direction = webrtc.RTPTransceiverDirectionSendonly
	}
	if _, err := c.pc.AddTransceiverFromTrack(conn, webrtc.RTPTransceiverInit{Direction: direction}); err != nil {
		return fmt.Errorf("add the microphone: %w", err)
	}
	c.pc.OnTrack(func(t *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { conn.remote <- t })
	var once sync.Once
	c.pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if state == webrtc.PeerConnectionStateConnected {
			once.Do(func() { close(c.connected) })
		}
	})
	line, err := rtp.NewLine(conn, rtp.Config{Format: rtp.Format{Codec: opts.Codec, EventType: events}})
	if err != nil {
		return err
	}
	c.Line = line
	if err := c.negotiate(ctx, address, opts); err != nil {
		return err
	}
	select {
	case <-c.connected:
	case <-ctx.Done():
		return fmt.Errorf("connect the media: %w", context.Cause(ctx))
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c.cancel = cancel
	go func() { c.done <- line.Run(run) }()
	return nil
}

// connection makes a peer connection that speaks one codec and telephone-event, on loopback.
func connection(chosen codec.Codec) (*webrtc.PeerConnection, error) {
	media := &webrtc.MediaEngine{}
	capability := webrtc.RTPCodecCapability{MimeType: "audio/" + chosen.Name, ClockRate: uint32(chosen.ClockRate), SDPFmtpLine: chosen.Parameters}
	if chosen.Channels > 1 {
		capability.Channels = uint16(chosen.Channels)
	}
	key := webrtc.RTPCodecCapability{MimeType: "audio/telephone-event", ClockRate: uint32(chosen.ClockRate), SDPFmtpLine: "0-15"}
	err := errors.Join(
		media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: capability, PayloadType: webrtc.PayloadType(chosen.PayloadType)}, webrtc.RTPCodecTypeAudio),
		media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: key, PayloadType: events}, webrtc.RTPCodecTypeAudio),
	)
	if err != nil {
		return nil, fmt.Errorf("set up codecs: %w", err)
	}
	settings := webrtc.SettingEngine{}
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	settings.SetFireOnTrackBeforeFirstRTP(true)
	api := webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(settings))
	return api.NewPeerConnection(webrtc.Configuration{})
}

// negotiate sends the offer by POST and applies the answer.
func (c *Caller) negotiate(ctx context.Context, address string, opts Options) error {
	offer, err := c.pc.CreateOffer(nil)
	if err != nil {
		return fmt.Errorf("make an offer: %w", err)
	}
	gathered := webrtc.GatheringCompletePromise(c.pc)
	if err := c.pc.SetLocalDescription(offer); err != nil {
		return fmt.Errorf("apply the offer: %w", err)
	}
	<-gathered
	response, err := post(ctx, address, c.pc.LocalDescription().SDP, opts.Header)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if response.StatusCode != http.StatusCreated {
		return &StatusError{Status: response.StatusCode, Header: response.Header, Body: string(body)}
	}
	c.Answer, c.ETag = string(body), response.Header.Get("ETag")
	if c.Session, err = response.Location(); err != nil {
		return fmt.Errorf("the answer names no session: %w", err)
	}
	return c.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: c.Answer})
}

func post(ctx context.Context, address, offer string, header http.Header) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewBufferString(offer))
	if err != nil {
		return nil, err
	}
	for key, values := range header {
		request.Header[key] = values
	}
	request.Header.Set("Content-Type", "application/sdp")
	return http.DefaultClient.Do(request)
}

// StatusError is an answer other than 201.
type StatusError struct {
	Status int
	Header http.Header
	Body   string
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("WHIP endpoint answered %d: %s", e.Status, e.Body)
}

// Fragment is the caller's candidates as a trickle body.
func (c *Caller) Fragment() string {
	var b strings.Builder
	for line := range strings.Lines(c.pc.LocalDescription().SDP) {
		if strings.HasPrefix(line, "a=ice-") || strings.HasPrefix(line, "a=candidate") || strings.HasPrefix(line, "a=mid") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// Hangup leaves as a closed tab does: the connection ends, nothing is said to the endpoint.
func (c *Caller) Hangup() error {
	c.cancel()
	return <-c.done
}

// track is the caller's RTP, both ways.
type track struct {
	name   string
	remote chan *webrtc.TrackRemote
	ended  chan struct{}
	once   sync.Once
	end    func() error

	mu  sync.Mutex
	out webrtc.TrackLocalContext
	in  *webrtc.TrackRemote
}

func (t *track) ReadPacket(buf []byte) (int, error) {
	if t.in == nil {
		select {
		case t.in = <-t.remote:
		case <-t.ended:
			return 0, io.EOF
		}
	}
	n, _, err := t.in.Read(buf)
	return n, err
}

func (t *track) WritePacket(packet []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var header pionrtp.Header
	n, err := header.Unmarshal(packet)
	if err != nil || t.out == nil {
		return err
	}
	header.SSRC = uint32(t.out.SSRC())
	_, err = t.out.WriteStream().WriteRTP(&header, packet[n:])
	return err
}

func (t *track) Close() error {
	t.once.Do(func() { close(t.ended) })
	return t.end()
}

func (t *track) Bind(binding webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range binding.CodecParameters() {
		if strings.EqualFold(c.MimeType, "audio/"+t.name) {
			t.out = binding
			return c, nil
		}
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}

func (t *track) Unbind(webrtc.TrackLocalContext) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.out = nil
	return nil
}

func (t *track) ID() string                { return "microphone" }
func (t *track) RID() string               { return "" }
func (t *track) StreamID() string          { return "visitor" }
func (t *track) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeAudio }
