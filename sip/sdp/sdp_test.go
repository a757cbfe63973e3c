package sdp

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
)

var opus = Codec{Name: "opus", PayloadType: 111, Clock: 48000, Channels: 2, Params: "useinbandfec=1"}

func ours() Local {
	return Local{SessionID: 42, Version: 1, Addr: netip.MustParseAddr("192.0.2.1"), Port: 20000, Codecs: []Codec{PCMU, PCMA, opus}}
}

const head = "v=0\r\no=- 1 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n"

func parse(t *testing.T, text string) *Session {
	t.Helper()
	s, err := Parse([]byte(text))
	if err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return s
}

func TestAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		offer string
		want  string // the answer's lines from m= on
		check func(Result) bool
	}{
		"static types without rtpmap": {head + "m=audio 4000 RTP/AVP 8 0\r\n",
			"m=audio 20000 RTP/AVP 8\na=rtpmap:8 PCMA/8000\na=ptime:20\na=sendrecv\n",
			func(r Result) bool {
				return r.Codec.Name == "PCMA" && r.Event == -1 && r.Port == 4000 && r.RTCPPort == 4001 && r.Send && r.Recv && !r.Held
			}},
		"peer's order counts": {head + "m=audio 4000 RTP/AVP 9 111 0\r\na=rtpmap:9 G722/8000\r\na=rtpmap:111 opus/48000/2\r\n",
			"m=audio 20000 RTP/AVP 111\na=rtpmap:111 opus/48000/2\na=fmtp:111 useinbandfec=1\na=ptime:20\na=sendrecv\n",
			func(r Result) bool { return r.Codec.Name == "opus" }},
		"dynamic types are the peer's": {head + "m=audio 4000 RTP/AVP 96 97\r\na=rtpmap:96 pcmu/8000\r\na=rtpmap:97 telephone-event/8000\r\na=fmtp:97 0-15\r\n",
			"m=audio 20000 RTP/AVP 96 97\na=rtpmap:96 PCMU/8000\na=rtpmap:97 telephone-event/8000\na=fmtp:97 0-16\na=ptime:20\na=sendrecv\n",
			func(r Result) bool { return r.Codec.PayloadType == 96 && r.Event == 97 && r.EventClock == 8000 }},
		"event clock must fit the codec": {head + "m=audio 4000 RTP/AVP 0 100 101\r\na=rtpmap:100 telephone-event/48000\r\na=rtpmap:101 telephone-event/8000\r\n",
			"m=audio 20000 RTP/AVP 0 101\na=rtpmap:0 PCMU/8000\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-16\na=ptime:20\na=sendrecv\n",
			func(r Result) bool { return r.Event == 101 }},
		"hold by direction": {head + "m=audio 4000 RTP/AVP 0\r\na=sendonly\r\n",
			"m=audio 20000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=ptime:20\na=recvonly\n",
			func(r Result) bool { return r.Held && !r.Send && r.Recv }},
		"hold at session level": {head + "a=inactive\r\nm=audio 4000 RTP/AVP 0\r\n",
			"m=audio 20000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=ptime:20\na=inactive\n",
			func(r Result) bool { return r.Held && !r.Send && !r.Recv }},
		"media level overrides": {head + "a=inactive\r\nm=audio 4000 RTP/AVP 0\r\na=sendrecv\r\n",
			"m=audio 20000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=ptime:20\na=sendrecv\n",
			func(r Result) bool { return !r.Held }},
		"hold of RFC 2543": {strings.Replace(head, "c=IN IP4 198.51.100.7", "c=IN IP4 0.0.0.0", 1) + "m=audio 4000 RTP/AVP 0\r\n",
			"m=audio 20000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=ptime:20\na=recvonly\n",
			func(r Result) bool { return r.Held && !r.Send }},
		"listening only": {head + "m=audio 4000 RTP/AVP 0\r\na=recvonly\r\n",
			"m=audio 20000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=ptime:20\na=sendonly\n",
			func(r Result) bool { return !r.Held && r.Send && !r.Recv }},
		"other streams are rejected": {head + "m=video 5000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\nm=audio 0 RTP/AVP 0\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 198.51.100.8\r\nm=audio 4002 RTP/AVP 0\r\nm=image 6000 udptl t38\r\n",
			"m=video 0 RTP/AVP 96\nm=audio 0 RTP/AVP 0\nm=audio 20000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=ptime:20\na=sendrecv\nm=audio 0 RTP/AVP 0\nm=image 0 udptl t38\n",
			func(r Result) bool { return r.MediaNumber == 2 && r.Host == "198.51.100.8" }},
		"own RTCP port": {head + "m=audio 4000 RTP/AVP 0\r\na=rtcp:4010\r\na=ptime:30\r\n",
			"m=audio 20000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=ptime:20\na=sendrecv\n",
			func(r Result) bool { return r.RTCPPort == 4010 && r.Ptime == 30 }},
		"bare line ends, unknown lines": {"v=0\no=- 1 1 IN IP4 198.51.100.7\ns=-\nz=1\nc=IN IP4 198.51.100.7\nt=0 0\nm=audio 4000 RTP/AVP 0\na=whatever:1\n",
			"m=audio 20000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=ptime:20\na=sendrecv\n",
			func(r Result) bool { return true }},
	} {
		answer, result, err := Answer(ours(), parse(t, c.offer))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		text := strings.ReplaceAll(string(answer.Bytes()), "\r\n", "\n")
		if !strings.HasPrefix(text, "v=0\no=voxgate 42 1 IN IP4 192.0.2.1\ns=voxgate\nc=IN IP4 192.0.2.1\nt=0 0\n") {
			t.Errorf("%s: head of %q", name, text)
		}
		if got := text[strings.Index(text, "m="):]; got != c.want {
			t.Errorf("%s: answer\n%swant\n%s", name, got, c.want)
		}
		if !c.check(result) {
			t.Errorf("%s: result %+v", name, result)
		}
	}
}

