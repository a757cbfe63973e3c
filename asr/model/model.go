// Package model runs the acoustic model: features of many calls in, log-probabilities of sound units out, on ONNX Runtime.
//
// The model is one ONNX file: input feats [N, T, 40], outputs zh [N, T/4, U] and en [N, T/4, E] (log-probabilities, unit
// 0 the CTC blank) and speech [N, T/4] (probability that somebody speaks). Every further input is a memory of bytes
// NAME [N, R, W] that comes out as NAME_out [N, R + T/period, W], its last R rows being what the next chunk takes in.
// The metadata carries the shape of the features, the constants of their normalisation, and the memories' first bytes.
//
// The products are of 8 bits with fixed scales, so that a call's output depends neither on its chunks nor on its company.
package model

import (
	"errors"
	"fmt"
	"sync"
	"time"

	ort "github.com/yalue/onnxruntime_go"

	"voxgate/asr/feature"
	"voxgate/models/onnx"
)

// ErrBadModel says that a model file is broken or not of the expected form.
var ErrBadModel = errors.New("acoustic model not usable")

// Subsampling is the number of feature frames in one step of the model's output: a step is 40 ms.
const Subsampling = 4

// Step is the time that one step of the output covers.
const Step = Subsampling * feature.Hop * time.Second / feature.Rate

// Info is what the model's metadata and shape say.
type Info struct {
	Version   string
	Lookahead time.Duration // how much later than its sound a step of the output comes
	State     int           // bytes that a call keeps between chunks
	Zh, En    int           // sizes of the two outputs, blank included
	Norm      feature.Norm
}

// Model is a loaded acoustic model. Run it through a Batcher.
type Model struct {
	Info     Info
	session  *ort.DynamicAdvancedSession
	memories []memory
	fresh    []uint8 // the memories of a call that begins, one after the other

	mu     sync.RWMutex
	closed bool
}

// Load makes a model of the bytes of an ONNX file. Errors wrap onnx.ErrNoRuntime or ErrBadModel.
func Load(data []byte) (*Model, error) {
	if err := onnx.Start(); err != nil {
		return nil, err
	}
	m, err := inspect(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadModel, err)
	}
	inputs, outputs := []string{"feats"}, []string{"zh", "en", "speech"}
	for _, s := range m.memories {
		inputs, outputs = append(inputs, s.name), append(outputs, s.name+"_out")
	}
	m.session, err = onnx.NewExactSession(data, inputs, outputs)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadModel, err)
	}
	return m, nil
}

// Close releases the session; a Batcher over it must be closed first.
func (m *Model) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil
	}
	m.closed = true
	return m.session.Destroy()
}
