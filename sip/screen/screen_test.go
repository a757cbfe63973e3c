package screen

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
)

const options = "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5070;rport;branch=z9hG4bK1\r\nFrom: <sip:c@d>;tag=1\r\n" +
	"To: <sip:a@b>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"

func TestCheck(t *testing.T) {
	change := func(from, to string) string { return strings.Replace(options, from, to, 1) }
	for name, c := range map[string]struct {
		text   string
		action Action
		status int
	}{
		"sound":              {options, Pass, 0},
		"keep-alive":         {"\r\n\r\n", Drop, 0},
		"NULs":               {"\x00\x00\x00\x00", Drop, 0},
		"compact":            {strings.NewReplacer("Via:", "v:", "From:", "f :", "To:", "t\t:", "Call-ID:", "i:", "Content-Length:", "l:").Replace(options), Pass, 0},
		"no Via":             {change("Via:", "X:"), Drop, 0},
		"no From":            {change("From:", "X:"), Reject, 400},
		"no Call-ID":         {change("Call-ID:", "X:"), Reject, 400},
		"two To":             {change("To:", "To: <sip:z@z>\r\nTo:"), Reject, 400},
		"other version":      {change(" SIP/2.0", " SIP/3.0"), Reject, 505},
		"no version":         {change(" SIP/2.0", " HTTP/1.1"), Reject, 400},
		"scheme":             {change("sip:a@b SIP", "mailto:a@b SIP"), Reject, 416},
		"port":               {change("sip:a@b SIP", "sip:a@b:99999 SIP"), Reject, 400},
		"two at signs":       {change("sip:a@b SIP", "sip:a@a@b SIP"), Reject, 400},
		"long URI":           {change("sip:a@b SIP", "sip:"+strings.Repeat("a", 3000)+"@b SIP"), Reject, 414},
		"negative length":    {change("Content-Length: 0", "Content-Length: -1"), Reject, 400},
		"length beyond end":  {change("Content-Length: 0", "Content-Length: 1"), Reject, 400},
		"large CSeq":         {change("CSeq: 1 ", "CSeq: 2147483648 "), Reject, 400},
		"CSeq method":        {change("CSeq: 1 OPTIONS", "CSeq: 1 INVITE"), Reject, 400},
		"hops":               {change("Forwards: 70", "Forwards: 256"), Reject, 400},
		"header name":        {change("Max-Forwards:", "Max Forwards:"), Reject, 400},
		"no colon":           {change("Max-Forwards: 70", "nonsense"), Reject, 400},
		"many headers":       {change("Max-Forwards: 70", strings.Repeat("X: y\r\n", 300)+"X: y"), Reject, 513},
		"large head":         {change("Max-Forwards: 70", "X: "+strings.Repeat("y", 20000)), Reject, 513},
		"unterminated":       {strings.TrimSuffix(options, "\r\n"), Reject, 400},
		"NUL":                {change("Call-ID: x", "Call-ID: x\x00"), Reject, 400},
		"folded first line":  {change("\r\nVia", "\r\n Via"), Drop, 0},
		"Via port":           {change("5070;", "507000;"), Reject, 400},
		"IPv6":               {change("192.0.2.1:5070", "[2001:db8::1]:5070"), Pass, 0},
		"response":           {"SIP/2.0 200 OK" + options[strings.Index(options, "\r\n"):], Pass, 0},
		"response code":      {"SIP/2.0 999 OK" + options[strings.Index(options, "\r\n"):], Drop, 0},
		"response, no Via":   {"SIP/2.0 200 OK\r\n\r\n", Drop, 0},
		"bad ACK":            {strings.NewReplacer("OPTIONS", "ACK", "To:", "X:").Replace(options), Drop, 0},
		"trailing bytes":     {options + "INVITE sip:x", Pass, 0},
		"leading line ends":  {"\r\n\r\n" + options, Pass, 0},
		"LF only":            {strings.ReplaceAll(options, "\r\n", "\n"), Drop, 0},
		"quoted name closed": {change("<sip:c@d>", "\"a\\\"b\" <sip:c@d>"), Pass, 0},
		"quoted name open":   {change("<sip:c@d>", "\"ab <sip:c@d>"), Reject, 400},
		"name in Chinese":    {change("<sip:c@d>", "李雷 <sip:c@d>"), Pass, 0},
	} {
		v := Check([]byte(c.text))
		if v.Action != c.action || v.Status != c.status {
			t.Errorf("%s: action %d, %d %s; want %d, %d", name, v.Action, v.Status, v.Reason, c.action, c.status)
		}
	}
}

