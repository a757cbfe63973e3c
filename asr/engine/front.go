package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"voxgate/asr/decode"
	"voxgate/asr/feature"
	"voxgate/asr/model"
	"voxgate/media"
	"voxgate/media/resample"
)

// acoustic is a loaded acoustic model that serves all calls.
type acoustic interface {
	about() about
	open(*counters) front
	Stats() model.Stats
	Close() error
}

// about is what the turn-taking must know of an acoustic model. A row is 40 ms whatever the model.
type about struct {
	version   string
	zh, en    int           // units in a row, for each language; 0: the language is not known
	lookahead time.Duration // how much later than its sound a row comes
	settle    int           // rows of silence that bring the last sound out
}

// front turns the audio of one call into rows of an acoustic model. It belongs to one goroutine.
type front interface {
	// write takes audio of any length, 8,000 or 16,000 Hz, and hands on the rows of each finished run. The rows
	// are valid during the call only.
	write(ctx context.Context, pcm []int16, rate int, hand func(rows []row)) error
	// gather sets how many frames of 10 ms are waited for before the model runs.
	gather(frames int)
}

// shipped is the acoustic model that comes with the program.
type shipped struct {
	model   *model.Model
	batcher *model.Batcher
}

// parts are what a recogniser is made of; a language that the model does not know is nil.
type parts struct {
	acoustic acoustic
	zh, en   *decode.Language
}

// loadOwn loads the shipped model and the words of both languages.
func loadOwn(cfg Config, files fs.FS, tuning decode.Tuning) (parts, error) {
	zh, err := decode.Load(files, "zh", tuning)
	if err != nil {
		return parts{}, err
	}
	en, err := decode.Load(files, "en", tuning)
	if err != nil {
		return parts{}, err
	}
	s, err := loadShipped(files, max(cfg.Workers, 1), zh.Units.Size(), en.Units.Size())
	return parts{acoustic: s, zh: zh, en: en}, err
}

// loadShipped loads the weights and checks that they know as many units of each language; 0 is any number.
func loadShipped(files fs.FS, workers, zh, en int) (*shipped, error) {
	const name = "hearing/acoustic.onnx"
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	m, err := model.Load(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if zh > 0 && m.Info.Zh != zh || en > 0 && m.Info.En != en {
		m.Close()
		return nil, fmt.Errorf("%w: it knows %d and %d units, units.txt and units.en.txt hold %d and %d",
			model.ErrBadModel, m.Info.Zh, m.Info.En, zh, en)
	}
	return &shipped{model: m, batcher: model.NewBatcher(m.Runner, workers)}, nil
}

func (s *shipped) about() about {
	i := s.model.Info
	return about{version: i.Version, zh: i.Zh, en: i.En, lookahead: i.Lookahead, settle: settle}
}

func (s *shipped) Stats() model.Stats { return s.batcher.Stats() }

func (s *shipped) Close() error {
	s.batcher.Close()
	return s.model.Close()
}

func (s *shipped) open(counts *counters) front {
	return &shippedFront{
		shipped: s, counts: counts, size: liveChunk,
		audio: converter{to: media.Narrowband}, extractor: feature.New(s.model.Info.Norm), chunk: s.model.NewChunk(liveChunk),
	}
}

// shippedFront is a call's share of the shipped model.
type shippedFront struct {
	*shipped
	counts    *counters
	size      int
	audio     converter
	extractor *feature.Extractor
	chunk     *model.Chunk
	pending   []float32 // features of the next chunk
	rows      []row
}

func (f *shippedFront) gather(frames int) {
	if frames*feature.Mels <= len(f.chunk.Feats) {
		f.size = frames
		return
	}
	chunk := f.model.NewChunk(frames)
	copy(chunk.Past, f.chunk.Past)
	f.size, f.chunk = frames, chunk
}

func (f *shippedFront) write(ctx context.Context, pcm []int16, rate int, hand func([]row)) error {
	var err error
	f.counts.features.Time(func() {
		if pcm, err = f.audio.convert(pcm, rate); err == nil {
			f.extractor.Write(pcm, func(_, y *[feature.Mels]float32) { f.pending = append(f.pending, y[:]...) })
		}
	})
	if err != nil {
		return err
	}
	for len(f.pending) >= f.size*feature.Mels {
		if err := f.run(ctx, f.size); err != nil {
			return err
		}
		hand(f.rows)
	}
	return nil
}

// run computes n feature frames.
func (f *shippedFront) run(ctx context.Context, n int) error {
	c := f.chunk
	c.Frames = n
	copy(c.Feats, f.pending[:n*feature.Mels])
	f.pending = f.pending[:copy(f.pending, f.pending[n*feature.Mels:])]
	if err := runPatiently(ctx, f.batcher, c); err != nil {
		return err
	}
	zh, en := f.model.Info.Zh, f.model.Info.En
	f.rows = f.rows[:0]
	for i := range n / model.Subsampling {
		f.rows = append(f.rows, row{zh: c.Zh[i*zh : (i+1)*zh], en: c.En[i*en : (i+1)*en], speech: c.Speech[i]})
	}
	return nil
}

// runPatiently runs a chunk, and again while the batcher is overloaded: the call's frame queue behind it fills, drops
// and counts.
func runPatiently(ctx context.Context, b *model.Batcher, c *model.Chunk) error {
	for {
		err := b.Run(ctx, c)
		if !errors.Is(err, model.ErrBusy) {
			return err
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// converter brings the audio of a call to one rate. A call may change its own, as a browser's does on hold.
type converter struct {
	to      int
	from    int
	filter  *resample.Resampler // made when first needed
	scratch []int16
}

// convert returns pcm at the converter's rate, valid until the next call.
func (c *converter) convert(pcm []int16, rate int) ([]int16, error) {
	if rate == c.to {
		return pcm, nil
	}
	if c.filter == nil || c.from != rate {
		filter, err := resample.New(rate, c.to)
		if err != nil {
			return nil, err
		}
		c.filter, c.from = filter, rate
	}
	c.scratch = c.filter.Process(c.scratch[:0], pcm)
	return c.scratch, nil
}
