// Package screen looks at each SIP message before it is parsed in full. What is malformed is answered here or dropped
// (RFC 3261 sections 8.2, 16.3 and 18.3, RFC 4475), so that nothing behind it meets a message that has no transaction
// or no sense; odd but legal spacing and folding is made plain.
package screen

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// Action is what to do with a message.
type Action int

const (
	// Pass hands Verdict.Message on.
	Pass Action = iota
	// Drop ignores the message: a broken response or ACK, or something that names no one to answer.
	Drop
	// Reject answers with Verdict.Answer, statelessly.
	Reject
)

// Limits on a message; beyond them it is answered 513 or 414 unread.
const (
	MaxHead    = 16 << 10
	MaxMessage = 48 << 10
	maxHeaders = 200
	maxURI     = 2048
)

// Verdict is the outcome of Check.
type Verdict struct {
	Action  Action
	Status  int    // of a rejection
	Reason  string // of a rejection
	Message []byte // to pass on: the message, its odd spacing made plain
	head    *head
}

// KeepAlive tells whether a datagram only keeps a NAT binding open: line ends or NULs.
func KeepAlive(raw []byte) bool { return len(bytes.Trim(raw, "\r\n\x00")) == 0 }

// Check judges one message, without bytes after it where the transport is a stream.
func Check(raw []byte) Verdict {
	if KeepAlive(raw) {
		return Verdict{Action: Drop}
	}
	h, fault := read(raw)
	if h.response() {
		if fault != nil || !h.soundResponse() {
			return Verdict{Action: Drop}
		}
	} else {
		if fault == nil {
			fault = h.soundRequest()
		}
		if fault != nil {
			return h.reject(fault)
		}
	}
	h.mendBranch()
	message := raw[:h.end]
	if h.odd {
		message = h.plain(raw[h.body:h.end])
	}
	if !parses(message) {
		if h.response() {
			return Verdict{Action: Drop}
		}
		return h.reject(&problem{sip.StatusBadRequest, "Bad Request"})
	}
	return Verdict{Action: Pass, Message: message, head: h}
}

// parses tells whether the library can read the message. A panic in it costs this one message, not the process.
func parses(message []byte) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	msg, err := sip.ParseMessage(message)
	return err == nil && msg.Via() != nil && msg.CSeq() != nil && msg.From() != nil && msg.To() != nil && msg.CallID() != nil
}

// reject answers a request that can be answered at all: never an ACK, never without Via.
func (h *head) reject(p *problem) Verdict {
	if h.method == "" || h.method == "ACK" || len(h.all("via")) == 0 {
		return Verdict{Action: Drop}
	}
	return Verdict{Action: Reject, Status: p.status, Reason: p.reason, head: h}
}

// Answer writes the stateless response of a rejection. Source is the address (host, port) that the request came from, for the
// received and rport parameters (RFC 3261 section 18.2.1, RFC 3581); tag becomes the To tag where there is none.
func (v Verdict) Answer(host string, port int, tag string) []byte {
	var b strings.Builder
	b.WriteString("SIP/2.0 " + strconv.Itoa(v.Status) + " " + v.Reason + "\r\n")
	for i, via := range v.head.all("via") {
		if i == 0 {
			via = stamp(via, host, port)
		}
		b.WriteString("Via: " + via + "\r\n")
	}
	for _, name := range []string{"from", "to", "call-id", "cseq"} {
		for i, value := range v.head.all(name) {
			if i > 0 {
				break
			}
			if name == "to" && !strings.Contains(strings.ToLower(strings.ReplaceAll(value, " ", "")), ";tag=") {
				value += ";tag=" + tag
			}
			b.WriteString(title[name] + ": " + value + "\r\n")
		}
	}
	b.WriteString("Content-Length: 0\r\n\r\n")
	return []byte(b.String())
}

// ViaPort is the port to which the response of a request without rport goes, 0 where Via names none.
func (v Verdict) ViaPort() (port int, symmetric bool) {
	via := v.head.all("via")
	if len(via) == 0 {
		return 0, true
	}
	first, _, _ := strings.Cut(via[0], ",")
	if strings.Contains(first, ";rport") {
		return 0, true
	}
	_, sentBy, _ := strings.Cut(first, " ")
	sentBy, _, _ = strings.Cut(sentBy, ";")
	_, port, ok := splitHostPort(strings.TrimSpace(sentBy))
	if !ok {
		return 0, true
	}
	return port, false
}

func stamp(via, host string, port int) string {
	first, rest, more := strings.Cut(via, ",")
	parts := strings.Split(first, ";")
	found := false
	for i, p := range parts {
		if strings.TrimSpace(p) == "rport" {
			parts[i], found = "rport="+strconv.Itoa(port), true
		}
	}
	if found || !strings.Contains(parts[0], host) {
		parts = append(parts, "received="+host)
	}
	first = strings.Join(parts, ";")
	if more {
		return first + "," + rest
	}
	return first
}

// Length finds the end of the first message of a stream: its total length, 0 while it is not all there. It fails where no
// boundary can be found, after which the stream is of no use.
func Length(buf []byte) (n int, ok bool) {
	end := bytes.Index(buf, []byte("\r\n\r\n"))
	if end < 0 {
		return 0, len(buf) <= MaxHead
	}
	if end > MaxHead {
		return 0, false
	}
	h, fault := read(buf[:end+4])
	if fault != nil && fault.status != sip.StatusBadRequest {
		return 0, false
	}
	lengths := h.all("content-length")
	if len(lengths) == 0 {
		return 0, false
	}
	length, err := strconv.ParseUint(strings.TrimSpace(lengths[0]), 10, 31)
	if err != nil || length > MaxMessage {
		return 0, false
	}
	if total := end + 4 + int(length); total <= len(buf) {
		return total, true
	}
	return 0, true
}
