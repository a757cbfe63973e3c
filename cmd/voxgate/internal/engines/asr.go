package engines

import (
	"errors"
	"fmt"
	"log/slog"
	"os"

	"voxgate/asr/engine"
	"voxgate/cmd/voxgate/internal/config"
	"voxgate/models"
)

// runtimeVariable is where the recogniser looks first for the ONNX Runtime library.
const runtimeVariable = "VOXGATE_ONNXRUNTIME"

// OpenASR loads the recogniser with the operator's words, whose file it follows.
func OpenASR(cfg config.ASR) (Recogniser, error) {
	if cfg.Runtime != "" {
		if err := os.Setenv(runtimeVariable, cfg.Runtime); err != nil {
			return nil, err
		}
	}
	public, err := OpenPublic(cfg.Recogniser)
	if err != nil {
		return nil, fmt.Errorf("asr: %w", err)
	}
	e, err := engine.New(engine.Config{Files: models.Files(cfg.Models), Public: public})
	if err != nil {
		return nil, err
	}
	if cfg.Words == "" {
		return e, nil
	}
	file, err := followWords(string(cfg.Words), e.SetWords, slog.Default())
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return &worded{Engine: e, file: file}, nil
}
