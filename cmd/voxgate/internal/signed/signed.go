// Package signed proves who sent a request and that it is not an old one sent again: an HMAC-SHA256 (RFC 2104) over time,
// nonce and body in one header. Voxgate checks it on messages that come in and sets it on answers that go out.
package signed

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Header carries key=ID,t=SECONDS,nonce=HEX,v1=HEX. What is signed is "v1", t, nonce and the body, parted by newlines.
const Header = "X-Voxgate-Signature"

// Window is how far a request's time may be from ours.
const Window = 5 * time.Minute

// Bounds of a header and of the memory for nonces.
const (
	longestHeader = 512
	leastNonce    = 16
	longestNonce  = 64
	mostNonces    = 100_000
)

var (
	// ErrSignature says that a request is not signed as it should be; nothing may be done for it.
	ErrSignature = errors.New("signature refused")
	// ErrReplayed says that a request was seen before.
	ErrReplayed = fmt.Errorf("%w: this request was sent before: make a new nonce for each", ErrSignature)
	// ErrCrowded says that too many requests came within the window to tell a repeated one: try again later.
	ErrCrowded = errors.New("too many signed requests")
)

// Sign is the header of a body that is sent now.
func Sign(key, secret string, now time.Time, body []byte) string {
	nonce := make([]byte, 16)
	_, _ = rand.Read(nonce) // never fails (crypto/rand)
	t, n := strconv.FormatInt(now.Unix(), 10), hex.EncodeToString(nonce)
	return "key=" + key + ",t=" + t + ",nonce=" + n + ",v1=" + hex.EncodeToString(sum(secret, t, n, body))
}

func sum(secret, t, nonce string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	for _, part := range []string{"v1\n", t, "\n", nonce, "\n"} {
		mac.Write([]byte(part))
	}
	mac.Write(body)
	return mac.Sum(nil)
}

// Checker checks headers. It is shared by all requests.
type Checker struct {
	secrets map[string]string // by key
	now     func() time.Time

	mu    sync.Mutex
	seen  map[string]bool
	order []use // the oldest first
}

type use struct {
	nonce string
	until time.Time
}

// NewChecker makes a checker of keys with their secrets.
func NewChecker(secrets map[string]string, now func() time.Time) *Checker {
	return &Checker{secrets: secrets, now: now, seen: map[string]bool{}}
}

// Check returns the key that signed body. The error wraps ErrSignature, or is ErrCrowded.
func (c *Checker) Check(header string, body []byte) (key string, err error) {
	fields, err := parse(header)
	if err != nil {
		return "", err
	}
	key, t, nonce := fields["key"], fields["t"], fields["nonce"]
	seconds, err := strconv.ParseInt(t, 10, 64)
	if err != nil {
		return "", fmt.Errorf("%w: t is no time in seconds", ErrSignature)
	}
	given, err := hex.DecodeString(fields["v1"])
	if err != nil {
		return "", fmt.Errorf("%w: v1 is not hexadecimal", ErrSignature)
	}
	secret, known := c.secrets[key]
	// An unknown key is reckoned with too, so that its answer takes as long and says as much as a wrong signature's.
	if right := hmac.Equal(given, sum(secret, t, nonce, body)); !right || !known || secret == "" {
		return "", fmt.Errorf("%w: wrong key or secret, or the body was changed", ErrSignature)
	}
	now := c.now()
	if sent := time.Unix(seconds, 0); sent.Before(now.Add(-Window)) || sent.After(now.Add(Window)) {
		return "", fmt.Errorf("%w: its time is more than %v off: set the sender's clock", ErrSignature, Window)
	}
	return key, c.once(key+" "+nonce, now)
}

// parse reads the fields of a header.
func parse(header string) (map[string]string, error) {
	if header == "" || len(header) > longestHeader {
		return nil, fmt.Errorf("%w: send %s: key=ID,t=SECONDS,nonce=HEX,v1=HEX", ErrSignature, Header)
	}
	fields := map[string]string{}
	for part := range strings.SplitSeq(header, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok || fields[name] != "" {
			return nil, fmt.Errorf("%w: a field is not NAME=VALUE, or is there twice", ErrSignature)
		}
		fields[name] = value
	}
	if n := len(fields["nonce"]); n < leastNonce || n > longestNonce {
		return nil, fmt.Errorf("%w: the nonce has %d characters, want %d to %d", ErrSignature, n, leastNonce, longestNonce)
	}
	return fields, nil
}

// once remembers a nonce for as long as its request could come again.
func (c *Checker) once(nonce string, now time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.order) > 0 && c.order[0].until.Before(now) {
		delete(c.seen, c.order[0].nonce)
		c.order = c.order[1:]
	}
	switch {
	case c.seen[nonce]:
		return ErrReplayed
	case len(c.seen) >= mostNonces:
		return ErrCrowded
	}
	c.seen[nonce] = true
	c.order = append(c.order, use{nonce, now.Add(2*Window + time.Second)})
	return nil
}
