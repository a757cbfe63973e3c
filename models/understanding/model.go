// Package understanding tells what a line of a call is about: the main intent or dialogue act, what else is wanted, and
// the mood. The network reads units (hanzi, sounds, words, concepts) and n-grams; it is trained by
// models/recipe/understanding from lines written for this project, and runs on ONNX Runtime.
package understanding

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"
	"sync"

	ort "github.com/yalue/onnxruntime_go"

	"voxgate/models"
	"voxgate/models/onnx"
)

// outOfScope is the class of what is none of the shop's business.
const outOfScope = "out_of_scope"

// ErrBadModel says that a model file is broken or not of the expected form.
var ErrBadModel = errors.New("understanding model not usable")

// File is the path of the model that ships, below models/.
const File = "understanding/understanding.onnx"

// Model is the loaded network. It is read-only and shared; runs may overlap.
type Model struct {
	session        *ort.DynamicAdvancedSession
	classes, moods []string
	outside        float64
	deep, wide     map[uint32]int32 // rows of the tables by the hashes of the features that were trained on
}

// Score is a class and its probability.
type Score struct {
	Class string
	P     float64
}

// Result is what a line means. Probabilities are calibrated on styles of speech that were not trained on.
type Result struct {
	Scores []Score            // all classes, the likeliest first; the sum is 1
	Wanted map[string]float64 // of every class apart: whether the line asks for it, beside whatever else
	Moods  map[string]float64 // neutral, negative, angry, positive; the sum is 1
}

// Of is the probability of a class.
func (r Result) Of(class string) float64 {
	for _, s := range r.Scores {
		if s.Class == class {
			return s.P
		}
	}
	return 0
}

// Outside is how much likelier it is that a line is none of the shop's business than that it is of the likeliest other
// class: the share of both, 0..1.
func (r Result) Outside() float64 {
	outside, other := r.Of(outOfScope), 0.0
	for _, s := range r.Scores {
		if s.Class != outOfScope {
			other = max(other, s.P)
		}
	}
	return outside / max(outside+other, 1e-12)
}

// Default is the model that ships, loaded once. Errors wrap onnx.ErrNoRuntime or ErrBadModel.
var Default = sync.OnceValues(func() (*Model, error) {
	data, err := fs.ReadFile(models.Files(""), File)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadModel, err)
	}
	return Load(data)
})

// Load makes a model of the bytes of an ONNX file with inputs deep [T, Slots] and wide [M] (int32, rows of tables for
// the features of Encode), outputs intents [C] and moods [K] (probabilities that sum to 1) and wanted [C] (probabilities
// apart), and metadata classes, moods (names with spaces between), outside (a probability), deep and wide (the hashes of
// the features in the order of their rows from 1 on: base64 of 32 bits each, the lowest byte first). Errors wrap
// onnx.ErrNoRuntime or ErrBadModel. The model lives as long as the process.
func Load(data []byte) (*Model, error) {
	if err := onnx.Start(); err != nil {
		return nil, err
	}
	m, err := load(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadModel, err)
	}
	return m, nil
}

func load(data []byte) (*Model, error) {
	meta, err := ort.GetModelMetadataWithONNXData(data)
	if err != nil {
		return nil, err
	}
	defer meta.Destroy()
	var m Model
	for key, list := range map[string]*[]string{"classes": &m.classes, "moods": &m.moods} {
		names, ok, err := meta.LookupCustomMetadataMap(key)
		if err != nil || !ok || names == "" {
			return nil, fmt.Errorf("metadata %q is missing (%w)", key, err)
		}
		*list = strings.Fields(names)
	}
	for key, rows := range map[string]*map[uint32]int32{"deep": &m.deep, "wide": &m.wide} {
		text, _, err := meta.LookupCustomMetadataMap(key)
		if err != nil {
			return nil, err
		}
		if *rows, err = rowsOf(text); err != nil {
			return nil, fmt.Errorf("metadata %q: %w", key, err)
		}
	}
	text, _, err := meta.LookupCustomMetadataMap("outside")
	if err != nil {
		return nil, err
	}
	if _, err := fmt.Sscanf(text, "%g", &m.outside); err != nil {
		return nil, fmt.Errorf("metadata outside %q: %w", text, err)
	}
	if m.session, err = onnx.NewSession(data, []string{"deep", "wide"}, []string{"intents", "wanted", "moods"}); err != nil {
		return nil, err
	}
	if _, err := m.Classify("", ""); err != nil {
		return nil, errors.Join(err, m.session.Destroy())
	}
	return &m, nil
}

// Classes are the names of the classes.
func (m *Model) Classes() []string { return m.classes }

// Outside is the Result.Outside from which on a line counts as out of scope, chosen so that most lines of writers who
// were left out of a training are taken for what they are.
func (m *Model) Outside() float64 { return m.outside }

// Classify says what a line means. Pinyin as for Encode. An error means that the model is broken.
func (m *Model) Classify(text, pinyin string) (Result, error) {
	deep, wide := m.rows(Encode(text, pinyin))
	intents, wanted, moods := make([]float32, len(m.classes)), make([]float32, len(m.classes)), make([]float32, len(m.moods))
	if err := m.run(deep, wide, intents, wanted, moods); err != nil {
		return Result{}, fmt.Errorf("%w: %w", ErrBadModel, err)
	}
	r := Result{Wanted: map[string]float64{}, Moods: map[string]float64{}}
	for i, class := range m.classes {
		if math.IsNaN(float64(intents[i])) {
			return Result{}, fmt.Errorf("%w: its output is no number", ErrBadModel)
		}
		r.Scores = append(r.Scores, Score{class, float64(intents[i])})
		r.Wanted[class] = float64(wanted[i])
	}
	for i, mood := range m.moods {
		r.Moods[mood] = float64(moods[i])
	}
	slices.SortStableFunc(r.Scores, func(a, b Score) int { return cmp.Compare(b.P, a.P) })
	return r, nil
}

// run hands a line to the session as tensors.
func (m *Model) run(units, grams []int32, outputs ...[]float32) (err error) {
	var tensors []ort.Value
	defer func() {
		for _, t := range tensors {
			err = errors.Join(err, t.Destroy())
		}
	}()
	deep, err := ort.NewTensor(ort.NewShape(int64(len(units)/Slots), Slots), units)
	if err != nil {
		return err
	}
	tensors = append(tensors, deep)
	wide, err := ort.NewTensor(ort.NewShape(int64(len(grams))), grams)
	if err != nil {
		return err
	}
	tensors = append(tensors, wide)
	for _, data := range outputs {
		t, err := ort.NewTensor(ort.NewShape(int64(len(data))), data)
		if err != nil {
			return err
		}
		tensors = append(tensors, t)
	}
	return m.session.Run(tensors[:2], tensors[2:])
}
