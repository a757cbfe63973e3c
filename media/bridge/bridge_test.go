package bridge

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"voxgate/media"
	"voxgate/media/mediatest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// keyLine is a line that notes the keys it is to send.
type keyLine struct {
	*mediatest.Line
	mu   sync.Mutex
	sent []string
}

func (l *keyLine) SendDigits(_ context.Context, keys string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = append(l.sent, keys)
	return nil
}

// Two tones cross a bridge of unlike rates; each side must hear the other's tone and not its own.
func TestBothSidesHearEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		phone, browser := mediatest.NewLine(media.Narrowband), mediatest.NewLine(media.Wideband)
		phone.Say(mediatest.Tone(media.Narrowband, 440, 0.5, 2*time.Second))
		browser.Say(mediatest.Tone(media.Wideband, 1000, 0.5, 2*time.Second))
		done := make(chan error, 1)
		go func() { done <- Join(t.Context(), phone, browser) }()
		time.Sleep(2 * time.Second)
		phone.Hangup()
		if err := <-done; err != nil {
			t.Errorf("Join: %v", err)
		}
		for _, c := range []struct {
			name       string
			line       *mediatest.Line
			hears, not float64
		}{{"phone", phone, 1000, 440}, {"browser", browser, 440, 1000}} {
			pcm := c.line.Played()
			pcm = pcm[len(pcm)/4:]
			if got := mediatest.Level(pcm, c.line.Rate(), c.hears); got < 0.45 || got > 0.55 {
				t.Errorf("%s hears %v Hz at %.3f, want 0.5", c.name, c.hears, got)
			}
			if got := mediatest.Level(pcm, c.line.Rate(), c.not); got > 0.005 {
				t.Errorf("%s hears its own tone at %.4f", c.name, got)
			}
		}
	})
}

func TestKeysPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := &keyLine{Line: mediatest.NewLine(8000)}, &keyLine{Line: mediatest.NewLine(8000)}
		done := make(chan error, 1)
		go func() { done <- Join(t.Context(), a, b) }()
		a.Press("12#")
		time.Sleep(time.Second)
		b.Hangup()
		if err := <-done; err != nil {
			t.Errorf("Join: %v", err)
		}
		if !slices.Equal(b.sent, []string{"1", "2", "#"}) || len(a.sent) != 0 {
			t.Errorf("sent %q and %q", b.sent, a.sent)
		}
	})
}

func TestEndOfContextEndsTheBridge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		done := make(chan error, 1)
		go func() { done <- Join(ctx, mediatest.NewLine(8000), mediatest.NewLine(8000)) }()
		time.Sleep(time.Second)
		cancel(cause)
		if err := <-done; !errors.Is(err, cause) {
			t.Errorf("Join: %v", err)
		}
	})
}
