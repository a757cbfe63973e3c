package rtp

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/media"
	"voxgate/media/codec/opus"
	"voxgate/media/mediatest"
)

// Opus packets that were lost come back from the copies in the packets after them.
func TestLostOpusPacketsAreRecovered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe()
		line, stop := start(t, p, Config{Format: Format{Codec: opus.At(16000)}})
		heard := recvAll(line)
		enc, err := opus.At(16000).NewEncoder()
		if err != nil {
			t.Fatal(err)
		}
		s := newSender(111, 1)
		s.step = 960
		voice := mediatest.Voice(16000, 130, 3*time.Second)
		fates := mediatest.Fates(mediatest.Impairment{Loss: 0.1, Seed: 2}, len(voice)/320)
		lost := 0
		for i, f := range mediatest.Frames(16000, voice) {
			b, err := enc.Encode(nil, f.PCM())
			if err != nil {
				t.Fatal(err)
			}
			packet := s.next(b)
			if len(fates[i]) > 0 {
				p.in <- packet
			} else {
				lost++
			}
			time.Sleep(media.FrameDuration)
		}
		stop()
		pcm := <-heard
		got := line.Stats().Jitter
		if want := time.Duration(lost) * media.FrameDuration * 7 / 10; lost < 10 || got.Recovered < want {
			t.Errorf("%d packets lost, %v recovered, %v made up", lost, got.Recovered, got.Concealed)
		}
		// The voice, which swells and falls by half, must not break off anywhere.
		var levels []float64
		for at := 16000; at+640 < len(pcm)-3200; at += 320 {
			levels = append(levels, mediatest.RMS(pcm[at:at+640]))
		}
		if least, most := slices.Min(levels), slices.Max(levels); least < most/4 {
			t.Errorf("a voice of RMS %.3f falls to %.3f somewhere", most, least)
		}
	})
}

func TestOpusLineSendsAtItsClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe()
		line, stop := start(t, p, Config{Format: Format{Codec: opus.At(16000), EventType: 110, EventClock: 48000}})
		if line.Rate() != 16000 {
			t.Errorf("line at %d Hz", line.Rate())
		}
		if err := line.SendDigits(t.Context(), "3"); err != nil {
			t.Fatal(err)
		}
		line.Play(t.Context(), mediatest.Sequence(mediatest.Frames(16000, mediatest.Tone(16000, 600, 0.3, 200*time.Millisecond))))
		stop()
		out := p.written()
		event := false
		for i := 1; i < len(out); i++ {
			a, b := out[i-1].packet, out[i].packet
			if a.PayloadType == 111 && b.PayloadType == 111 && time.Duration(b.Timestamp-a.Timestamp)*time.Second/48000 != out[i].at.Sub(out[i-1].at) {
				t.Errorf("packet %d: timestamp moves by %d", i, b.Timestamp-a.Timestamp)
			}
			if b.PayloadType == 110 && b.Payload[1]&0x80 != 0 {
				event = true
				if got := int(b.Payload[2])<<8 | int(b.Payload[3]); got != 6*960 {
					t.Errorf("a key of 120 ms lasts %d units", got)
				}
			}
		}
		if !event {
			t.Error("no key was sent")
		}
	})
}
