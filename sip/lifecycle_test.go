package sip_test

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"time"

	"voxgate/sip"
	"voxgate/sip/siptest"
)

// ok answers the peer's request.
func ok(p *siptest.Prober, m siptest.Message) {
	var b strings.Builder
	b.WriteString("SIP/2.0 200 OK\n")
	for _, name := range []string{"via", "from", "to", "call-id", "cseq"} {
		b.WriteString(name + ": " + m.Header[name] + "\n")
	}
	p.Send(b.String() + "Content-Length: 0\n\n")
}

func TestSilentCallEnds(t *testing.T) {
	t.Parallel()
	s := serve(t, sip.Config{RTPTimeout: time.Second}, answerAndWait(t))
	p := siptest.Probe(t, "udp", s.Addr().String())
	open(p, "silent")
	ok(p, p.Request("BYE"))
	quiet(t, s)
}

func TestHeldCallMayBeSilent(t *testing.T) {
	t.Parallel()
	s := serve(t, sip.Config{RTPTimeout: time.Second}, answerAndWait(t))
	p := siptest.Probe(t, "udp", s.Addr().String())
	tag := open(p, "held")
	p.Send(request("INVITE", "held", tag, 2, sdpHeader, pcmu+"a=sendonly\n"))
	if m := p.Final(); m.Status() != 200 || !strings.Contains(m.Body, "a=recvonly") {
		t.Fatalf("hold: %q %q", m.Start, m.Body)
	}
	p.Send(request("ACK", "held", tag, 2, "", ""))
	time.Sleep(3 * time.Second) // longer than a live call may be silent
	p.Silent()
	p.Send(request("BYE", "held", tag, 3, "", ""))
	if m := p.Final(); m.Status() != 200 {
		t.Errorf("a held call was gone: %q", m.Start)
	}
	quiet(t, s)
}

func TestLostConnectionEndsCall(t *testing.T) {
	t.Parallel()
	up := make(chan struct{})
	s := serve(t, sip.Config{}, func(ctx context.Context, call sip.Incoming) {
		if err := call.Answer(ctx, sip.AnswerOptions{}); err != nil {
			t.Errorf("Answer: %v", err)
		}
		close(up)
		<-call.Done()
	})
	p := siptest.Probe(t, "tcp", s.Addr().String())
	p.Send(strings.ReplaceAll(request("INVITE", "lost", "", 1, sdpHeader, pcmu), "/UDP", "/TCP"))
	tag := p.Final().Tag()
	p.Send(strings.ReplaceAll(request("ACK", "lost", tag, 1, "", ""), "/UDP", "/TCP"))
	<-up
	p.Close()
	quiet(t, s)
}

func TestCallerVanishesWhileRinging(t *testing.T) {
	left, gone := make(chan struct{}), make(chan struct{})
	s := serve(t, sip.Config{}, func(ctx context.Context, call sip.Incoming) {
		<-left
		err := call.Answer(ctx, sip.AnswerOptions{})
		if err == nil {
			t.Error("a caller that vanished was answered")
		}
		close(gone)
	})
	p := siptest.Probe(t, "tcp", s.Addr().String())
	p.Send(strings.ReplaceAll(request("INVITE", "vanish", "", 1, sdpHeader, pcmu), "/UDP", "/TCP"))
	if m := p.Read(); m.Status() != 180 {
		t.Errorf("got %q, want 180", m.Start)
	}
	p.Close()
	close(left)
	<-gone
	quiet(t, s)
}

