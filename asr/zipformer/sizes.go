package zipformer

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	ort "github.com/yalue/onnxruntime_go"

	"voxgate/asr/model"
)

// Bounds of what is believed of a file: no public model comes near them.
const (
	maxLayers = 256
	maxSize   = 1 << 14
	maxState  = 1 << 24
)

// sizes are the metadata of a model.
type sizes struct {
	version       string
	window, shift int
	layers        []int // of each stack, as the lists below
	dims, kernels []int
	left          []int
	query, value  []int
	heads         []int
}

// readSizes reads the metadata of icefall's export.
func readSizes(lookup func(string) (string, bool, error)) (sizes, error) {
	var z sizes
	kind, err := text(lookup, "model_type")
	if err != nil {
		return z, err
	}
	if kind != "zipformer2" {
		return z, fmt.Errorf("its model_type is %.40q; only zipformer2 can be run", kind)
	}
	if comment, err := text(lookup, "comment"); err == nil && !strings.Contains(comment, "ctc") {
		return z, fmt.Errorf("it calls itself %.80q; only a CTC model can be run", comment)
	}
	if z.version, err = text(lookup, "version"); err != nil {
		return z, err
	}
	for _, field := range []struct {
		key string
		to  *int
	}{{"T", &z.window}, {"decode_chunk_len", &z.shift}} {
		one, err := numbers(lookup, field.key)
		if err != nil {
			return z, err
		}
		if len(one) != 1 {
			return z, fmt.Errorf("metadata %s holds %d numbers, not 1", field.key, len(one))
		}
		*field.to = one[0]
	}
	for _, field := range []struct {
		key string
		to  *[]int
	}{
		{"num_encoder_layers", &z.layers}, {"encoder_dims", &z.dims}, {"cnn_module_kernels", &z.kernels},
		{"left_context_len", &z.left}, {"query_head_dims", &z.query}, {"value_head_dims", &z.value}, {"num_heads", &z.heads},
	} {
		if *field.to, err = numbers(lookup, field.key); err != nil {
			return z, err
		}
		if len(*field.to) != len(z.layers) {
			return z, fmt.Errorf("metadata %s holds %d numbers, num_encoder_layers %d", field.key, len(*field.to), len(z.layers))
		}
	}
	if z.window < z.shift || z.shift%model.Subsampling != 0 {
		return z, fmt.Errorf("impossible metadata: T %d, decode_chunk_len %d", z.window, z.shift)
	}
	total := 0
	for _, n := range z.layers {
		if total += n; total > maxLayers {
			return z, fmt.Errorf("metadata num_encoder_layers: more than %d layers", maxLayers)
		}
	}
	return z, nil
}

func text(lookup func(string) (string, bool, error), key string) (string, error) {
	v, ok, err := lookup(key)
	if err == nil && !ok {
		err = errors.New("missing; it must be a streaming zipformer2 CTC export")
	}
	if err != nil {
		return "", fmt.Errorf("metadata %s: %w", key, err)
	}
	return v, nil
}

// numbers reads positive whole numbers with commas between them.
func numbers(lookup func(string) (string, bool, error), key string) ([]int, error) {
	v, err := text(lookup, key)
	if err != nil {
		return nil, err
	}
	var out []int
	for field := range strings.SplitSeq(v, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil || n < 1 || n > maxSize {
			return nil, fmt.Errorf("metadata %s: %.40q is no number from 1 to %d", key, field, maxSize)
		}
		out = append(out, n)
	}
	return out, nil
}

// wanted is a state as the metadata promise it; -1 in the shape is the batch, 0 any size.
type wanted struct {
	name    string
	shape   []int64
	element ort.TensorElementDataType
}

// states are all states in the order of the export.
func (z sizes) states() []wanted {
	const number = ort.TensorElementDataTypeFloat
	var out []wanted
	layer := 0
	for i, count := range z.layers {
		left, dim := int64(z.left[i]), int64(z.dims[i])
		key, value := int64(z.query[i]*z.heads[i]), int64(z.value[i]*z.heads[i])
		for range count {
			add := func(name string, shape ...int64) {
				out = append(out, wanted{fmt.Sprintf("cached_%s_%d", name, layer), shape, number})
			}
			add("key", left, -1, key)
			add("nonlin_attn", 1, -1, left, 3*dim/4)
			add("val1", left, -1, value)
			add("val2", left, -1, value)
			add("conv1", -1, dim, int64(z.kernels[i]/2))
			add("conv2", -1, dim, int64(z.kernels[i]/2))
			layer++
		}
	}
	return append(out,
		wanted{"embed_states", []int64{-1, 0, 0, 0}, number},
		wanted{"processed_lens", []int64{-1}, ort.TensorElementDataTypeInt64})
}

// fits holds an input against what the metadata promise. A batch of a fixed size must be 1.
func fits(in ort.InputOutputInfo, element ort.TensorElementDataType, shape []int64) error {
	ok := in.DataType == element && len(in.Dimensions) == len(shape)
	for i := 0; ok && i < len(shape); i++ {
		got := in.Dimensions[i]
		switch shape[i] {
		case -1:
			ok = got <= 1
		case 0:
			ok = got > 0 && got <= maxSize
		default:
			ok = got == shape[i]
		}
	}
	if !ok {
		return fmt.Errorf("input %s has the shape %v of %v, its metadata promise %v", in.Name, in.Dimensions, in.DataType, shape)
	}
	return nil
}

// state is one part of what a call keeps: a tensor whose batch axis has outer rows before it and inner numbers behind.
type state struct {
	name         string
	shape        []int64 // of a batch of one
	axis         int
	outer, inner int
	at           int // where it lies in a call's state
	integer      bool
}

func newState(name string, dims []int64, w wanted) state {
	s := state{name: name, shape: slices.Clone(dims), axis: slices.Index(w.shape, -1), outer: 1, inner: 1}
	s.integer = w.element == ort.TensorElementDataTypeInt64
	s.shape[s.axis] = 1
	for i, n := range s.shape {
		if i < s.axis {
			s.outer *= int(n)
		} else {
			s.inner *= int(n)
		}
	}
	return s
}

func (s *state) size() int { return s.outer * s.inner }

// of is the shape for a batch of n.
func (s *state) of(n int) ort.Shape {
	shape := slices.Clone(s.shape)
	shape[s.axis] = int64(n)
	return shape
}

// gather puts the states of one call, the k-th of n, into a batch.
func (s *state) gather(batch, call []float32, k, n int) {
	for o := range s.outer {
		copy(batch[(o*n+k)*s.inner:(o*n+k+1)*s.inner], call[s.at+o*s.inner:])
	}
}

// part takes the states of one call out of a batch.
func (s *state) part(call, batch []float32, k, n int) {
	for o := range s.outer {
		copy(call[s.at+o*s.inner:s.at+(o+1)*s.inner], batch[(o*n+k)*s.inner:])
	}
}
