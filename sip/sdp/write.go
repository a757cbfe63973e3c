package sdp

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Bytes writes the description with CRLF line ends. Values come from this package or from a parsed description, whose
// lines cannot hold line ends.
func (s *Session) Bytes() []byte {
	var b strings.Builder
	host := cmp.Or(s.Host, s.Origin.Host)
	fmt.Fprintf(&b, "v=0\r\no=%s %s %s IN %s %s\r\n", cmp.Or(s.Origin.User, "-"), s.Origin.ID, s.Origin.Version,
		family(s.Origin.Host), s.Origin.Host)
	fmt.Fprintf(&b, "s=%s\r\nc=IN %s %s\r\nt=0 0\r\n", cmp.Or(s.Name, "-"), family(host), host)
	for i := range s.Media {
		s.Media[i].write(&b)
	}
	return []byte(b.String())
}

func (m *Media) write(b *strings.Builder) {
	fmt.Fprintf(b, "m=%s %d %s %s\r\n", m.Kind, m.Port, m.Proto, strings.Join(m.Formats, " "))
	if m.Host != "" {
		fmt.Fprintf(b, "c=IN %s %s\r\n", family(m.Host), m.Host)
	}
	if m.Port == 0 {
		return
	}
	for _, pt := range slices.Sorted(maps.Keys(m.RTPMaps)) {
		r := m.RTPMaps[pt]
		fmt.Fprintf(b, "a=rtpmap:%d %s/%d", pt, r.Encoding, r.Clock)
		if r.Channels > 1 {
			fmt.Fprintf(b, "/%d", r.Channels)
		}
		b.WriteString("\r\n")
	}
	for _, pt := range slices.Sorted(maps.Keys(m.Params)) {
		fmt.Fprintf(b, "a=fmtp:%d %s\r\n", pt, m.Params[pt])
	}
	if m.Ptime > 0 {
		fmt.Fprintf(b, "a=ptime:%d\r\n", m.Ptime)
	}
	if m.RTCPPort > 0 {
		fmt.Fprintf(b, "a=rtcp:%d\r\n", m.RTCPPort)
	}
	fmt.Fprintf(b, "a=%s\r\n", cmp.Or(m.Direction, SendRecv))
}

func family(host string) string {
	if strings.Contains(host, ":") {
		return "IP6"
	}
	return "IP4"
}
