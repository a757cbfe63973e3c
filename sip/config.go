package sip

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"voxgate/media/codec"
)

// Defaults of a Config.
const (
	defaultRTPTimeout = 60 * time.Second
	defaultMaxCalls   = 200
	defaultUserAgent  = "Voxgate"
	defaultRealm      = "voxgate"
)

// Config is the telephone edge's configuration. The zero value of each field is its default.
type Config struct {
	Listen    string     // host:port for UDP and TCP; port 0 takes a free one. Default 0.0.0.0:5060
	Advertise netip.Addr // address that peers reach (behind NAT); invalid: the local address that routes to each peer

	Allow  []netip.Prefix // networks that may call without a password; nil: DefaultNetworks
	Users  []User         // digest users, who may call from anywhere
	Realm  string         // digest realm
	Digest []string       // digest algorithms, best first; nil: SHA-256 and MD5. Old phones look at the first only
	Silent bool           // strangers get no answer at all instead of 403

	Accounts []Account // credentials for servers that challenge us

	Codecs []codec.Codec // best first; nil: PCMU and PCMA

	MaxCalls   int           // calls at once, both ways; above it 503 with Retry-After
	PortMin    int           // lowest RTP port; 0: 16384
	PortMax    int           // highest RTP port; 0: 32767
	RTPTimeout time.Duration // a call that hears no RTP for so long is ended; not while on hold
	Drain      time.Duration // how long calls may go on after Serve's context ends

	UserAgent string // User-Agent and Server header; "-" for none
	Logger    *slog.Logger
}

// User may call with this name and password (RFC 3261 section 22, RFC 8760).
type User struct{ Name, Password string }

// Account is our credential at another server, used only for challenges of its realm.
type Account struct{ Realm, User, Password string }

// DefaultNetworks are loopback, private, link-local and unique local addresses.
func DefaultNetworks() []netip.Prefix {
	texts := []string{"127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"}
	nets := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		nets[i] = netip.MustParsePrefix(text)
	}
	return nets
}

func (c Config) withDefaults() Config {
	if c.Listen == "" {
		c.Listen = "0.0.0.0:5060"
	}
	if c.Allow == nil {
		c.Allow = DefaultNetworks()
	}
	if c.Realm == "" {
		c.Realm = defaultRealm
	}
	if c.Digest == nil {
		c.Digest = []string{"SHA-256", "MD5"}
	}
	if c.Codecs == nil {
		c.Codecs = []codec.Codec{codec.PCMU, codec.PCMA}
	}
	if c.PortMin == 0 && c.PortMax == 0 {
		c.PortMin, c.PortMax = 16384, 32767
	}
	if c.MaxCalls == 0 {
		c.MaxCalls = defaultMaxCalls
	}
	if c.RTPTimeout == 0 {
		c.RTPTimeout = defaultRTPTimeout
	}
	switch c.UserAgent {
	case "":
		c.UserAgent = defaultUserAgent
	case "-":
		c.UserAgent = ""
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return c
}

func (c Config) validate() error {
	if strings.ContainsAny(c.Realm+c.UserAgent, "\r\n\"\x00") {
		return errors.New("sip: realm and user agent must be one line without quotes")
	}
	if c.MaxCalls < 0 || c.RTPTimeout < 0 || c.Drain < 0 {
		return errors.New("sip: limits and times must not be negative")
	}
	for _, d := range c.Digest {
		if d != "SHA-256" && d != "MD5" {
			return fmt.Errorf("sip: digest algorithm %q: want SHA-256 or MD5", d)
		}
	}
	for _, u := range c.Users {
		if u.Name == "" || u.Password == "" {
			return fmt.Errorf("sip: user %q: name and password must both be set", u.Name)
		}
	}
	return nil
}
