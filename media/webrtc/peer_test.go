package webrtc_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"voxgate/media"
	"voxgate/media/codec"
	"voxgate/media/codec/opus"
	"voxgate/media/mediatest"
	"voxgate/media/webrtc"
	"voxgate/media/webrtc/webrtctest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds waiting for what must come; it decides no test on a machine that is merely slow.
const patience = 60 * time.Second

// hotline is an endpoint behind a bare WHIP server; the peers of its calls arrive in order.
type hotline struct {
	address string
	peers   chan *webrtc.Peer
}

func newHotline(t *testing.T, cfg webrtc.Config) *hotline {
	t.Helper()
	if cfg.Addresses == nil {
		cfg.Addresses = []netip.Addr{netip.MustParseAddr("127.0.0.1")}
	}
	endpoint, err := webrtc.NewEndpoint(cfg)
	if err != nil {
		t.Fatal(err)
	}
	h := &hotline{peers: make(chan *webrtc.Peer, 8)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		offer, err := webrtc.ParseOffer(string(body))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		peer, err := endpoint.Accept(r.Context(), offer, webrtc.Options{ID: "test"})
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		h.peers <- peer
		w.Header().Set("Location", "/session")
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, peer.Answer())
	}))
	t.Cleanup(func() {
		server.Close()
		if err := endpoint.Close(); err != nil {
			t.Error(err)
		}
		http.DefaultClient.CloseIdleConnections()
	})
	h.address = server.URL
	return h
}

// call dials and gives both ends.
func (h *hotline) call(t *testing.T, opts webrtctest.Options) (*webrtctest.Caller, *webrtc.Peer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	caller, err := webrtctest.Dial(ctx, h.address, opts)
	if err != nil {
		t.Fatal(err)
	}
	peer := <-h.peers
	select {
	case <-peer.Connected():
	case <-ctx.Done():
		t.Fatal("the server's side did not connect")
	}
	return caller, peer
}

// hears plays a tone into one end until the other has heard it: a second of sound, most of which is the tone.
func hears(t *testing.T, from, to media.Line, hertz float64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	playing, stop := context.WithCancel(ctx)
	played := make(chan error, 1)
	go func() {
		tone := mediatest.Frames(from.Rate(), mediatest.Tone(from.Rate(), hertz, 0.5, time.Minute))
		_, err := from.Play(playing, mediatest.Sequence(tone))
		played <- err
	}()
	var window []int16
	best := 0.0
	for best < 0.3 {
		frame, err := to.Recv(ctx)
		if err != nil {
			t.Errorf("after hearing %.3f of the tone: %v", best, err)
			break
		}
		window = append(window, frame.PCM()...)
		if second := to.Rate(); len(window) >= second {
			best = max(best, mediatest.Level(window[len(window)-second:], to.Rate(), hertz))
		}
	}
	stop()
	<-played
}

func TestCallCarriesToneBothWays(t *testing.T) {
	h := newHotline(t, webrtc.Config{})
	for _, c := range codecs() {
		t.Run(c.Name, func(t *testing.T) {
			caller, peer := h.call(t, webrtctest.Options{Codec: c})
			if peer.Rate() != c.Rate || peer.Codec().Name != c.Name {
				t.Errorf("negotiated %s at %d Hz, want %s at %d Hz", peer.Codec().Name, peer.Rate(), c.Name, c.Rate)
			}
			hears(t, caller, peer, 440)
			hears(t, peer, caller, 620)
			if err := caller.Hangup(); err != nil {
				t.Error(err)
			}
			<-peer.Done()
		})
	}
}

func codecs() []codec.Codec { return []codec.Codec{opus.At(media.Wideband), codec.PCMU, codec.PCMA} }

func TestKeysArrive(t *testing.T) {
	h := newHotline(t, webrtc.Config{})
	for _, c := range codecs() {
		t.Run(c.Name, func(t *testing.T) { keysArrive(t, h, c) })
	}
}

func keysArrive(t *testing.T, h *hotline, c codec.Codec) {
	caller, peer := h.call(t, webrtctest.Options{Codec: c})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := caller.SendDigits(ctx, "13*#9"); err != nil {
		t.Fatal(err)
	}
	var keys strings.Builder
	for keys.Len() < 5 {
		select {
		case key := <-peer.Digits():
			keys.WriteRune(key)
		case <-ctx.Done():
			t.Fatalf("heard only %q", keys.String())
		}
	}
	if keys.String() != "13*#9" {
		t.Errorf("keys %q, want 13*#9", keys.String())
	}
	if err := caller.Hangup(); err != nil {
		t.Error(err)
	}
}
