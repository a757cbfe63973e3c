package siptest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// baresipConfig runs baresip without a terminal or a sound card: a WAV is the microphone, the loudspeaker is recorded.
const baresipConfig = `sip_listen 127.0.0.1:%[1]d
call_local_timeout 120
call_max_calls 4
audio_player aubridge,nil
audio_source aufile,%[2]s
audio_alert aubridge,nil
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
rtp_ports %[4]d-%[5]d
jitter_buffer_delay 5-10
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:%[3]d
snd_path %[6]s
`

// Baresip is a running baresip, driven over its control connection.
type Baresip struct {
	Addr string // host:port of its SIP
	dir  string
	conn net.Conn
	out  *bytes.Buffer

	mu     sync.Mutex
	events []string
	signal chan struct{} // something came
}

// StartBaresip starts baresip with a WAV (8 kHz, mono, 16 bit) as its microphone and "udp" or "tcp" as its transport. The end of
// the file hangs up, so it must be longer than the call.
func StartBaresip(t testing.TB, wav, transport string) *Baresip {
	t.Helper()
	program := need(t, "baresip")
	b := &Baresip{dir: t.TempDir(), out: &bytes.Buffer{}, signal: make(chan struct{}, 1)}
	port, control, media := FreePort(t), FreePort(t), FreePort(t)
	b.Addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	b.write(t, "config", fmt.Sprintf(baresipConfig, port, wav, control, media, media+20, b.dir))
	b.write(t, "accounts", fmt.Sprintf("<sip:13800003721@127.0.0.1:%d;transport=%s>;regint=0;audio_codecs=PCMA,PCMU\n", port, transport))
	b.write(t, "contacts", "")
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, program, "-4", "-f", b.dir)
	cmd.Dir, cmd.Stdout, cmd.Stderr = b.dir, b.out, b.out
	if err := cmd.Start(); err != nil {
		cancel()
		t.Fatalf("starting baresip: %v", err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // killed at the end
		close(ended)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		if t.Failed() {
			t.Logf("baresip says:\n%s", b.out)
		}
	})
	b.connect(t, control)
	return b
}

func (b *Baresip) write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// connect waits for the control connection and reads events from it.
func (b *Baresip) connect(t testing.TB, port int) {
	t.Helper()
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	for range 1000 {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			b.conn = conn
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if b.conn == nil {
		t.Fatalf("baresip does not start")
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		b.read()
	}()
	t.Cleanup(func() { b.conn.Close(); <-read })
}

// read takes netstrings ("12:{...},") off the control connection.
func (b *Baresip) read() {
	r := bufio.NewReader(b.conn)
	for {
		digits, err := r.ReadString(':')
		if err != nil {
			return
		}
		n, err := strconv.Atoi(strings.TrimSuffix(digits, ":"))
		if err != nil || n < 0 || n > 1<<20 {
			return
		}
		text := make([]byte, n+1)
		if _, err := io.ReadFull(r, text); err != nil {
			return
		}
		var event struct {
			Type string `json:"type"`
		}
		if json.Unmarshal(text[:n], &event) == nil && event.Type != "" {
			b.mu.Lock()
			b.events = append(b.events, event.Type)
			b.mu.Unlock()
			select {
			case b.signal <- struct{}{}:
			default:
			}
		}
	}
}

// Command gives baresip a command with its parameters: dial, hangup, hold, resume, sndcode...
func (b *Baresip) Command(t testing.TB, name, params string) {
	t.Helper()
	text, err := json.Marshal(map[string]string{"command": name, "params": params})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(b.conn, "%d:%s,", len(text), text); err != nil {
		t.Fatalf("commanding baresip: %v", err)
	}
}

// Await waits until an event of a type (CALL_ESTABLISHED, CALL_CLOSED...) has come.
func (b *Baresip) Await(t testing.TB, event string) {
	t.Helper()
	limit := time.NewTimer(hangLimit)
	defer limit.Stop()
	for {
		b.mu.Lock()
		for i, e := range b.events {
			if e == event {
				b.events = b.events[i+1:]
				b.mu.Unlock()
				return
			}
		}
		seen := strings.Join(b.events, " ")
		b.mu.Unlock()
		select {
		case <-b.signal:
		case <-limit.C:
			t.Fatalf("no %s from baresip, only %s", event, seen)
		}
	}
}

// Recording is the path of what baresip heard since it last opened its loudspeaker; it is complete when the call is closed.
func (b *Baresip) Recording(t testing.TB) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(b.dir, "*-dec.wav"))
	if err != nil || len(found) == 0 {
		t.Fatalf("baresip recorded nothing (%v)", err)
	}
	return found[len(found)-1] // named by time
}
