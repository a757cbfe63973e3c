// Package media says what a piece of call audio is and what a leg of a call can do.
//
// Everything that carries sound, a telephone, a browser, a WAV file or a microphone, is a Line; everything
// that makes or eats sound works on Frames. The package has no dependency on SIP, WebRTC or the dialogue.
package media

import (
	"context"
	"iter"
	"time"
)

// FrameDuration is the length of every Frame and the tick of every clock (RFC 3551 section 4.2 default ptime).
const FrameDuration = 20 * time.Millisecond

// Rates that a Line may run at, in hertz.
const (
	Narrowband = 8000
	Wideband   = 16000
)

// Frame is 20 ms of mono signed 16-bit audio at Rate (8,000 or 16,000 Hz). It is a value: copied, never shared.
type Frame struct {
	Rate    int
	Samples [320]int16 // the first Rate/50 are in use
}

// Len is the number of samples in use: Rate/50, at most 320.
func (f *Frame) Len() int { return min(f.Rate/50, len(f.Samples)) }

// PCM is the part of Samples in use; it aliases the frame.
func (f *Frame) PCM() []int16 { return f.Samples[:f.Len()] }

// Frames cuts samples into frames, the last padded with silence.
func Frames(rate int, pcm []int16) []Frame {
	frames := make([]Frame, 0, len(pcm)*50/rate+1)
	for len(pcm) > 0 {
		f := Frame{Rate: rate}
		pcm = pcm[copy(f.PCM(), pcm):]
		frames = append(frames, f)
	}
	return frames
}

// Line is one leg of a call. Its maker runs it; the gateway owns its life.
type Line interface {
	// Rate is the rate in hertz at which Recv delivers and Play expects frames.
	Rate() int
	// Recv waits for the next 20 ms from the far end, loss concealed. It returns io.EOF after hang-up.
	// One goroutine at a time may call it.
	Recv(ctx context.Context) (Frame, error)
	// Play sends frames at real-time pace until the sequence ends, the context is cancelled (barge-in; the
	// queue is dropped at once and context.Cause is returned) or the line ends (io.EOF). Heard is how much of it
	// left for the far end. One Play at a time.
	Play(ctx context.Context, frames iter.Seq2[Frame, error]) (heard time.Duration, err error)
	// Digits delivers keys 0-9 * # A-D, however they came (RFC 4733, SIP INFO). Never closed; bounded, the oldest dropped.
	Digits() <-chan rune
}

// Tap is told what a Line's clock handled in each 20 ms tick: what the far end said and what it was sent
// (silence where there was nothing). It is called on the audio path and must neither block nor allocate.
type Tap interface {
	Tick(received, sent *Frame)
}
