package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"voxgate/asr/decode"
	"voxgate/asr/fbank"
	"voxgate/asr/model"
	"voxgate/asr/zipformer"
	"voxgate/media"
)

// public is a public model that hears the words; the shipped one beside it still says when somebody speaks, so that
// turns are taken in the same way whatever the model.
type public struct {
	model   *zipformer.Model
	batcher *model.Batcher
	speech  *shipped
}

// loadPublic loads the model of a directory and the words that its tokens can spell, at least those of one language.
func loadPublic(cfg Config, files fs.FS, tuning decode.Tuning) (parts, error) {
	onnx, list, err := zipformer.Files(cfg.Public)
	if err != nil {
		return parts{}, err
	}
	tokens, err := decode.ParseTokens(list)
	if err != nil {
		return parts{}, fmt.Errorf("tokens.txt: %w", err)
	}
	zh, wrong := decode.LoadPieces(files, "zh", tokens, tuning)
	if wrong != nil && !errors.Is(wrong, decode.ErrBadTokens) {
		return parts{}, wrong
	}
	en, err := decode.LoadPieces(files, "en", tokens, tuning)
	if err != nil && !errors.Is(err, decode.ErrBadTokens) {
		return parts{}, err
	}
	if zh == nil && en == nil {
		return parts{}, fmt.Errorf("tokens.txt: %w", errors.Join(wrong, err))
	}
	speech, err := loadShipped(files, max(cfg.Workers, 1), 0, 0)
	if err != nil {
		return parts{}, err
	}
	m, err := zipformer.Load(onnx)
	if err == nil && m.Info.Tokens != tokens.Size() {
		err = fmt.Errorf("%w: it knows %d tokens, tokens.txt holds %d: the two do not belong together",
			model.ErrBadModel, m.Info.Tokens, tokens.Size())
		m.Close()
	}
	if err != nil {
		return parts{}, errors.Join(err, speech.Close())
	}
	p := &public{model: m, batcher: model.NewBatcher(m.Runner, max(cfg.Workers, 1)), speech: speech}
	return parts{acoustic: p, zh: zh, en: en}, nil
}

func (p *public) about() about {
	i := p.model.Info
	// What was said last is out when the run is over that begins after the one in which it ended.
	flush := (i.Window+2*i.Shift)/model.Subsampling + 1
	return about{version: i.Version, zh: i.Tokens, en: i.Tokens, settle: flush}
}

func (p *public) Stats() model.Stats { return p.batcher.Stats() }

func (p *public) Close() error {
	p.batcher.Close()
	return errors.Join(p.model.Close(), p.speech.Close())
}

func (p *public) open(counts *counters) front {
	return &publicFront{
		public: p, counts: counts, ears: p.speech.open(counts), audio: converter{to: media.Wideband},
		extractor: fbank.New(), chunk: p.model.NewChunk(),
	}
}

// publicFront is a call's share of a public model.
type publicFront struct {
	*public
	counts    *counters
	ears      front     // the shipped model's
	speech    []float32 // its speech probabilities, for the rows to come
	audio     converter
	extractor *fbank.Extractor
	chunk     *model.Chunk
	pending   []float32 // features of the next windows
	rows      []row
}

// gather changes nothing: a run takes what the model was exported for.
func (f *publicFront) gather(int) {}

func (f *publicFront) write(ctx context.Context, pcm []int16, rate int, hand func([]row)) error {
	err := f.ears.write(ctx, pcm, rate, func(rows []row) {
		for _, r := range rows {
			f.speech = append(f.speech, r.speech)
		}
	})
	if err != nil {
		return err
	}
	f.counts.features.Time(func() {
		if pcm, err = f.audio.convert(pcm, rate); err == nil {
			f.extractor.Write(pcm, func(y *[fbank.Mels]float32) { f.pending = append(f.pending, y[:]...) })
		}
	})
	if err != nil {
		return err
	}
	info := f.model.Info
	for len(f.pending) >= info.Window*fbank.Mels && len(f.speech) >= info.Steps {
		if err := f.run(ctx); err != nil {
			return err
		}
		hand(f.rows)
	}
	return nil
}

// run computes a window and puts the speech probabilities of the same time beside its rows.
func (f *publicFront) run(ctx context.Context) error {
	info := f.model.Info
	copy(f.chunk.Feats, f.pending)
	f.pending = f.pending[:copy(f.pending, f.pending[info.Shift*fbank.Mels:])]
	if err := runPatiently(ctx, f.batcher, f.chunk); err != nil {
		return err
	}
	f.rows = f.rows[:0]
	for i := range info.Steps {
		tokens := f.chunk.Zh[i*info.Tokens : (i+1)*info.Tokens]
		f.rows = append(f.rows, row{zh: tokens, en: tokens, speech: f.speech[i]})
	}
	f.speech = f.speech[:copy(f.speech, f.speech[info.Steps:])]
	return nil
}
