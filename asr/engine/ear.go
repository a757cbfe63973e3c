package engine

import (
	"context"
	"fmt"
	"time"

	"voxgate/asr"
	"voxgate/asr/decode"
	"voxgate/asr/endpoint"
	"voxgate/asr/feature"
	"voxgate/asr/model"
	"voxgate/media"
)

// Lengths in steps of 40 ms, and of chunks in feature frames.
const (
	liveChunk = 8  // 80 ms: what is gathered before the model runs
	preroll   = 10 // steps before the detected start that belong to the utterance
	settle    = 14 // steps of silence that flush the model at the end of the audio
)

// ear hears one call: audio in, events out. It belongs to one goroutine.
type ear struct {
	engine *Engine
	about  about
	emit   func(asr.Event)
	front  front
	frames int64 // 20 ms frames heard, gaps included

	hints  asr.Hints
	turn   turn
	steps  int     // steps heard since the call began
	past   history // rows of the last steps, for the preroll
	loud   loudness
	active *utterance     // nil in silence
	over   int            // step at which the audio of the call ended, 0 before; what follows is our own silence
	zh, en *decode.Search // made when first needed
}

// newEar makes the ear of a call that begins.
func newEar(e *Engine, hints asr.Hints, emit func(asr.Event)) *ear {
	about := e.acoustic.about()
	return &ear{
		engine: e, about: about, emit: emit, front: e.acoustic.open(&e.counts), hints: hints,
		past: newHistory(preroll),
	}
}

// expect takes new hints; an utterance under way keeps its own.
func (e *ear) expect(h asr.Hints) { e.hints = h }

// hear takes the next frame; where frames were dropped before it, silence takes their place.
func (e *ear) hear(ctx context.Context, f timed) error {
	rate := f.frame.Rate
	if rate != media.Narrowband && rate != media.Wideband {
		return fmt.Errorf("recogniser: frames of %d Hz; it takes %d and %d", rate, media.Narrowband, media.Wideband)
	}
	if gap := f.at - e.frames; gap > 0 {
		if err := e.listen(ctx, make([]int16, int(gap)*rate/50), rate); err != nil {
			return err
		}
	}
	e.frames = f.at + 1
	err := e.listen(ctx, f.frame.PCM(), rate)
	e.pace()
	return err
}

// Steps at which it is looked closely: for so long after speech has begun, to know how sure that is, and in quiet, from
// just before the soonest end of a turn until a chunk's length no longer matters.
const (
	waking = 6
	ending = int(endpoint.Soonest/model.Step) - 2
	waited = 3 * waking
)

// pace lets the model run at each step where one may begin a turn or end it: that is then known up to 40 ms earlier than
// when a chunk is full.
func (e *ear) pace() {
	frames, closely := liveChunk, e.turn.run > 0
	if e.active != nil {
		closely = e.turn.quiet >= ending && e.turn.quiet <= waited || e.steps-e.active.start <= waking
	}
	if closely {
		frames = model.Subsampling
	}
	e.front.gather(frames)
}

// write takes 8,000 Hz audio of any length.
func (e *ear) write(ctx context.Context, pcm []int16) error {
	return e.listen(ctx, pcm, media.Narrowband)
}

// listen takes audio of any length and decodes what it makes whole.
func (e *ear) listen(ctx context.Context, pcm []int16, rate int) error {
	e.loud.add(pcm, rate)
	return e.front.write(ctx, pcm, rate, e.take)
}

// take decodes the rows of a run of the model.
func (e *ear) take(rows []row) {
	e.engine.counts.decoding.Time(func() {
		for _, r := range rows {
			e.step(r)
		}
	})
	if u := e.active; u != nil && e.over == 0 {
		e.emit(asr.Event{Kind: asr.Speaking, Confidence: e.turn.certainty(), Start: e.at(u.start), End: e.at(e.steps)})
	}
}

// end flushes the model with silence and finalises what was being said.
func (e *ear) end(ctx context.Context) error {
	if e.active == nil && e.turn.evidence == 0 {
		return nil
	}
	e.over = max(e.steps, 1)
	samples := e.about.settle * model.Subsampling * feature.Hop
	if err := e.write(ctx, make([]int16, samples)); err != nil {
		return err
	}
	if e.active != nil {
		e.final("closed")
	}
	return nil
}

// at is the time of a step on the call's clock.
func (e *ear) at(step int) time.Duration {
	return max(0, time.Duration(step)*model.Step-e.about.lookahead)
}
