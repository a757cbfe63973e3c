package model

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	ort "github.com/yalue/onnxruntime_go"

	"voxgate/asr/feature"
)

// memory is one of the inputs by which the model remembers a call.
type memory struct {
	name        string
	rows, width int
	period      int // feature frames that add a row
}

// maxState bounds what a call may have to keep, in bytes.
const maxState = 1 << 20

// inspect reads shape and metadata and refuses what does not fit. The model that it returns has no session yet.
func inspect(data []byte) (*Model, error) {
	ins, outs, err := ort.GetInputOutputInfoWithONNXData(data)
	if err != nil {
		return nil, err
	}
	meta, err := ort.GetModelMetadataWithONNXData(data)
	if err != nil {
		return nil, err
	}
	defer meta.Destroy()
	r := &metaReader{lookup: meta.LookupCustomMetadataMap}
	r.want("sample_rate", feature.Rate)
	r.want("hop", feature.Hop)
	r.want("window", feature.Window)
	r.want("mels", feature.Mels)
	r.want("subsampling", Subsampling)
	m := &Model{Info: Info{
		Version:   r.text("version"),
		Lookahead: time.Duration(r.number("lookahead_ms") * float64(time.Millisecond)),
		Norm: feature.Norm{
			Peak: r.number("norm_peak"), Decay: r.number("norm_decay"), Gate: r.number("norm_gate"),
			Start: r.number("norm_n0"), Cap: r.number("norm_cap"),
		},
	}}
	r.numbers("norm_prior", m.Info.Norm.Prior[:])
	r.last(ins, "feats", feature.Mels)
	r.last(outs, "speech", 0)
	m.Info.Zh, m.Info.En = r.last(outs, "zh", 0), r.last(outs, "en", 0)
	r.memories(m, ins, outs)
	norm := m.Info.Norm
	if r.err == nil && (m.Info.Zh < 2 || m.Info.En < 2 || norm.Start < 1 || norm.Cap < norm.Start) {
		r.fail(fmt.Errorf("impossible sizes: %+v", m.Info))
	}
	if r.err != nil {
		return nil, r.err
	}
	return m, nil
}

// metaReader reads typed metadata and shapes, and keeps the first failure.
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

// last is the length of the last axis of an input or output; want 0 takes any.
func (r *metaReader) last(list []ort.InputOutputInfo, name string, want int) int {
	for _, io := range list {
		if n := len(io.Dimensions); io.Name == name && n > 0 && io.DataType == ort.TensorElementDataTypeFloat {
			got := int(io.Dimensions[n-1])
			if want > 0 && got != want {
				r.fail(fmt.Errorf("%s has %d columns, not %d", name, got, want))
			}
			return got
		}
	}
	r.fail(fmt.Errorf("no input or output of floats named %s", name))
	return 0
}

// memories finds the memories among the inputs, how they grow, and what they hold as a call begins.
func (r *metaReader) memories(m *Model, ins, outs []ort.InputOutputInfo) {
	grown := map[string]ort.InputOutputInfo{}
	for _, io := range outs {
		grown[io.Name] = io
	}
	starts, periods := strings.Fields(r.text("state_start")), strings.Fields(r.text("state_period"))
	for _, io := range ins {
		if io.Name == "feats" {
			continue
		}
		out, at := grown[io.Name+"_out"], len(m.memories)
		if !bytesByRow(io) || !bytesByRow(out) || io.Dimensions[1] < 1 || io.Dimensions[2] < 1 || io.Dimensions[2] != out.Dimensions[2] {
			r.fail(fmt.Errorf("input %s is no memory of bytes by rows with an output of its own", io.Name))
			return
		}
		if at >= len(starts) || at >= len(periods) {
			r.fail(fmt.Errorf("metadata state_start and state_period say nothing of input %s", io.Name))
			return
		}
		start, err := strconv.ParseUint(starts[at], 10, 8)
		period, err2 := strconv.Atoi(periods[at])
		s := memory{name: io.Name, rows: int(io.Dimensions[1]), width: int(io.Dimensions[2]), period: period}
		if err != nil || err2 != nil || period < 1 || Subsampling%period != 0 || s.rows > maxState || s.width > maxState/s.rows {
			r.fail(fmt.Errorf("memory %s: %d x %d bytes that begin as %q and grow every %q frames", s.name, s.rows, s.width, starts[at], periods[at]))
			return
		}
		m.memories = append(m.memories, s)
		for range s.rows * s.width {
			m.fresh = append(m.fresh, uint8(start))
		}
		if m.Info.State = len(m.fresh); m.Info.State > maxState {
			r.fail(fmt.Errorf("a call would have to keep more than %d bytes", maxState))
			return
		}
	}
	if len(m.memories) == 0 {
		r.fail(errors.New("no memory among the inputs"))
	}
}

func bytesByRow(io ort.InputOutputInfo) bool {
	return io.DataType == ort.TensorElementDataTypeUint8 && len(io.Dimensions) == 3
}
