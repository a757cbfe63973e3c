package model

import (
	"fmt"
	"slices"

	ort "github.com/yalue/onnxruntime_go"

	"voxgate/asr/feature"
)

// Chunk is one call's share of a run: T feature frames in, T/4 steps out. Its owner reuses it chunk after chunk.
type Chunk struct {
	Frames int       // T, a multiple of Subsampling
	Feats  []float32 // Frames x 40
	State  []float32 // of models that remember in floats: carried from chunk to chunk, zeros at the start of a call
	Past   []uint8   // of the shipped model, carried likewise; a new chunk holds its start
	Zh, En []float32 // Frames/4 x units, log-probabilities
	Speech []float32 // Frames/4, probability that somebody speaks

	done chan error
}

// NewChunk makes room for chunks of up to frames feature frames of one call that begins.
func (m *Model) NewChunk(frames int) *Chunk {
	steps := frames / Subsampling
	c := NewChunk(frames*feature.Mels, 0, steps*m.Info.Zh)
	c.En, c.Speech = make([]float32, steps*m.Info.En), make([]float32, steps)
	c.Past = slices.Clone(m.fresh)
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
	feats, zh, en, speech []float32
	past, pastOut         [][]uint8 // of each memory
	inputs, outputs       []ort.Value
}

func (m *Model) newBuffers(batch, frames int) *buffers {
	steps := frames / Subsampling
	b := &buffers{
		feats:  make([]float32, batch*frames*feature.Mels),
		zh:     make([]float32, batch*steps*m.Info.Zh),
		en:     make([]float32, batch*steps*m.Info.En),
		speech: make([]float32, batch*steps),
	}
	for _, s := range m.memories {
		b.past = append(b.past, make([]uint8, batch*s.rows*s.width))
		b.pastOut = append(b.pastOut, make([]uint8, batch*(s.rows+frames/s.period)*s.width))
	}
	return b
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
		past := c.Past
		for k, s := range m.memories {
			size := s.rows * s.width
			copy(b.past[k][i*size:], past[:size])
			past = past[size:]
		}
	}
	if err := m.call(int64(n), int64(frames), b); err != nil {
		return fmt.Errorf("acoustic model, batch of %d x %d frames: %w", n, frames, err)
	}
	zh, en := steps*m.Info.Zh, steps*m.Info.En
	for i, c := range chunks {
		copy(c.Zh, b.zh[i*zh:(i+1)*zh])
		copy(c.En, b.en[i*en:(i+1)*en])
		copy(c.Speech, b.speech[i*steps:(i+1)*steps])
		past := c.Past
		for k, s := range m.memories {
			size, whole := s.rows*s.width, (s.rows+frames/s.period)*s.width
			copy(past[:size], b.pastOut[k][(i+1)*whole-size:])
			past = past[size:]
		}
	}
	return nil
}

// call hands the buffers to the session as tensors.
func (m *Model) call(n, frames int64, b *buffers) error {
	defer b.release()
	steps := frames / Subsampling
	err := add(&b.inputs, b.feats, n, frames, feature.Mels)
	for i, s := range m.memories {
		err = first(err, add(&b.inputs, b.past[i], n, int64(s.rows), int64(s.width)))
	}
	err = first(err,
		add(&b.outputs, b.zh, n, steps, int64(m.Info.Zh)),
		add(&b.outputs, b.en, n, steps, int64(m.Info.En)),
		add(&b.outputs, b.speech, n, steps))
	for i, s := range m.memories {
		err = first(err, add(&b.outputs, b.pastOut[i], n, int64(s.rows)+frames/int64(s.period), int64(s.width)))
	}
	if err != nil {
		return err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return fmt.Errorf("%w: closed", ErrBadModel)
	}
	return m.session.Run(b.inputs, b.outputs)
}

// release frees what stands for the buffers in the library.
func (b *buffers) release() {
	for _, list := range []*[]ort.Value{&b.inputs, &b.outputs} {
		for _, t := range *list {
			t.Destroy()
		}
		*list = (*list)[:0]
	}
}

// add puts the front of a buffer into a list as a tensor.
func add[T float32 | uint8](list *[]ort.Value, data []T, shape ...int64) error {
	t, err := ort.NewTensor(ort.NewShape(shape...), data[:ort.Shape(shape).FlattenedSize()])
	if err == nil {
		*list = append(*list, t)
	}
	return err
}

// first is the first of the errors that is one.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
