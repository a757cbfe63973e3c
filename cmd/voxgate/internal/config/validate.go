package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Validate checks every value and reports all faults at once, each with its key and what to write.
func (c *Config) Validate() error {
	var faults []error
	fault := func(key, format string, args ...any) {
		faults = append(faults, fmt.Errorf("%w: %s: %s", ErrInvalid, key, fmt.Sprintf(format, args...)))
	}
	c.checkSIP(fault)
	c.checkWeb(fault)
	c.checkServices(fault)
	c.checkDoors(fault)
	return errors.Join(faults...)
}

func (c *Config) checkSIP(fault func(key, format string, args ...any)) {
	if !isHostPort(c.SIP.Listen) {
		fault("sip.listen", "%q is not host:port, e.g. 0.0.0.0:5060", c.SIP.Listen)
	}
	if c.SIP.Advertise != "" && net.ParseIP(c.SIP.Advertise) == nil {
		fault("sip.advertise", "%q is not an IP address", c.SIP.Advertise)
	}
	if c.SIP.User == "" || strings.ContainsAny(c.SIP.User, "@:;<>\" \r\n") {
		fault("sip.user", "%q is not a user name", c.SIP.User)
	}
	for _, text := range c.SIP.Allow {
		if _, err := parseNetwork(text); err != nil {
			fault("sip.allow", "%q is neither a network nor an address, e.g. 203.0.113.0/24", text)
		}
	}
	for _, user := range c.SIP.Users {
		if user.Name == "" || user.Password == "" {
			fault("sip.users", "user %q needs a name and a password (a $NAME that is not set in the environment is empty)", user.Name)
		}
	}
	if c.SIP.MaxCalls < 1 || c.SIP.MaxCalls > 10000 {
		fault("sip.max_calls", "%d is not between 1 and 10000", c.SIP.MaxCalls)
	}
	if _, _, err := c.SIP.PortRange(); err != nil {
		fault("sip.rtp_ports", "%v", err)
	}
	checkSpan(fault, "sip.rtp_timeout", c.SIP.RTPTimeout, time.Second, time.Hour)
	checkSpan(fault, "sip.max_call", c.SIP.MaxCall, 10*time.Second, 24*time.Hour)
}

func (c *Config) checkWeb(fault func(key, format string, args ...any)) {
	if c.Web.Listen != "" && !isHostPort(c.Web.Listen) {
		fault("web.listen", "%q is not host:port, e.g. 127.0.0.1:8080", c.Web.Listen)
	}
	if c.Web.UDPPort < 0 || c.Web.UDPPort > 65535 {
		fault("web.udp_port", "%d is not a port", c.Web.UDPPort)
	}
	for _, text := range c.Web.Addresses {
		if net.ParseIP(text) == nil {
			fault("web.addresses", "%q is not an IP address", text)
		}
	}
	for _, text := range c.Web.Trusted {
		if _, err := parseNetwork(text); err != nil {
			fault("web.trusted", "%q is neither a network nor an address, e.g. 10.0.0.0/8", text)
		}
	}
	for _, origin := range c.Web.Origins {
		if u, err := url.Parse(origin); err != nil || u.Scheme == "" || u.Host == "" || u.Path != "" {
			fault("web.origins", "%q is not an origin, e.g. https://shop.example", origin)
		}
	}
}

func (c *Config) checkServices(fault func(key, format string, args ...any)) {
	c.checkTTS(fault)
	if c.Shop.sources() > 1 {
		fault("shop", "file, url and records: more than one is set; keep one")
	}
	if c.Shop.Database != "" && (c.Shop.URL != "" || c.Shop.Records != "") {
		fault("shop.database", "keeps the changes of a shop file or of the demo shop; url and records keep their own, so leave it out")
	}
	checkAddress(fault, "shop.url", c.Shop.URL)
	checkSpan(fault, "shop.timeout", c.Shop.Timeout, 100*time.Millisecond, time.Minute)
	c.checkSMS(fault)
	c.checkKnowledge(fault)
	if c.Handoff.Agent != "" && !strings.HasPrefix(c.Handoff.Agent, "sip:") && !strings.HasPrefix(c.Handoff.Agent, "sips:") {
		fault("handoff.agent", "%q is not a SIP URI, e.g. sip:agents@10.0.0.5", c.Handoff.Agent)
	}
	if !slices.Contains([]string{"auto", "refer", "bridge"}, c.Handoff.Mode) {
		fault("handoff.mode", "%q is not auto, refer or bridge", c.Handoff.Mode)
	}
	checkSpan(fault, "handoff.ring", c.Handoff.Ring, time.Second, 5*time.Minute)
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.Log.Level) {
		fault("log.level", "%q is not debug, info, warn or error", c.Log.Level)
	}
	if !slices.Contains([]string{"text", "json"}, c.Log.Format) {
		fault("log.format", "%q is not text or json", c.Log.Format)
	}
	checkSpan(fault, "drain", c.Drain, 0, time.Hour)
}

func (c *Config) checkSMS(fault func(key, format string, args ...any)) {
	checkAddress(fault, "sms.url", c.SMS.URL)
	checkAddress(fault, "sms.links", c.SMS.Links)
	checkSpan(fault, "sms.timeout", c.SMS.Timeout, 100*time.Millisecond, time.Minute)
	if n := utf8.RuneCountInString(c.SMS.Sign); n < 1 || n > 14 {
		fault("sms.sign", "%q has not 1 to 14 characters", c.SMS.Sign)
	}
	if c.SMS.Links != "" && len(c.SMS.LinkKey) < 16 {
		fault("sms.link_key", "has %d characters: the pages of sms.links check links with it, use at least 16 (a $NAME that is not set in the environment is empty)", len(c.SMS.LinkKey))
	}
}

func checkAddress(fault func(key, format string, args ...any), key, address string) {
	if u, err := url.Parse(address); address != "" && (err != nil || u.Host == "" || !slices.Contains([]string{"http", "https"}, u.Scheme)) {
		fault(key, "%q is not an http or https address", address)
	}
}

// PortRange is the first and last port of RTPPorts.
func (s SIP) PortRange() (first, last int, err error) {
	from, to, ok := strings.Cut(s.RTPPorts, "-")
	first, errFirst := strconv.Atoi(strings.TrimSpace(from))
	last, errLast := strconv.Atoi(strings.TrimSpace(to))
	if !ok || errFirst != nil || errLast != nil || first < 1024 || last > 65535 {
		return 0, 0, fmt.Errorf("%q is not a port range such as 20000-29999", s.RTPPorts)
	}
	if last-first < 2*s.MaxCalls-1 {
		return 0, 0, fmt.Errorf("%q holds %d ports, and %d calls need two each", s.RTPPorts, max(0, last-first+1), s.MaxCalls)
	}
	return first, last, nil
}

func parseNetwork(text string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Masked(), nil
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	return netip.PrefixFrom(addr, addr.BitLen()), nil
}

func isHostPort(text string) bool {
	_, port, err := net.SplitHostPort(text)
	if err != nil {
		return false
	}
	n, err := strconv.Atoi(port)
	return err == nil && n >= 0 && n <= 65535
}

func checkSpan(fault func(key, format string, args ...any), key string, d Duration, least, most time.Duration) {
	if d.Std() < least || d.Std() > most {
		fault(key, "%v is not between %v and %v", d.Std(), least, most)
	}
}
