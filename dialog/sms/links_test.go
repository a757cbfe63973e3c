package sms

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var linkKey = []byte("0123456789abcdef")

func newLinks(t testing.TB) *Links {
	t.Helper()
	l, err := NewLinks("https://m.shop.example/s/", linkKey, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLinks(t)
		link, err := l.Link(t.Context(), "address", "620718450093318840")
		if err != nil || !strings.HasPrefix(link, "https://m.shop.example/s/address/") || len(link) > 80 {
			t.Fatalf("got %s, %v", link, err)
		}
		purpose, subject, err := l.Read(link)
		if err != nil || purpose != "address" || subject != "620718450093318840" {
			t.Errorf("got %s, %s, %v", purpose, subject, err)
		}
		for i := range link {
			changed := []byte(link)
			changed[i] ^= 1
			if p, s, err := l.Read(string(changed)); !errors.Is(err, ErrBadLink) {
				t.Errorf("changed at %d: got %s, %s, %v", i, p, s, err)
			}
		}
		if _, _, err := l.Read(strings.Replace(link, "/address/", "/invoice/", 1)); !errors.Is(err, ErrBadLink) {
			t.Errorf("another purpose: %v", err)
		}
		foreign, err := NewLinks("https://m.shop.example/s", []byte("fedcba9876543210"), time.Now)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := foreign.Read(link); !errors.Is(err, ErrBadLink) {
			t.Errorf("another key: %v", err)
		}
		time.Sleep(linkLasts)
		if _, _, err := l.Read(link); !errors.Is(err, ErrBadLink) {
			t.Errorf("lapsed: %v", err)
		}
	})
}

func TestLinkFaults(t *testing.T) {
	for _, base := range []string{"", "m.shop.example", "ftp://x", "https://x?y=1", "https://x#y"} {
		if _, err := NewLinks(base, linkKey, time.Now); err == nil {
			t.Errorf("%q was taken", base)
		}
	}
	if _, err := NewLinks("https://x", []byte("short"), time.Now); err == nil {
		t.Error("a short key was taken")
	}
	l := newLinks(t)
	if _, err := l.Link(t.Context(), "love", "1"); err == nil || !strings.Contains(err.Error(), "address") {
		t.Errorf("got %v", err)
	}
	if _, err := l.Link(t.Context(), "pay", strings.Repeat("1", 41)); err == nil {
		t.Error("a long subject was taken")
	}
}

func FuzzRead(f *testing.F) {
	l := newLinks(f)
	link, err := l.Link(f.Context(), "photo", "202605140004")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(strings.TrimPrefix(link, "https://m.shop.example/s/"))
	f.Add("pay/")
	f.Add("address/AAAAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, rest string) {
		purpose, subject, err := l.Read("https://m.shop.example/s/" + rest)
		if err != nil {
			if !errors.Is(err, ErrBadLink) {
				t.Errorf("unmarked error %v", err)
			}
			return
		}
		if !strings.HasPrefix(link, "https://m.shop.example/s/"+purpose) || subject != "202605140004" {
			t.Errorf("%q was never made here, and reads as %s of %s", rest, purpose, subject)
		}
	})
}

func FuzzCheck(f *testing.F) {
	c := NewCodes(&pocket{text: map[string]string{}}, "Voxgate", time.Now)
	f.Add("13901286634", "123456")
	f.Add("", "１２３ 456")
	f.Fuzz(func(t *testing.T, to, code string) {
		if good, err := c.Check(t.Context(), to, code); good || err != nil {
			t.Errorf("a code that was never sent is right: %v", err)
		}
	})
}
