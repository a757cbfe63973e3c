package asrtest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"voxgate/asr"
	"voxgate/asr/asrtest"
	"voxgate/media"
)

func TestEventsComeWhenTheAudioReachesThem(t *testing.T) {
	engine := asrtest.Script(asrtest.Utterance(100*time.Millisecond, 500*time.Millisecond, "转人工")...)
	stream, err := engine.Open(context.Background(), asr.Hints{Digits: true})
	if err != nil {
		t.Fatal(err)
	}
	var got []asr.Event
	for range 60 {
		if err := stream.Write(media.Frame{Rate: media.Narrowband}); err != nil {
			t.Fatal(err)
		}
		select {
		case ev := <-stream.Events():
			got = append(got, ev)
			if s := engine.Streams()[0]; ev.Kind == asr.Final && s.Heard() != 1100*time.Millisecond {
				t.Errorf("final came after %v of audio, want 1.1 s", s.Heard())
			}
		default:
		}
	}
	if len(got) != 2 || got[0].Kind != asr.SpeechStarted || got[1].Text != "转人工" {
		t.Fatalf("heard %+v", got)
	}
	if err := stream.Close(); err != nil {
		t.Fatal(err)
	}
	if _, open := <-stream.Events(); open {
		t.Error("events still open after Close")
	}
	if err := stream.Write(media.Frame{Rate: media.Narrowband}); !errors.Is(err, asr.ErrClosed) {
		t.Errorf("write after close: %v", err)
	}
}

func TestScriptsHearAndFailure(t *testing.T) {
	engine := asrtest.Scripts(nil, []asr.Event{{Kind: asr.Failed, Err: errors.New("broken")}})
	first, _ := engine.Open(context.Background(), asr.Hints{})
	second, _ := engine.Open(context.Background(), asr.Hints{})
	(<-engine.Opened()).Hear("你好")
	if ev := <-first.Events(); ev.Kind != asr.SpeechStarted {
		t.Errorf("first event %v", ev.Kind)
	}
	if ev := <-first.Events(); ev.Text != "你好" {
		t.Errorf("heard %q", ev.Text)
	}
	if err := second.Write(media.Frame{Rate: media.Wideband}); err != nil {
		t.Fatal(err)
	}
	if ev := <-second.Events(); ev.Kind != asr.Failed || ev.Err == nil {
		t.Errorf("got %+v", ev)
	}
	if _, open := <-second.Events(); open {
		t.Error("a failed stream must close its events")
	}
	if err := second.Expect(asr.Hints{}); !errors.Is(err, asr.ErrClosed) {
		t.Errorf("expect after failure: %v", err)
	}
}
