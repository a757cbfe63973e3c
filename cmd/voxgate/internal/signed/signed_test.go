package signed

import (
	"errors"
	"strings"
	"testing"
	"time"
)

var (
	noon = time.Unix(1_780_000_000, 0)
	body = []byte(`{"text":"你好"}`)
)

func checker(now *time.Time) *Checker {
	return NewChecker(map[string]string{"app": "s3cret", "empty": ""}, func() time.Time { return *now })
}

func TestSignedOnce(t *testing.T) {
	now := noon
	c := checker(&now)
	header := Sign("app", "s3cret", noon, body)
	if key, err := c.Check(header, body); key != "app" || err != nil {
		t.Fatalf("key %q, %v", key, err)
	}
	if _, err := c.Check(header, body); !errors.Is(err, ErrReplayed) {
		t.Errorf("the same request again: %v", err)
	}
	now = noon.Add(2 * Window)
	if _, err := c.Check(header, body); !errors.Is(err, ErrSignature) {
		t.Errorf("the same request much later: %v", err)
	}
	now = noon.Add(3 * Window)
	if _, err := c.Check(Sign("app", "s3cret", now, body), body); err != nil || len(c.seen) != 1 || len(c.order) != 1 {
		t.Errorf("%v; %d nonces are remembered, want only the last", err, len(c.seen))
	}
}

func TestRefused(t *testing.T) {
	good := Sign("app", "s3cret", noon, body)
	for name, c := range map[string]struct {
		header string
		body   []byte
	}{
		"no header":     {"", body},
		"wrong secret":  {Sign("app", "other", noon, body), body},
		"unknown key":   {Sign("who", "s3cret", noon, body), body},
		"empty secret":  {Sign("empty", "", noon, body), body},
		"changed body":  {good, []byte(`{"text":"您好"}`)},
		"other time":    {strings.Replace(good, "t=1780000000", "t=1780000001", 1), body},
		"too early":     {Sign("app", "s3cret", noon.Add(-Window-time.Second), body), body},
		"too late":      {Sign("app", "s3cret", noon.Add(Window+time.Second), body), body},
		"no nonce":      {"key=app,t=1780000000,v1=00", body},
		"key twice":     {good + ",key=app", body},
		"no hex":        {"key=app,t=1780000000,nonce=0123456789abcdef,v1=xyz", body},
		"no time":       {"key=app,t=soon,nonce=0123456789abcdef,v1=00", body},
		"no fields":     {"hello", body},
		"endless":       {strings.Repeat("a=b,", 1000), body},
		"time overflow": {"key=app,t=99999999999999999999,nonce=0123456789abcdef,v1=00", body},
	} {
		now := noon
		if key, err := checker(&now).Check(c.header, c.body); !errors.Is(err, ErrSignature) || key != "" {
			t.Errorf("%s: key %q, %v", name, key, err)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add(Sign("app", "s3cret", noon, body), []byte("x"))
	f.Add("key=,t=,nonce=,v1=", []byte{})
	f.Fuzz(func(t *testing.T, header string, other []byte) {
		now := noon
		if key, err := checker(&now).Check(header, append(other, 0)); err == nil {
			t.Errorf("%q was taken for %q", header, key)
		}
	})
}
