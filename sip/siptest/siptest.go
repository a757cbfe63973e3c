// Package siptest starts real peers for tests on loopback: SIPp with scenarios of our own, baresip, a softphone made of
// this project's own parts, and a prober that sends bytes as they are.
package siptest

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"
)

//go:embed scenarios/*.xml
var scenarios embed.FS

// hangLimit ends a peer that hangs; no test waits for it.
const hangLimit = 90 * time.Second

// Options of a SIPp run.
type Options struct {
	Transport string // udp (default) or tcp
	Calls     int    // how many, default 1
	Rate      int    // calls a second, default 10
	User      string // digest user and password
	Password  string
	Service   string // user part that is dialled, default hotline
}

// need skips the test where a peer program is not installed.
func need(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("%s is not installed (apt-get install %s)", program, map[string]string{"sipp": "sip-tester", "baresip": "baresip-core"}[program])
	}
	return path
}

// SIPp is a running SIPp.
type SIPp struct {
	Addr string // host:port that it listens on
	done chan error
	out  bytes.Buffer
	dir  string
}

// Call runs a scenario of a caller against target (host:port) and waits for its end. The error holds what SIPp says was wrong.
func Call(t testing.TB, scenario, target string, o Options) error {
	t.Helper()
	return StartCaller(t, scenario, target, o).Wait()
}

// StartCaller begins a scenario of a caller against target (host:port).
func StartCaller(t testing.TB, scenario, target string, o Options) *SIPp {
	t.Helper()
	return start(t, scenario, o, target)
}

// StartAgent begins a scenario of a callee and returns when it listens.
func StartAgent(t testing.TB, scenario string, o Options) *SIPp {
	t.Helper()
	s := start(t, scenario, o, "")
	for range 500 {
		if bound(s.Addr, o.Transport) {
			return s
		}
		select {
		case err := <-s.done:
			s.done <- err
			t.Fatalf("sipp ended before it listened: %v\n%s", err, s.out.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Fatal("sipp does not listen")
	return nil
}

// bound tells whether some program has the address, by the kernel's tables: to try it would take it away for a moment.
func bound(addr, transport string) bool {
	if transport == "" {
		transport = "udp"
	}
	table, err := os.ReadFile("/proc/net/" + transport)
	_, port, _ := net.SplitHostPort(addr)
	n, _ := strconv.Atoi(port)
	return err != nil || bytes.Contains(table, fmt.Appendf(nil, "0100007F:%04X 00000000:0000 ", n))
}

func start(t testing.TB, scenario string, o Options, target string) *SIPp {
	t.Helper()
	program := need(t, "sipp")
	text, err := scenarios.ReadFile("scenarios/" + scenario + ".xml")
	if err != nil {
		t.Fatalf("no scenario %s: %v", scenario, err)
	}
	s := &SIPp{dir: t.TempDir(), done: make(chan error, 1)}
	file := filepath.Join(s.dir, scenario+".xml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	port := FreePort(t)
	s.Addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	mode := "u1"
	if o.Transport == "tcp" {
		mode = "t1"
	}
	calls, rate, service := max(o.Calls, 1), o.Rate, o.Service
	if rate == 0 {
		rate = 10
	}
	if service == "" {
		service = "hotline"
	}
	args := []string{"-sf", file, "-i", "127.0.0.1", "-p", strconv.Itoa(port), "-t", mode, "-m", strconv.Itoa(calls),
		"-r", strconv.Itoa(rate), "-s", service, "-nostdin", "-trace_err", "-error_file", filepath.Join(s.dir, "errors.log"),
		"-timeout", "80s", "-timeout_error", "-mp", strconv.Itoa(FreePort(t)), "-default_behaviors", "-bye"}
	if o.User != "" {
		args = append(args, "-au", o.User, "-ap", o.Password)
	}
	if target != "" {
		args = append(args, target)
	}
	ctx, cancel := context.WithTimeout(context.Background(), hangLimit)
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, &s.out, &s.out
	if err := cmd.Start(); err != nil {
		cancel()
		t.Fatalf("starting sipp: %v", err)
	}
	ended := make(chan struct{})
	go func() {
		s.done <- cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return s
}

// Wait waits for the end of all calls; it may be called once.
func (s *SIPp) Wait() error {
	err := <-s.done
	if err == nil {
		return nil
	}
	log, _ := os.ReadFile(filepath.Join(s.dir, "errors.log"))
	screen := s.out.Bytes()
	if len(screen) > 2500 {
		screen = screen[len(screen)-2500:]
	}
	return fmt.Errorf("sipp: %w\n%s\n%s", err, log, screen)
}

// Ports given to peers lie below those that the kernel hands out and below those of RTP, so that nothing else takes them.
// Each port given leaves room for those that a peer takes beside it: SIPp opens media ports at 0, 1, 2 and 3, baresip any of twenty.
const (
	firstPort = 10000
	ports     = 250
	spacing   = 24
)

// nextPort is where the search goes on; processes begin at different places.
var nextPort = func() *atomic.Int64 {
	var n atomic.Int64
	n.Store(int64(os.Getpid()) * 97)
	return &n
}()

// FreePort is an even port on loopback that is free for UDP and TCP and is not given again soon.
func FreePort(t testing.TB) int {
	t.Helper()
	for range ports {
		port := firstPort + int(nextPort.Add(1)%ports)*spacing
		addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		conn, err := net.ListenPacket("udp", addr)
		if err != nil {
			continue
		}
		conn.Close()
		if l, err := net.Listen("tcp", addr); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no free port")
	return 0
}
