package bridge

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/media"
	"voxgate/media/mediatest"
)

// behind is a line whose sending queue is as long as the test says.
type behind struct {
	*mediatest.Line
	queued time.Duration
}

func (b behind) Queued() time.Duration { return b.queued }

func TestWhatWaitsTooLongIsLeftOut(t *testing.T) {
	for _, c := range []struct {
		queued time.Duration
		passes bool
	}{{maxQueued - media.FrameDuration, true}, {maxQueued, false}, {time.Second, false}} {
		synctest.Test(t, func(t *testing.T) {
			a, b := mediatest.NewLine(8000), behind{mediatest.NewLine(8000), c.queued}
			a.Say(mediatest.Tone(8000, 500, 0.4, time.Second))
			time.AfterFunc(time.Second, b.Hangup)
			if err := Join(t.Context(), a, b); err != nil {
				t.Error(err)
			}
			if n := len(b.Played()); n > 0 != c.passes {
				t.Errorf("%v queued: %d samples added", c.queued, n)
			}
		})
	}
}

// broken is a line whose device is gone.
type broken struct{ *mediatest.Line }

var errDevice = errors.New("device is gone")

func (broken) Recv(context.Context) (media.Frame, error) { return media.Frame{}, errDevice }

func TestAFailingLineIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if err := Join(t.Context(), mediatest.NewLine(8000), broken{mediatest.NewLine(8000)}); !errors.Is(err, errDevice) {
			t.Errorf("got %v, want the line's error", err)
		}
	})
}
