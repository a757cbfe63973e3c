package playback

import (
	"context"
	"errors"
	"io"
	"iter"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"voxgate/media"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// endless yields frames for ever.
func endless(rate int) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		for yield(media.Frame{Rate: rate}, nil) {
		}
	}
}

// However a cut and the clock meet, what Play reports is what the clock got.
func TestHeardIsWhatLeft(t *testing.T) {
	for i := range 300 {
		p := New(8000, nil)
		ctx, cancel := context.WithCancel(t.Context())
		heard := make(chan time.Duration)
		go func() {
			d, err := p.Play(ctx, endless(8000))
			if !errors.Is(err, context.Canceled) {
				t.Errorf("Play ended with %v", err)
			}
			heard <- d
		}()
		taken := make(chan int)
		stop := make(chan struct{})
		go func() {
			n := 0
			var f media.Frame
			for {
				select {
				case <-stop:
					taken <- n
					return
				default:
				}
				if p.Next(&f) {
					n++
				}
				runtime.Gosched()
			}
		}()
		for range i {
			runtime.Gosched()
		}
		cancel()
		got := <-heard
		close(stop)
		if n := <-taken; got != time.Duration(n)*media.FrameDuration {
			t.Fatalf("round %d: %v heard, %d frames left", i, got, n)
		}
	}
}

func TestPlayerTakesAheadAndNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan struct{})
		p := New(8000, ended)
		result := make(chan error, 1)
		go func() {
			_, err := p.Play(t.Context(), endless(8000))
			result <- err
		}()
		synctest.Wait()
		if got := p.Queued(); got != Ahead*media.FrameDuration || !p.Playing() {
			t.Errorf("%v queued, playing %v", got, p.Playing())
		}
		if _, err := p.Play(t.Context(), endless(8000)); !errors.Is(err, ErrPlaying) {
			t.Errorf("second Play: %v, want ErrPlaying", err)
		}
		close(ended)
		if err := <-result; err != io.EOF {
			t.Errorf("the line's end gives %v, want io.EOF", err)
		}
		var f media.Frame
		if p.Playing() || p.Queued() != 0 || p.Next(&f) {
			t.Error("something is left to play after the end")
		}
	})
}

func TestShortSequenceLeavesWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(16000, nil)
		broken := errors.New("voice failed")
		type result struct {
			heard time.Duration
			err   error
		}
		results := make(chan result, 1)
		go func() {
			d, err := p.Play(t.Context(), func(yield func(media.Frame, error) bool) {
				for range 2 {
					if !yield(media.Frame{Rate: 16000}, nil) {
						return
					}
				}
				yield(media.Frame{}, broken)
			})
			results <- result{d, err}
		}()
		var f media.Frame
		for range 5 {
			synctest.Wait()
			p.Next(&f)
		}
		if got := <-results; got.heard != 40*time.Millisecond || !errors.Is(got.err, broken) {
			t.Errorf("%v heard, %v; want both frames, then the error", got.heard, got.err)
		}
		if _, err := p.Play(t.Context(), endless(8000)); err == nil {
			t.Error("frames of another rate were taken")
		}
	})
}
