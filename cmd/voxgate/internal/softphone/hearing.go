package softphone

import (
	"context"
	"math"
	"strings"
	"sync"
	"time"

	"voxgate/asr"
	"voxgate/media"
)

// soundLevel is the RMS above which a frame is sound: -50 dBFS, below any voice and above a quiet line.
const soundLevel = 100

// hearing listens to the far end all through a call, in two goroutines: one takes frames, one the recogniser's events.
type hearing struct {
	cancel context.CancelFunc
	joined sync.WaitGroup
	ear    asr.Stream

	mu       sync.Mutex
	began    time.Time // first sound since forget; zero: none yet
	last     time.Time // last sound
	words    []string
	speaking bool // the recogniser is within an utterance
	ended    bool // the line is over
	changed  chan struct{}
}

func startHearing(ctx context.Context, line media.Line, p *Phone) (*hearing, error) {
	ctx, cancel := context.WithCancel(ctx)
	h := &hearing{cancel: cancel, changed: make(chan struct{}, 1)}
	if p.Ears != nil {
		ear, err := p.Ears.Open(ctx, asr.Hints{})
		if err != nil {
			cancel()
			return nil, err
		}
		h.ear = ear
		h.joined.Go(h.understand)
	}
	h.joined.Go(func() { h.receive(ctx, line) })
	return h, nil
}

// stop ends the listening and joins it.
func (h *hearing) stop() {
	h.cancel()
	h.joined.Wait()
}

func (h *hearing) receive(ctx context.Context, line media.Line) {
	for {
		frame, err := line.Recv(ctx)
		if err != nil {
			h.update(func() { h.ended = true })
			if h.ear != nil {
				// The stream's last words reach understand before its channel closes.
				_ = h.ear.Close()
			}
			return
		}
		if level(&frame) >= soundLevel {
			now := time.Now()
			h.update(func() {
				if h.began.IsZero() {
					h.began = now
				}
				h.last = now
			})
		} else {
			h.update(func() {})
		}
		if h.ear != nil {
			// An overrun only costs words of the report, and the recogniser counts it.
			_ = h.ear.Write(frame)
		}
	}
}

func (h *hearing) understand() {
	for ev := range h.ear.Events() {
		h.update(func() {
			switch ev.Kind {
			case asr.SpeechStarted:
				h.speaking = true
			case asr.Final:
				h.speaking = false
				if ev.Text != "" {
					h.words = append(h.words, ev.Text)
				}
			case asr.Failed:
				h.speaking = false
			}
		})
	}
	h.update(func() { h.speaking = false })
}

// update changes the state and wakes whoever waits for it.
func (h *hearing) update(change func()) {
	h.mu.Lock()
	change()
	h.mu.Unlock()
	select {
	case h.changed <- struct{}{}:
	default:
	}
}

// forget starts afresh: what was heard so far belongs to an earlier turn.
func (h *hearing) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.began, h.last, h.words = time.Time{}, time.Time{}, nil
}

// view is the state at one moment.
type view struct {
	began, last     time.Time
	speaking, ended bool
	text            string
}

func (h *hearing) view() view {
	h.mu.Lock()
	defer h.mu.Unlock()
	return view{h.began, h.last, h.speaking, h.ended, strings.Join(h.words, " ")}
}

// level is a frame's RMS.
func level(f *media.Frame) float64 {
	var sum float64
	for _, s := range f.PCM() {
		sum += float64(s) * float64(s)
	}
	return math.Sqrt(sum / float64(max(f.Len(), 1)))
}
