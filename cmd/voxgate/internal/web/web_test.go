package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"voxgate/media"
	"voxgate/media/codec"
	"voxgate/media/mediatest"
	"voxgate/media/webrtc"
	"voxgate/media/webrtc/webrtctest"
	"voxgate/sip"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds waiting for what must come; it decides no test on a machine that is merely slow.
const patience = 60 * time.Second

// hotline is a server on loopback whose calls the test handles.
type hotline struct {
	*Server
	address string
}

// open serves cfg, with an endpoint on loopback, until the test ends.
func open(t *testing.T, cfg Config) *hotline {
	t.Helper()
	endpoint, err := webrtc.NewEndpoint(webrtc.Config{Addresses: []netip.Addr{netip.MustParseAddr("127.0.0.1")}})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Endpoint = endpoint
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.OnCall == nil {
		cfg.OnCall = answer(t, nil)
	}
	server, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener) }()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		cancel()
		if err := errors.Join(<-served, endpoint.Close()); err != nil {
			t.Error(err)
		}
	})
	return &hotline{Server: server, address: "http://" + listener.Addr().String()}
}

// answer is a handler that answers, passes the call to a test and stays until it ends.
func answer(t *testing.T, calls chan<- *Call) func(context.Context, *Call) {
	return func(ctx context.Context, call *Call) {
		if err := call.Answer(ctx, sip.AnswerOptions{}); err != nil {
			t.Logf("answer: %v", err)
			return
		}
		if calls != nil {
			calls <- call
		}
		<-call.Done()
	}
}

// dial calls the hotline.
func dial(t *testing.T, h *hotline, query string, opts webrtctest.Options) (*webrtctest.Caller, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if opts.Codec.Name == "" {
		opts.Codec = codec.PCMU
	}
	return webrtctest.Dial(ctx, h.address+"/whip"+query, opts)
}

func mustDial(t *testing.T, h *hotline, query string, opts webrtctest.Options) *webrtctest.Caller {
	t.Helper()
	caller, err := dial(t, h, query, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := caller.Hangup(); err != nil {
			t.Error(err)
		}
	})
	return caller
}

// next waits for something that must come.
func next[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(patience):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

// request sends and reads a small request.
func request(t *testing.T, method, address, body string, header map[string]string) (*http.Response, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range header {
		r.Header.Set(key, value)
		if key == "Host" {
			r.Host = value
		}
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

// hears plays a tone into one end until the other has heard a second of it.
func hears(t *testing.T, from, to media.Line, hertz float64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	playing, stop := context.WithCancel(ctx)
	played := make(chan error, 1)
	go func() {
		tone := mediatest.Frames(from.Rate(), mediatest.Tone(from.Rate(), hertz, 0.5, time.Minute))
		_, err := from.Play(playing, mediatest.Sequence(tone))
		played <- err
	}()
	var window []int16
	for heard := 0.0; heard < 0.3; {
		frame, err := to.Recv(ctx)
		if err != nil {
			t.Errorf("the tone of %.0f Hz was heard at %.3f only: %v", hertz, heard, err)
			break
		}
		window = append(window, frame.PCM()...)
		if second := to.Rate(); len(window) >= second {
			heard = max(heard, mediatest.Level(window[len(window)-second:], to.Rate(), hertz))
		}
	}
	stop()
	<-played
}
