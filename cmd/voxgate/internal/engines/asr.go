package engines

import (
	"context"
	"os"
	"slices"

	"voxgate/asr"
	"voxgate/asr/engine"
	"voxgate/cmd/voxgate/internal/config"
	"voxgate/models"
)

// runtimeVariable is where the recogniser looks first for the ONNX Runtime library.
const runtimeVariable = "VOXGATE_ONNXRUNTIME"

// OpenASR loads the recogniser. The operator's words are raised in every call.
func OpenASR(cfg config.ASR) (Recogniser, error) {
	if cfg.Runtime != "" {
		if err := os.Setenv(runtimeVariable, cfg.Runtime); err != nil {
			return nil, err
		}
	}
	e, err := engine.New(engine.Config{Files: models.Files(cfg.Models)})
	if err != nil {
		return nil, err
	}
	if len(cfg.Words) == 0 {
		return e, nil
	}
	return &worded{Engine: e, words: cfg.Words}, nil
}

// worded adds the operator's words to what each dialogue expects.
type worded struct {
	*engine.Engine
	words []string
}

func (w *worded) Open(ctx context.Context, hints asr.Hints) (asr.Stream, error) {
	stream, err := w.Engine.Open(ctx, w.with(hints))
	if err != nil {
		return nil, err
	}
	return &wordedStream{Stream: stream, engine: w}, nil
}

func (w *worded) with(hints asr.Hints) asr.Hints {
	hints.Words = slices.Concat(hints.Words, w.words)
	return hints
}

type wordedStream struct {
	asr.Stream
	engine *worded
}

func (s *wordedStream) Expect(hints asr.Hints) error { return s.Stream.Expect(s.engine.with(hints)) }
