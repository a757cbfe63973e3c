// Package sdp reads and writes session descriptions (RFC 8866) and negotiates one audio stream by offer and answer
// (RFC 3264). It knows only what a telephone call needs; what it does not know it keeps out of the answer.
package sdp

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ContentType is the media type of a session description.
const ContentType = "application/sdp"

// Limits on what is read; a description beyond them is malformed, not merely large.
const (
	maxLength = 32 << 10
	maxMedia  = 32
	maxFormat = 64
)

// ErrMalformed says that the bytes are not a session description; a SIP element answers 400.
var ErrMalformed = errors.New("malformed session description")

// Direction is who sends on a stream, from the point of view of the description's author (RFC 8866 section 6.7).
type Direction string

// Directions of a stream.
const (
	SendRecv Direction = "sendrecv"
	SendOnly Direction = "sendonly"
	RecvOnly Direction = "recvonly"
	Inactive Direction = "inactive"
)

// sends and receives are what the author of the direction does.
func (d Direction) sends() bool    { return d == SendRecv || d == SendOnly }
func (d Direction) receives() bool { return d == SendRecv || d == RecvOnly }

func direction(sends, receives bool) Direction {
	switch {
	case sends && receives:
		return SendRecv
	case sends:
		return SendOnly
	case receives:
		return RecvOnly
	}
	return Inactive
}

// Origin is the o= line; ID and Version stay text where a peer sends more digits than fit.
type Origin struct {
	User, ID, Version string
	Host              string
}

// Session is one description.
type Session struct {
	Origin    Origin
	Name      string
	Host      string // c= at session level: an address or a host name, "" when absent
	Direction Direction
	Media     []Media
}

// Media is one m= section.
type Media struct {
	Kind      string // audio, video, image...
	Port      int    // 0 rejects or disables the stream
	Proto     string // RTP/AVP...
	Formats   []string
	Host      string // c= at media level
	Direction Direction
	RTPMaps   map[int]RTPMap
	Params    map[int]string // a=fmtp by payload type
	Ptime     int            // milliseconds, 0 when absent
	RTCPPort  int            // a=rtcp (RFC 3605), 0 when absent
}

// RTPMap is the encoding behind a payload type.
type RTPMap struct {
	Encoding string
	Clock    int // hertz
	Channels int
}

// Parse reads a description. Line order is not enforced beyond "v=0 comes first", since real phones differ; numbers
// out of range, absent mandatory values and lines without "x=" are ErrMalformed.
func Parse(body []byte) (*Session, error) {
	if len(body) > maxLength {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrMalformed, len(body), maxLength)
	}
	p := parser{session: &Session{Direction: SendRecv}}
	number := 0
	for line := range strings.Lines(string(body)) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			continue
		}
		if err := p.line(line); err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", ErrMalformed, number, err)
		}
	}
	if !p.versioned {
		return nil, fmt.Errorf("%w: no v=0 line", ErrMalformed)
	}
	if p.session.Origin.ID == "" {
		return nil, fmt.Errorf("%w: no o= line", ErrMalformed)
	}
	return p.session, nil
}

type parser struct {
	session   *Session
	versioned bool
}

func (p *parser) line(line string) error {
	if len(line) < 2 || line[1] != '=' {
		return errors.New("not of the form x=value")
	}
	if strings.IndexByte(line, 0) >= 0 {
		return errors.New("NUL in line")
	}
	kind, value := line[0], line[2:]
	if !p.versioned {
		if kind != 'v' || strings.TrimSpace(value) != "0" {
			return errors.New("does not begin with v=0")
		}
		p.versioned = true
		return nil
	}
	switch kind {
	case 'o':
		return p.origin(value)
	case 's':
		p.session.Name = value
	case 'c':
		return p.connection(value)
	case 'm':
		return p.media(value)
	case 'a':
		return p.attribute(value)
	}
	return nil
}

func (p *parser) current() *Media {
	if n := len(p.session.Media); n > 0 {
		return &p.session.Media[n-1]
	}
	return nil
}

func (p *parser) origin(value string) error {
	f := strings.Fields(value)
	if len(f) != 6 {
		return fmt.Errorf("o= has %d fields, 6 wanted", len(f))
	}
	if !digits(f[1]) || !digits(f[2]) {
		return errors.New("o= session id and version must be digits")
	}
	if f[4] != "IP4" && f[4] != "IP6" {
		return errors.New("o= address type is neither IP4 nor IP6")
	}
	if !host(f[5]) {
		return errors.New("o= has no address")
	}
	p.session.Origin = Origin{User: f[0], ID: f[1], Version: f[2], Host: f[5]}
	return nil
}

