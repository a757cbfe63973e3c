package sdp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// ErrNoCodec says that the peer's description has no audio stream that we can speak; a SIP element answers 488.
var ErrNoCodec = errors.New("no audio codec in common")

// eventEncoding is the name of RFC 4733 events in a=rtpmap.
const eventEncoding = "telephone-event"

// defaultPtime is the packet length that we send and ask for, in milliseconds.
const defaultPtime = 20

// Codec is an encoding and the payload type that stands for it in one session.
type Codec struct {
	Name        string // as in a=rtpmap: PCMU, PCMA, opus
	PayloadType uint8
	Clock       int // hertz
	Channels    int
	Params      string // a=fmtp
}

// Codecs with static payload types (RFC 3551 section 6).
var (
	PCMU = Codec{Name: "PCMU", PayloadType: 0, Clock: 8000, Channels: 1}
	PCMA = Codec{Name: "PCMA", PayloadType: 8, Clock: 8000, Channels: 1}
)

func (c Codec) same(name string, clock, channels int) bool {
	return strings.EqualFold(c.Name, name) && c.Clock == clock && max(c.Channels, 1) == max(channels, 1)
}

// Local is our side of a session: where we listen and what we speak, best codec first.
type Local struct {
	SessionID uint64
	Version   uint64 // grows by one with each description that differs from the one before (RFC 3264 section 8)
	Addr      netip.Addr
	Port      int
	Codecs    []Codec
	Direction Direction // "" is sendrecv
}

// Result is what both sides agreed to, from our point of view.
type Result struct {
	Codec       Codec   // what we send, with the payload type that the peer asked for
	Receive     []Codec // what the peer may send
	Event       int     // payload type of telephone-event, -1 for none
	EventClock  int     // hertz
	Host        string  // where the peer listens: an address or a host name
	Port        int
	RTCPPort    int
	Ptime       int  // milliseconds per packet that the peer asks for
	Send, Recv  bool // whether we send and whether the peer will
	Held        bool // the peer has put us on hold
	MediaNumber int  // index of the stream's m= line
}

// Remote is the peer's RTP address where Host is an IP address, else the zero value.
func (r Result) Remote() netip.AddrPort {
	addr, err := netip.ParseAddr(r.Host)
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(addr.Unmap(), uint16(r.Port))
}

func (l Local) session() *Session {
	return &Session{
		Origin: Origin{User: "voxgate", ID: strconv.FormatUint(l.SessionID, 10), Version: strconv.FormatUint(l.Version, 10), Host: l.Addr.String()},
		Name:   "voxgate", Host: l.Addr.String(),
	}
}

// Offer describes one audio stream with all our codecs and telephone-event for each of their clocks.
func Offer(l Local) *Session {
	m := Media{Kind: "audio", Port: l.Port, Proto: "RTP/AVP", Ptime: defaultPtime, Direction: cmp.Or(l.Direction, SendRecv),
		RTPMaps: map[int]RTPMap{}, Params: map[int]string{}}
	var clocks []int
	for _, c := range l.Codecs {
		m.add(c)
		if !slices.Contains(clocks, c.Clock) {
			clocks = append(clocks, c.Clock)
		}
	}
	for i, clock := range clocks {
		m.add(Codec{Name: eventEncoding, PayloadType: uint8(101 + i), Clock: clock, Params: "0-16"})
	}
	s := l.session()
	s.Media = []Media{m}
	return s
}

func (m *Media) add(c Codec) {
	pt := int(c.PayloadType)
	m.Formats = append(m.Formats, strconv.Itoa(pt))
	m.RTPMaps[pt] = RTPMap{Encoding: c.Name, Clock: c.Clock, Channels: c.Channels}
	if c.Params != "" {
		m.Params[pt] = c.Params
	}
}

// Answer answers an offer (RFC 3264 section 6): the first audio stream with a codec of ours is taken, at the offered
// payload types, every other stream is rejected with port 0. ErrNoCodec when none can be taken.
func Answer(l Local, offer *Session) (*Session, Result, error) {
	s := l.session()
	chosen, result := -1, Result{}
	for i := range offer.Media {
		m := &offer.Media[i]
		if chosen < 0 {
			if r, ok := l.match(offer, m); ok {
				chosen, result = i, r
				result.MediaNumber = i
				s.Media = append(s.Media, l.accept(m, &result))
				continue
			}
		}
		s.Media = append(s.Media, Media{Kind: m.Kind, Proto: m.Proto, Formats: m.Formats})
	}
	if chosen < 0 {
		return nil, Result{}, ErrNoCodec
	}
	return s, result, nil
}

