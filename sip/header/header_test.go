package header

import (
	"errors"
	"strings"
	"testing"
)

func TestUserToUser(t *testing.T) {
	value, err := EncodeUserToUser(`{"topic":"物流"}`, "isdn-uui")
	if err != nil || !strings.HasSuffix(value, ";encoding=hex;purpose=isdn-uui") || strings.ContainsAny(value, "{\"") {
		t.Errorf("%q, %v", value, err)
	}
	for in, want := range map[string]string{
		value: `{"topic":"物流"}`, "6869;encoding=hex": "hi", "6869": "hi", " 6869 ; encoding = \"hex\" ": "hi",
		`"a \"b\"";encoding=text`: `a "b"`, "": "",
	} {
		if got, err := DecodeUserToUser(in); err != nil || got != want {
			t.Errorf("%q gives %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"xyz", "123;encoding=hex", strings.Repeat("00", 5000)} {
		if _, err := DecodeUserToUser(in); !errors.Is(err, ErrMalformed) {
			t.Errorf("%.20q: %v", in, err)
		}
	}
	if _, err := EncodeUserToUser("a", "x\r\ny"); !errors.Is(err, ErrMalformed) {
		t.Errorf("purpose: %v", err)
	}
}

func TestReferTo(t *testing.T) {
	value, err := EncodeReferTo("sip:agent@192.0.2.1:5070;transport=tcp", `{"order":"42"}`)
	if err != nil || strings.Count(value, "?") != 1 || strings.ContainsAny(value, "{} ") {
		t.Fatalf("%q, %v", value, err)
	}
	got, err := DecodeReferTo(value)
	if err != nil || got != (ReferTo{URI: "sip:agent@192.0.2.1:5070;transport=tcp", UserToUser: `{"order":"42"}`}) {
		t.Errorf("%+v, %v", got, err)
	}
	for in, want := range map[string]string{
		"sip:a@b": "sip:a@b", `"Agent" <sip:a@b;x=y>`: "sip:a@b;x=y", "<tel:+8613800003721>": "tel:+8613800003721",
		"<sip:a@b?Replaces=x%3Bto-tag%3Dy&User-to-User=6869%3Bencoding%3Dhex>": "sip:a@b",
	} {
		if got, err := DecodeReferTo(in); err != nil || got.URI != want {
			t.Errorf("%q gives %+v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "<>", "<sip:a@b", "http://a", "sip:", "<sip:a b>", "<sip:a@b?User-to-User=%zz>", "<sip:a@b?User-to-User=zz>", "sip:a\r\n@b"} {
		if _, err := DecodeReferTo(in); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestSipfrag(t *testing.T) {
	for in, want := range map[string]int{"SIP/2.0 200 OK\r\n": 200, "SIP/2.0 100 Trying": 100, "sip/2.0 486\r\nTo: x": 486, string(EncodeSipfrag(603, "Decline")): 603} {
		if got, _, err := DecodeSipfrag([]byte(in)); err != nil || got != want {
			t.Errorf("%q gives %d, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "HTTP/1.1 200 OK", "SIP/2.0", "SIP/2.0 2000 OK", "SIP/2.0 099 x", "SIP/2.0 700 x", "SIP/2.0 20x y", "SIP/2.0 200 a\x00b"} {
		if _, _, err := DecodeSipfrag([]byte(in)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{"13800003721": "138****3721", "+8613800003721": "+86****3721", "1001": "1***", "李小明": "李***", "": "", "7": "7"} {
		if got := Mask(in); got != want {
			t.Errorf("%s becomes %s, want %s", in, got, want)
		}
	}
}

func FuzzUserToUser(f *testing.F) {
	f.Add("6869;encoding=hex;purpose=x")
	f.Add(`"a\"b";encoding=text`)
	f.Fuzz(func(t *testing.T, value string) {
		content, err := DecodeUserToUser(value)
		if err != nil {
			return
		}
		again, err := EncodeUserToUser(content, "")
		if err != nil {
			return // longer than what we send
		}
		if back, err := DecodeUserToUser(again); err != nil || back != content {
			t.Fatalf("%q came back as %q, %v", content, back, err)
		}
	})
}

func FuzzReferTo(f *testing.F) {
	f.Add("<sip:a@b?User-to-User=6869%3Bencoding%3Dhex>")
	f.Add(`"A" <tel:+1>`)
	f.Fuzz(func(t *testing.T, value string) {
		r, err := DecodeReferTo(value)
		if err != nil {
			return
		}
		if strings.ContainsAny(r.URI, "\r\n <>\"?") {
			t.Fatalf("URI %q from %q", r.URI, value)
		}
		if again, err := EncodeReferTo(r.URI, r.UserToUser); err == nil {
			if back, err := DecodeReferTo(again); err != nil || back != r {
				t.Fatalf("%+v came back as %+v, %v", r, back, err)
			}
		}
	})
}

func FuzzSipfrag(f *testing.F) {
	f.Add([]byte("SIP/2.0 200 OK\r\nTo: x\r\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		status, reason, err := DecodeSipfrag(body)
		if err == nil && (status < 100 || status > 699 || strings.ContainsAny(reason, "\r\n\x00")) {
			t.Fatalf("%d %q", status, reason)
		}
	})
}
