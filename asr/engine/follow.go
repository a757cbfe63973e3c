package engine

import (
	"context"
	"time"

	"voxgate/asr"
	"voxgate/media"
)

// Follow hears a recording as a call would bring it, 8,000 Hz in frames of 20 ms, but as fast as the machine can. heard
// gets every event with the moment of the recording at which a call would have had it; computing takes no time. What is
// being said at the end of the recording is finalised there. heard is called on the caller's goroutine.
func (e *Engine) Follow(ctx context.Context, pcm []int16, hints asr.Hints, heard func(at time.Duration, ev asr.Event)) error {
	at := time.Duration(0)
	ear := newEar(e, hints, func(ev asr.Event) { heard(at, ev) })
	for i, f := range media.Frames(media.Narrowband, pcm) {
		at += media.FrameDuration
		if err := ear.hear(ctx, timed{f, int64(i)}); err != nil {
			return err
		}
	}
	return ear.end(ctx)
}
