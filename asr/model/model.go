// Package model runs the acoustic model: features of many calls in, log-probabilities of sound units out, on ONNX Runtime.
//
// The model is one ONNX file: inputs feats [N, T, 40] and state [N, S], outputs zh [N, T/4, U] and en [N, T/4, E]
// (log-probabilities, unit 0 the CTC blank), speech [N, T/4] (probability that somebody speaks) and state_out [N, S].
// Its metadata carries the shape of the features and the constants of their normalisation.
package model

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	ort "github.com/yalue/onnxruntime_go"

	"voxgate/asr/feature"
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
	State     int           // float32 numbers that a call keeps between chunks
	Zh, En    int           // sizes of the two outputs, blank included
	Norm      feature.Norm
}

// Model is a loaded acoustic model. Run it through a Batcher.
type Model struct {
	Info    Info
	session *ort.DynamicAdvancedSession

	mu     sync.RWMutex
	closed bool
}

var (
	inputNames  = []string{"feats", "state"}
	outputNames = []string{"zh", "en", "speech", "state_out"}
)

// Load makes a model of the bytes of an ONNX file. Errors wrap ErrNoRuntime or ErrBadModel.
func Load(data []byte) (*Model, error) {
	if err := StartRuntime(); err != nil {
		return nil, err
	}
	info, err := inspect(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadModel, err)
	}
	session, err := NewSession(data, inputNames, outputNames)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadModel, err)
	}
	return &Model{Info: info, session: session}, nil
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

// inspect reads shape and metadata and refuses what does not fit.
func inspect(data []byte) (Info, error) {
	ins, outs, err := ort.GetInputOutputInfoWithONNXData(data)
	if err != nil {
		return Info{}, err
	}
	meta, err := ort.GetModelMetadataWithONNXData(data)
	if err != nil {
		return Info{}, err
	}
	defer meta.Destroy()
	r := &metaReader{lookup: meta.LookupCustomMetadataMap}
	r.want("sample_rate", feature.Rate)
	r.want("hop", feature.Hop)
	r.want("window", feature.Window)
	r.want("mels", feature.Mels)
	r.want("subsampling", Subsampling)
	info := Info{
		Version:   r.text("version"),
		Lookahead: time.Duration(r.number("lookahead_ms") * float64(time.Millisecond)),
		State:     int(r.number("state_size")),
		Norm: feature.Norm{
			Peak: r.number("norm_peak"), Decay: r.number("norm_decay"), Gate: r.number("norm_gate"),
			Start: r.number("norm_n0"), Cap: r.number("norm_cap"),
		},
	}
	r.numbers("norm_prior", info.Norm.Prior[:])
	dims := func(list []ort.InputOutputInfo, name string, last int64) int64 {
		for _, io := range list {
			if n := len(io.Dimensions); io.Name == name && n > 0 {
				if got := io.Dimensions[n-1]; last > 0 && got != last && got > 0 {
					r.fail(fmt.Errorf("%s has %d columns, not %d", name, got, last))
				}
				return io.Dimensions[n-1]
			}
		}
		r.fail(fmt.Errorf("no input or output named %s", name))
		return 0
	}
	dims(ins, "feats", feature.Mels)
	dims(ins, "state", int64(info.State))
	dims(outs, "speech", 0)
	dims(outs, "state_out", int64(info.State))
	info.Zh, info.En = int(dims(outs, "zh", 0)), int(dims(outs, "en", 0))
	if r.err == nil && (info.Zh < 2 || info.En < 2 || info.State < 1 || info.State > 1<<20 || info.Norm.Start < 1 || info.Norm.Cap < info.Norm.Start) {
		r.fail(fmt.Errorf("impossible sizes: %+v", info))
	}
	return info, r.err
}

// metaReader reads typed metadata and keeps the first failure.
type metaReader struct {
	lookup func(string) (string, bool, error)
	err    error
}

func (r *metaReader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *metaReader) text(key string) string {
	v, ok, err := r.lookup(key)
	if err == nil && !ok {
		err = errors.New("missing")
	}
	if err != nil {
		r.fail(fmt.Errorf("metadata %s: %w", key, err))
	}
	return v
}

func (r *metaReader) number(key string) float64 {
	v := r.text(key)
	f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
	if err != nil {
		r.fail(fmt.Errorf("metadata %s: %q is no number", key, v))
	}
	return f
}

func (r *metaReader) want(key string, value int) {
	if got := r.number(key); r.err == nil && got != float64(value) {
		r.fail(fmt.Errorf("metadata %s is %v, this program wants %d", key, got, value))
	}
}

func (r *metaReader) numbers(key string, out []float32) {
	fields := strings.Fields(r.text(key))
	if len(fields) != len(out) {
		r.fail(fmt.Errorf("metadata %s has %d numbers, not %d", key, len(fields), len(out)))
		return
	}
	for i, f := range fields {
		v, err := strconv.ParseFloat(f, 32)
		if err != nil {
			r.fail(fmt.Errorf("metadata %s: %q is no number", key, f))
		}
		out[i] = float32(v)
	}
}
