package siptest

import (
	"context"
	"log/slog"
	"sync"
	"testing"

	"voxgate/media"
	"voxgate/sip"
)

// Caller is a softphone made of this project's own signalling and media.
type Caller struct {
	*sip.Server
	t testing.TB
}

// NewCaller starts a softphone on a free loopback port for the length of the test. A zero Config will do.
func NewCaller(t testing.TB, cfg sip.Config) *Caller {
	t.Helper()
	if cfg.Listen == "" {
		cfg.Listen = "127.0.0.1:0"
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	s, err := sip.New(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Errorf("softphone: %v", err)
		}
	})
	return &Caller{Server: s, t: t}
}

// Conversation is a call of a Caller, with everything that it heard.
type Conversation struct {
	sip.Leg
	ear *Ear
}

// Call calls target and gives the call when it is up; a call that is refused fails the test.
func (c *Caller) Call(ctx context.Context, req sip.DialRequest) *Conversation {
	c.t.Helper()
	ear := NewEar()
	req.Tap = ear
	leg, err := c.Dial(ctx, req)
	if err != nil {
		c.t.Fatalf("calling %s: %v", req.Target, err)
	}
	return &Conversation{Leg: leg, ear: ear}
}

// Say speaks samples at the line's rate and returns when they have left.
func (c *Conversation) Say(ctx context.Context, pcm []int16) error {
	rate := c.Line().Rate()
	_, err := c.Line().Play(ctx, func(yield func(media.Frame, error) bool) {
		for len(pcm) > 0 {
			f := media.Frame{Rate: rate}
			n := copy(f.PCM(), pcm)
			pcm = pcm[n:]
			if !yield(f, nil) {
				return
			}
		}
	})
	return err
}

// Heard is all samples heard so far, at the line's rate, silence included.
func (c *Conversation) Heard() []int16 { return c.ear.Heard() }

// Ear is a Tap that keeps what it hears. For tests only: it locks and allocates on the audio path.
type Ear struct {
	mu    sync.Mutex
	heard []int16
}

// NewEar is an empty Ear.
func NewEar() *Ear { return &Ear{} }

// Tick implements media.Tap.
func (e *Ear) Tick(received, _ *media.Frame) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = append(e.heard, received.PCM()...)
}

// Heard is all samples so far.
func (e *Ear) Heard() []int16 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]int16(nil), e.heard...)
}
