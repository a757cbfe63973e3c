package sip

import (
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// credentials answers a challenge of a's for an INVITE to sip:hotline@example.org.
func credentials(t *testing.T, challenge, user, password string, count int) string {
	t.Helper()
	c, err := digest.ParseChallenge(challenge)
	if err != nil {
		t.Fatal(err)
	}
	creds, err := digest.Digest(c, digest.Options{Method: "INVITE", URI: "sip:hotline@example.org", Username: user, Password: password, Count: count})
	if err != nil {
		t.Fatal(err)
	}
	return creds.String()
}

func TestAuthenticator(t *testing.T) {
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	a := newAuthenticator(Config{Realm: "voxgate", Digest: []string{"SHA-256", "MD5"}, Users: []User{{Name: "shop", Password: "s3cret"}}})
	a.now = func() time.Time { return now }
	invite := func(authorization, target string) *sip.Request {
		var u sip.Uri
		if err := sip.ParseUri(target, &u); err != nil {
			t.Fatal(err)
		}
		req := sip.NewRequest(sip.INVITE, u)
		if authorization != "" {
			req.AppendHeader(sip.NewHeader("Authorization", authorization))
		}
		return req
	}
	const target = "sip:hotline@example.org"
	challenges := a.challenges(false)
	if len(challenges) != 2 || !strings.Contains(challenges[0], "SHA-256") || !strings.Contains(challenges[1], "MD5") {
		t.Fatalf("challenges %q", challenges)
	}
	right := credentials(t, challenges[0], "shop", "s3cret", 1)
	foreign := digest.Challenge{Realm: "voxgate", Nonce: strings.Repeat("00", 32), Algorithm: "MD5", QOP: []string{"auth"}}
	for _, c := range []struct {
		name, authorization, target string
		later                       time.Duration
		stale, ok                   bool
	}{
		{"none", "", target, 0, false, false},
		{"SHA-256", right, target, 0, false, true},
		{"replayed", right, target, 0, true, false},
		{"next count", credentials(t, challenges[0], "shop", "s3cret", 2), target, 0, false, true},
		{"older count", credentials(t, challenges[0], "shop", "s3cret", 1), target, 0, true, false},
		{"MD5", credentials(t, a.challenges(false)[1], "shop", "s3cret", 1), target, 0, false, true},
		{"wrong password", credentials(t, a.challenges(false)[0], "shop", "guess", 1), target, 0, false, false},
		{"unknown user", credentials(t, a.challenges(false)[0], "nobody", "", 1), target, 0, false, false},
		{"nonce that is not ours", credentials(t, foreign.String(), "shop", "s3cret", 1), target, 0, false, false},
		{"other target", credentials(t, a.challenges(false)[0], "shop", "s3cret", 1), "sip:premium@example.org", 0, false, false},
		{"too late", credentials(t, a.challenges(false)[0], "shop", "s3cret", 1), target, nonceLife + time.Second, true, false},
		{"wrong and too late", credentials(t, a.challenges(false)[0], "shop", "guess", 1), target, nonceLife + time.Second, false, false},
		{"another scheme", "Basic c2hvcDpzM2NyZXQ=", target, 0, false, false},
		{"no protection", strings.Replace(credentials(t, a.challenges(false)[0], "shop", "s3cret", 1), "qop=auth", "qop=none", 1), target, 0, false, false},
	} {
		made := now
		now = now.Add(c.later)
		if _, stale, ok := a.check(invite(c.authorization, c.target)); stale != c.stale || ok != c.ok {
			t.Errorf("%s: stale %t, ok %t; want %t, %t", c.name, stale, ok, c.stale, c.ok)
		}
		now = made
	}
}

func TestRememberedNoncesAreBounded(t *testing.T) {
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	a := newAuthenticator(Config{})
	a.now = func() time.Time { return now }
	for range maxNonces {
		if !a.count(a.nonce(), 1) {
			t.Fatal("a fresh nonce was refused below the bound")
		}
	}
	if a.count(a.nonce(), 1) {
		t.Error("one more was remembered above the bound")
	}
	now = now.Add(nonceLife + time.Second)
	if !a.count(a.nonce(), 1) || len(a.counts) != 1 {
		t.Errorf("old ones were not forgotten: %d are left", len(a.counts))
	}
}
