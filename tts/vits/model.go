package vits

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	ort "github.com/yalue/onnxruntime_go"

	"voxgate/models/onnx"
)

const (
	maxSeconds = 60      // of one clause
	maxIDs     = 1 << 13 // sounds of one clause, blanks included
)

// role is what an input of a model is for.
type role int

const (
	roleIDs role = iota
	roleLength
	roleTones
	roleSpeaker
	roleNoise
	rolePace
	roleNoiseW
	roleScales
)

// roles are the names that exporters give to inputs.
var roles = map[string]role{
	"input": roleIDs, "x": roleIDs, "tokens": roleIDs,
	"input_lengths": roleLength, "x_lengths": roleLength, "x_length": roleLength, "tokens_lens": roleLength,
	"tones": roleTones, "sid": roleSpeaker, "speaker": roleSpeaker,
	"noise_scale": roleNoise, "length_scale": rolePace, "alpha": rolePace,
	"noise_scale_w": roleNoiseW, "noise_scale_dur": roleNoiseW, "scales": roleScales,
}

// model is one session with what is known of its inputs.
type model struct {
	session *ort.DynamicAdvancedSession
	inputs  []role // in the order of the session

	// What metadata or the JSON beside the model say, set before the first run.
	rate          int // hertz
	languages     []string
	speakers      int
	first         int64 // the speaker where none is named
	noise, noiseW float32
	length        float32
	blanks        bool // a blank before, between and after sounds
	symbols       int  // ids lie below it
	metadata      map[string]string
	mu            sync.RWMutex // held for reading during a run
	closed        bool
}

// loadModel makes a session of the bytes of an ONNX file. Errors wrap ErrBadVoice or onnx.ErrNoRuntime.
func loadModel(data []byte) (*model, error) {
	if err := onnx.Start(); err != nil {
		return nil, err
	}
	m := &model{noise: 0.667, noiseW: 0.8, length: 1}
	if err := m.load(data); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadVoice, err)
	}
	return m, nil
}

func (m *model) load(data []byte) error {
	ins, outs, err := ort.GetInputOutputInfoWithONNXData(data)
	if err != nil {
		return fmt.Errorf("no ONNX model: %w", err)
	}
	var names []string
	for _, in := range ins {
		r, ok := roles[in.Name]
		if !ok {
			return fmt.Errorf("its input %q is none of a VITS voice (piper, MeloTTS, icefall)", in.Name)
		}
		if err := fits(in, r); err != nil {
			return err
		}
		names, m.inputs = append(names, in.Name), append(m.inputs, r)
	}
	for _, needed := range []role{roleIDs, roleLength} {
		if !m.has(needed) {
			return fmt.Errorf("its inputs are %s: the sounds or their number are missing", strings.Join(names, ", "))
		}
	}
	if !m.has(roleScales) && !(m.has(roleNoise) && m.has(rolePace)) {
		return fmt.Errorf("its inputs are %s: it needs scales, or noise_scale and length_scale", strings.Join(names, ", "))
	}
	if len(outs) == 0 || outs[0].DataType != ort.TensorElementDataTypeFloat {
		return errors.New("its first output is no sound in floats")
	}
	// Some public voices are kept in 8 bits.
	if m.session, err = onnx.NewExactSession(data, names, []string{outs[0].Name}); err != nil {
		return err
	}
	if err := m.readMetadata(); err != nil {
		return errors.Join(err, m.session.Destroy())
	}
	return nil
}

// fits holds the element type of an input against its role.
func fits(in ort.InputOutputInfo, r role) error {
	want, name := ort.TensorElementDataType(ort.TensorElementDataTypeFloat), "float"
	if slices.Contains([]role{roleIDs, roleLength, roleTones, roleSpeaker}, r) {
		want, name = ort.TensorElementDataTypeInt64, "int64"
	}
	if in.OrtValueType != ort.ONNXTypeTensor || in.DataType != want {
		return fmt.Errorf("its input %s is %v, not a tensor of %s", in.Name, in.DataType, name)
	}
	if dims := len(in.Dimensions); (r == roleIDs || r == roleTones) != (dims == 2) || dims > 2 {
		return fmt.Errorf("its input %s has the shape %v", in.Name, in.Dimensions)
	}
	return nil
}

func (m *model) has(r role) bool { return slices.Contains(m.inputs, r) }

func (m *model) readMetadata() error {
	meta, err := m.session.GetModelMetadata()
	if err != nil {
		return err
	}
	defer meta.Destroy()
	keys, err := meta.GetCustomMetadataMapKeys()
	if err != nil {
		return err
	}
	m.metadata = map[string]string{}
	for _, key := range keys {
		if m.metadata[key], _, err = meta.LookupCustomMetadataMap(key); err != nil {
			return err
		}
	}
	return nil
}

