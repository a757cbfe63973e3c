package screen

import (
	"bytes"
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// problem is why a request is refused.
type problem struct {
	status int
	reason string
}

func bad(reason string) *problem { return &problem{sip.StatusBadRequest, reason} }

type field struct{ name, value string } // name in lower case, long form

// head is a message's first line and headers, unfolded.
type head struct {
	start               string
	method, uri, versio string
	fields              []field
	body, end           int  // offsets of the body and of the message's end
	odd                 bool // must be written anew to be plain
}

// compact names of RFC 3261 section 7.3.3 and of the extensions that are read here.
var compact = map[string]string{
	"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type",
	"e": "content-encoding", "k": "supported", "s": "subject", "r": "refer-to", "b": "referred-by", "o": "event", "u": "allow-events",
}

var title = map[string]string{"from": "From", "to": "To", "call-id": "Call-ID", "cseq": "CSeq"}

// single are headers that may stand once only; a second one is a way to make two readers see two messages.
var single = []string{"from", "to", "call-id", "cseq", "max-forwards", "content-length", "content-type"}

func (h *head) all(name string) []string {
	var values []string
	for _, f := range h.fields {
		if f.name == name {
			values = append(values, f.value)
		}
	}
	return values
}

func (h *head) response() bool { return len(h.start) >= 4 && strings.EqualFold(h.start[:4], "SIP/") }

// read takes the head apart as far as it can, so that even a broken request can be answered.
func read(raw []byte) (*head, *problem) {
	h := &head{end: len(raw), body: len(raw)}
	var fault *problem
	skipped := len(raw) - len(bytes.TrimLeft(raw, "\r\n"))
	text := raw[skipped:]
	h.odd = skipped > 0
	if i := bytes.Index(text, []byte("\r\n\r\n")); i >= 0 {
		h.body = skipped + i + 4
		text = text[:i]
	} else {
		fault = bad("Unterminated Header")
	}
	if len(text) > MaxHead || len(raw) > MaxMessage {
		text = text[:min(len(text), MaxHead)]
		fault = &problem{513, "Message Too Large"}
	}
	lines := strings.Split(string(text), "\r\n")
	h.start = lines[0]
	startFault := h.startLine()
	if fault == nil {
		fault = startFault
	}
	if headerFault := h.headers(lines[1:]); fault == nil {
		fault = headerFault
	}
	return h, fault
}

func (h *head) startLine() *problem {
	if h.response() {
		return nil
	}
	h.method, h.uri, h.versio = "", "", ""
	method, rest, ok := strings.Cut(h.start, " ")
	if !ok || !isToken(method) {
		return bad("Malformed Request Line")
	}
	h.method = method
	last := strings.LastIndexByte(rest, ' ')
	if last < 0 {
		return bad("Malformed Request Line")
	}
	h.uri, h.versio = rest[:last], rest[last+1:]
	switch {
	case !strings.EqualFold(h.versio, "SIP/2.0") && strings.HasPrefix(strings.ToUpper(h.versio), "SIP/"):
		return &problem{505, "Version Not Supported"}
	case !strings.EqualFold(h.versio, "SIP/2.0"):
		return bad("Malformed Request Line")
	}
	return nil
}

func (h *head) headers(lines []string) *problem {
	var fault *problem
	for _, line := range lines {
		if line != "" && (line[0] == ' ' || line[0] == '\t') {
			if len(h.fields) == 0 {
				return bad("Folded First Header")
			}
			h.odd = true
			last := &h.fields[len(h.fields)-1]
			last.value = strings.TrimSpace(last.value + " " + strings.TrimSpace(line))
			continue
		}
		if len(h.fields) == maxHeaders {
			return &problem{513, "Too Many Headers"}
		}
		name, value, ok := strings.Cut(line, ":")
		bare := strings.ToLower(strings.TrimRight(name, " \t"))
		if !ok || !isToken(bare) {
			fault = bad("Malformed Header")
			continue
		}
		if len(bare) != len(name) {
			h.odd = true
		}
		if long, ok := compact[bare]; ok {
			bare = long
		}
		h.fields = append(h.fields, field{bare, strings.Trim(value, " \t")})
	}
	for i := range h.fields {
		f := &h.fields[i]
		if !clean(f.value) {
			fault = bad("Control Character In Header")
			f.value = strings.Map(func(r rune) rune {
				if r < ' ' || r == 0x7f {
					return -1
				}
				return r
			}, f.value)
		}
		if structured[f.name] {
			if tight := tighten(f.value); tight != f.value {
				f.value, h.odd = tight, true
			}
		}
	}
	return fault
}

// mendBranch gives a request of RFC 2543, which has neither branch nor From tag, a branch made of what identifies its
// transaction there (RFC 3261 section 17.2.3), the same for its ACK and CANCEL.
func (h *head) mendBranch() {
	if h.response() || strings.Contains(h.all("via")[0], "branch=") || strings.Contains(h.all("via")[0], ",") || strings.Contains(h.all("from")[0], ";tag=") {
		return
	}
	number, _, _ := strings.Cut(h.all("cseq")[0], " ")
	sum := fnv.New64a()
	for _, part := range []string{h.uri, h.all("from")[0], h.all("call-id")[0], number, h.all("via")[0]} {
		sum.Write([]byte(part + "\n"))
	}
	for i := range h.fields {
		if h.fields[i].name == "via" {
			h.fields[i].value += ";branch=z9hG4bK2543" + strconv.FormatUint(sum.Sum64(), 16)
			h.odd = true
			return
		}
	}
}

// structured headers have punctuation around which RFC 3261 section 25.1 lets white space stand (SEMI, EQUAL, SLASH, COMMA).
var structured = map[string]bool{"via": true, "from": true, "to": true, "contact": true, "route": true, "record-route": true,
	"cseq": true, "max-forwards": true, "content-type": true, "refer-to": true}

// tighten takes white space away around ; = , and / outside quotes and angle brackets, and makes the rest of it single.
func tighten(value string) string {
	if !strings.ContainsAny(value, " \t") {
		return value
	}
	out := make([]byte, 0, len(value))
	quoted, bracket, gap := false, false, false
	for i := 0; i < len(value); i++ {
		c := value[i]
		if quoted {
			out = append(out, c)
			switch {
			case c == '\\' && i+1 < len(value):
				i++
				out = append(out, value[i])
			case c == '"':
				quoted = false
			}
			continue
		}
		if !bracket && (c == ' ' || c == '\t') {
			gap = true
			continue
		}
		punctuation := strings.IndexByte(";=,/", c) >= 0 && !bracket
		if gap && len(out) > 0 && !punctuation && strings.IndexByte(";=,/", out[len(out)-1]) < 0 {
			out = append(out, ' ')
		}
		gap = false
		switch c {
		case '"':
			quoted = !bracket
		case '<':
			bracket = true
		case '>':
			bracket = false
		}
		out = append(out, c)
	}
	return string(out)
}

// plain writes the message anew.
func (h *head) plain(body []byte) []byte {
	var b bytes.Buffer
	b.WriteString(h.start + "\r\n")
	for _, f := range h.fields {
		b.WriteString(f.name + ": " + f.value + "\r\n")
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// clean tells whether a value is free of control characters, but for those that a backslash quotes within a quoted string
// (RFC 3261 section 25.1).
func clean(s string) bool {
	quoted := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quoted && c == '\\' && i+1 < len(s) && s[i+1] != '\r' && s[i+1] != '\n':
			i++
		case c == '"':
			quoted = !quoted
		case c < ' ' && c != '\t' || c == 0x7f:
			return false
		}
	}
	return true
}

func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && strings.IndexByte("-.!%*_+`'~", c) < 0 {
			return false
		}
	}
	return s != ""
}
