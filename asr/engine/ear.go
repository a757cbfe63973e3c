package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"voxgate/asr"
	"voxgate/asr/decode"
	"voxgate/asr/feature"
	"voxgate/asr/model"
	"voxgate/media"
	"voxgate/media/resample"
)

// Lengths in steps of 40 ms, and of chunks in feature frames.
const (
	liveChunk = 8  // 80 ms: what is gathered before the model runs
	preroll   = 10 // steps before the detected start that belong to the utterance
	settle    = 14 // steps of silence that flush the model at the end of the audio
)

// How the acoustic model's memory is cleared in the pauses of an utterance: after so many quiet steps, then every so
// many, unless the sound rises within the chunk.
const (
	hushed = 0.2 // speech probability
	forget = 10
	again  = 25
	onset  = 2.0 // mean log energy
)

// ear hears one call: audio in, events out. It belongs to one goroutine.
type ear struct {
	engine    *Engine
	emit      func(asr.Event)
	chunkSize int

	extractor *feature.Extractor
	narrow    *resample.Resampler // 16,000 to 8,000 Hz, made when first needed
	scratch   []int16
	frames    int64 // 20 ms frames heard, gaps included
	chunk     *model.Chunk
	pending   []float32 // features of the next chunk

	hints  asr.Hints
	turn   turn
	steps  int            // steps heard since the call began
	past   history        // rows of the last steps, for the preroll
	active *utterance     // nil in silence
	hush   int            // quiet steps since the last voiced one, or since the model forgot
	over   int            // step at which the audio of the call ended, 0 before; what follows is our own silence
	zh, en *decode.Search // made when first needed
}

// newEar makes the ear of a call that begins.
func newEar(e *Engine, hints asr.Hints, emit func(asr.Event)) *ear {
	return &ear{
		engine: e, emit: emit, chunkSize: liveChunk, hints: hints,
		extractor: feature.New(e.model.Info.Norm), chunk: e.model.NewChunk(model.MaxFrames),
		past: newHistory(preroll, e.model.Info),
	}
}

// expect takes new hints; an utterance under way keeps its own.
func (e *ear) expect(h asr.Hints) { e.hints = h }

// hear takes the next frame; where frames were dropped before it, silence takes their place.
func (e *ear) hear(ctx context.Context, f timed) error {
	if gap := f.at - e.frames; gap > 0 {
		if err := e.write(ctx, make([]int16, gap*media.Narrowband/50)); err != nil {
			return err
		}
	}
	e.frames = f.at + 1
	pcm, err := e.narrowed(&f.frame)
	if err != nil {
		return err
	}
	return e.write(ctx, pcm)
}

// narrowed is the frame at 8,000 Hz.
func (e *ear) narrowed(f *media.Frame) ([]int16, error) {
	switch f.Rate {
	case media.Narrowband:
		return f.PCM(), nil
	case media.Wideband:
		if e.narrow == nil {
			r, err := resample.New(media.Wideband, media.Narrowband)
			if err != nil {
				return nil, err
			}
			e.narrow = r
		}
		e.scratch = e.narrow.Process(e.scratch[:0], f.PCM())
		return e.scratch, nil
	}
	return nil, fmt.Errorf("recogniser: frames of %d Hz; it takes %d and %d", f.Rate, media.Narrowband, media.Wideband)
}

// write takes 8,000 Hz audio of any length.
func (e *ear) write(ctx context.Context, pcm []int16) error {
	begin := time.Now()
	e.extractor.Write(pcm, func(_, y *[feature.Mels]float32) { e.pending = append(e.pending, y[:]...) })
	e.engine.counts.features.Add(int64(time.Since(begin)))
	for len(e.pending) >= e.chunkSize*feature.Mels {
		n := min(len(e.pending)/feature.Mels/e.chunkSize*e.chunkSize, model.MaxFrames)
		if err := e.run(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// run computes n feature frames and decodes their steps.
func (e *ear) run(ctx context.Context, n int) error {
	e.chunk.Frames = n
	copy(e.chunk.Feats, e.pending[:n*feature.Mels])
	e.pending = e.pending[:copy(e.pending, e.pending[n*feature.Mels:])]
	for {
		err := e.engine.batcher.Run(ctx, e.chunk)
		if err == nil {
			break
		}
		if !errors.Is(err, model.ErrBusy) {
			return err
		}
		select { // overloaded: the frame queue behind us fills, drops and counts
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	begin := time.Now()
	flat := level(e.chunk.Feats[:n*feature.Mels])
	for i := range n / model.Subsampling {
		zh, en := e.engine.model.Info.Zh, e.engine.model.Info.En
		e.step(row{
			zh: e.chunk.Zh[i*zh : (i+1)*zh], en: e.chunk.En[i*en : (i+1)*en], speech: e.chunk.Speech[i],
		})
	}
	if e.active != nil && flat && e.hush >= forget {
		// The network was trained on speech from a state of zeros; after a pause within an utterance it would
		// swallow the first sounds. Between utterances its memory of silence keeps it from hearing words in noise.
		clear(e.chunk.State)
		e.hush -= again
	}
	e.engine.counts.decoding.Add(int64(time.Since(begin)))
	return nil
}

// level says that feature frames hold no onset: none is much louder than another.
func level(feats []float32) bool {
	least, most := float32(0), float32(0)
	for i := 0; i < len(feats); i += feature.Mels {
		sum := float32(0)
		for _, v := range feats[i : i+feature.Mels] {
			sum += v
		}
		if i == 0 {
			least, most = sum, sum
		}
		least, most = min(least, sum), max(most, sum)
	}
	return most-least < onset*feature.Mels
}

// end flushes the model with silence and finalises what was being said.
func (e *ear) end(ctx context.Context) error {
	if e.active == nil && e.turn.evidence == 0 {
		return nil
	}
	e.over = max(e.steps, 1)
	samples := settle * model.Subsampling * feature.Hop
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
	return max(0, time.Duration(step)*model.Step-e.engine.model.Info.Lookahead)
}
