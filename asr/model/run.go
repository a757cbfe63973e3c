package model

import (
	"fmt"

	ort "github.com/yalue/onnxruntime_go"

	"voxgate/asr/feature"
)

// Chunk is one call's share of a run: T feature frames in, T/4 steps out. Its owner reuses it chunk after chunk.
type Chunk struct {
	Frames int       // T, a multiple of Subsampling
	Feats  []float32 // Frames x 40
	State  []float32 // carried from chunk to chunk; zeros at the start of a call
	Zh, En []float32 // Frames/4 x units, log-probabilities
	Speech []float32 // Frames/4, probability that somebody speaks

	done chan error
}

// NewChunk makes room for chunks of up to frames feature frames of one call, its state zero.
func (m *Model) NewChunk(frames int) *Chunk {
	steps := frames / Subsampling
	c := NewChunk(frames*feature.Mels, m.Info.State, steps*m.Info.Zh)
	c.En, c.Speech = make([]float32, steps*m.Info.En), make([]float32, steps)
	return c
}

// NewChunk makes a chunk of the given sizes in numbers for a model with one output, its state zero.
func NewChunk(feats, state, zh int) *Chunk {
	return &Chunk{
		Feats: make([]float32, feats), State: make([]float32, state), Zh: make([]float32, zh), done: make(chan error, 1),
	}
}

// Runner is what computes the model's batches for one worker, with its own room.
func (m *Model) Runner() Runner {
	room := m.newBuffers(MaxBatch, MaxFrames)
	return func(batch []*Chunk) error { return m.run(batch, room) }
}

// buffers are one worker's room for the largest batch.
type buffers struct {
	feats, state, zh, en, speech, stateOut []float32
}

func (m *Model) newBuffers(batch, frames int) *buffers {
	steps := frames / Subsampling
	return &buffers{
		feats:    make([]float32, batch*frames*feature.Mels),
		state:    make([]float32, batch*m.Info.State),
		zh:       make([]float32, batch*steps*m.Info.Zh),
		en:       make([]float32, batch*steps*m.Info.En),
		speech:   make([]float32, batch*steps),
		stateOut: make([]float32, batch*m.Info.State),
	}
}

// run computes chunks of equal length in one batch.
func (m *Model) run(chunks []*Chunk, b *buffers) error {
	n, frames := len(chunks), chunks[0].Frames
	if frames < Subsampling || frames > MaxFrames || frames%Subsampling != 0 {
		return fmt.Errorf("chunk of %d frames: its length must be a multiple of %d, at most %d", frames, Subsampling, MaxFrames)
	}
	steps, width := frames/Subsampling, frames*feature.Mels
	for i, c := range chunks {
		copy(b.feats[i*width:], c.Feats[:width])
		copy(b.state[i*m.Info.State:], c.State)
	}
	if err := m.call(int64(n), int64(frames), b); err != nil {
		return fmt.Errorf("acoustic model, batch of %d x %d frames: %w", n, frames, err)
	}
	zh, en := steps*m.Info.Zh, steps*m.Info.En
	for i, c := range chunks {
		copy(c.Zh, b.zh[i*zh:(i+1)*zh])
		copy(c.En, b.en[i*en:(i+1)*en])
		copy(c.Speech, b.speech[i*steps:(i+1)*steps])
		copy(c.State, b.stateOut[i*m.Info.State:(i+1)*m.Info.State])
	}
	return nil
}

// call hands the buffers to the session as tensors.
func (m *Model) call(n, frames int64, b *buffers) error {
	steps, state := frames/Subsampling, int64(m.Info.State)
	var tensors []ort.Value
	defer func() {
		for _, t := range tensors {
			t.Destroy()
		}
	}()
	add := func(data []float32, shape ...int64) error {
		t, err := ort.NewTensor(ort.NewShape(shape...), data[:ort.Shape(shape).FlattenedSize()])
		if err == nil {
			tensors = append(tensors, t)
		}
		return err
	}
	for _, err := range []error{
		add(b.feats, n, frames, feature.Mels),
		add(b.state, n, state),
		add(b.zh, n, steps, int64(m.Info.Zh)),
		add(b.en, n, steps, int64(m.Info.En)),
		add(b.speech, n, steps),
		add(b.stateOut, n, state),
	} {
		if err != nil {
			return err
		}
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return fmt.Errorf("%w: closed", ErrBadModel)
	}
	return m.session.Run(tensors[:2], tensors[2:])
}
