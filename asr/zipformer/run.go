package zipformer

import (
	"fmt"
	"math"

	ort "github.com/yalue/onnxruntime_go"

	"voxgate/asr/fbank"
	"voxgate/asr/model"
)

// room is one worker's memory for the largest batch. Counters travel in a call's state as float32, which holds whole
// numbers up to 2^24: at 50 frames a second a call of 93 hours.
type room struct {
	x, out   []float32
	old, new [][]float32 // for each state; of counters only what converts them
	counters [][2][]int64
}

func (m *Model) newRoom(batch int) *room {
	r := &room{x: make([]float32, batch*m.Info.Window*fbank.Mels), out: make([]float32, batch*m.Info.Steps*m.Info.Tokens)}
	for i := range m.states {
		s := &m.states[i]
		r.old, r.new = append(r.old, make([]float32, batch*s.size())), append(r.new, make([]float32, batch*s.size()))
		var pair [2][]int64
		if s.integer {
			pair = [2][]int64{make([]int64, batch*s.size()), make([]int64, batch*s.size())}
		}
		r.counters = append(r.counters, pair)
	}
	return r
}

// Runner is what computes the model's batches for one worker, with its own room.
func (m *Model) Runner() model.Runner {
	size := model.MaxBatch
	if m.single {
		size = 1
	}
	r := m.newRoom(size)
	return func(batch []*model.Chunk) error {
		for at := 0; at < len(batch); at += size {
			if err := m.run(batch[at:min(at+size, len(batch))], r); err != nil {
				return err
			}
		}
		return nil
	}
}

// run computes chunks in one batch.
func (m *Model) run(chunks []*model.Chunk, r *room) error {
	n, width, rows := len(chunks), m.Info.Window*fbank.Mels, m.Info.Steps*m.Info.Tokens
	for k, c := range chunks {
		copy(r.x[k*width:(k+1)*width], c.Feats)
		for i := range m.states {
			m.states[i].gather(r.old[i], c.State, k, n)
		}
	}
	if err := m.call(n, r); err != nil {
		return fmt.Errorf("public acoustic model, batch of %d: %w", n, err)
	}
	for k, c := range chunks {
		copy(c.Zh, r.out[k*rows:(k+1)*rows])
		for i := range m.states {
			m.states[i].part(c.State, r.new[i], k, n)
		}
	}
	return nil
}

// call hands the room to the session as tensors.
func (m *Model) call(n int, r *room) error {
	var t tensors
	defer t.destroy()
	add(&t, r.x, ort.NewShape(int64(n), int64(m.Info.Window), fbank.Mels))
	for i := range m.states {
		s := &m.states[i]
		if !s.integer {
			add(&t, r.old[i], s.of(n))
			continue
		}
		for k, v := range r.old[i][:n*s.size()] {
			r.counters[i][0][k] = int64(v)
		}
		add(&t, r.counters[i][0], s.of(n))
	}
	add(&t, r.out, ort.NewShape(int64(n), int64(m.Info.Steps), int64(m.Info.Tokens)))
	for i := range m.states {
		if s := &m.states[i]; s.integer {
			add(&t, r.counters[i][1], s.of(n))
		} else {
			add(&t, r.new[i], s.of(n))
		}
	}
	if t.err != nil {
		return t.err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return fmt.Errorf("%w: closed", model.ErrBadModel)
	}
	inputs := 1 + len(m.states)
	if err := m.session.Run(t.values[:inputs], t.values[inputs:]); err != nil {
		return err
	}
	for i := range m.states {
		if s := &m.states[i]; s.integer {
			for k, v := range r.counters[i][1][:n*s.size()] {
				r.new[i][k] = float32(v)
			}
		}
	}
	return nil
}

// tensors are those of one run, with the first failure to make one.
type tensors struct {
	values []ort.Value
	err    error
}

func add[T ort.TensorData](t *tensors, data []T, shape ort.Shape) {
	if t.err != nil {
		return
	}
	v, err := ort.NewTensor(shape, data[:shape.FlattenedSize()])
	if t.err = err; err == nil {
		t.values = append(t.values, v)
	}
}

func (t *tensors) destroy() {
	for _, v := range t.values {
		v.Destroy()
	}
}

// try runs the model on a pattern, learns how many rows and tokens it gives, checks that they are log-probabilities, and finds
// out whether calls may share a run: in files quantised to int8 the rounding of one follows the loudest of all.
func (m *Model) try() error {
	if err := m.measure(); err != nil {
		return err
	}
	alone := m.NewChunk()
	for i := range alone.Feats {
		alone.Feats[i] = float32(i%11)/3 - 9
	}
	if err := m.run([]*model.Chunk{alone}, m.newRoom(1)); err != nil {
		return err
	}
	if err := check(alone.Zh, m.Info.Tokens); err != nil || m.single {
		return err
	}
	batch := []*model.Chunk{m.NewChunk(), m.NewChunk()}
	for i := range alone.Feats {
		batch[0].Feats[i] = 4*float32(i%7) - 10
	}
	copy(batch[1].Feats, alone.Feats)
	if err := m.run(batch, m.newRoom(2)); err != nil {
		return err
	}
	for i, v := range batch[1].Zh {
		m.single = m.single || math.Abs(float64(v-alone.Zh[i])) > 1e-3
	}
	return nil
}

// measure lets the session choose the size of the output.
func (m *Model) measure() error {
	var t tensors
	defer t.destroy()
	add(&t, make([]float32, m.Info.Window*fbank.Mels), ort.NewShape(1, int64(m.Info.Window), fbank.Mels))
	for i := range m.states {
		if s := &m.states[i]; s.integer {
			add(&t, make([]int64, s.size()), s.of(1))
		} else {
			add(&t, make([]float32, s.size()), s.of(1))
		}
	}
	if t.err != nil {
		return t.err
	}
	inputs := len(t.values)
	outputs := make([]ort.Value, inputs)
	err := m.session.Run(t.values, outputs)
	for _, v := range outputs {
		if v != nil {
			t.values = append(t.values, v)
		}
	}
	if err != nil {
		return err
	}
	shape := outputs[0].GetShape()
	if len(shape) != 3 || shape[1]*model.Subsampling != int64(m.Info.Shift) || shape[2] < 2 || shape[2] > 1<<16 {
		return fmt.Errorf("log_probs has the shape %v for %d frames; a row must cover %d frames", shape, m.Info.Shift, model.Subsampling)
	}
	m.Info.Steps, m.Info.Tokens = int(shape[1]), int(shape[2])
	for i := range m.states {
		if s := &m.states[i]; !outputs[1+i].GetShape().Equals(s.of(1)) {
			return fmt.Errorf("new_%s has the shape %v, %s %v", s.name, outputs[1+i].GetShape(), s.name, s.of(1))
		}
	}
	return nil
}

// check says whether rows are log-probabilities.
func check(rows []float32, width int) error {
	for len(rows) >= width {
		sum := 0.0
		for _, v := range rows[:width] {
			sum += math.Exp(float64(v))
		}
		if !(math.Abs(sum-1) < 0.02) {
			return fmt.Errorf("log_probs are none: the probabilities of a row add up to %g", sum)
		}
		rows = rows[width:]
	}
	return nil
}
