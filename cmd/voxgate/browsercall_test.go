package main

import (
	"context"
	"strings"
	"sync"
	"testing"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/cmd/voxgate/internal/engines"
	"voxgate/cmd/voxgate/internal/softphone"
	"voxgate/media"
	"voxgate/media/codec"
	"voxgate/media/codec/opus"
	"voxgate/media/webrtc/webrtctest"
	"voxgate/sip"
)

// browserDialer lets the softphone call as a browser does, by WHIP.
type browserDialer struct{ codec codec.Codec }

func (d browserDialer) Dial(ctx context.Context, req sip.DialRequest) (sip.Leg, error) {
	caller, err := webrtctest.Dial(ctx, req.Target, webrtctest.Options{Codec: d.codec})
	if err != nil {
		return nil, err
	}
	return &browserLeg{caller: caller}, nil
}

type browserLeg struct {
	caller *webrtctest.Caller
	once   sync.Once
	err    error
}

func (l *browserLeg) Info() sip.Info        { return sip.Info{} }
func (l *browserLeg) Line() media.Line      { return l.caller.Line }
func (l *browserLeg) Done() <-chan struct{} { return l.caller.Line.Done() }
func (l *browserLeg) Hangup(context.Context) error {
	l.once.Do(func() { l.err = l.caller.Hangup() })
	return l.err
}

// A browser hears the same bot as a telephone, wideband by Opus and narrowband by PCMU, and is joined to the agent here
// because it cannot be referred.
func TestBrowserCall(t *testing.T) {
	t.Parallel()
	voice, err := engines.OpenTTS(config.Default().TTS)
	if err != nil {
		t.Fatal(err)
	}
	ears, err := engines.OpenASR(config.ASR{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ears.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, c := range []codec.Codec{opus.At(media.Wideband), codec.PCMU} {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			h := startHotline(t, nil)
			phone := softphone.Phone{Dialer: browserDialer{c}, Voice: voice, Ears: ears, Speaker: speakerVoice}
			var turns []softphone.Turn
			result, err := phone.Call(t.Context(), sip.DialRequest{Target: strings.TrimSuffix(h.web, "/") + "/whip"},
				[]softphone.Step{{Text: sentencesToTry[0]}, {Text: "转人工"}}, func(turn softphone.Turn) { turns = append(turns, turn) })
			if err != nil {
				t.Fatalf("%+v: %v", result, err)
			}
			if len(turns) != 2 || !strings.Contains(turns[0].Heard, "杭州") {
				t.Errorf("turns %+v", turns)
			}
			if rec := h.record(t); rec.Via != "web" || rec.Transfer != "bridge" || rec.Audio == "" {
				t.Errorf("record %+v", rec)
			}
		})
	}
}
