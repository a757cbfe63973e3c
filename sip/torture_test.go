package sip_test

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"voxgate/sip"
	"voxgate/sip/siptest"
)

// vector is a message of testdata/torture.txt.
type vector struct {
	name    string
	answers []int // none: silence
	text    string
}

var repeated = regexp.MustCompile(`\{x(\d+)\}`)

func vectors(t testing.TB) []vector {
	t.Helper()
	file, err := os.ReadFile("testdata/torture.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []vector
	for section := range strings.SplitSeq(string(file), "\n== ") {
		title, text, ok := strings.Cut(section, "\n")
		about, answers, found := strings.Cut(title, ": ")
		if !ok || !found || strings.HasPrefix(section, "#") {
			continue
		}
		name, _, _ := strings.Cut(about, " ")
		// The answers stand after the last colon.
		answers = answers[strings.LastIndex(answers, ": ")+1:]
		text += "\n"
		v := vector{name: name}
		for field := range strings.FieldsSeq(answers) {
			if n, err := strconv.Atoi(field); err == nil {
				v.answers = append(v.answers, n)
			}
		}
		text = repeated.ReplaceAllStringFunc(text, func(m string) string {
			n, _ := strconv.Atoi(repeated.FindStringSubmatch(m)[1])
			return strings.Repeat("x", n)
		})
		text = strings.NewReplacer(`\\\"`, `\"`, `\\`, `\`, `\0`, "\x00", `\a`, "\a", `\d`, "\x7f", `\s`, " ").Replace(text)
		_, body, _ := strings.Cut(text, "\n\n")
		length := len(strings.ReplaceAll(body, "\n", "\r\n"))
		v.text = strings.ReplaceAll(text, "{len}", strconv.Itoa(length))
		out = append(out, v)
	}
	return out
}

// busy rejects every call: a message that is answered 486 has reached a handler.
func busy(t *testing.T) sip.Handler {
	return func(_ context.Context, call sip.Incoming) {
		if err := call.Reject(486, "Busy Here"); err != nil {
			t.Errorf("Reject: %v", err)
		}
	}
}

func TestTorture(t *testing.T) {
	all := vectors(t)
	if len(all) < 60 {
		t.Fatalf("%d vectors are too few", len(all))
	}
	s := serve(t, sip.Config{}, busy(t))
	for _, v := range all {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			p := siptest.Probe(t, "udp", s.Addr().String())
			p.Send(v.text)
			if len(v.answers) == 0 {
				p.Silent()
				return
			}
			if m := p.Final(); !slices.Contains(v.answers, m.Status()) {
				t.Errorf("answered %q, want one of %v", m.Start, v.answers)
			}
		})
	}
	t.Cleanup(func() {
		if err := siptest.Call(t, "options", s.Addr().String(), siptest.Options{}); err != nil {
			t.Errorf("not alive after all this: %v", err)
		}
		quiet(t, s)
		if malformed, _ := s.Refused(); malformed < 20 {
			t.Errorf("only %d messages were counted as malformed", malformed)
		}
	})
}

func TestTortureOverTCP(t *testing.T) {
	s := serve(t, sip.Config{}, busy(t))
	for _, v := range vectors(t) {
		if strings.Contains(v.text, "Content-Length: 9999") || v.name == "inv2543" || v.name == "dblreq" {
			continue // on a stream these are the beginning of a longer message, or none
		}
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			p := siptest.Probe(t, "tcp", s.Addr().String())
			p.Send(strings.ReplaceAll(v.text, "SIP/2.0/UDP {host}", "SIP/2.0/TCP {host}"))
			if len(v.answers) == 0 {
				p.Silent()
				return
			}
			if m := p.Final(); !slices.Contains(v.answers, m.Status()) {
				t.Errorf("answered %q, want one of %v", m.Start, v.answers)
			}
		})
	}
}
