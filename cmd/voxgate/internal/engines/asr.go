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

// runtimeVariable is where models look first for the ONNX Runtime library.
const runtimeVariable = "VOXGATE_ONNXRUNTIME"

// UseRuntime lets models use the ONNX Runtime library that the configuration names; it must come before the first of them.
func UseRuntime(cfg config.ASR) error {
	if cfg.Runtime == "" {
		return nil
	}
	return os.Setenv(runtimeVariable, cfg.Runtime)
}

// OpenASR loads the recogniser with the operator's words, whose file it follows.
func OpenASR(cfg config.ASR) (Recogniser, error) {
	if err := UseRuntime(cfg); err != nil {
		return nil, err
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