// serving runs a server whose end the test decides.
func serving(t *testing.T, cfg sip.Config) (s *sip.Server, stop func(), served <-chan error) {
	t.Helper()
	cfg.Listen, cfg.Logger = "127.0.0.1:0", slog.New(slog.DiscardHandler)
	s, err := sip.New(cfg, answerAndWait(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	return s, cancel, done
}

func TestDrain(t *testing.T) {
	s, stop, served := serving(t, sip.Config{Drain: time.Minute})
	p := siptest.Probe(t, "udp", s.Addr().String())
	tag := open(p, "draining")
	stop()
	for cseq := 1; ; cseq++ {
		p.Send(request("OPTIONS", "asking", "", cseq, "", ""))
		if p.Final().Status() == 503 {
			break
		}
	}
	p.Send(request("INVITE", "late", "", 1, sdpHeader, pcmu))
	if m := p.Final(); m.Status() != 503 || m.Header["retry-after"] == "" {
		t.Errorf("new call while draining: %q", m.Start)
	}
	p.Send(request("INFO", "draining", tag, 2, "", ""))
	if m := p.Final(); m.Status() != 200 {
		t.Errorf("the call in progress was hurt: %q", m.Start)
	}
	p.Send(request("BYE", "draining", tag, 3, "", ""))
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func TestDrainEndsWithBye(t *testing.T) {
	s, stop, served := serving(t, sip.Config{})
	p := siptest.Probe(t, "udp", s.Addr().String())
	open(p, "cut")
	stop()
	ok(p, p.Request("BYE"))
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func TestManyCallsLeaveNothing(t *testing.T) {
	calls := 1000
	if testing.Short() {
		calls = 100
	}
	s, stop, served := serving(t, sip.Config{})
	if err := siptest.Call(t, "basic", s.Addr().String(), siptest.Options{}); err != nil {
		t.Fatal(err)
	}
	quiet(t, s)
	before := runtime.NumGoroutine()
	if err := siptest.Call(t, "basic", s.Addr().String(), siptest.Options{Calls: calls, Rate: 100}); err != nil {
		t.Fatal(err)
	}
	quiet(t, s)
	// Transactions remember what they answered for 64*T1.
	for deadline := time.Now().Add(time.Minute); runtime.NumGoroutine() > before+5; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before the calls", runtime.NumGoroutine(), before)
		}
	}
	stop()
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func TestSoftphoneFollowsTransfer(t *testing.T) {
	for _, c := range []struct {
		name   string
		agent  sip.Handler
		status int // that the hotline is told, 200 for success
	}{
		{"agent answers", answerAndWait(t), 200},
		{"agent is busy", busy(t), 486},
	} {
		t.Run(c.name, func(t *testing.T) {
			contexts := make(chan string, 1)
			agent := serve(t, sip.Config{}, func(ctx context.Context, call sip.Incoming) {
				contexts <- call.Info().UserToUser
				c.agent(ctx, call)
			})
			outcome := make(chan error, 1)
			// A call that is over before Dial returns is no call to Dial.
			connected := make(chan struct{})
			hotline := serve(t, sip.Config{}, func(ctx context.Context, call sip.Incoming) {
				if err := call.Answer(ctx, sip.AnswerOptions{}); err != nil {
					t.Errorf("Answer: %v", err)
				}
				select {
				case <-connected:
				case <-ctx.Done():
				}
				outcome <- call.Refer(ctx, "sip:agent@"+agent.Addr().String(), `{"order":"物流 42"}`)
			})
			phone := serve(t, sip.Config{}, nil)
			moved := make(chan sip.Leg, 1)
			_, err := phone.Dial(t.Context(), sip.DialRequest{Target: "sip:hotline@" + hotline.Addr().String(), OnRefer: func(r sip.Referral) {
				leg, err := phone.Dial(t.Context(), sip.DialRequest{Target: r.Target, UserToUser: r.UserToUser,
					OnProgress: func(status int) {
						if err := r.Report(t.Context(), status, "Ringing"); err != nil {
							t.Errorf("Report: %v", err)
						}
					}})
				if err := r.ReportError(t.Context(), err); err != nil {
					t.Errorf("ReportError: %v", err)
				}
				moved <- leg
			}})
			if err != nil {
				t.Fatal(err)
			}
			close(connected)
			if got := <-contexts; got != `{"order":"物流 42"}` {
				t.Errorf("agent was told %q", got)
			}
			err = <-outcome
			var failed *sip.TransferError
			if c.status == 200 && err != nil || c.status != 200 && (!errors.As(err, &failed) || failed.Status != c.status) {
				t.Errorf("Refer gave %v, want %d", err, c.status)
			}
			if leg := <-moved; leg != nil {
				if err := leg.Hangup(t.Context()); err != nil {
					t.Errorf("Hangup: %v", err)
				}
			}
		})
	}
}
