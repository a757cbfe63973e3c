package sip

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

const (
	// nonceLife is how long a challenge can be answered; later answers are stale, which costs the phone one more round.
	nonceLife = 5 * time.Minute
	// maxNonces bounds the nonces whose count is remembered; only successful users make entries.
	maxNonces = 1 << 16
)

// authenticator challenges strangers and checks their answers (RFC 3261 section 22, RFC 7616, RFC 8760). A nonce proves
// itself by its signature, so that a flood of unanswered challenges leaves nothing behind.
type authenticator struct {
	realm      string
	algorithms []string // best first (RFC 8760 section 2.6)
	users      map[string]string
	secret     [32]byte
	now        func() time.Time

	mu     sync.Mutex
	counts map[string]uint32 // highest nonce count by nonce, against replay
}

func newAuthenticator(cfg Config) *authenticator {
	a := &authenticator{realm: cfg.Realm, algorithms: cfg.Digest, users: map[string]string{}, now: time.Now, counts: map[string]uint32{}}
	_, _ = rand.Read(a.secret[:]) // never fails (crypto/rand)
	for _, u := range cfg.Users {
		a.users[u.Name] = u.Password
	}
	return a
}

func (a *authenticator) enabled() bool { return len(a.users) > 0 }

// challenges are the WWW-Authenticate values for a new nonce.
func (a *authenticator) challenges(stale bool) []string {
	nonce := a.nonce()
	values := make([]string, len(a.algorithms))
	for i, algorithm := range a.algorithms {
		c := digest.Challenge{Realm: a.realm, Nonce: nonce, Algorithm: algorithm, QOP: []string{"auth"}, Stale: stale}
		values[i] = c.String()
	}
	return values
}

// check verifies a request's credentials. Stale says that they were right but for the nonce's age.
func (a *authenticator) check(req *sip.Request) (user string, stale, ok bool) {
	for _, h := range req.GetHeaders("Authorization") {
		creds, err := digest.ParseCredentials(h.Value())
		if err != nil || creds.Realm != a.realm {
			continue
		}
		if stale, ok = a.verify(req, creds); ok || stale {
			return creds.Username, stale, ok
		}
	}
	return "", false, false
}

func (a *authenticator) verify(req *sip.Request, creds *digest.Credentials) (stale, ok bool) {
	algorithm := strings.ToUpper(creds.Algorithm)
	if algorithm == "" {
		algorithm = "MD5"
	}
	made, ours := a.opened(creds.Nonce)
	if !ours || creds.QOP != "auth" || creds.Nc < 1 || !slices.Contains(a.algorithms, algorithm) || !sameURI(creds.URI, req.Recipient) {
		return false, false
	}
	// An unknown name costs as much time as a wrong password.
	password, known := a.users[creds.Username]
	want, err := digest.Digest(&digest.Challenge{Realm: a.realm, Nonce: creds.Nonce, Algorithm: algorithm, QOP: []string{"auth"}},
		digest.Options{Method: string(req.Method), URI: creds.URI, Username: creds.Username, Password: password, Count: creds.Nc, Cnonce: creds.Cnonce})
	if err != nil {
		return false, false
	}
	right := subtle.ConstantTimeCompare([]byte(want.Response), []byte(strings.ToLower(creds.Response))) == 1
	if !right || !known {
		return false, false
	}
	if a.now().Sub(made) > nonceLife || !a.count(creds.Nonce, uint32(creds.Nc)) {
		return true, false
	}
	return false, true
}

// count admits a nonce count above the last one seen with this nonce.
func (a *authenticator) count(nonce string, nc uint32) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if nc <= a.counts[nonce] {
		return false
	}
	if len(a.counts) >= maxNonces {
		for n := range a.counts {
			if made, _ := a.opened(n); a.now().Sub(made) > nonceLife {
				delete(a.counts, n)
			}
		}
		if len(a.counts) >= maxNonces {
			return false
		}
	}
	a.counts[nonce] = nc
	return true
}

// nonce is time, 8 random bytes and their signature, in hex.
func (a *authenticator) nonce() string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(a.now().UnixMilli()))
	_, _ = rand.Read(b[8:]) // never fails (crypto/rand)
	return hex.EncodeToString(append(b[:], a.sign(b[:])...))
}

func (a *authenticator) sign(b []byte) []byte {
	mac := hmac.New(sha256.New, a.secret[:])
	mac.Write(b)
	return mac.Sum(nil)[:16]
}

// opened tells whether and when we made a nonce.
func (a *authenticator) opened(nonce string) (made time.Time, ours bool) {
	b, err := hex.DecodeString(nonce)
	if err != nil || len(b) != 32 || !hmac.Equal(b[16:], a.sign(b[:16])) {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(binary.BigEndian.Uint64(b[:8]))), true
}

// sameURI compares what credentials were made for with what is asked for (RFC 3261 section 22.4 rule 5). Some clients
// leave the user part out.
func sameURI(text string, uri sip.Uri) bool {
	var u sip.Uri
	if err := sip.ParseUri(text, &u); err != nil {
		return false
	}
	return (u.User == "" || u.User == uri.User) && strings.EqualFold(u.Host, uri.Host) && u.Port == uri.Port
}

// authorize builds the request again with credentials for the challenge in res; false where we have none for its realm.
// A password is never used outside the realm that it was given for.
func (s *Server) authorize(req *sip.Request, res *sip.Response, seq uint32) (*sip.Request, bool) {
	ask, reply := "WWW-Authenticate", "Authorization"
	if res.StatusCode == sip.StatusProxyAuthRequired {
		ask, reply = "Proxy-Authenticate", "Proxy-Authorization"
	}
	for _, h := range res.GetHeaders(ask) {
		challenge, err := digest.ParseChallenge(h.Value())
		if err != nil || !digest.CanDigest(challenge) {
			continue
		}
		i := slices.IndexFunc(s.cfg.Accounts, func(a Account) bool { return a.Realm == challenge.Realm })
		if i < 0 {
			continue
		}
		creds, err := digest.Digest(challenge, digest.Options{Method: string(req.Method), URI: req.Recipient.String(),
			Username: s.cfg.Accounts[i].User, Password: s.cfg.Accounts[i].Password, Count: 1})
		if err != nil {
			continue
		}
		again := req.Clone()
		again.ReplaceHeader(s.via(req.Transport(), req.Via().Host))
		again.ReplaceHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: req.Method})
		again.RemoveHeader(reply)
		again.AppendHeader(sip.NewHeader(reply, creds.String()))
		return again, true
	}
	return nil, false
}
