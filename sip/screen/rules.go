package screen

import (
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// soundRequest checks what RFC 3261 section 8.1.1 wants of every request, and the values that later code relies on.
func (h *head) soundRequest() *problem {
	if p := h.soundURI(); p != nil {
		return p
	}
	if p := h.soundSingles(); p != nil {
		return p
	}
	for _, via := range h.all("via") {
		if !soundVia(via) {
			return bad("Malformed Via")
		}
	}
	if p := h.soundCSeq(); p != nil {
		return p
	}
	for _, name := range []string{"from", "to"} {
		if !soundAddress(h.all(name)[0]) {
			return bad("Malformed " + title[name])
		}
	}
	for _, name := range []string{"contact", "route", "record-route"} {
		for _, value := range h.all(name) {
			if !soundList(value, name == "contact") {
				return bad("Malformed Address Header")
			}
		}
	}
	return h.soundNumbers()
}

func (h *head) soundURI() *problem {
	if len(h.uri) > maxURI {
		return &problem{sip.StatusRequestURITooLong, "Request-URI Too Long"}
	}
	if h.uri == "" || strings.ContainsAny(h.uri, " \t<>\"") || !clean(h.uri) {
		return bad("Malformed Request-URI")
	}
	scheme, rest, ok := strings.Cut(h.uri, ":")
	if !ok || !isToken(scheme) || rest == "" {
		return bad("Malformed Request-URI")
	}
	switch strings.ToLower(scheme) {
	case "sip", "sips":
	case "tel":
		return nil
	default:
		return &problem{416, "Unsupported URI Scheme"}
	}
	// Headers in a Request-URI are wrong but may be overlooked (RFC 4475 section 3.1.2.11): phones that are transferred put
	// those of Refer-To there.
	if !soundReference(h.uri) {
		return bad("Malformed Request-URI")
	}
	return nil
}

func (h *head) soundSingles() *problem {
	for _, name := range single {
		n := len(h.all(name))
		mandatory := title[name] != ""
		if n > 1 {
			return bad("Repeated " + name)
		}
		if n == 0 && mandatory {
			return bad("Missing " + title[name])
		}
	}
	if len(h.all("via")) == 0 {
		return bad("Missing Via")
	}
	if strings.TrimSpace(h.all("call-id")[0]) == "" || strings.ContainsAny(h.all("call-id")[0], " \t") {
		return bad("Malformed Call-ID")
	}
	return nil
}

func (h *head) soundCSeq() *problem {
	digits, method, ok := strings.Cut(h.all("cseq")[0], " ")
	if !ok || !isToken(method) {
		return bad("Malformed CSeq")
	}
	if n, err := strconv.ParseUint(digits, 10, 32); err != nil || n >= 1<<31 {
		return bad("CSeq Out Of Range")
	}
	if method != h.method {
		return bad("CSeq Method Mismatch")
	}
	return nil
}

// soundNumbers checks the counted headers and finds the message's end.
func (h *head) soundNumbers() *problem {
	for _, value := range h.all("max-forwards") {
		if n, err := strconv.ParseUint(value, 10, 32); err != nil || n > 255 {
			return bad("Malformed Max-Forwards")
		}
	}
	for _, value := range h.all("expires") {
		if _, err := strconv.ParseUint(value, 10, 32); err != nil {
			return bad("Malformed Expires")
		}
	}
	for _, value := range h.all("contact") {
		if _, after, ok := strings.Cut(strings.ToLower(value), ";expires="); ok {
			digits, _, _ := strings.Cut(strings.TrimLeft(after, `"`), ";")
			digits, _, _ = strings.Cut(digits, ",")
			if _, err := strconv.ParseUint(strings.Trim(digits, `" `), 10, 32); err != nil {
				return bad("Malformed Contact Expires")
			}
		}
	}
	if !h.soundLength() {
		return bad("Wrong Content-Length")
	}
	return nil
}

func (h *head) soundLength() bool {
	for _, value := range h.all("content-length") {
		n, err := strconv.ParseUint(value, 10, 31)
		if err != nil || h.body+int(n) > h.end {
			return false
		}
		h.end = h.body + int(n)
	}
	return true
}

// soundResponse checks what is needed to find a response's transaction.
func (h *head) soundResponse() bool {
	version, rest, _ := strings.Cut(h.start, " ")
	code, _, _ := strings.Cut(rest, " ")
	status, err := strconv.Atoi(code)
	if !strings.EqualFold(version, "SIP/2.0") || len(code) != 3 || err != nil || status < 100 || status > 699 {
		return false
	}
	for _, name := range single {
		if n := len(h.all(name)); n > 1 || n == 0 && title[name] != "" {
			return false
		}
	}
	via := h.all("via")
	digits, method, ok := strings.Cut(h.all("cseq")[0], " ")
	n, err := strconv.ParseUint(digits, 10, 32)
	return ok && isToken(method) && err == nil && n < 1<<31 && len(via) > 0 && soundVia(via[0]) && h.soundLength() &&
		soundAddress(h.all("from")[0]) && soundAddress(h.all("to")[0])
}

// soundVia checks "SIP/2.0/UDP host:port;params", each of a list.
func soundVia(value string) bool {
	for _, hop := range split(value) {
		protocol, sentBy, ok := strings.Cut(hop, " ")
		parts := strings.Split(protocol, "/")
		if !ok || len(parts) != 3 || !strings.EqualFold(parts[0], "SIP") || parts[1] != "2.0" || !isToken(parts[2]) {
			return false
		}
		sentBy, _, _ = strings.Cut(sentBy, ";")
		if host, _, ok := splitHostPort(sentBy); !ok || host == "" || strings.ContainsAny(host, " \t<>\"@") {
			return false
		}
	}
	return true
}

// soundList checks a list of addresses; a Contact may be "*".
func soundList(value string, star bool) bool {
	if star && value == "*" {
		return true
	}
	for _, address := range split(value) {
		if !soundAddress(address) {
			return false
		}
		// A bare URI with "?" is ambiguous and not allowed in these headers (RFC 3261 section 20).
		if !strings.Contains(address, "<") && strings.Contains(address, "?") {
			return false
		}
	}
	return true
}

// soundAddress checks name-addr or addr-spec (RFC 3261 section 25.1): display name of tokens or a closed quoted string, brackets
// that close, a URI without spaces.
func soundAddress(value string) bool {
	rest := strings.TrimSpace(value)
	if strings.HasPrefix(rest, `"`) {
		end := closing(rest)
		if end < 0 {
			return false
		}
		rest = strings.TrimSpace(rest[end+1:])
		if !strings.HasPrefix(rest, "<") {
			return false
		}
	} else if i := strings.IndexByte(rest, '<'); i > 0 {
		for word := range strings.FieldsSeq(rest[:i]) {
			if !nameToken(word) {
				return false
			}
		}
		rest = rest[i:]
	}
	uri, bracketed := rest, false
	if strings.HasPrefix(rest, "<") {
		i := strings.IndexByte(rest, '>')
		if i < 0 {
			return false
		}
		uri, bracketed = rest[1:i], true
		if after := rest[i+1:]; after != "" && after[0] != ';' {
			return false
		}
	}
	if !bracketed {
		uri, _, _ = strings.Cut(uri, ";")
	}
	return soundReference(uri)
}

// nameToken is isToken, but lets the letters of other scripts stand, which phones send unquoted though they should not.
func nameToken(word string) bool {
	return isToken(strings.Map(func(r rune) rune {
		if r > 0x7f {
			return 'x'
		}
		return r
	}, word))
}

func soundReference(uri string) bool {
	scheme, rest, ok := strings.Cut(uri, ":")
	if !ok || !isToken(scheme) || rest == "" || strings.ContainsAny(uri, " \t<>\"") {
		return false
	}
	if s := strings.ToLower(scheme); s != "sip" && s != "sips" {
		return true
	}
	hostPart := afterUser(rest)
	host, _, _ := strings.Cut(hostPart, "?")
	return soundHost(strings.TrimSuffix(rest, hostPart) + host)
}

// afterUser is what follows the user part, in which "?" has no meaning.
func afterUser(rest string) string { return rest[strings.LastIndexByte(rest, '@')+1:] }

// soundHost checks what follows "sip:" up to "?": a user part without line noise, a host, a port that fits.
func soundHost(rest string) bool {
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		if i == 0 || strings.IndexByte(rest[:i], '@') >= 0 {
			return false
		}
		rest = rest[i+1:]
	}
	hostPort, _, _ := strings.Cut(rest, ";")
	host, _, ok := splitHostPort(hostPort)
	return ok && host != "" && !strings.ContainsAny(host, "/,=&")
}

func splitHostPort(s string) (host string, port int, ok bool) {
	host, digits, ported := s, "", false
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return "", 0, false
		}
		host = s[:end+1]
		digits, ported = strings.CutPrefix(s[end+1:], ":")
		if !ported && s[end+1:] != "" {
			return "", 0, false
		}
	} else if i := strings.IndexByte(s, ':'); i >= 0 {
		host, digits, ported = s[:i], s[i+1:], true
	}
	if !ported {
		return host, 0, true
	}
	n, err := strconv.ParseUint(digits, 10, 16)
	return host, int(n), err == nil && n > 0
}

// closing is the index of the quote that ends a quoted string which begins s, -1 where none does.
func closing(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// split cuts a list at commas outside quotes and brackets.
func split(value string) []string {
	var parts []string
	start, bracket := 0, false
	for i := 0; i < len(value); i++ {
		switch value[i] {
		case '"':
			if end := closing(value[i:]); end > 0 {
				i += end
			}
		case '<':
			bracket = true
		case '>':
			bracket = false
		case ',':
			if !bracket {
				parts = append(parts, strings.TrimSpace(value[start:i]))
				start = i + 1
			}
		}
	}
	return append(parts, strings.TrimSpace(value[start:]))
}
