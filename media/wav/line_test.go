package wav

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/media/mediatest"
)

func TestLineReadsAFile(t *testing.T) {
	for _, paced := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			l, err := NewLine(Audio{Rate: 44100, Channels: 1, Samples: mediatest.Tone(44100, 500, 0.4, time.Second)}, 8000, paced)
			if err != nil {
				t.Fatal(err)
			}
			begin := time.Now()
			var pcm []int16
			for {
				f, err := l.Recv(t.Context())
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				pcm = append(pcm, f.PCM()...)
			}
			if level := mediatest.Level(pcm[:8000], 8000, 500); level < 0.38 || level > 0.42 {
				t.Errorf("tone of 0.4 read at %.2f", level)
			}
			if took := time.Since(begin); paced != (took >= time.Second) {
				t.Errorf("paced %v: a second took %v", paced, took)
			}
			if _, err := l.Play(t.Context(), mediatest.Sequence(mediatest.Frames(8000, pcm))); err != io.EOF {
				t.Errorf("Play after the end: %v, want io.EOF", err)
			}
		})
	}
}

func TestLineKeepsWhatIsPlayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, err := NewLine(Audio{Rate: 8000, Channels: 1, Samples: make([]int16, 80000)}, 8000, true)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 310*time.Millisecond)
		defer cancel()
		tone := mediatest.Tone(8000, 500, 0.4, time.Second)
		heard, err := l.Play(ctx, mediatest.Sequence(mediatest.Frames(8000, tone)))
		if heard != 300*time.Millisecond || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("heard %v, %v", heard, err)
		}
		if got := l.Played(); got.Duration() != heard || mediatest.SNR(tone, got.Samples) < 100 {
			t.Errorf("%v kept", got.Duration())
		}
	})
}
