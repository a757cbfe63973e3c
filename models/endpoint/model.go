package endpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"

	"voxgate/models"
)

// ErrWeights says that a weights file is not usable.
var ErrWeights = errors.New("end-of-turn weights")

// Hidden is the width of the network.
const Hidden = 16

// largest is how many bytes a weights file may have.
const largest = 1 << 20

// Model tells how likely a turn is over. It is read-only and shared.
type Model struct {
	Words [Buckets]float32        // weights of the features of a text
	In    [Hidden][Inputs]float64 // the network: tanh(In x + Shift), then a weighted sum
	Shift [Hidden]float64
	Out   [Hidden]float64
	Bias  float64
	// A turn is over from this probability on: one that ends in words, and one that ends in a number.
	Trust, Sure float64
}

// file is the form of a weights file: JSON, the words' weights by their buckets.
type file struct {
	Words map[int]float32 `json:"words"`
	In    [][]float64     `json:"in"`
	Shift []float64       `json:"shift"`
	Out   []float64       `json:"out"`
	Bias  float64         `json:"bias"`
	Trust float64         `json:"trust"`
	Sure  float64         `json:"sure"`
}

// Default is the model that ships. It fails only where the build itself is broken.
var Default = sync.OnceValues(func() (*Model, error) {
	in, err := models.Open("endpoint/weights.json")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrWeights, err)
	}
	defer in.Close()
	return Load(in)
})

// Load reads a weights file.
func Load(in io.Reader) (*Model, error) {
	data, err := io.ReadAll(io.LimitReader(in, largest+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrWeights, err)
	}
	if len(data) > largest {
		return nil, fmt.Errorf("%w: larger than %d bytes", ErrWeights, largest)
	}
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrWeights, err)
	}
	if len(f.In) != Hidden || len(f.Shift) != Hidden || len(f.Out) != Hidden || !(f.Trust > 0 && f.Trust < 1 && f.Sure > 0 && f.Sure < 1) {
		return nil, fmt.Errorf("%w: the network must be %d wide and trust and sure between 0 and 1", ErrWeights, Hidden)
	}
	m := &Model{Bias: f.Bias, Trust: f.Trust, Sure: f.Sure}
	for i, row := range f.In {
		if len(row) != Inputs {
			return nil, fmt.Errorf("%w: row %d has %d inputs, not %d", ErrWeights, i, len(row), Inputs)
		}
		copy(m.In[i][:], row)
	}
	copy(m.Shift[:], f.Shift)
	copy(m.Out[:], f.Out)
	for b, w := range f.Words {
		if b < 0 || b >= Buckets {
			return nil, fmt.Errorf("%w: bucket %d of %d", ErrWeights, b, Buckets)
		}
		m.Words[b] = w
	}
	return m, nil
}

// Save writes a weights file that Load reads.
func (m *Model) Save(out io.Writer) error {
	f := file{Words: map[int]float32{}, Bias: rounded(m.Bias), Trust: m.Trust, Sure: m.Sure}
	for b, w := range m.Words {
		if r := rounded(float64(w)); r != 0 {
			f.Words[b] = float32(r)
		}
	}
	for i := range Hidden {
		row := make([]float64, Inputs)
		for k, v := range m.In[i] {
			row[k] = rounded(v)
		}
		f.In = append(f.In, row)
		f.Shift, f.Out = append(f.Shift, rounded(m.Shift[i])), append(f.Out, rounded(m.Out[i]))
	}
	return json.NewEncoder(out).Encode(f)
}

// rounded keeps three decimals: the file is text.
func rounded(v float64) float64 { return math.Round(v*1000) / 1000 }

// Complete is the log-odds that words which end here are all that is said.
func (m *Model) Complete(lang, text string) float64 {
	sum := 0.0
	for _, b := range Features(lang, text) {
		sum += float64(m.Words[b])
	}
	return sum
}

// Over is the probability that the turn is over, 0..1, and whether that is enough to end it.
func (m *Model) Over(in Input) (chance float64, over bool) {
	x := in.Dense(m.Complete(in.Lang, in.Text))
	sum := m.Bias
	for i := range Hidden {
		sum += m.Out[i] * math.Tanh(dot(&m.In[i], &x)+m.Shift[i])
	}
	chance = 1 / (1 + math.Exp(-sum))
	if in.Number() == NoNumber {
		return chance, chance >= m.Trust
	}
	return chance, chance >= m.Sure
}

func dot(a, b *[Inputs]float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}
