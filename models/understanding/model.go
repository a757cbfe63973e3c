package understanding

import (
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"sort"
	"sync"

	"voxgate/models"
)

// maxHeader bounds the header of a weights file.
const maxHeader = 1 << 16

// Model is the classifier. It is read-only and shared.
type Model struct {
	head    header
	weights []int8 // class-major: Classes x Buckets
}

// header is the JSON line that a weights file begins with.
type header struct {
	Classes     []string  `json:"classes"`
	Scale       []float64 `json:"scale"` // of each class: weight = int8 * scale
	Bias        []float64 `json:"bias"`
	Temperature float64   `json:"temperature"`
}

// Score is a class and its probability.
type Score struct {
	Class string
	P     float64
}

// Default is the model that ships. It fails only where the build itself is broken.
var Default = sync.OnceValues(func() (*Model, error) {
	in, err := models.Open("understanding/weights.bin.gz")
	if err != nil {
		return nil, fmt.Errorf("understanding weights: %w", err)
	}
	defer func() { _ = in.Close() }()
	return Load(in)
})

// Load reads a weights file: gzip of a JSON header line and the int8 weights, class by class.
func Load(in io.Reader) (*Model, error) {
	unzipped, err := gzip.NewReader(in)
	if err != nil {
		return nil, fmt.Errorf("understanding weights: %w", err)
	}
	var size uint32
	if err := binary.Read(unzipped, binary.LittleEndian, &size); err != nil {
		return nil, fmt.Errorf("understanding weights: header size: %w", err)
	}
	if size > maxHeader {
		return nil, fmt.Errorf("understanding weights: header of %d bytes", size)
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(unzipped, text); err != nil {
		return nil, fmt.Errorf("understanding weights: header: %w", err)
	}
	m := &Model{}
	if err := json.Unmarshal(text, &m.head); err != nil {
		return nil, fmt.Errorf("understanding weights: header: %w", err)
	}
	n := len(m.head.Classes)
	if n == 0 || len(m.head.Scale) != n || len(m.head.Bias) != n || m.head.Temperature <= 0 {
		return nil, errors.New("understanding weights: header does not fit together")
	}
	body := make([]byte, n*Buckets)
	if _, err := io.ReadFull(unzipped, body); err != nil {
		return nil, fmt.Errorf("understanding weights: body: %w", err)
	}
	// The check sum stands behind the body, so the end must be read too.
	if n, err := unzipped.Read(make([]byte, 1)); n > 0 || !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("understanding weights: the body does not end where it should (%v)", err)
	}
	m.weights = make([]int8, len(body))
	for i, b := range body {
		m.weights[i] = int8(b) //nolint:gosec // two's complement is how the file stores them
	}
	return m, nil
}

// Save writes a weights file that Load reads; weights are class-major float64, Buckets for each class.
func Save(out io.Writer, classes []string, weights [][]float64, bias []float64, temperature float64) error {
	head := header{Classes: classes, Bias: bias, Temperature: temperature}
	body := make([]byte, 0, len(classes)*Buckets)
	for _, row := range weights {
		peak := 1e-9
		for _, w := range row {
			peak = max(peak, math.Abs(w))
		}
		head.Scale = append(head.Scale, peak/127)
		for _, w := range row {
			body = append(body, byte(int8(math.Round(w/peak*127))))
		}
	}
	text, err := json.Marshal(head)
	if err != nil {
		return fmt.Errorf("understanding weights: %w", err)
	}
	zipped, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	if err != nil {
		return fmt.Errorf("understanding weights: %w", err)
	}
	size := binary.LittleEndian.AppendUint32(nil, uint32(len(text)))
	for _, part := range [][]byte{size, text, body} {
		if _, err := zipped.Write(part); err != nil {
			return fmt.Errorf("understanding weights: %w", err)
		}
	}
	if err := zipped.Close(); err != nil {
		return fmt.Errorf("understanding weights: %w", err)
	}
	return nil
}

// Classes are the names of the classes.
func (m *Model) Classes() []string { return m.head.Classes }

// Classify returns all classes, the likeliest first; the probabilities sum to 1. Pinyin as for Features.
func (m *Model) Classify(text, pinyin string) []Score {
	features := Features(text, pinyin)
	norm := 1 / math.Sqrt(max(1, float64(len(features))))
	out := make([]Score, len(m.head.Classes))
	peak := math.Inf(-1)
	for c := range out {
		sum := 0
		row := m.weights[c*Buckets : (c+1)*Buckets]
		for _, f := range features {
			sum += int(row[f])
		}
		logit := (float64(sum)*m.head.Scale[c]*norm + m.head.Bias[c]) / m.head.Temperature
		out[c] = Score{m.head.Classes[c], logit}
		peak = max(peak, logit)
	}
	total := 0.0
	for c := range out {
		out[c].P = math.Exp(out[c].P - peak)
		total += out[c].P
	}
	for c := range out {
		out[c].P /= total
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].P > out[j].P })
	return out
}
