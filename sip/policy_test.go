package sip_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"

	"voxgate/sip"
	"voxgate/sip/siptest"
)

// request writes a raw request of the prober; extra is more headers, each with its line end.
func request(method, callID, toTag string, cseq int, extra, body string) string {
	to := ""
	if toTag != "" {
		to = ";tag=" + toTag
	}
	return fmt.Sprintf(`%[1]s sip:hotline@127.0.0.1 SIP/2.0
Via: SIP/2.0/UDP {host}:{port};rport;branch=z9hG4bK%[2]s%[1]s%[4]d
From: <sip:13800003721@{host}>;tag=caller
To: <sip:hotline@127.0.0.1>%[3]s
Call-ID: %[2]s
CSeq: %[4]d %[1]s
Max-Forwards: 70
Contact: <sip:13800003721@{host}:{port}>
%[5]sContent-Length: %[6]d

%[7]s`, method, callID, to, cseq, extra, len(body)+strings.Count(body, "\n"), body)
}

const sdpHeader = "Content-Type: application/sdp\n"

// pcmu is an offer to where nobody listens.
const pcmu = `v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio 9 RTP/AVP 0
`

// open sets a call up by hand and gives the answer's tag.
func open(p *siptest.Prober, callID string) (tag string) {
	p.Send(request("INVITE", callID, "", 1, sdpHeader, pcmu))
	tag = p.Final().Tag()
	p.Send(request("ACK", callID, tag, 1, "", ""))
	return tag
}