// number reads a whole number of the metadata within bounds; missing gives other, which must lie in them, too.
func (m *model) number(key string, other, low, high int) (int, error) {
	text, ok := m.metadata[key]
	n, err := other, error(nil)
	if ok {
		n, err = strconv.Atoi(strings.TrimSpace(text))
	}
	switch {
	case err == nil && n >= low && n <= high:
		return n, nil
	case !ok:
		return 0, fmt.Errorf("its metadata lack %s; it must be an export for sherpa-onnx", key)
	}
	return 0, fmt.Errorf("its metadata say %s %.40q: it must be a number from %d to %d", key, text, low, high)
}

// run says one spelling at pace times the voice's speed, in samples at m.rate. Cancelling ctx ends the computing soon.
func (m *model) run(ctx context.Context, said spelling, speaker int64, pace float64) ([]int16, error) {
	if len(said.ids) > maxIDs {
		return nil, fmt.Errorf("a clause of %d sounds: %d are the most", len(said.ids), maxIDs)
	}
	var t tensors
	defer t.destroy()
	length := float32(float64(m.length) / pace)
	row := ort.NewShape(1, int64(len(said.ids)))
	for _, r := range m.inputs {
		switch r {
		case roleIDs:
			add(&t, said.ids, row)
		case roleLength:
			add(&t, []int64{int64(len(said.ids))}, ort.NewShape(1))
		case roleTones:
			add(&t, said.tones, row)
		case roleSpeaker:
			add(&t, []int64{speaker}, ort.NewShape(1))
		case roleNoise:
			add(&t, []float32{m.noise}, ort.NewShape(1))
		case rolePace:
			add(&t, []float32{length}, ort.NewShape(1))
		case roleNoiseW:
			add(&t, []float32{m.noiseW}, ort.NewShape(1))
		case roleScales:
			add(&t, []float32{m.noise, length, m.noiseW}, ort.NewShape(3))
		}
	}
	if t.err != nil {
		return nil, t.err
	}
	outputs := []ort.Value{nil}
	err := m.call(ctx, t.values, outputs)
	if outputs[0] != nil {
		t.values = append(t.values, outputs[0])
	}
	if err != nil {
		return nil, err
	}
	return m.samples(outputs[0])
}

// call runs the session; it is terminated when ctx is cancelled.
func (m *model) call(ctx context.Context, inputs, outputs []ort.Value) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return errors.New("the voice is closed")
	}
	options, err := ort.NewRunOptions()
	if err != nil {
		return err
	}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		_ = options.Terminate() // where it fails the run goes on to its end
	})
	err = m.session.RunWithOptions(inputs, outputs, options)
	if !stop() {
		<-ended
		err = errors.Join(err, context.Cause(ctx))
	}
	return errors.Join(err, options.Destroy())
}

// samples are the output as 16-bit samples; what is louder than full scale is brought down as a whole.
func (m *model) samples(value ort.Value) ([]int16, error) {
	tensor, ok := value.(*ort.Tensor[float32])
	if !ok {
		return nil, errors.New("its output is no tensor of floats")
	}
	shape, data := tensor.GetShape(), tensor.GetData()
	if len(shape) == 0 || int64(len(data)) != shape[len(shape)-1] {
		return nil, fmt.Errorf("its output has the shape %v: one row of samples is wanted", shape)
	}
	if len(data) > maxSeconds*m.rate {
		return nil, fmt.Errorf("a clause of %d s: %d s are the most", len(data)/m.rate, maxSeconds)
	}
	peak := float32(1)
	for _, v := range data {
		if !(math.Abs(float64(v)) < 1e6) {
			return nil, fmt.Errorf("its output holds %g, no sound", v)
		}
		peak = max(peak, v, -v)
	}
	pcm := make([]int16, len(data))
	for i, v := range data {
		pcm[i] = int16(math.Round(float64(v/peak) * math.MaxInt16))
	}
	return pcm, nil
}

// try lets the model say two sounds.
func (m *model) try() error {
	said := spelling{ids: []int64{0, min(1, int64(m.symbols)-1), 0}, tones: make([]int64, 3)}
	pcm, err := m.run(context.Background(), said, m.first, 1)
	if err == nil && len(pcm) == 0 {
		err = errors.New("it gives no sound")
	}
	if err != nil {
		return fmt.Errorf("on trial: %w", err)
	}
	return nil
}

// close waits for runs under way and releases the session.
func (m *model) close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil
	}
	m.closed = true
	return m.session.Destroy()
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
	v, err := ort.NewTensor(shape, data)
	if t.err = err; err == nil {
		t.values = append(t.values, v)
	}
}

func (t *tensors) destroy() {
	for _, v := range t.values {
		v.Destroy()
	}
}
