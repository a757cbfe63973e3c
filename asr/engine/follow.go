package engine

import (
	"context"
	"time"

	"voxgate/asr"
	"voxgate/media"
)

// Follow hears a recording as a call would bring it, 8,000 Hz in frames of 20 ms, but as fast as the machine can. heard
// gets every event with the moment of the recording at which a call would have had it, as if computing took no time, and
// says whether to go on. What is being said at the end of the recording is finalised there. heard is called on the
// caller's goroutine.
func (e *Engine) Follow(ctx context.Context, pcm []int16, hints asr.Hints, heard func(at time.Duration, ev asr.Event) bool) error {
	at, more := time.Duration(0), true
	ear := newEar(e, hints, func(ev asr.Event) { more = more && heard(at, ev) })
	for i, f := range media.Frames(media.Narrowband, pcm) {
		at += media.FrameDuration
		if err := ear.hear(ctx, timed{f, int64(i)}); err != nil {
			return err
		}
		if !more {
			return nil
		}
	}
	return ear.end(ctx)
}