func TestAnswerNamesSourceAndTag(t *testing.T) {
	v := Check([]byte(strings.Replace(options, "Max-Forwards: 70", "Max-Forwards: x", 1)))
	want := "SIP/2.0 400 Malformed Max-Forwards\r\nVia: SIP/2.0/UDP 192.0.2.1:5070;rport=999;branch=z9hG4bK1;received=198.51.100.9\r\n" +
		"From: <sip:c@d>;tag=1\r\nTo: <sip:a@b>;tag=ours\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
	if got := string(v.Answer("198.51.100.9", 999, "ours")); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for via, want := range map[string]int{";rport": 0, "": 5070} {
		v := Check([]byte(strings.NewReplacer(";rport", via, "Max-Forwards: 70", "Max-Forwards: x").Replace(options)))
		if port, symmetric := v.ViaPort(); port != want || symmetric != (want == 0) {
			t.Errorf("Via with %q: port %d, symmetric %t", via, port, symmetric)
		}
	}
}

func TestLength(t *testing.T) {
	body := strings.Replace(options, "Content-Length: 0", "Content-Length: 4", 1) + "abcd"
	for name, c := range map[string]struct {
		text string
		n    int
		ok   bool
	}{
		"whole":     {options, len(options), true},
		"two":       {body + options, len(body), true},
		"part":      {options[:50], 0, true},
		"body part": {body[:len(body)-1], 0, true},
		"no length": {strings.Replace(options, "Content-Length: 0\r\n", "", 1), 0, false},
		"negative":  {strings.Replace(options, "Content-Length: 0", "Content-Length: -5", 1), 0, false},
		"giant":     {strings.Replace(options, "Content-Length: 0", "Content-Length: 2147483647", 1), 0, false},
		"endless":   {strings.Repeat("a", MaxHead+1), 0, false},
	} {
		if n, ok := Length([]byte(c.text)); n != c.n || ok != c.ok {
			t.Errorf("%s: %d, %t; want %d, %t", name, n, ok, c.n, c.ok)
		}
	}
}

func seeds(f *testing.F) {
	f.Add([]byte(options))
	file, err := os.ReadFile("../testdata/torture.txt")
	if err != nil {
		f.Fatal(err)
	}
	for section := range strings.SplitSeq(string(file), "\n== ") {
		if _, text, ok := strings.Cut(section, "\n"); ok {
			f.Add([]byte(strings.NewReplacer("{host}", "192.0.2.1", "{port}", "5070", "{len}", "0", "\n", "\r\n").Replace(text + "\n")))
		}
	}
}

func FuzzCheck(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		v := Check(raw)
		switch v.Action {
		case Pass:
			msg, err := sip.ParseMessage(v.Message)
			if err != nil || msg.Via() == nil || msg.CSeq() == nil {
				t.Fatalf("passed, but %v:\n%q", err, v.Message)
			}
			if again := Check(v.Message); again.Action != Pass {
				t.Fatalf("made plain, but not sound:\n%q", v.Message)
			}
		case Reject:
			answer := v.Answer("192.0.2.9", 5099, "t")
			if !bytes.HasPrefix(answer, []byte("SIP/2.0 ")) || !bytes.HasSuffix(answer, []byte("\r\n\r\n")) {
				t.Fatalf("answer %q", answer)
			}
			if bytes.Count(answer, []byte("\r\n\r\n")) != 1 || bytes.ContainsAny(bytes.ReplaceAll(answer, []byte("\r\n"), nil), "\r\n") {
				t.Fatalf("answer carries line ends of the request: %q", answer)
			}
		}
	})
}

func FuzzLength(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		if n, ok := Length(raw); n < 0 || n > len(raw) || !ok && n != 0 {
			t.Fatalf("%d of %d, %t", n, len(raw), ok)
		}
	})
}