// Accept takes the peer's answer to our offer (RFC 3264 section 7).
func Accept(l Local, answer *Session) (Result, error) {
	for i := range answer.Media {
		if r, ok := l.match(answer, &answer.Media[i]); ok {
			r.MediaNumber = i
			r.direct(l, answer.Media[i].Direction)
			return r, nil
		}
	}
	return Result{}, ErrNoCodec
}

// match finds the first of the peer's formats that we speak; the peer's order counts, as it pays for transcoding too.
func (l Local) match(s *Session, m *Media) (Result, bool) {
	if m.Kind != "audio" || m.Port == 0 || (m.Proto != "RTP/AVP" && m.Proto != "RTP/AVPF") {
		return Result{}, false
	}
	r := Result{Event: -1, Host: cmp.Or(m.Host, s.Host, s.Origin.Host), Port: m.Port, RTCPPort: cmp.Or(m.RTCPPort, m.Port+1),
		Ptime: cmp.Or(m.Ptime, defaultPtime)}
	for _, format := range m.Formats {
		pt, _ := strconv.Atoi(format)
		name, clock, channels := m.encoding(pt)
		i := slices.IndexFunc(l.Codecs, func(c Codec) bool { return c.same(name, clock, channels) })
		if i < 0 {
			continue
		}
		c := l.Codecs[i]
		c.PayloadType = uint8(pt)
		r.Receive = append(r.Receive, c)
	}
	if len(r.Receive) == 0 {
		return Result{}, false
	}
	r.Codec = r.Receive[0]
	for _, format := range m.Formats {
		pt, _ := strconv.Atoi(format)
		if name, clock, _ := m.encoding(pt); strings.EqualFold(name, eventEncoding) && clock == r.Codec.Clock {
			r.Event, r.EventClock = pt, clock
			break
		}
	}
	return r, true
}

// encoding names what a payload type stands for: by a=rtpmap, else by the static table.
func (m *Media) encoding(pt int) (name string, clock, channels int) {
	if e, ok := m.RTPMaps[pt]; ok {
		return e.Encoding, e.Clock, e.Channels
	}
	for _, c := range []Codec{PCMU, PCMA} {
		if int(c.PayloadType) == pt {
			return c.Name, c.Clock, c.Channels
		}
	}
	return "", 0, 0
}

func (l Local) accept(m *Media, r *Result) Media {
	r.direct(l, m.Direction)
	r.Receive = r.Receive[:1] // the answer names one codec only
	answer := Media{Kind: m.Kind, Port: l.Port, Proto: m.Proto, Ptime: defaultPtime, Direction: direction(r.Send, r.Recv),
		RTPMaps: map[int]RTPMap{}, Params: map[int]string{}}
	answer.add(r.Codec)
	if r.Event >= 0 {
		answer.add(Codec{Name: eventEncoding, PayloadType: uint8(r.Event), Clock: r.EventClock, Params: "0-16"})
	}
	return answer
}

// direct joins both sides' wishes. An all-zero address is the hold of RFC 2543, which phones still use.
func (r *Result) direct(l Local, peer Direction) {
	peer = cmp.Or(peer, SendRecv)
	ours := cmp.Or(l.Direction, SendRecv)
	addr, err := netip.ParseAddr(r.Host)
	black := err == nil && addr.IsUnspecified()
	r.Send = ours.sends() && peer.receives() && !black
	r.Recv = ours.receives() && peer.sends()
	r.Held = !peer.receives() || black
}

// Check says whether the peer may be sent to: no multicast, no broadcast, port in range.
func (r Result) Check() error {
	addr, err := netip.ParseAddr(r.Host)
	if err != nil {
		if len(r.Host) > 253 || strings.ContainsAny(r.Host, "\x00/%") {
			return fmt.Errorf("%w: %.40q is no host", ErrMalformed, r.Host)
		}
		return nil
	}
	return unicast(addr)
}

func unicast(addr netip.Addr) error {
	if addr = addr.Unmap(); addr.IsMulticast() || addr == netip.AddrFrom4([4]byte(net.IPv4bcast.To4())) {
		return fmt.Errorf("%w: media address %s is not unicast", ErrMalformed, addr)
	}
	return nil
}

// Resolve finds the peer's RTP address, by DNS where the description has a host name.
func (r Result) Resolve(ctx context.Context, resolver *net.Resolver) (netip.AddrPort, error) {
	if remote := r.Remote(); remote.IsValid() {
		return remote, nil
	}
	addrs, err := resolver.LookupNetIP(ctx, "ip", r.Host)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("media host %.60q: %w", r.Host, err)
	}
	addr := addrs[0].Unmap()
	if err := unicast(addr); err != nil {
		return netip.AddrPort{}, fmt.Errorf("media host %.60q: %w", r.Host, err)
	}
	return netip.AddrPortFrom(addr, uint16(r.Port)), nil
}
