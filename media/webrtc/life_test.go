package webrtc_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"voxgate/media/codec"
	"voxgate/media/codec/opus"
	"voxgate/media/mediatest"
	"voxgate/media/webrtc"
	"voxgate/media/webrtc/webrtctest"
)

// candidateLine is an a=candidate line with its address and port.
var candidateLine = regexp.MustCompile(`a=candidate:(\S+ \d udp \d+) (\S+) (\d+) ([^\r]*)\r\n`)

// through puts a lossy network between the two: the server learns no address of the caller, and the caller learns the
// relay's instead of the server's.
func through(t *testing.T, faults mediatest.Impairment) (webrtctest.Options, func() *mediatest.Relay) {
	t.Helper()
	var relay *mediatest.Relay
	opts := webrtctest.Options{
		Codec: opus.At(16000),
		Offer: func(sdp string) string { return candidateLine.ReplaceAllString(sdp, "") },
		Answer: func(sdp string) string {
			found := candidateLine.FindStringSubmatch(sdp)
			target, err := netip.ParseAddrPort(net.JoinHostPort(found[2], found[3]))
			if err != nil {
				t.Fatal(err)
			}
			if relay, err = mediatest.NewRelay(target, faults); err != nil {
				t.Fatal(err)
			}
			line := fmt.Sprintf("a=candidate:$1 127.0.0.1 %d $4\r\n", relay.Near().Port())
			return candidateLine.ReplaceAllString(sdp, line)
		},
	}
	return opts, func() *mediatest.Relay { return relay }
}

func TestCallOverBadNetworkThatDies(t *testing.T) {
	h := newHotline(t, webrtc.Config{LostTimeout: time.Second})
	opts, network := through(t, mediatest.Impairment{Loss: 0.05, Jitter: 30 * time.Millisecond, Duplicate: 0.05, Seed: 7})
	caller, peer := h.call(t, opts)
	hears(t, caller, peer, 440)
	hears(t, peer, caller, 620)
	if lost := network().Counts().Lost; lost == 0 {
		t.Error("the network lost nothing, so it tested nothing")
	}
	network().Close()
	<-peer.Done()
	if err := peer.Err(); !errors.Is(err, webrtc.ErrLost) {
		t.Errorf("ended by %v, want %v", err, webrtc.ErrLost)
	}
	for {
		if _, err := peer.Recv(t.Context()); err != nil {
			if !errors.Is(err, io.EOF) {
				t.Errorf("Recv after the end: %v", err)
			}
			break
		}
	}
	if err := caller.Hangup(); err != nil {
		t.Error(err)
	}
}

func TestBrowserNeverConnects(t *testing.T) {
	h := newHotline(t, webrtc.Config{ConnectTimeout: 100 * time.Millisecond})
	_, err := webrtctest.Dial(t.Context(), h.address, webrtctest.Options{
		Codec: codec.PCMU,
		Offer: func(sdp string) string { return candidateLine.ReplaceAllString(sdp, "") },
		Answer: func(string) string {
			peer := <-h.peers
			if _, err := peer.Recv(t.Context()); !errors.Is(err, io.EOF) {
				t.Errorf("Recv: %v, want EOF", err)
			}
			if _, err := peer.Play(t.Context(), mediatest.Sequence(mediatest.Frames(8000, make([]int16, 1600)))); !errors.Is(err, io.EOF) {
				t.Errorf("Play: %v, want EOF", err)
			}
			<-peer.Done()
			if err := peer.Err(); !errors.Is(err, webrtc.ErrNotConnected) {
				t.Errorf("ended by %v, want %v", err, webrtc.ErrNotConnected)
			}
			return "gone"
		},
	})
	if err == nil {
		t.Error("connected to nobody")
	}
}

func TestForgedFingerprint(t *testing.T) {
	h := newHotline(t, webrtc.Config{})
	fingerprint := regexp.MustCompile(`a=fingerprint:sha-256 \S+`)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, err := webrtctest.Dial(ctx, h.address, webrtctest.Options{
		Codec: codec.PCMU,
		Offer: func(sdp string) string {
			return fingerprint.ReplaceAllString(sdp, "a=fingerprint:sha-256 "+strings.TrimSuffix(strings.Repeat("AB:", 32), ":"))
		},
	})
	if err == nil {
		t.Error("a caller with another certificate than it named was connected")
	}
	peer := <-h.peers
	<-peer.Done()
	if err := peer.Err(); err == nil || errors.Is(err, webrtc.ErrClosed) {
		t.Errorf("ended by %v", err)
	}
}