func (p *parser) connection(value string) error {
	f := strings.Fields(value)
	if len(f) != 3 || f[0] != "IN" || (f[1] != "IP4" && f[1] != "IP6") {
		return errors.New("c= is not \"IN IP4|IP6 address\"")
	}
	address, _, _ := strings.Cut(f[2], "/") // multicast TTL
	if !host(address) {
		return errors.New("c= has no address")
	}
	if m := p.current(); m != nil {
		m.Host = address
	} else {
		p.session.Host = address
	}
	return nil
}

func (p *parser) media(value string) error {
	f := strings.Fields(value)
	if len(f) < 4 {
		return errors.New("m= needs media, port, protocol and formats")
	}
	if len(p.session.Media) == maxMedia {
		return fmt.Errorf("more than %d m= lines", maxMedia)
	}
	if len(f)-3 > maxFormat {
		return fmt.Errorf("more than %d formats", maxFormat)
	}
	first, _, _ := strings.Cut(f[1], "/")
	port, err := number(first, 65535)
	if err != nil {
		return fmt.Errorf("m= port: %w", err)
	}
	m := Media{Kind: strings.ToLower(f[0]), Port: port, Proto: f[2], Formats: f[3:], Direction: p.session.Direction}
	if m.rtp() {
		for _, format := range m.Formats {
			if _, err := number(format, 127); err != nil {
				return fmt.Errorf("payload type: %w", err)
			}
		}
	}
	p.session.Media = append(p.session.Media, m)
	return nil
}

func (p *parser) attribute(value string) error {
	name, rest, _ := strings.Cut(value, ":")
	m := p.current()
	switch d := Direction(name); d {
	case SendRecv, SendOnly, RecvOnly, Inactive:
		if m != nil {
			m.Direction = d
		} else {
			p.session.Direction = d
		}
		return nil
	}
	if m == nil || !m.rtp() {
		return nil
	}
	return m.attribute(name, rest)
}

func (m *Media) attribute(name, value string) error {
	switch name {
	case "rtpmap":
		return m.rtpmap(value)
	case "fmtp":
		format, params, _ := strings.Cut(value, " ")
		pt, err := number(format, 127)
		if err != nil {
			return fmt.Errorf("a=fmtp: %w", err)
		}
		if m.Params == nil {
			m.Params = map[int]string{}
		}
		m.Params[pt] = strings.TrimSpace(params)
	case "ptime":
		// Some phones write fractions ("20.0"); only whole milliseconds matter here.
		whole, _, _ := strings.Cut(strings.TrimSpace(value), ".")
		ptime, err := number(whole, 1000)
		if err != nil {
			return fmt.Errorf("a=ptime: %w", err)
		}
		m.Ptime = ptime
	case "rtcp":
		first, _, _ := strings.Cut(value, " ")
		port, err := number(first, 65535)
		if err != nil {
			return fmt.Errorf("a=rtcp: %w", err)
		}
		m.RTCPPort = port
	}
	return nil
}

func (m *Media) rtpmap(value string) error {
	format, encoding, ok := strings.Cut(value, " ")
	pt, err := number(format, 127)
	if err != nil {
		return fmt.Errorf("a=rtpmap: %w", err)
	}
	parts := strings.Split(strings.TrimSpace(encoding), "/")
	if !ok || len(parts) < 2 || parts[0] == "" {
		return errors.New("a=rtpmap is not \"type encoding/clock\"")
	}
	clock, err := number(parts[1], 1<<20)
	if err != nil {
		return fmt.Errorf("a=rtpmap clock: %w", err)
	}
	channels := 1
	if len(parts) > 2 {
		if channels, err = number(parts[2], 255); err != nil {
			return fmt.Errorf("a=rtpmap channels: %w", err)
		}
	}
	if m.RTPMaps == nil {
		m.RTPMaps = map[int]RTPMap{}
	}
	m.RTPMaps[pt] = RTPMap{Encoding: parts[0], Clock: clock, Channels: channels}
	return nil
}

func (m *Media) rtp() bool {
	return strings.HasPrefix(m.Proto, "RTP/") || strings.Contains(m.Proto, "/RTP/")
}

// host tells whether a word can be an address or host name.
func host(s string) bool { return s != "" && len(s) <= 255 && !strings.Contains(s, "/") }

func digits(s string) bool {
	return s != "" && len(s) <= 20 && strings.Trim(s, "0123456789") == ""
}

func number(s string, limit int) (int, error) {
	if !digits(s) {
		return 0, fmt.Errorf("%.20q is not a number", s)
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n > uint64(limit) {
		return 0, fmt.Errorf("%s is above %d", s, limit)
	}
	return int(n), nil
}
