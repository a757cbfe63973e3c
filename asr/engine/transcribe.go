package engine

import (
	"context"
	"time"

	"voxgate/asr"
	"voxgate/asr/model"
	"voxgate/media"
)

// Transcribe reads a whole recording as fast as the machine can: 8,000 Hz mono audio as a telephone line would bring it.
// It returns the Final events; the hints hold for the whole recording.
func (e *Engine) Transcribe(ctx context.Context, pcm []int16, hints asr.Hints) ([]asr.Event, error) {
	var finals []asr.Event
	ear := newEar(e, hints, func(ev asr.Event) {
		if ev.Kind == asr.Final {
			finals = append(finals, ev)
		}
	})
	ear.chunkSize = model.MaxFrames
	const block = 4 * media.Narrowband
	for len(pcm) > 0 {
		n := min(block, len(pcm))
		if err := ear.write(ctx, pcm[:n]); err != nil {
			return nil, err
		}
		pcm = pcm[n:]
	}
	if err := ear.write(ctx, make([]int16, media.Narrowband*int(quietDigits+time.Second)/int(time.Second))); err != nil {
		return nil, err
	}
	ear.chunkSize = model.Subsampling
	if err := ear.write(ctx, nil); err != nil {
		return nil, err
	}
	if err := ear.end(ctx); err != nil {
		return nil, err
	}
	return finals, nil
}
