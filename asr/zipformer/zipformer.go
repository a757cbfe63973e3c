// Package zipformer runs public streaming recognisers in the form in which icefall exports zipformer2 CTC models for
// sherpa-onnx (Yao et al. 2023, arXiv 2310.11230): features of many calls in, log-probabilities of tokens out, on ONNX
// Runtime.
//
// Such a model is one ONNX file: input x [N, T, 80] (package fbank), of which it takes decode_chunk_len frames a run and
// looks at the rest ahead; its state in inputs cached_key_i [L, N, K], cached_nonlin_attn_i [1, N, L, A], cached_val1_i and
// cached_val2_i [L, N, V], cached_conv1_i and cached_conv2_i [N, D, C] for every layer i, embed_states [N, 128, 3, 19] and
// processed_lens [N] (int64); outputs log_probs [N, T', tokens] and each state again under new_ and its name. The
// metadata says the sizes.
package zipformer

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	ort "github.com/yalue/onnxruntime_go"

	"voxgate/asr/fbank"
	"voxgate/asr/model"
	"voxgate/models/onnx"
)

// Info is what a model's metadata and shape say.
type Info struct {
	Version string
	Tokens  int // size of the output, blank included
	Window  int // feature frames of 10 ms that a run looks at
	Shift   int // feature frames that a run takes
	Steps   int // rows that a run gives, 40 ms each
	State   int // numbers that a call keeps between runs
}

// Model is a loaded model. Run it through a model.Batcher, one Runner a worker.
type Model struct {
	Info    Info
	session *ort.DynamicAdvancedSession
	states  []state
	single  bool // one call a run

	mu     sync.RWMutex
	closed bool
}

// Load makes a model of the bytes of an ONNX file and runs it once on nothing. Errors wrap onnx.ErrNoRuntime or
// model.ErrBadModel and say what does not fit.
func Load(data []byte) (*Model, error) {
	if err := onnx.Start(); err != nil {
		return nil, err
	}
	m, err := load(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", model.ErrBadModel, err)
	}
	return m, nil
}

func load(data []byte) (*Model, error) {
	ins, outs, err := ort.GetInputOutputInfoWithONNXData(data)
	if err != nil {
		return nil, err
	}
	inputs, outputs := []string{"x"}, []string{"log_probs"}
	for _, in := range ins {
		if in.Name != "x" {
			inputs, outputs = append(inputs, in.Name), append(outputs, "new_"+in.Name)
		}
	}
	for _, name := range outputs {
		if _, err := find(outs, name); err != nil {
			return nil, err
		}
	}
	m := &Model{}
	if m.session, err = onnx.NewSession(data, inputs, outputs); err != nil {
		return nil, err
	}
	if err := m.understand(ins); err != nil {
		return nil, errors.Join(err, m.session.Destroy())
	}
	return m, nil
}

// understand reads the metadata, holds the inputs against them and runs the model once.
func (m *Model) understand(ins []ort.InputOutputInfo) error {
	meta, err := m.session.GetModelMetadata()
	if err != nil {
		return err
	}
	defer meta.Destroy()
	sizes, err := readSizes(meta.LookupCustomMetadataMap)
	if err != nil {
		return err
	}
	m.Info = Info{Version: sizes.version, Window: sizes.window, Shift: sizes.shift}
	if err := m.inspect(ins, sizes); err != nil {
		return err
	}
	return m.try()
}

// find looks for a tensor among inputs or outputs.
func find(list []ort.InputOutputInfo, name string) (ort.InputOutputInfo, error) {
	for _, io := range list {
		if io.Name == name && io.OrtValueType == ort.ONNXTypeTensor {
			return io, nil
		}
	}
	return ort.InputOutputInfo{}, fmt.Errorf("no input or output named %s; it must be a streaming zipformer2 CTC export", name)
}

// inspect takes the states in the order of the inputs and holds them against the metadata.
func (m *Model) inspect(ins []ort.InputOutputInfo, sizes sizes) error {
	x, err := find(ins, "x")
	if err != nil {
		return err
	}
	if err := fits(x, ort.TensorElementDataTypeFloat, []int64{-1, int64(sizes.window), fbank.Mels}); err != nil {
		return err
	}
	m.single = x.Dimensions[0] == 1
	promised := map[string]wanted{}
	for _, w := range sizes.states() {
		promised[w.name] = w
		if _, err := find(ins, w.name); err != nil {
			return err
		}
	}
	for _, in := range ins {
		if in.Name == "x" {
			continue
		}
		w, ok := promised[in.Name]
		if !ok {
			return fmt.Errorf("it has an input %s of which its metadata do not speak", in.Name)
		}
		if err := fits(in, w.element, w.shape); err != nil {
			return err
		}
		s := newState(in.Name, in.Dimensions, w)
		s.at = m.Info.State
		if m.Info.State += s.size(); m.Info.State > maxState {
			return fmt.Errorf("its state takes more than %d numbers", maxState)
		}
		m.states = append(m.states, s)
	}
	return nil
}

// NewChunk makes room for the chunks of one call, its state zero. Frames is what a run takes; Feats holds the whole
// window of Info.Window frames.
func (m *Model) NewChunk() *model.Chunk {
	c := model.NewChunk(m.Info.Window*fbank.Mels, m.Info.State, m.Info.Steps*m.Info.Tokens)
	c.Frames = m.Info.Shift
	return c
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

// Files finds a model and its token list in a directory: tokens.txt and one ONNX file; of several the one in int8, else
// model.onnx.
func Files(dir fs.FS) (onnx, tokens []byte, err error) {
	if tokens, err = fs.ReadFile(dir, "tokens.txt"); err != nil {
		return nil, nil, fmt.Errorf("%w: token list: %w; it belongs beside the model", model.ErrBadModel, err)
	}
	names, err := fs.Glob(dir, "*.onnx")
	if err != nil {
		return nil, nil, err
	}
	name, err := choose(names)
	if err != nil {
		return nil, nil, err
	}
	if onnx, err = fs.ReadFile(dir, name); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", model.ErrBadModel, err)
	}
	return onnx, tokens, nil
}

func choose(names []string) (string, error) {
	if len(names) == 1 {
		return names[0], nil
	}
	var small []string
	for _, n := range names {
		if strings.HasSuffix(strings.TrimSuffix(path.Base(n), ".onnx"), ".int8") {
			small = append(small, n)
		}
	}
	switch {
	case len(names) == 0:
		return "", fmt.Errorf("%w: no file *.onnx in the directory", model.ErrBadModel)
	case len(small) == 1:
		return small[0], nil
	case slices.Contains(names, "model.onnx"):
		return "model.onnx", nil
	}
	return "", fmt.Errorf("%w: the directory holds %s; keep one of them", model.ErrBadModel, strings.Join(names, ", "))
}
