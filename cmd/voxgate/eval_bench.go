package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"voxgate/asr"
	"voxgate/asr/engine"
	"voxgate/cmd/voxgate/internal/evaluation"
	"voxgate/dialog/nlu"
	"voxgate/models"
)

// evalBench is what eval asr measures with: the recogniser and the understanding that ship.
type evalBench struct{ evaluation.Bench }

// newEvalBench opens them; done releases them.
func newEvalBench(ctx context.Context, noise string) (bench *evalBench, done func(), err error) {
	bench = &evalBench{}
	if noise != "" {
		if bench.Noise, err = evaluation.Load(ctx, noise); err != nil {
			return nil, nil, fmt.Errorf("--noise: %w", err)
		}
	}
	if bench.Speller, err = evaluation.NewSpeller(models.Files("")); err != nil {
		return nil, nil, err
	}
	parser, err := nlu.New()
	if err != nil {
		return nil, nil, err
	}
	bench.Understand = func(text, pinyin string) evaluation.Meaning {
		r := parser.Understand(text, pinyin, nlu.State{})
		return evaluation.Meaning{Intent: r.Intent, Slots: r.Slots}
	}
	ears, err := engine.New(engine.Config{})
	if err != nil {
		return nil, nil, err
	}
	bench.Hear = func(ctx context.Context, pcm []int16, hints asr.Hints) (evaluation.Heard, error) {
		events, err := ears.Transcribe(ctx, pcm, hints)
		if err != nil {
			return evaluation.Heard{}, err
		}
		t := joinFinals("", events)
		return evaluation.Heard{Text: t.Text, Pinyin: t.Pinyin, Finals: events}, nil
	}
	return bench, func() { ears.Close() }, nil
}

// writeUtterances sends every utterance, as it is measured, to a file as a line of JSON; close finishes the file. Without
// a path nothing is written.
func (b *evalBench) writeUtterances(path string) (close func() error, err error) {
	if path == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	enc := json.NewEncoder(f)
	enc.SetEscapeHTML(false)
	var failed error
	b.Each = func(u evaluation.Utterance) error {
		failed = enc.Encode(u)
		return failed
	}
	return func() error { return errors.Join(failed, f.Close()) }, nil
}

// weightsVersion names the weights of a shipped model file by the first bytes of its sum.
func weightsVersion(name string) (string, error) {
	data, err := fs.ReadFile(models.Files(""), name)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:4]), nil
}
