package siptest_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"go.uber.org/goleak"

	"voxgate/media"
	"voxgate/media/mediatest"
	"voxgate/sip"
	"voxgate/sip/siptest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestCallerHearsItself calls a server that sends everything back.
func TestCallerHearsItself(t *testing.T) {
	s, err := sip.New(sip.Config{Listen: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)}, func(ctx context.Context, call sip.Incoming) {
		if err := call.Answer(ctx, sip.AnswerOptions{}); err != nil {
			t.Errorf("Answer: %v", err)
			return
		}
		line := call.Line()
		_, _ = line.Play(ctx, func(yield func(media.Frame, error) bool) {
			for {
				f, err := line.Recv(ctx)
				if err != nil || !yield(f, nil) {
					return
				}
			}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx) }()
	defer func() {
		stop()
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	}()
	phone := siptest.NewCaller(t, sip.Config{})
	call := phone.Call(t.Context(), sip.DialRequest{Target: "sip:echo@" + s.Addr().String()})
	if err := call.Say(t.Context(), mediatest.Tone(media.Narrowband, 700, 0.3, 2*time.Second)); err != nil {
		t.Fatalf("Say: %v", err)
	}
	if err := call.Hangup(t.Context()); err != nil {
		t.Errorf("Hangup: %v", err)
	}
	heard, best := call.Heard(), 0.0
	for from := 0; from+4000 <= len(heard); from += 1000 {
		best = max(best, mediatest.Level(heard[from:from+4000], media.Narrowband, 700))
	}
	if best < 0.2 {
		t.Errorf("own voice came back at %.3f of full scale at best, want 0.3", best)
	}
}
