package engine

import (
	"context"
	"time"

	"voxgate/asr"
	"voxgate/asr/endpoint"
	"voxgate/asr/model"
	"voxgate/media"
)

// Quiet put before a recording, which may begin in the middle of speech, and after it, so that its end is heard out.
const (
	lead  = 400 * time.Millisecond
	trail = endpoint.Latest + time.Second
)

// Transcribe reads a whole recording as fast as the machine can: 8,000 Hz mono audio as a telephone line would bring it.
// It returns the Final events; the hints hold for the whole recording.
func (e *Engine) Transcribe(ctx context.Context, pcm []int16, hints asr.Hints) ([]asr.Event, error) {
	var finals []asr.Event
	ear := newEar(e, hints, func(ev asr.Event) {
		if ev.Kind == asr.Final {
			finals = append(finals, earlier(ev, lead))
		}
	})
	ear.front.gather(model.MaxFrames)
	if err := ear.write(ctx, quiet(lead)); err != nil {
		return nil, err
	}
	const block = 4 * media.Narrowband
	for len(pcm) > 0 {
		n := min(block, len(pcm))
		if err := ear.write(ctx, pcm[:n]); err != nil {
			return nil, err
		}
		pcm = pcm[n:]
	}
	if err := ear.write(ctx, quiet(trail)); err != nil {
		return nil, err
	}
	ear.front.gather(model.Subsampling) // what is left is less than a chunk
	if err := ear.write(ctx, nil); err != nil {
		return nil, err
	}
	return finals, ear.end(ctx)
}

func quiet(d time.Duration) []int16 {
	return make([]int16, d*media.Narrowband/time.Second)
}

// earlier moves an event back in time, not before the beginning.
func earlier(ev asr.Event, by time.Duration) asr.Event {
	ev.Start, ev.End = max(0, ev.Start-by), max(0, ev.End-by)
	for i := range ev.Words {
		w := &ev.Words[i]
		w.Start, w.End = max(0, w.Start-by), max(0, w.End-by)
	}
	return ev
}
