// Package ttstest has a scripted voice for tests: it speaks tones whose length follows the text's.
package ttstest

import (
	"context"
	"hash/fnv"
	"iter"
	"math"
	"sync"
	"time"
	"unicode"

	"voxgate/media"
	"voxgate/tts"
)

// PerRune is how long Engine speaks for each letter, digit or hanzi by default.
const PerRune = 100 * time.Millisecond

// Amplitude of the tones, of 32,767 full scale.
const Amplitude = 8000

// Engine implements tts.Engine with tones. The zero value is ready; its fields are set before the first Speak.
// It remembers what it was asked to say and may be shared by goroutines.
type Engine struct {
	PerRune time.Duration    // length of sound for each rune; PerRune when 0
	Latency time.Duration    // waited before the first frame (use within testing/synctest)
	Errors  map[string]error // text -> error that ends its utterance
	After   int              // frames yielded before such an error

	mu     sync.Mutex
	spoken []tts.Utterance
	cut    int
}

// Speak yields a tone of Tone(u.Text) hertz for Duration(u.Text), in real frames but as fast as it is asked for them.
func (e *Engine) Speak(ctx context.Context, u tts.Utterance) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		e.note(u)
		if err := wait(ctx, e.Latency); err != nil {
			e.noteCut()
			yield(media.Frame{}, err)
			return
		}
		frames := int(e.Duration(u.Text) / media.FrameDuration)
		failure := e.Errors[u.Text]
		if failure != nil {
			frames = e.After
		}
		tone := toneFrames(Tone(u.Text), u.Rate)
		for n := range frames {
			if err := context.Cause(ctx); err != nil {
				e.noteCut()
				yield(media.Frame{}, err)
				return
			}
			if !yield(tone(n), nil) {
				e.noteCut()
				return
			}
		}
		if failure != nil {
			yield(media.Frame{}, failure)
		}
	}
}

// Duration is how long the engine speaks text: PerRune for each letter, digit or hanzi, at least one frame.
func (e *Engine) Duration(text string) time.Duration {
	each := e.PerRune
	if each == 0 {
		each = PerRune
	}
	var n time.Duration
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return max((n * each).Truncate(media.FrameDuration), media.FrameDuration)
}

// Tone is the frequency in hertz, 300 to 3,000 in steps of 50, that text is spoken at: the same for the same text.
func Tone(text string) float64 {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(text))
	return 300 + 50*float64(sum.Sum32()%55)
}

// Spoken is every utterance asked for so far, in order.
func (e *Engine) Spoken() []tts.Utterance {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]tts.Utterance(nil), e.spoken...)
}

// Texts is the text of every utterance asked for so far, in order.
func (e *Engine) Texts() []string {
	var out []string
	for _, u := range e.Spoken() {
		out = append(out, u.Text)
	}
	return out
}

// Cut is how many utterances were left before their end: cancelled, or no longer listened to.
func (e *Engine) Cut() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.cut
}

func (e *Engine) note(u tts.Utterance) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.spoken = append(e.spoken, u)
}

func (e *Engine) noteCut() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cut++
}

// toneFrames makes the n-th frame of a continuous tone of hertz at rate (8,000 when 0).
func toneFrames(hertz float64, rate int) func(n int) media.Frame {
	if rate == 0 {
		rate = media.Narrowband
	}
	return func(n int) media.Frame {
		frame := media.Frame{Rate: rate}
		for i := range frame.PCM() {
			t := float64(n*frame.Len()+i) / float64(rate)
			frame.Samples[i] = int16(Amplitude * math.Sin(2*math.Pi*hertz*t))
		}
		return frame
	}
}

func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
