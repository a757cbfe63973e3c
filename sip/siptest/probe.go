package siptest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
)

// answerLimit ends a wait for an answer that never comes; silenceLimit is how long nothing must come to count as silence.
const (
	answerLimit  = 10 * time.Second
	silenceLimit = 300 * time.Millisecond
)

// Prober sends bytes as they are and reads whole SIP messages.
type Prober struct {
	t      testing.TB
	conn   net.Conn
	stream *bufio.Reader // TCP only
}

// Probe connects to target by "udp" or "tcp" for the length of the test.
func Probe(t testing.TB, network, target string) *Prober {
	t.Helper()
	conn, err := net.Dial(network, target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	p := &Prober{t: t, conn: conn}
	if network == "tcp" {
		p.stream = bufio.NewReader(conn)
	}
	return p
}

// Host and Port are the prober's own address.
func (p *Prober) Host() string {
	host, _, _ := net.SplitHostPort(p.conn.LocalAddr().String())
	return host
}

// Port is the prober's own port.
func (p *Prober) Port() string {
	_, port, _ := net.SplitHostPort(p.conn.LocalAddr().String())
	return port
}

// Send writes text, with {host} and {port} replaced by the prober's own address and line ends made CRLF.
func (p *Prober) Send(text string) {
	p.t.Helper()
	text = strings.NewReplacer("{host}", p.Host(), "{port}", p.Port(), "\r\n", "\r\n", "\n", "\r\n").Replace(text)
	p.SendRaw([]byte(text))
}

// SendRaw writes bytes untouched.
func (p *Prober) SendRaw(raw []byte) {
	p.t.Helper()
	if _, err := p.conn.Write(raw); err != nil {
		p.t.Logf("sending: %v", err)
	}
}

// Message is a SIP message as read.
type Message struct {
	Start  string
	Header map[string]string // lower-case name to the first value
	Body   string
}

// Status of a response, 0 for a request.
func (m Message) Status() int {
	version, rest, _ := strings.Cut(m.Start, " ")
	code, _, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(code)
	if err != nil || !strings.HasPrefix(version, "SIP/") {
		return 0
	}
	return n
}

// Method of a request, "" for a response.
func (m Message) Method() string {
	if m.Status() != 0 {
		return ""
	}
	method, _, _ := strings.Cut(m.Start, " ")
	return method
}

// Tag is the To tag.
func (m Message) Tag() string {
	_, tag, _ := strings.Cut(m.Header["to"], ";tag=")
	return tag
}

// Read waits for the next message.
func (p *Prober) Read() Message {
	p.t.Helper()
	m, err := p.read(answerLimit)
	if err != nil {
		p.t.Fatalf("no message: %v", err)
	}
	return m
}

// Final waits for the next final response, past provisional ones and requests.
func (p *Prober) Final() Message {
	p.t.Helper()
	for {
		if m := p.Read(); m.Status() >= 200 {
			return m
		}
	}
}

// Request waits for the next request of a method, past everything else.
func (p *Prober) Request(method string) Message {
	p.t.Helper()
	for {
		if m := p.Read(); m.Method() == method {
			return m
		}
	}
}

// Silent checks that nothing comes for a while.
func (p *Prober) Silent() {
	p.t.Helper()
	if m, err := p.read(silenceLimit); err == nil {
		p.t.Errorf("silence wanted, got %q", m.Start)
	}
}

// Closed waits until the peer has closed the connection.
func (p *Prober) Closed() {
	p.t.Helper()
	if _, err := p.read(answerLimit); err == nil || strings.Contains(err.Error(), "timeout") {
		p.t.Errorf("connection is still open: %v", err)
	}
}

func (p *Prober) read(limit time.Duration) (Message, error) {
	if err := p.conn.SetReadDeadline(time.Now().Add(limit)); err != nil {
		return Message{}, err
	}
	r := p.stream
	if r == nil {
		buf := make([]byte, 65536)
		n, err := p.conn.Read(buf)
		if err != nil {
			return Message{}, err
		}
		r = bufio.NewReader(strings.NewReader(string(buf[:n])))
	}
	return readMessage(r)
}

func readMessage(r *bufio.Reader) (Message, error) {
	m := Message{Header: map[string]string{}}
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return m, fmt.Errorf("message ends early: %w", err)
		}
		line = strings.TrimRight(line, "\r\n")
		switch {
		case line == "" && m.Start == "":
			continue
		case line == "":
			length, _ := strconv.Atoi(m.Header["content-length"])
			body := make([]byte, length)
			_, err := io.ReadFull(r, body)
			m.Body = string(body)
			return m, err
		case m.Start == "":
			m.Start = line
		default:
			name, value, _ := strings.Cut(line, ":")
			if name = strings.ToLower(name); m.Header[name] == "" {
				m.Header[name] = strings.TrimSpace(value)
			}
		}
	}
}

// Close ends the connection.
func (p *Prober) Close() { p.conn.Close() }
