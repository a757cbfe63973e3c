package device

import (
	"context"
	"errors"
	"io"
	"iter"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"voxgate/media"
	"voxgate/media/mediatest"
	"voxgate/media/playback"
)

func TestMain(m *testing.M) {
	// JACK's client library keeps threads of its own, but no goroutines.
	goleak.VerifyTestMain(m)
}

// testLine is a line whose device is the test.
func testLine(t *testing.T, rate, deviceRate int, tap media.Tap) *Line {
	t.Helper()
	l := newLine(rate, tap)
	if err := l.convert(deviceRate); err != nil {
		t.Fatal(err)
	}
	return l
}

func frames(rate int, pcm []int16) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		for _, f := range mediatest.Frames(rate, pcm) {
			if !yield(f, nil) {
				return
			}
		}
	}
}

// runDevice calls back every 20 ms until the line ends; the microphone hears what the loudspeaker plays.
func runDevice(l *Line, samples int, heard func([]int16)) {
	in, out := make([]int16, samples), make([]int16, samples)
	ticker := time.NewTicker(media.FrameDuration)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			l.duplex(in, out)
			copy(in, out)
			if heard != nil {
				heard(out)
			}
		case <-l.Done():
			return
		}
	}
}

func TestPlaysAndHearsAtTheDevicesPace(t *testing.T) {
	for name, c := range map[string]struct{ rate, device int }{
		"same rate": {16000, 16000}, "telephone": {8000, 8000}, "48 kHz card": {16000, 48000}, "44.1 kHz card": {8000, 44100},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := testLine(t, c.rate, c.device, nil)
				var group sync.WaitGroup
				group.Go(func() { runDevice(l, c.device/50, nil) })
				var heard []int16
				group.Go(func() {
					for {
						f, err := l.Recv(t.Context())
						if err != nil {
							if !errors.Is(err, io.EOF) {
								t.Errorf("Recv: %v", err)
							}
							return
						}
						heard = append(heard, f.PCM()...)
					}
				})
				start := time.Now()
				tone := mediatest.Tone(c.rate, 440, 0.5, time.Second)
				got, err := l.Play(t.Context(), frames(c.rate, tone))
				if err != nil || got != time.Second {
					t.Errorf("heard %v, %v", got, err)
				}
				if took := time.Since(start); took < time.Second || took > time.Second+100*time.Millisecond {
					t.Errorf("took %v", took)
				}
				time.Sleep(100 * time.Millisecond)
				if err := l.Close(); err != nil {
					t.Error(err)
				}
				group.Wait()
				sum := 0.0
				for _, s := range heard {
					sum += float64(s) * float64(s)
				}
				// A second of tone at half scale: 0.5^2/2 of full scale squared for each sample.
				want := 0.125 * 32767 * 32767 * float64(c.rate)
				if math.Abs(10*math.Log10(sum/want)) > 0.3 {
					t.Errorf("energy off by %.2f dB", 10*math.Log10(sum/want))
				}
				if l.Stats().Lost != 0 || l.Stats().Ticks < 50 {
					t.Errorf("%+v", l.Stats())
				}
			})
		})
	}
}

func TestCancelCutsAtOnceAndHeardIsExact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := testLine(t, 16000, 16000, nil)
		loud := 0
		var group sync.WaitGroup
		group.Go(func() {
			runDevice(l, 320, func(out []int16) {
				if out[10] != 0 {
					loud++
				}
			})
		})
		bargeIn := errors.New("barge-in")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(410*time.Millisecond, func() { cancel(bargeIn) })
		heard, err := l.Play(ctx, frames(16000, mediatest.Tone(16000, 440, 0.5, 5*time.Second)))
		if !errors.Is(err, bargeIn) {
			t.Errorf("got %v", err)
		}
		time.Sleep(time.Second)
		_ = l.Close()
		group.Wait()
		if want := time.Duration(loud) * media.FrameDuration; heard != want || heard != 400*time.Millisecond {
			t.Errorf("heard %v, the loudspeaker got %v", heard, want)
		}
	})
}

func TestCancelWhileTheVoiceThinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := testLine(t, 8000, 8000, nil)
		var group sync.WaitGroup
		group.Go(func() { runDevice(l, 160, nil) })
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		thinking := func(yield func(media.Frame, error) bool) {
			if yield(media.Frame{Rate: 8000}, nil) {
				<-ctx.Done()
				yield(media.Frame{}, ctx.Err())
			}
		}
		heard, err := l.Play(ctx, thinking)
		if !errors.Is(err, context.DeadlineExceeded) || heard != media.FrameDuration {
			t.Errorf("heard %v, %v", heard, err)
		}
		if l.Stats().Starved == 0 {
			t.Error("the gap was not counted")
		}
		_ = l.Close()
		group.Wait()
	})
}

func TestPlayErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := testLine(t, 8000, 8000, nil)
		if _, err := l.Play(t.Context(), frames(16000, make([]int16, 320))); err == nil {
			t.Error("a frame at another rate was taken")
		}
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := l.Play(t.Context(), frames(8000, make([]int16, 80000))); !errors.Is(err, io.EOF) {
				t.Errorf("at the end of the line: %v", err)
			}
		})
		synctest.Wait()
		if _, err := l.Play(t.Context(), frames(8000, make([]int16, 160))); !errors.Is(err, playback.ErrPlaying) {
			t.Errorf("second Play: %v", err)
		}
		_ = l.Close()
		group.Wait()
		broken := errors.New("broken")
		l = testLine(t, 8000, 8000, nil)
		group.Go(func() { runDevice(l, 160, nil) })
		heard, err := l.Play(t.Context(), func(yield func(media.Frame, error) bool) {
			_ = yield(media.Frame{Rate: 8000}, nil) && yield(media.Frame{}, broken)
		})
		if heard != media.FrameDuration || !errors.Is(err, broken) {
			t.Errorf("heard %v, %v", heard, err)
		}
		_ = l.Close()
		group.Wait()
	})
}

func TestSlowListenerLosesTheOldest(t *testing.T) {
	l := testLine(t, 8000, 8000, nil)
	out := make([]int16, 160)
	for i := range captured + 10 {
		in := make([]int16, 160)
		in[0] = int16(i + 1)
		l.duplex(in, out)
	}
	f, err := l.Recv(t.Context())
	if err != nil || f.Samples[0] != 11 || l.Stats().Lost != 10 {
		t.Errorf("first frame %d, %+v, %v", f.Samples[0], l.Stats(), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range captured - 1 {
		if _, err := l.Recv(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.Recv(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestOddCallbackSizes(t *testing.T) {
	l := testLine(t, 16000, 16000, nil)
	total := 0
	for _, n := range []int{1, 7, 319, 1000, 64, 64, 129, 16} {
		out := make([]int16, n)
		l.duplex(make([]int16, n), out)
		total += n
	}
	if got := l.Stats().Ticks; got != int64(total+319)/320 {
		t.Errorf("%d ticks for %d samples", got, total)
	}
}

func TestKeys(t *testing.T) {
	l := testLine(t, 8000, 8000, nil)
	for i := range keysAhead + 3 {
		l.Press(rune('0' + i%10))
	}
	if first := <-l.Digits(); first != '3' {
		t.Errorf("first key %c", first)
	}
}

type tapCount struct{ ticks int }

func (c *tapCount) Tick(_, _ *media.Frame) { c.ticks++ }

func TestTapHearsEveryTick(t *testing.T) {
	tap := &tapCount{}
	l := testLine(t, 8000, 8000, tap)
	for range 5 {
		l.speaker(make([]int16, 160))
	}
	if tap.ticks != 5 {
		t.Errorf("%d ticks", tap.ticks)
	}
}
