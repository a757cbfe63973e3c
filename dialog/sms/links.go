package sms

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Purposes of links: the page of the shop that one leads to.
var Purposes = []string{"address", "invoice", "photo", "pay", "account", "claim"}

// ErrBadLink says that a link was not made here, was changed, or has lapsed.
var ErrBadLink = errors.New("the link does not hold")

const (
	linkMAC     = 10 // bytes; a guess succeeds once in 2^80
	mostSubject = 40
)

// Links makes and reads links of the form BASE/PURPOSE/TOKEN. The token is base64url (RFC 4648 section 5, no padding)
// of four bytes of lapse (big-endian seconds since 1970), the subject, and the first ten bytes of HMAC-SHA256 under the
// key of purpose, a zero byte and what stands before; the shop's pages check it the same way.
type Links struct {
	base string
	key  []byte
	now  func() time.Time
}

// linkLasts is how long a link holds.
const linkLasts = 24 * time.Hour

// NewLinks builds the maker. The base is where the shop's pages are (https://m.shop.example/s); the key is shared with
// them and has at least 16 bytes.
func NewLinks(base string, key []byte, now func() time.Time) (*Links, error) {
	at, err := url.Parse(base)
	if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" || at.RawQuery != "" || at.Fragment != "" {
		return nil, fmt.Errorf("link base %q: write http:// or https://, a host and perhaps a path", base)
	}
	if len(key) < 16 {
		return nil, fmt.Errorf("link key has %d bytes: use at least 16", len(key))
	}
	return &Links{base: strings.TrimSuffix(base, "/"), key: slices.Clone(key), now: now}, nil
}

// Link writes a link that holds for a day. The subject says what it is about: an order's or a ticket's number, or nothing.
func (l *Links) Link(_ context.Context, purpose, subject string) (string, error) {
	if !slices.Contains(Purposes, purpose) {
		return "", fmt.Errorf("link purpose %q: use one of %s", purpose, strings.Join(Purposes, ", "))
	}
	if len(subject) > mostSubject {
		return "", fmt.Errorf("link subject has %d bytes: use at most %d", len(subject), mostSubject)
	}
	token := binary.BigEndian.AppendUint32(nil, uint32(l.now().Add(linkLasts).Unix())) //nolint:gosec // seconds until 2106
	token = append(token, subject...)
	token = append(token, l.mac(purpose, token)...)
	return l.base + "/" + purpose + "/" + base64.RawURLEncoding.EncodeToString(token), nil
}

// Read checks a link and says what it is about; the error is ErrBadLink.
func (l *Links) Read(link string) (purpose, subject string, err error) {
	rest, ok := strings.CutPrefix(link, l.base+"/")
	purpose, token, cut := strings.Cut(rest, "/")
	if !ok || !cut {
		return "", "", ErrBadLink
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < 4+linkMAC || len(raw) > 4+mostSubject+linkMAC || !slices.Contains(Purposes, purpose) {
		return "", "", ErrBadLink
	}
	said, mac := raw[:len(raw)-linkMAC], raw[len(raw)-linkMAC:]
	lapse := time.Unix(int64(binary.BigEndian.Uint32(said)), 0)
	if !hmac.Equal(mac, l.mac(purpose, said)) || !l.now().Before(lapse) {
		return "", "", ErrBadLink
	}
	return purpose, string(said[4:]), nil
}

func (l *Links) mac(purpose string, said []byte) []byte {
	h := hmac.New(sha256.New, l.key)
	h.Write([]byte(purpose))
	h.Write([]byte{0})
	h.Write(said)
	return h.Sum(nil)[:linkMAC]
}