func TestAdmission(t *testing.T) {
	nobody := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	for name, c := range map[string]struct {
		cfg    sip.Config
		status int // 0: silence
	}{
		"stranger":         {sip.Config{Allow: nobody}, 403},
		"silent":           {sip.Config{Allow: nobody, Silent: true}, 0},
		"users":            {sip.Config{Allow: nobody, Users: []sip.User{{Name: "a", Password: "b"}}}, 401},
		"default networks": {sip.Config{}, 486},
		"allowed network":  {sip.Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Users: []sip.User{{Name: "a", Password: "b"}}}, 486},
	} {
		t.Run(name, func(t *testing.T) {
			p := siptest.Probe(t, "udp", serve(t, c.cfg, busy(t)).Addr().String())
			p.Send(request("INVITE", "admission", "", 1, sdpHeader, pcmu))
			if c.status == 0 {
				p.Silent()
				return
			}
			if m := p.Final(); m.Status() != c.status {
				t.Errorf("answered %q, want %d", m.Start, c.status)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	p := siptest.Probe(t, "udp", serve(t, sip.Config{}, busy(t)).Addr().String())
	for _, c := range []struct {
		name, text string
		status     int
		header     string // must be in the answer
	}{
		{"codec", request("INVITE", "a1", "", 1, sdpHeader, strings.Replace(pcmu, "AVP 0", "AVP 18", 1)), 488, "warning"},
		{"secure media only", request("INVITE", "a2", "", 1, sdpHeader, strings.Replace(pcmu, "RTP/AVP", "RTP/SAVP", 1)), 488, "warning"},
		{"encoding", request("INVITE", "a3", "", 1, sdpHeader+"Content-Encoding: gzip\n", pcmu), 415, "accept-encoding"},
		{"type", request("INVITE", "a4", "", 1, "Content-Type: text/plain\n", "hello"), 415, "accept"},
		{"body without type", request("INVITE", "a5", "", 1, "", pcmu), 415, "accept"},
		{"extension", request("INVITE", "a6", "", 1, "Require: 100rel\n"+sdpHeader, pcmu), 420, "unsupported"},
		{"update", request("UPDATE", "a7", "", 1, "", ""), 405, "allow"},
		{"subscribe", request("SUBSCRIBE", "a8", "", 1, "Event: presence\n", ""), 405, "allow"},
		{"unknown", request("DANCE", "a9", "", 1, "", ""), 501, "allow"},
		{"notify", request("NOTIFY", "a10", "", 1, "Event: refer\n", ""), 481, ""},
		{"info", request("INFO", "a11", "", 1, "", ""), 481, ""},
		{"reinvite of nothing", request("INVITE", "a12", "nothing", 1, sdpHeader, pcmu), 481, ""},
		{"options", request("OPTIONS", "a13", "", 1, "", ""), 200, "accept"},
		{"busy", request("INVITE", "a14", "", 1, sdpHeader, pcmu), 486, "retry-after"},
	} {
		p.Send(c.text)
		m := p.Final()
		if m.Status() != c.status || c.header != "" && m.Header[c.header] == "" {
			t.Errorf("%s: %q %v, want %d with %s", c.name, m.Start, m.Header, c.status, c.header)
		}
		if m.Status() >= 300 && strings.HasPrefix(c.text, "INVITE") {
			p.Send(strings.Replace(request("ACK", m.Header["call-id"], m.Tag(), 1, "", ""), "ACK1", "INVITE1", 1))
		}
	}
}

func TestWithinDialog(t *testing.T) {
	s := serve(t, sip.Config{}, answerAndWait(t))
	p := siptest.Probe(t, "udp", s.Addr().String())
	tag := open(p, "within")
	for _, c := range []struct {
		name, text string
		status     int
	}{
		{"stray tag", request("INFO", "within", "other", 2, "", ""), 481},
		{"transfer by caller", request("REFER", "within", tag, 3, "Refer-To: <sip:+881@premium.invalid>\n", ""), 403},
		{"old number", request("OPTIONS", "within", tag, 2, "", ""), 500},
		{"report on nothing", request("NOTIFY", "within", tag, 4, "Event: refer\nContent-Type: message/sipfrag\n", "SIP/2.0 200 OK\n"), 481},
		{"other event", request("NOTIFY", "within", tag, 5, "Event: presence\n", ""), 489},
		{"no event", request("NOTIFY", "within", tag, 6, "", ""), 400},
		{"update", request("UPDATE", "within", tag, 7, "", ""), 405},
		{"bad key", request("INFO", "within", tag, 8, "Content-Type: application/dtmf-relay\n", "Signal=dance\n"), 400},
		{"bad offer", request("INVITE", "within", tag, 9, sdpHeader, "v=1\n"), 400},
		{"options", request("OPTIONS", "within", tag, 10, "", ""), 200},
	} {
		p.Send(c.text)
		if m := p.Final(); m.Status() != c.status {
			t.Errorf("%s: %q, want %d", c.name, m.Start, c.status)
		}
	}
	p.Send(strings.Replace(request("ACK", "within", tag, 9, "", ""), "ACK9", "INVITE9", 1))
	spoof := strings.Replace(request("BYE", "within", tag, 11, "", ""), ";tag=caller", ";tag=spoofed", 1)
	p.Send(spoof)
	if m := p.Final(); m.Status() != 481 || s.Calls() != 1 {
		t.Errorf("BYE with a foreign tag: %q, %d calls left", m.Start, s.Calls())
	}
	p.Send(request("BYE", "within", tag, 12, "", ""))
	if m := p.Final(); m.Status() != 200 {
		t.Errorf("BYE: %q", m.Start)
	}
	quiet(t, s)
}

func TestGlare(t *testing.T) {
	s := serve(t, sip.Config{}, answerAndWait(t))
	p := siptest.Probe(t, "udp", s.Addr().String())
	tag := open(p, "glare")
	p.Send(request("INVITE", "glare", tag, 2, sdpHeader, pcmu))
	if m := p.Final(); m.Status() != 200 {
		t.Fatalf("first change: %q", m.Start)
	}
	// The first change is not acknowledged yet.
	p.Send(request("INVITE", "glare", tag, 3, sdpHeader, pcmu))
	for {
		m := p.Final()
		if m.Header["cseq"] == "2 INVITE" {
			continue // 200 again
		}
		if m.Status() != 491 {
			t.Errorf("second change: %q, want 491", m.Start)
		}
		break
	}
	p.Send(request("ACK", "glare", tag, 2, "", ""))
	p.Send(strings.Replace(request("ACK", "glare", tag, 3, "", ""), "ACK3", "INVITE3", 1))
	p.Send(request("BYE", "glare", tag, 4, "", ""))
	quiet(t, s)
}

func TestMergedRequest(t *testing.T) {
	s := serve(t, sip.Config{}, func(_ context.Context, call sip.Incoming) { <-call.Done() })
	p := siptest.Probe(t, "udp", s.Addr().String())
	invite := request("INVITE", "merged", "", 1, sdpHeader, pcmu)
	p.Send(invite)
	if m := p.Read(); m.Status() != 180 {
		t.Fatalf("first: %q", m.Start)
	}
	p.Send(strings.Replace(invite, "branch=z9hG4bK", "branch=z9hG4bKother", 1))
	if m := p.Final(); m.Status() != 482 {
		t.Errorf("the same by another way: %q, want 482", m.Start)
	}
	p.Send(strings.Replace(strings.Replace(request("CANCEL", "merged", "", 1, "", ""), "CANCEL1", "INVITE1", 1), "Contact", "X-Contact", 1))
	quiet(t, s)
}

func TestFullHouse(t *testing.T) {
	s := serve(t, sip.Config{MaxCalls: 1}, answerAndWait(t))
	p := siptest.Probe(t, "udp", s.Addr().String())
	tag := open(p, "first")
	p.Send(request("INVITE", "second", "", 1, sdpHeader, pcmu))
	if m := p.Final(); m.Status() != 503 || m.Header["retry-after"] == "" {
		t.Errorf("second call: %q %v, want 503 with Retry-After", m.Start, m.Header)
	}
	p.Send(request("BYE", "first", tag, 2, "", ""))
	quiet(t, s)
}

func TestBusyPort(t *testing.T) {
	s := serve(t, sip.Config{}, busy(t))
	_, err := sip.New(sip.Config{Listen: s.Addr().String()}, nil)
	if err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("UDP: %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := sip.New(sip.Config{Listen: l.Addr().String()}, nil); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("TCP: %v", err)
	}
}

func TestConfigIsChecked(t *testing.T) {
	for _, cfg := range []sip.Config{
		{Listen: "nonsense"}, {Realm: "a\"b"}, {UserAgent: "a\r\nb"}, {MaxCalls: -1}, {PortMin: 5000, PortMax: 4000},
		{Users: []sip.User{{Name: "a"}}}, {Digest: []string{"ROT13"}},
	} {
		if s, err := sip.New(cfg, nil); err == nil {
			s.Close()
			t.Errorf("%+v was taken", cfg)
		}
	}
}

func TestPhoneTakesNoCalls(t *testing.T) {
	phone := serve(t, sip.Config{}, nil)
	other := serve(t, sip.Config{}, nil)
	_, err := other.Dial(t.Context(), sip.DialRequest{Target: "sip:x@" + phone.Addr().String()})
	var refused *sip.DialError
	if !errors.As(err, &refused) || refused.Status != 480 {
		t.Errorf("got %v, want 480", err)
	}
}
