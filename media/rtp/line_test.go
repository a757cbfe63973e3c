package rtp

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/media"
	"voxgate/media/codec"
	"voxgate/media/mediatest"
)

func TestPlaySendsAnEvenStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe()
		line, stop := start(t, p, Config{})
		tone := mediatest.Tone(8000, 440, 0.5, 200*time.Millisecond)
		time.Sleep(100*time.Millisecond + time.Millisecond)
		heard, err := line.Play(context.Background(), mediatest.Sequence(mediatest.Frames(8000, tone)))
		if err != nil || heard != 200*time.Millisecond {
			t.Errorf("Play gave %v, %v", heard, err)
		}
		time.Sleep(100 * time.Millisecond)
		if err := stop(); err != nil {
			t.Error(err)
		}
		out := p.written()
		spurts := 0
		for i, s := range out {
			if i == 0 {
				continue
			}
			before := out[i-1]
			if s.at.Sub(before.at) != media.FrameDuration {
				t.Errorf("packet %d left %v after the one before", i, s.at.Sub(before.at))
			}
			if s.packet.SequenceNumber != before.packet.SequenceNumber+1 || s.packet.Timestamp != before.packet.Timestamp+160 || s.packet.SSRC != before.packet.SSRC {
				t.Errorf("packet %d does not continue packet %d", i, i-1)
			}
			if s.packet.Marker {
				spurts++
			}
		}
		if spurts != 1 {
			t.Errorf("%d marker bits after the first packet, want 1 at the talk spurt", spurts)
		}
		if level := mediatest.Level(p.heard(t), 8000, 440); level < 0.1 {
			t.Errorf("tone came out at %.3f", level)
		}
		if s := line.Stats(); s.Sent != len(out) || s.Late != 0 || s.Ticks != len(out) {
			t.Errorf("stats %+v after %d packets", s, len(out))
		}
	})
}

// What Play says was heard is what left, to the frame, whenever it is cut.
func TestCutIsExact(t *testing.T) {
	for _, after := range []time.Duration{0, time.Millisecond, 20 * time.Millisecond, 137 * time.Millisecond, 400 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			p := newPipe()
			line, stop := start(t, p, Config{})
			ctx, cancel := context.WithCancelCause(context.Background())
			bargeIn := errors.New("caller speaks")
			time.AfterFunc(after, func() { cancel(bargeIn) })
			tone := mediatest.Tone(8000, 440, 0.5, 10*time.Second)
			heard, err := line.Play(ctx, mediatest.Sequence(mediatest.Frames(8000, tone)))
			if !errors.Is(err, bargeIn) {
				t.Errorf("Play ended with %v, want the cause of the cut", err)
			}
			time.Sleep(200 * time.Millisecond)
			stop()
			sounding := 0
			dec, _ := codec.PCMU.NewDecoder()
			for _, s := range p.written() {
				if pcm, _ := dec.Decode(nil, s.packet.Payload); mediatest.RMS(pcm) > 0.1 {
					sounding++
				}
			}
			if want := time.Duration(sounding) * media.FrameDuration; heard != want {
				t.Errorf("cut after %v: heard %v, but %v left", after, heard, want)
			}
		})
	}
}

// A sequence that thinks for long must not keep queued sound going once it is cut.
func TestCutWhileTheSequenceThinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe()
		line, stop := start(t, p, Config{})
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(30*time.Millisecond, cancel)
		heard, err := line.Play(ctx, func(yield func(media.Frame, error) bool) {
			for _, f := range mediatest.Frames(8000, mediatest.Tone(8000, 440, 0.5, 100*time.Millisecond)) {
				if !yield(f, nil) {
					return
				}
			}
			time.Sleep(5 * time.Second)
		})
		// The tick at the beginning may come before the first frame is there, the one at the end take one more.
		if !errors.Is(err, context.Canceled) || heard < 20*time.Millisecond || heard > 60*time.Millisecond {
			t.Errorf("heard %v, %v; want what left until the cut at 30 ms", heard, err)
		}
		stop()
	})
}

func TestRecvHearsTheFarEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe()
		line, stop := start(t, p, Config{})
		voice := mediatest.Voice(8000, 120, time.Second)
		go speak(p, newSender(0, 7), voice)
		var got []media.Frame
		for range 60 {
			f, err := line.Recv(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, f)
		}
		stop()
		// The first packets are played later, until the network is known to be even.
		const from = 8000 * 8 / 10
		if snr, delay := mediatest.AlignedSNR(voice[from:], mediatest.PCM(got)[from:], 800); snr < 30 {
			t.Errorf("SNR %.1f dB at a delay of %d samples, want the 35 dB of mu-law", snr, delay)
		} else if delay > 8000*45/1000 {
			t.Errorf("delay of %d samples on a network without jitter", delay)
		}
		for range frameQueue {
			if _, err := line.Recv(t.Context()); err != nil {
				if err != io.EOF {
					t.Errorf("after the end Recv gives %v, want io.EOF", err)
				}
				return
			}
		}
	})
}

func TestKeysBothWays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const keys = "159#*0AD"
		a, b := newPipe(), newPipe()
		lineA, stopA := start(t, a, Config{Format: Format{Codec: codec.PCMU, EventType: 101}})
		lineB, stopB := start(t, b, Config{Format: Format{Codec: codec.PCMU, EventType: 101}})
		stopWire := make(chan struct{})
		go func() { // a one-way wire from a to b
			sent := 0
			for {
				select {
				case <-stopWire:
					return
				case <-time.After(5 * time.Millisecond):
				}
				for out := a.written(); sent < len(out); sent++ {
					raw, _ := out[sent].packet.Marshal()
					b.in <- raw
				}
			}
		}()
		if err := lineA.SendDigits(t.Context(), keys); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond)
		close(stopWire)
		got := ""
		for len(lineB.Digits()) > 0 {
			got += string(<-lineB.Digits())
		}
		if got != keys {
			t.Errorf("sent %q, the far end got %q", keys, got)
		}
		if err := lineA.SendDigits(t.Context(), "5x"); err == nil {
			t.Error("x was accepted as a key")
		}
		stopA()
		stopB()
		if err := lineA.SendDigits(t.Context(), "5"); err != io.EOF {
			t.Errorf("keys after the end: %v, want io.EOF", err)
		}
	})
}
