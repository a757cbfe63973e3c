package webrtc

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

const fragmentText = "a=ice-ufrag:Wk1p\r\na=ice-pwd:x2Qe5l0bB7xqk0cI5wT1XyZa\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n" +
	"a=candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host\r\na=candidate:2 1 udp 2122260222 7f3.local 50001 typ host\r\n" +
	"a=end-of-candidates\r\n"

func TestParseFragment(t *testing.T) {
	fragment, err := ParseFragment(fragmentText)
	if err != nil {
		t.Fatal(err)
	}
	if fragment.Ufrag != "Wk1p" || fragment.Password != "x2Qe5l0bB7xqk0cI5wT1XyZa" || fragment.Mid != "0" || !fragment.End {
		t.Errorf("read %+v", fragment)
	}
	if len(fragment.Candidates) != 2 || fragment.Candidates[0] != "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host" {
		t.Errorf("candidates %q", fragment.Candidates)
	}
	again, err := ParseFragment(fragment.String())
	if err != nil || !slices.Equal(again.Candidates, fragment.Candidates) || again.Ufrag != fragment.Ufrag {
		t.Errorf("written and read again: %+v, %v", again, err)
	}
}

func TestParseFragmentRefuses(t *testing.T) {
	credentials := "a=ice-ufrag:Wk1p\r\na=ice-pwd:x2Qe5l0bB7xqk0cI5wT1XyZa\r\n"
	for name, text := range map[string]string{
		"nothing":            "",
		"no SDP":             "{}",
		"no password":        "a=ice-ufrag:Wk1p\r\n",
		"no user":            "a=ice-pwd:x2Qe5l0bB7xqk0cI5wT1XyZa\r\n",
		"short user":         "a=ice-ufrag:W\r\na=ice-pwd:x2Qe5l0bB7xqk0cI5wT1XyZa\r\n",
		"bad characters":     "a=ice-ufrag:W<k1>p\r\na=ice-pwd:x2Qe5l0bB7xqk0cI5wT1XyZa\r\n",
		"two users":          credentials + "a=ice-ufrag:other\r\n",
		"a candidate flood":  credentials + strings.Repeat("a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n", maxCandidates+1),
		"longer than bounds": credentials + strings.Repeat("a=x\r\n", MaxFragmentBytes/4),
	} {
		if _, err := ParseFragment(text); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v, want %v", name, err, ErrMalformed)
		}
	}
}

func TestRestartedOffer(t *testing.T) {
	offer, err := ParseOffer(chromiumOffer(t))
	if err != nil {
		t.Fatal(err)
	}
	fragment := Fragment{Ufrag: "fresh", Password: strings.Repeat("p", 24), Candidates: []string{"candidate:9 1 udp 1 192.0.2.9 9 typ host"}}
	again, err := restarted(offer, fragment)
	if err != nil {
		t.Fatal(err)
	}
	if again.Ufrag != "fresh" || again.Codec != offer.Codec || !strings.Contains(again.SDP, "a=candidate:9 ") || strings.Contains(again.SDP, "Wk1p") {
		t.Errorf("restarted offer:\n%s", again.SDP)
	}
}

func FuzzParseFragment(f *testing.F) {
	f.Add(fragmentText)
	f.Add("a=ice-ufrag:aaaa\na=ice-pwd:bbbbbbbbbbbbbbbbbbbbbb\n")
	f.Fuzz(func(t *testing.T, text string) {
		fragment, err := ParseFragment(text)
		if err != nil {
			return
		}
		again, err := ParseFragment(fragment.String())
		if err != nil {
			t.Fatalf("what we write we cannot read: %v\n%q", err, fragment.String())
		}
		if again.Ufrag != fragment.Ufrag || !slices.Equal(again.Candidates, fragment.Candidates) {
			t.Errorf("%+v became %+v", fragment, again)
		}
	})
}
