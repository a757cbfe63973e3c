package webrtc

import (
	"errors"
	"os"
	"strings"
	"testing"
)

// chromiumOffer is what Chromium 156 offers for one microphone.
func chromiumOffer(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("testdata/chromium.sdp")
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n", "\r\n")
}

func TestParseOfferOfChromium(t *testing.T) {
	offer, err := ParseOffer(chromiumOffer(t))
	if err != nil {
		t.Fatal(err)
	}
	want := Codec{Name: "opus", Payload: 111, Clock: 48000, Rate: 16000, Events: 110, Format: "minptime=10;useinbandfec=1"}
	if offer.Codec != want {
		t.Errorf("codec %+v, want %+v", offer.Codec, want)
	}
	if offer.Mid != "0" || !offer.Hears || offer.Ufrag == "" {
		t.Errorf("mid %q, hears %v, ufrag %q", offer.Mid, offer.Hears, offer.Ufrag)
	}
}

func TestParseOfferChoosesG711(t *testing.T) {
	text := chromiumOffer(t)
	text = strings.Replace(text, "SAVPF 111 63 9 0 8 13 110 126", "SAVPF 8 0 126", 1)
	offer, err := ParseOffer(text)
	if err != nil {
		t.Fatal(err)
	}
	if c := offer.Codec; c.Name != "PCMU" || c.Payload != 0 || c.Rate != 8000 || c.Events != 126 {
		t.Errorf("codec %+v, want PCMU 0 at 8000 Hz with events 126", c)
	}
	text = strings.Replace(text, "SAVPF 8 0 126", "SAVPF 8", 1)
	text = strings.Replace(text, "a=rtpmap:8 PCMA/8000\r\n", "", 1)
	if offer, err = ParseOffer(text); err != nil {
		t.Fatal(err)
	}
	if c := offer.Codec; c.Name != "PCMA" || c.Events != 0 {
		t.Errorf("codec %+v, want PCMA by its static number, without events", c)
	}
}

func TestParseOfferRefuses(t *testing.T) {
	good := chromiumOffer(t)
	swap := func(from, to string) string {
		t.Helper()
		if !strings.Contains(good, from) {
			t.Fatalf("the offer has no %q", from)
		}
		return strings.Replace(good, from, to, 1)
	}
	audio := good[strings.Index(good, "m=audio"):]
	tests := map[string]struct {
		text string
		want error
	}{
		"nothing":            {"", ErrMalformed},
		"no SDP":             {"hello", ErrMalformed},
		"too long":           {good + strings.Repeat("a=x\r\n", MaxOfferBytes/5), ErrMalformed},
		"no audio":           {good[:strings.Index(good, "m=audio")], ErrUnsupported},
		"video":              {good + strings.Replace(audio, "m=audio", "m=video", 1), ErrUnsupported},
		"two voices":         {good + audio, ErrUnsupported},
		"many sections":      {good + strings.Repeat("m=video 0 UDP/TLS/RTP/SAVPF 96\r\n", 20), ErrMalformed},
		"only listening":     {swap("a=sendrecv", "a=recvonly"), ErrUnsupported},
		"inactive":           {swap("a=sendrecv", "a=inactive"), ErrUnsupported},
		"no codec":           {swap("SAVPF 111 63 9 0 8 13 110 126", "SAVPF 9 13"), ErrNoCommonCodec},
		"plain RTP":          {swap("UDP/TLS/RTP/SAVPF", "RTP/AVP"), ErrMalformed},
		"SDES":               {swap("UDP/TLS/RTP/SAVPF", "RTP/SAVP"), ErrMalformed},
		"no fingerprint":     {swap("a=fingerprint", "a=fingerless"), ErrMalformed},
		"no password":        {swap("a=ice-pwd", "a=ice-pwt"), ErrMalformed},
		"short user":         {swap("a=ice-ufrag:", "a=ice-ufrag:x\r\na=x:"), ErrMalformed},
		"strange password":   {swap("a=ice-pwd:", "a=ice-pwd:<script>alert(1)</script>"), ErrMalformed},
		"strange setup":      {swap("a=setup:actpass", "a=setup:sideways"), ErrMalformed},
		"no mid":             {swap("a=mid:0", "a=middle:0"), ErrMalformed},
		"no rtcp-mux":        {swap("a=rtcp-mux", "a=rtcp-max"), ErrMalformed},
		"a candidate flood":  {good + strings.Repeat("a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n", maxCandidates+1), ErrMalformed},
		"too many payloads":  {swap("SAVPF 111", "SAVPF"+strings.Repeat(" 96", maxFormats+1)+" 111"), ErrMalformed},
		"bad payload number": {swap("SAVPF 111 63 9 0 8 13 110 126", "SAVPF x 999 -1"), ErrNoCommonCodec},
	}
	for name, test := range tests {
		if _, err := ParseOffer(test.text); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

func TestParseOfferTakesSendOnly(t *testing.T) {
	offer, err := ParseOffer(strings.Replace(chromiumOffer(t), "a=sendrecv", "a=sendonly", 1))
	if err != nil || offer.Hears {
		t.Errorf("hears %v, %v; want a call whose far end hears nothing", offer != nil && offer.Hears, err)
	}
}

func FuzzParseOffer(f *testing.F) {
	f.Add(chromiumOffer(f))
	f.Add("v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		offer, err := ParseOffer(text)
		if err != nil {
			return
		}
		if offer.Mid == "" || offer.Codec.Name == "" || offer.Codec.Rate == 0 || len(offer.Ufrag) < minUfrag {
			t.Errorf("taken although incomplete: %+v", offer)
		}
	})
}
