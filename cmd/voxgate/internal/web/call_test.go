package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"voxgate/media"
	"voxgate/media/codec"
	"voxgate/media/codec/opus"
	"voxgate/media/webrtc"
	"voxgate/media/webrtc/webrtctest"
	"voxgate/sip"
)

func TestCallOverWHIP(t *testing.T) {
	calls := make(chan *Call, 1)
	h := open(t, Config{Caller: "13800003721", OnCall: answer(t, calls)})
	for _, c := range []codec.Codec{opus.At(media.Wideband), codec.PCMU} {
		t.Run(c.Name, func(t *testing.T) {
			caller := mustDial(t, h, "", webrtctest.Options{Codec: c})
			call := next(t, calls)
			if info := call.Info(); info.From != "13800003721" || info.Codec != c.Name || !strings.HasPrefix(info.ID, "web-") {
				t.Errorf("info %+v", info)
			}
			if strings.Contains(call.Info().ID, call.token) || !strings.HasSuffix(caller.Session.Path, call.token) {
				t.Errorf("id %q, session %q, token %q: only the session may show the token", call.Info().ID, caller.Session, call.token)
			}
			hears(t, caller, call.Line(), 440)
			hears(t, call.Line(), caller, 620)
			if err := caller.SendDigits(t.Context(), "5#"); err != nil {
				t.Error(err)
			}
			if keys := string([]rune{next(t, call.Line().Digits()), next(t, call.Line().Digits())}); keys != "5#" {
				t.Errorf("keys %q, want 5#", keys)
			}
			response, _ := request(t, http.MethodDelete, caller.Session.String(), "", nil)
			if response.StatusCode != http.StatusOK {
				t.Errorf("DELETE answered %d", response.StatusCode)
			}
			next(t, call.Done())
			if err := call.Err(); !errors.Is(err, webrtc.ErrHungUp) {
				t.Errorf("the call ended by %v", err)
			}
		})
	}
}

func TestTapHearsBothSides(t *testing.T) {
	heard := make(chan bool, 1)
	tap := tapFunc(func(received, sent *media.Frame) {
		if received.Rate == 8000 && sent.Rate == 8000 {
			select {
			case heard <- true:
			default:
			}
		}
	})
	h := open(t, Config{OnCall: func(ctx context.Context, call *Call) {
		if err := call.Answer(ctx, sip.AnswerOptions{Tap: tap}); err != nil {
			t.Error(err)
		}
		<-call.Done()
	}})
	mustDial(t, h, "", webrtctest.Options{})
	next(t, heard)
}

type tapFunc func(received, sent *media.Frame)

func (f tapFunc) Tick(received, sent *media.Frame) { f(received, sent) }

func TestVisitorLeaves(t *testing.T) {
	calls := make(chan *Call, 1)
	h := open(t, Config{OnCall: answer(t, calls)})
	caller, err := dial(t, h, "", webrtctest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	call := next(t, calls)
	if err := caller.Hangup(); err != nil {
		t.Error(err)
	}
	next(t, call.Done())
	if err := call.Err(); !errors.Is(err, webrtc.ErrHungUp) {
		t.Errorf("the call ended by %v, want %v", err, webrtc.ErrHungUp)
	}
}

func TestVisitorLeavesBeforeTheAnswer(t *testing.T) {
	ended := make(chan error, 1)
	ringing := make(chan bool)
	h := open(t, Config{OnCall: func(ctx context.Context, call *Call) {
		ringing <- true
		<-call.Done()
		ended <- call.Answer(ctx, sip.AnswerOptions{})
	}})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-ringing; cancel() }()
	if _, err := webrtctest.Dial(ctx, h.address+"/whip", webrtctest.Options{Codec: codec.PCMU}); !errors.Is(err, context.Canceled) {
		t.Errorf("dialling ended by %v", err)
	}
	if err := next(t, ended); !errors.Is(err, sip.ErrEnded) || !errors.Is(err, webrtc.ErrHungUp) {
		t.Errorf("answering a visitor who has left: %v", err)
	}
}

func TestHandlerHangsUp(t *testing.T) {
	// A visitor whose connection does not stand yet may be hung up on too, but then dialling fails.
	connected := make(chan struct{})
	h := open(t, Config{OnCall: func(ctx context.Context, call *Call) {
		if err := call.Answer(ctx, sip.AnswerOptions{}); err != nil {
			t.Error(err)
		}
		select {
		case <-connected:
		case <-call.Done():
		}
		if err := errors.Join(call.Hangup(ctx), call.Hangup(ctx)); err != nil {
			t.Error(err)
		}
		if err := call.Answer(ctx, sip.AnswerOptions{}); !errors.Is(err, sip.ErrEnded) {
			t.Errorf("answering an ended call: %v", err)
		}
		if err := call.Refer(ctx, "sip:agent@example.org", ""); !errors.Is(err, sip.ErrReferRefused) {
			t.Errorf("refer: %v", err)
		}
	}})
	caller := mustDial(t, h, "", webrtctest.Options{})
	close(connected)
	next(t, caller.Done())
}

func TestHandlerRejects(t *testing.T) {
	tests := []struct{ sip, want int }{
		{486, http.StatusServiceUnavailable}, {403, http.StatusForbidden}, {404, http.StatusNotFound}, {488, http.StatusNotAcceptable},
	}
	status := make(chan int, 1)
	h := open(t, Config{OnCall: func(ctx context.Context, call *Call) {
		if err := call.Reject(<-status, "no"); err != nil {
			t.Error(err)
		}
		if err := call.Reject(486, "again"); !errors.Is(err, sip.ErrEnded) {
			t.Errorf("rejecting twice: %v", err)
		}
	}})
	for _, test := range tests {
		status <- test.sip
		_, err := dial(t, h, "", webrtctest.Options{})
		var answered *webrtctest.StatusError
		if !errors.As(err, &answered) || answered.Status != test.want {
			t.Errorf("rejected with %d: %v, want %d", test.sip, err, test.want)
		}
		if test.want == http.StatusServiceUnavailable && answered.Header.Get("Retry-After") == "" {
			t.Error("a busy server says no Retry-After")
		}
	}
}

func TestHandlerReturnsWithoutAnswering(t *testing.T) {
	h := open(t, Config{OnCall: func(context.Context, *Call) {}})
	_, err := dial(t, h, "", webrtctest.Options{})
	var answered *webrtctest.StatusError
	if !errors.As(err, &answered) || answered.Status != http.StatusServiceUnavailable {
		t.Errorf("%v, want 503", err)
	}
}

func TestServerFullAndDraining(t *testing.T) {
	calls := make(chan *Call, 1)
	h := open(t, Config{MaxCalls: 1, OnCall: answer(t, calls)})
	mustDial(t, h, "", webrtctest.Options{})
	call := next(t, calls)
	var answered *webrtctest.StatusError
	if _, err := dial(t, h, "", webrtctest.Options{}); !errors.As(err, &answered) || answered.Status != http.StatusServiceUnavailable || answered.Header.Get("Retry-After") == "" {
		t.Errorf("second call of one: %v, want 503 with Retry-After", err)
	}
	h.Drain()
	if response, _ := request(t, http.MethodGet, h.address+"/readyz", "", nil); response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("/readyz of a draining server: %d", response.StatusCode)
	}
	if call.Err() != nil || h.Active() != 1 {
		t.Errorf("draining ended a running call: %v", call.Err())
	}
}
