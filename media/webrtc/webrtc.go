// Package webrtc makes a browser's call a media.Line: offer and answer, ICE, DTLS-SRTP, and the same clock, jitter
// buffer and codecs that a telephone leg has.
//
// An Endpoint holds the UDP sockets of the process. ParseOffer judges an SDP offer, Endpoint.Accept answers it with a
// Peer, and the Peer carries the call: Opus at 16 kHz or G.711 at 8 kHz, keys by telephone-event (RFC 4733). Media is
// DTLS-SRTP only (RFC 8827); there is no way to ask for less.
package webrtc

import (
	"errors"
	"log/slog"
	"net/netip"
	"time"

	"voxgate/media"
)

var (
	// ErrMalformed: the text is not an SDP offer or trickle fragment that WebRTC allows.
	ErrMalformed = errors.New("malformed SDP")
	// ErrUnsupported: a valid offer asks for what a voice call has not: video, several tracks, no sending of audio.
	ErrUnsupported = errors.New("offer is not one voice call")
	// ErrNoCommonCodec: the offer has neither Opus nor G.711.
	ErrNoCommonCodec = errors.New("no codec in common: offer opus, PCMU or PCMA")
	// ErrStale: the fragment belongs to an ICE generation that is not the current one.
	ErrStale = errors.New("fragment of another ICE generation")
	// ErrHungUp: the far end ended the call (DTLS close_notify).
	ErrHungUp = errors.New("far end hung up")
	// ErrLost: the far end stopped answering ICE checks (RFC 7675 consent).
	ErrLost = errors.New("connection to the far end is lost")
	// ErrNotConnected: ICE or DTLS did not come up in time; media over UDP is blocked between the two, or the far end left.
	ErrNotConnected = errors.New("no media connection: UDP between the browser and this server is blocked, or the browser left")
	// ErrClosed: the call was ended here.
	ErrClosed = errors.New("call ended here")
)

// Times of a connection. A browser that moves from one network to another is silent for a few seconds; one that has
// crashed stays silent.
const (
	defaultConnectTimeout = 15 * time.Second
	defaultLostTimeout    = 15 * time.Second
	disconnectedAfter     = 4 * time.Second
	keepAliveEvery        = 2 * time.Second
)

// Config says where the process listens for browsers' media.
type Config struct {
	// Port is the one UDP port of all calls; 0 takes a free one on each address.
	Port int
	// Addresses are offered as host candidates (RFC 8445 section 5.1.1.1). One that no interface of this machine has is
	// offered as its outside address (1:1 NAT). Empty: every loopback and private address of this machine.
	Addresses []netip.Addr
	// Lite answers as an ICE-lite agent (RFC 8445 section 2.5); only for a server with a public address.
	Lite bool
	// ConnectTimeout bounds ICE and DTLS set-up, LostTimeout the silence after which a call has died; 0: 15 s each.
	ConnectTimeout time.Duration
	LostTimeout    time.Duration
	Logger         *slog.Logger // nil: slog.Default
}

// Options are the wishes for one call.
type Options struct {
	ID  string    // the id in logs
	Tap media.Tap // told every tick of the leg's audio; may be nil
}