func TestNoCodecInCommon(t *testing.T) {
	for _, media := range []string{
		"", "m=audio 4000 RTP/AVP 18\r\n", "m=audio 4000 RTP/SAVP 0\r\n", "m=video 4000 RTP/AVP 0\r\n", "m=audio 0 RTP/AVP 0\r\n",
		"m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 PCMU/16000\r\n", "m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 L16/8000\r\n",
		"m=audio 4000 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n", "m=audio 4000 UDP/TLS/RTP/SAVPF 0\r\n",
	} {
		if _, _, err := Answer(ours(), parse(t, head+media)); !errors.Is(err, ErrNoCodec) {
			t.Errorf("%q: %v, want %v", media, err, ErrNoCodec)
		}
	}
}

func TestMalformed(t *testing.T) {
	for _, text := range []string{
		"", "\r\n", "hello", "v=1\r\n", "o=- 1 1 IN IP4 1.2.3.4\r\nv=0\r\n", "v=0\r\ns=-\r\n", "v=0\r\no=- 1 IN IP4 1.2.3.4\r\n",
		"v=0\r\no=- a 1 IN IP4 1.2.3.4\r\n", "v=0\r\no=- 1 1 IN IPX 1.2.3.4\r\n", head + "m=audio\r\n", head + "m=audio 70000 RTP/AVP 0\r\n",
		head + "m=audio -1 RTP/AVP 0\r\n", head + "m=audio 4294967296 RTP/AVP 0\r\n", head + "m=audio 4000 RTP/AVP 4294967296\r\n",
		head + "m=audio 4000 RTP/AVP 128\r\n", head + "m=audio 4000 RTP/AVP x\r\n", head + "c=IN\r\n", head + "c=IN IP9 1.2.3.4\r\n",
		head + "m=audio 4000 RTP/AVP 0\r\na=rtpmap:0\r\n", head + "m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU\r\n",
		head + "m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/99999999\r\n", head + "m=audio 4000 RTP/AVP 0\r\na=ptime:x\r\n",
		head + "m=audio 4000 RTP/AVP 0\r\na=rtcp:70000\r\n", head + "m=audio 4000 RTP/AVP 0\r\na=fmtp:x y\r\n", head + "nonsense\r\n",
		head + "a=x\x00y\r\n", head + strings.Repeat("m=audio 4000 RTP/AVP 0\r\n", 33), head + "m=audio 4000 RTP/AVP" + strings.Repeat(" 0", 65) + "\r\n",
		head + strings.Repeat("a=x\r\n", 10000),
	} {
		if _, err := Parse([]byte(text)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%.80q: %v, want %v", text, err, ErrMalformed)
		}
	}
}

func TestOfferAndAccept(t *testing.T) {
	offer := parse(t, string(Offer(ours()).Bytes()))
	if got := strings.Join(offer.Media[0].Formats, " "); got != "0 8 111 101 102" {
		t.Errorf("formats %s", got)
	}
	r, err := Accept(ours(), parse(t, head+"m=audio 4000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"))
	if err != nil || r.Codec.Name != "PCMA" || len(r.Receive) != 2 || r.Event != 101 || r.Remote() != netip.MustParseAddrPort("198.51.100.7:4000") {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := Accept(ours(), parse(t, head+"m=audio 0 RTP/AVP 0\r\n")); !errors.Is(err, ErrNoCodec) {
		t.Errorf("rejected stream: %v", err)
	}
}

func TestIPv6(t *testing.T) {
	l := ours()
	l.Addr = netip.MustParseAddr("2001:db8::1")
	answer, r, err := Answer(l, parse(t, "v=0\r\no=- 1 1 IN IP6 2001:db8::7\r\ns=-\r\nc=IN IP6 2001:db8::7\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"))
	if err != nil || r.Remote() != netip.MustParseAddrPort("[2001:db8::7]:4000") || !strings.Contains(string(answer.Bytes()), "c=IN IP6 2001:db8::1\r\n") {
		t.Errorf("%s %+v %v", answer.Bytes(), r, err)
	}
}

func TestCheckRefusesWhatIsNoPeer(t *testing.T) {
	for host, fine := range map[string]bool{"198.51.100.7": true, "example.org": true, "0.0.0.0": true, "224.0.0.1": false, "255.255.255.255": false, "ff02::1": false} {
		if err := (Result{Host: host}).Check(); (err == nil) != fine {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(head + "m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=sendonly\r\n"))
	f.Add([]byte(head + "m=video 5000 RTP/AVP 96\r\nm=audio 4000/2 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\nc=IN IP6 ::1\r\n"))
	f.Add([]byte("v=0\no=- 1 1 IN IP4 h\nm=audio 1 RTP/AVP 0\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		offer, err := Parse(body)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		if _, err := Parse(offer.Bytes()); err != nil {
			t.Fatalf("cannot read what was written: %v\n%s", err, offer.Bytes())
		}
		answer, r, err := Answer(ours(), offer)
		if err != nil {
			return
		}
		if len(answer.Media) != len(offer.Media) {
			t.Fatalf("%d streams answered with %d", len(offer.Media), len(answer.Media))
		}
		if r.Port < 1 || r.Port > 65535 || r.RTCPPort > 65536 {
			t.Fatalf("ports %d and %d", r.Port, r.RTCPPort)
		}
		if _, err := Parse(answer.Bytes()); err != nil {
			t.Fatalf("cannot read the answer: %v\n%s", err, answer.Bytes())
		}
	})
}
