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
	"github.com/pion/webrtc/v4"

	"voxgate/media/codec"
	"voxgate/media/rtp"
)

// Options say how to call.
type Options struct {
	Codec    codec.Codec
	Header   http.Header // of the POST, e.g. Authorization
	SendOnly bool        // offer to speak without listening, as WHIP publishers do
	// Offer and Answer change the SDP on its way, to put a network or a liar in between; nil leaves it.
	Offer, Answer func(sdp string) string
}

// Caller is the browser's side of a call.
type Caller struct {
	*rtp.Line
	Answer  string   // the server's SDP
	Session *url.URL // its Location
	ETag    string

	pc        *webrtc.PeerConnection
	conn      *track
	connected chan struct{}
	failed    chan struct{}
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
	c := &Caller{pc: pc, connected: make(chan struct{}), failed: make(chan struct{}), done: make(chan error, 1)}
	if err := c.dial(ctx, address, opts); err != nil {
		return nil, errors.Join(err, pc.GracefulClose())
	}
	return c, nil
}

func (c *Caller) dial(ctx context.Context, address string, opts Options) error {
	c.conn = &track{name: opts.Codec.Name, remote: make(chan *webrtc.TrackRemote, 1), ended: make(chan struct{}), end: c.pc.GracefulClose}
	direction := webrtc.RTPTransceiverDirectionSendrecv
	if opts.SendOnly {
		direction = webrtc.RTPTransceiverDirectionSendonly
	}
	if _, err := c.pc.AddTransceiverFromTrack(c.conn, webrtc.RTPTransceiverInit{Direction: direction}); err != nil {
		return fmt.Errorf("add the microphone: %w", err)
	}
	c.pc.OnTrack(func(t *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { c.conn.remote <- t })
	var up, down sync.Once
	c.pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		switch state {
		case webrtc.PeerConnectionStateConnected:
			up.Do(func() { close(c.connected) })
		case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
			down.Do(func() { close(c.failed) })
			c.conn.leave() // the far end may go before its track has been announced
		}
	})
	line, err := rtp.NewLine(c.conn, rtp.Config{Format: rtp.Format{Codec: opts.Codec, EventType: events}})
	if err != nil {
		return err
	}
	c.Line = line
	if err := c.negotiate(ctx, address, opts); err != nil {
		return err
	}
	select {
	case <-c.connected:
	case <-c.failed:
		return ErrFailed
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
	response, err := post(ctx, address, change(opts.Offer, c.pc.LocalDescription().SDP), opts.Header)
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
	return c.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: change(opts.Answer, c.Answer)})
}

func change(how func(string) string, sdp string) string {
	if how == nil {
		return sdp
	}
	return how(sdp)
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

// ErrFailed: ICE or DTLS failed.
var ErrFailed = errors.New("media connection failed")

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
func (c *Caller) Fragment() string { return fragmentOf(c.pc.LocalDescription().SDP) }

// Restart makes new ICE credentials, has exchange bring them to the server, and goes on with what that answers.
func (c *Caller) Restart(exchange func(fragment string) (answer string, err error)) error {
	offer, err := c.pc.CreateOffer(&webrtc.OfferOptions{ICERestart: true})
	if err != nil {
		return fmt.Errorf("make an offer to restart: %w", err)
	}
	gathered := webrtc.GatheringCompletePromise(c.pc)
	if err := c.pc.SetLocalDescription(offer); err != nil {
		return fmt.Errorf("apply the offer to restart: %w", err)
	}
	<-gathered
	fresh, err := exchange(c.Fragment())
	if err != nil {
		return err
	}
	var b strings.Builder
	for line := range strings.Lines(c.Answer) {
		if !isICE(line) {
			b.WriteString(line)
		}
	}
	for line := range strings.Lines(fresh) {
		if isICE(line) {
			b.WriteString(line)
		}
	}
	return c.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: b.String()})
}

func isICE(line string) bool {
	return strings.HasPrefix(line, "a=ice-ufrag") || strings.HasPrefix(line, "a=ice-pwd") || strings.HasPrefix(line, "a=candidate")
}

// Inject sends a packet of the test's own making in place of the next one.
func (c *Caller) Inject(payloadType uint8, payload []byte) error {
	return c.conn.inject(payloadType, payload)
}

func fragmentOf(sdp string) string {
	var b strings.Builder
	for line := range strings.Lines(sdp) {
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