func TestRestartWhileTalking(t *testing.T) {
	h := newHotline(t, webrtc.Config{})
	caller, peer := h.call(t, webrtctest.Options{Codec: codec.PCMU})
	hears(t, caller, peer, 440)
	err := caller.Restart(func(text string) (string, error) {
		fragment, err := webrtc.ParseFragment(text)
		if err != nil {
			return "", err
		}
		if err := peer.Trickle(fragment); !errors.Is(err, webrtc.ErrStale) {
			t.Errorf("candidates of a generation to come: %v, want %v", err, webrtc.ErrStale)
		}
		answer, err := peer.Restart(t.Context(), fragment)
		if err != nil {
			return "", err
		}
		if err := peer.Trickle(fragment); err != nil {
			t.Errorf("candidates after the restart: %v", err)
		}
		return answer.String(), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	hears(t, caller, peer, 520)
	hears(t, peer, caller, 620)
	if err := caller.Hangup(); err != nil {
		t.Error(err)
	}
}

func TestSendOnlyPublisher(t *testing.T) {
	h := newHotline(t, webrtc.Config{})
	caller, peer := h.call(t, webrtctest.Options{Codec: codec.PCMU, SendOnly: true})
	if !strings.Contains(caller.Answer, "a=recvonly") {
		t.Errorf("answer to a sendonly offer:\n%s", caller.Answer)
	}
	hears(t, caller, peer, 440)
	if _, err := peer.Play(t.Context(), mediatest.Sequence(mediatest.Frames(8000, make([]int16, 1600)))); err != nil {
		t.Errorf("speaking to someone who does not listen: %v", err)
	}
	if err := caller.Hangup(); err != nil {
		t.Error(err)
	}
}

func TestStrangePacketsDoNotEndTheCall(t *testing.T) {
	h := newHotline(t, webrtc.Config{})
	caller, peer := h.call(t, webrtctest.Options{Codec: codec.PCMU})
	hears(t, caller, peer, 440)
	for _, packet := range []struct {
		payloadType uint8
		payload     []byte
	}{{99, []byte("what?")}, {0, nil}, {101, []byte{1}}, {101, nil}} {
		if err := caller.Inject(packet.payloadType, packet.payload); err != nil {
			t.Error(err)
		}
	}
	hears(t, caller, peer, 520)
	if err := caller.Hangup(); err != nil {
		t.Error(err)
	}
}

func TestTwoCallsOnOnePort(t *testing.T) {
	probe, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	port := probe.LocalAddr().(*net.UDPAddr).Port
	if err := probe.Close(); err != nil {
		t.Fatal(err)
	}
	h := newHotline(t, webrtc.Config{Port: port})
	firstCaller, first := h.call(t, webrtctest.Options{Codec: codec.PCMU})
	secondCaller, second := h.call(t, webrtctest.Options{Codec: codec.PCMA})
	if !strings.Contains(firstCaller.Answer, fmt.Sprintf("127.0.0.1 %d typ host", port)) {
		t.Errorf("the answer does not offer port %d:\n%s", port, firstCaller.Answer)
	}
	hears(t, firstCaller, first, 440)
	hears(t, secondCaller, second, 620)
	hears(t, second, secondCaller, 520)
	if _, err := webrtc.NewEndpoint(webrtc.Config{Port: port, Addresses: []netip.Addr{netip.MustParseAddr("127.0.0.1")}}); err == nil || !strings.Contains(err.Error(), "web.udp_port") {
		t.Errorf("a busy port: %v", err)
	}
	if err := errors.Join(firstCaller.Hangup(), secondCaller.Hangup()); err != nil {
		t.Error(err)
	}
}

func TestEndpointClosesWithCalls(t *testing.T) {
	endpoint, err := webrtc.NewEndpoint(webrtc.Config{Addresses: []netip.Addr{netip.MustParseAddr("127.0.0.1")}})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/chromium.sdp")
	if err != nil {
		t.Fatal(err)
	}
	offer, err := webrtc.ParseOffer(strings.ReplaceAll(string(text), "\n", "\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	peer, err := endpoint.Accept(t.Context(), offer, webrtc.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := endpoint.Close(); err != nil {
		t.Error(err)
	}
	if err := peer.Err(); !errors.Is(err, webrtc.ErrClosed) {
		t.Errorf("the call ended by %v", err)
	}
	peer.Close()
	if _, err := endpoint.Accept(t.Context(), offer, webrtc.Options{}); !errors.Is(err, webrtc.ErrClosed) {
		t.Errorf("accepted by a closed endpoint: %v", err)
	}
}
