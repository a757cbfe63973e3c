package sip_test

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"voxgate/sip"
	"voxgate/sip/siptest"
)

// serve runs a server on a free loopback port for the length of the test.
func serve(t *testing.T, cfg sip.Config, handler sip.Handler) *sip.Server {
	t.Helper()
	if cfg.Listen == "" {
		cfg.Listen = "127.0.0.1:0"
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelInfo}))
	}
	s, err := sip.New(cfg, handler)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return s
}

// answerAndWait answers and stays until the caller hangs up.
func answerAndWait(t *testing.T) sip.Handler {
	return func(ctx context.Context, call sip.Incoming) {
		// A BYE may overtake the ACK before it: then the call has ended, which is no fault.
		if err := call.Answer(ctx, sip.AnswerOptions{}); err != nil && !errors.Is(err, sip.ErrEnded) {
			t.Errorf("Answer: %v", err)
			return
		}
		<-call.Done()
	}
}

// quiet waits until no call is left, which a leak would make it do for ever.
func quiet(t *testing.T, s *sip.Server) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); s.Calls() > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d calls are left", s.Calls())
		}
	}
}

func TestSIPpCallers(t *testing.T) {
	for _, transport := range []string{"udp", "tcp"} {
		for _, scenario := range []string{"basic", "offerless", "hold", "nocodec", "options"} {
			t.Run(scenario+"/"+transport, func(t *testing.T) {
				t.Parallel()
				s := serve(t, sip.Config{}, answerAndWait(t))
				if err := siptest.Call(t, scenario, s.Addr().String(), siptest.Options{Transport: transport}); err != nil {
					t.Fatal(err)
				}
				quiet(t, s)
			})
		}
	}
}

func TestCallerGivesUpWhileRinging(t *testing.T) {
	for _, transport := range []string{"udp", "tcp"} {
		ended := make(chan error, 1)
		s := serve(t, sip.Config{}, func(ctx context.Context, call sip.Incoming) {
			<-call.Done()
			ended <- call.Answer(ctx, sip.AnswerOptions{})
		})
		if err := siptest.Call(t, "cancel", s.Addr().String(), siptest.Options{Transport: transport}); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; err == nil {
			t.Error("a cancelled call was answered")
		}
		quiet(t, s)
	}
}

func TestAnswerNeverAcknowledged(t *testing.T) {
	t.Parallel()
	answered := make(chan error, 1)
	s := serve(t, sip.Config{}, func(ctx context.Context, call sip.Incoming) {
		answered <- call.Answer(ctx, sip.AnswerOptions{})
	})
	if err := siptest.Call(t, "noack", s.Addr().String(), siptest.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; err == nil {
		t.Error("Answer took a call that was never acknowledged")
	}
	quiet(t, s)
}

func TestByeIsRepeatedAndGivenUp(t *testing.T) {
	t.Parallel()
	for _, scenario := range []string{"lostbye", "deafbye"} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			s := serve(t, sip.Config{}, func(ctx context.Context, call sip.Incoming) {
				if err := call.Answer(ctx, sip.AnswerOptions{}); err != nil {
					t.Errorf("Answer: %v", err)
				}
			})
			if err := siptest.Call(t, scenario, s.Addr().String(), siptest.Options{}); err != nil {
				t.Fatal(err)
			}
			quiet(t, s)
		})
	}
}

func TestInfoKeys(t *testing.T) {
	keys := make(chan rune, 8)
	s := serve(t, sip.Config{}, func(ctx context.Context, call sip.Incoming) {
		if err := call.Answer(ctx, sip.AnswerOptions{}); err != nil {
			t.Errorf("Answer: %v", err)
			return
		}
		for range 2 {
			keys <- <-call.Line().Digits()
		}
		<-call.Done()
	})
	if err := siptest.Call(t, "info", s.Addr().String(), siptest.Options{}); err != nil {
		t.Fatal(err)
	}
	if got := string([]rune{<-keys, <-keys}); got != "5#" {
		t.Errorf("keys %q, want 5#", got)
	}
}

func TestStrangersNeedAPassword(t *testing.T) {
	nobody := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	users := []sip.User{{Name: "shop", Password: "s3cret"}}
	s := serve(t, sip.Config{Allow: nobody, Users: users, Digest: []string{"MD5"}}, answerAndWait(t))
	for _, transport := range []string{"udp", "tcp"} {
		o := siptest.Options{Transport: transport, User: "shop", Password: "s3cret"}
		if err := siptest.Call(t, "digest", s.Addr().String(), o); err != nil {
			t.Fatal(err)
		}
	}
	if err := siptest.Call(t, "digest_wrong", s.Addr().String(), siptest.Options{User: "shop", Password: "guess"}); err != nil {
		t.Fatal(err)
	}
}
