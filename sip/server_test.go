package sip

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"voxgate/media"
)

// start runs a server on a free loopback port for the length of the test.
func start(t *testing.T, cfg Config, handler Handler) *Server {
	t.Helper()
	if cfg.Listen == "" {
		cfg.Listen = "127.0.0.1:0"
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	s, err := New(cfg, handler)
	if err != nil {
		t.Fatal(err)
	}
	run(t, s)
	return s
}

// run serves for the length of the test.
func run(t *testing.T, s *Server) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
}

func uri(s *Server, params string) string { return "sip:hotline@" + s.Addr().String() + params }

// timeout is a limit against hanging, far above what anything takes.
func timeout(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// tone is frames of a square wave, for as long as they are asked for.
func tone(rate int) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		for {
			f := media.Frame{Rate: rate}
			for i := range f.PCM() {
				f.Samples[i] = 8000
				if i/8%2 == 0 {
					f.Samples[i] = -8000
				}
			}
			if !yield(f, nil) {
				return
			}
		}
	}
}

func energy(f media.Frame) (sum int) {
	for _, s := range f.PCM() {
		sum += max(int(s), -int(s))
	}
	return sum / f.Len()
}

func TestCallBetweenTwoServers(t *testing.T) {
	for _, params := range []string{"", ";transport=tcp"} {
		t.Run("target"+params, func(t *testing.T) {
			infos := make(chan Info, 1)
			hotline := start(t, Config{}, func(ctx context.Context, call Incoming) {
				if err := call.Answer(ctx, AnswerOptions{}); err != nil {
					t.Errorf("Answer: %v", err)
					return
				}
				infos <- call.Info()
				_, _ = call.Line().Play(ctx, tone(call.Line().Rate()))
			})
			phone := start(t, Config{}, nil)
			ctx := timeout(t)
			leg, err := phone.Dial(ctx, DialRequest{Target: uri(hotline, params), From: "13800003721"})
			if err != nil {
				t.Fatal(err)
			}
			info := <-infos
			if info.From != "13800003721" || info.To != "hotline" || info.Codec != "PCMU" || info.ID != leg.Info().ID {
				t.Errorf("hotline sees %+v", info)
			}
			for {
				f, err := leg.Line().Recv(ctx)
				if err != nil {
					t.Fatalf("no tone heard: %v", err)
				}
				if energy(f) > 5000 {
					break
				}
			}
			if err := leg.Hangup(ctx); err != nil {
				t.Errorf("Hangup: %v", err)
			}
			for hotline.Calls()+phone.Calls() > 0 {
				select {
				case <-ctx.Done():
					t.Fatalf("calls left: hotline %d, phone %d", hotline.Calls(), phone.Calls())
				case <-time.After(10 * time.Millisecond):
				}
			}
		})
	}
}

func TestCallOverIPv6(t *testing.T) {
	probe, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skipf("this machine has no IPv6: %v", err)
	}
	probe.Close()
	hotline := start(t, Config{Listen: "[::1]:0"}, func(ctx context.Context, call Incoming) {
		if err := call.Answer(ctx, AnswerOptions{}); err != nil {
			t.Errorf("Answer: %v", err)
			return
		}
		_, _ = call.Line().Play(ctx, tone(call.Line().Rate()))
	})
	phone := start(t, Config{Listen: "[::1]:0"}, nil)
	for _, params := range []string{"", ";transport=tcp"} {
		ctx := timeout(t)
		leg, err := phone.Dial(ctx, DialRequest{Target: uri(hotline, params)})
		if err != nil {
			t.Fatal(err)
		}
		for {
			f, err := leg.Line().Recv(ctx)
			if err != nil {
				t.Fatalf("no tone heard: %v", err)
			}
			if energy(f) > 5000 {
				break
			}
		}
		if err := leg.Hangup(ctx); err != nil {
			t.Errorf("Hangup: %v", err)
		}
	}
}

// Every address that a message comes from costs an entry in the transport's table; at the bound the table is begun anew,
// and neither requests nor calls in progress notice.
func TestTableOfSourcesIsBounded(t *testing.T) {
	up, ended := make(chan Incoming, 1), make(chan struct{})
	s, err := New(Config{Listen: "127.0.0.1:0"}, func(ctx context.Context, call Incoming) {
		if err := call.Answer(ctx, AnswerOptions{}); err != nil {
			t.Errorf("Answer: %v", err)
		}
		up <- call
		<-call.Done()
		close(ended)
	})
	if err != nil {
		t.Fatal(err)
	}
	s.maxSources = 3
	run(t, s)
	phone := start(t, Config{}, nil)
	ctx := timeout(t)
	leg, err := phone.Dial(ctx, DialRequest{Target: uri(s, "")})
	if err != nil {
		t.Fatal(err)
	}
	<-up
	for i := range 20 {
		conn, err := net.Dial("udp", s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf("OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bK%d\r\nFrom: <sip:c@d>;tag=1\r\n"+
			"To: <sip:a@b>\r\nCall-ID: %d\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n", i, i)
		if answer := exchange(t, conn, text); !strings.HasPrefix(answer, "SIP/2.0 200") {
			t.Fatalf("source %d: %q", i, answer)
		}
		conn.Close()
		if size := s.ua.TransportLayer().Pool("udp").Size(); size > 6 {
			t.Fatalf("%d entries after %d sources", size, i+1)
		}
	}
	if err := leg.Hangup(ctx); err != nil {
		t.Errorf("Hangup: %v", err)
	}
	<-ended
}

// exchange sends a request, again while no answer comes, and gives the answer.
func exchange(t *testing.T, conn net.Conn, request string) string {
	t.Helper()
	buf := make([]byte, 2000)
	for range 60 {
		if _, err := conn.Write([]byte(request)); err != nil {
			t.Fatal(err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(500 * time.Millisecond))
		if n, err := conn.Read(buf); err == nil {
			return string(buf[:n])
		}
	}
	return ""
}
