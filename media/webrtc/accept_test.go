package webrtc

import (
	"log/slog"
	"net/netip"
	"strings"
	"testing"
)

// FuzzAccept takes hostile offers as far as an answer: nothing may panic, and what is answered is DTLS-SRTP.
func FuzzAccept(f *testing.F) {
	f.Add(chromiumOffer(f))
	f.Add(strings.Replace(chromiumOffer(f), "SAVPF 111 63 9 0 8 13 110 126", "SAVPF 0 126", 1))
	f.Add(strings.Replace(chromiumOffer(f), "a=setup:actpass", "a=setup:passive\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host", 1))
	endpoint, err := NewEndpoint(Config{Addresses: []netip.Addr{netip.MustParseAddr("127.0.0.1")}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := endpoint.Close(); err != nil {
			f.Error(err)
		}
	})
	f.Fuzz(func(t *testing.T, text string) {
		offer, err := ParseOffer(text)
		if err != nil {
			return
		}
		peer, err := endpoint.Accept(t.Context(), offer, Options{ID: "fuzz"})
		if err != nil {
			return
		}
		defer peer.Close()
		if answer := peer.Answer(); !strings.Contains(answer, "a=fingerprint:sha-256") || !strings.Contains(answer, "UDP/TLS/RTP/SAVPF") {
			t.Errorf("answer without DTLS-SRTP:\n%s", answer)
		}
	})
}
