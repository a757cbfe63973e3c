package zipformer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"go.uber.org/goleak"

	"voxgate/asr/asrtest"
	"voxgate/asr/fbank"
	"voxgate/asr/model"
	"voxgate/models"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func small(t testing.TB) *Model {
	t.Helper()
	m, err := Load(file(t, "model.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

// runAll gives the rows of a signal. after, where there is one, is called between the runs.
func runAll(t testing.TB, b *model.Batcher, m *Model, pcm []int16, after func(*model.Chunk)) (rows []float32) {
	t.Helper()
	var feats []float32
	fbank.New().Write(pcm, func(f *[fbank.Mels]float32) { feats = append(feats, f[:]...) })
	c := m.NewChunk()
	for len(feats) >= len(c.Feats) {
		copy(c.Feats, feats)
		if err := b.Run(context.Background(), c); err != nil {
			t.Error(err)
			return nil
		}
		rows = append(rows, c.Zh...)
		feats = feats[m.Info.Shift*fbank.Mels:]
		if after != nil {
			after(c)
		}
	}
	return rows
}

func farthest(t testing.TB, a, b []float32) (d float64) {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%d and %d numbers", len(a), len(b))
	}
	for i := range a {
		d = max(d, math.Abs(float64(a[i]-b[i])))
	}
	return d
}

// heard is how far rows are from those wanted, among the tokens that are wanted with a probability above 1 %.
func heard(t testing.TB, rows, want []float32) (d float64) {
	t.Helper()
	likely := func(list []float32) []float32 {
		out := make([]float32, len(list))
		for i := range min(len(list), len(want)) {
			if want[i] > -4.6 {
				out[i] = list[i]
			}
		}
		return out
	}
	return farthest(t, likely(rows), likely(want))
}

func golden(t testing.TB) (samples int, rows []float32) {
	t.Helper()
	var g struct {
		Samples  int         `json:"samples"`
		LogProbs [][]float32 `json:"log_probs"`
	}
	if err := json.Unmarshal(file(t, "golden.json"), &g); err != nil {
		t.Fatal(err)
	}
	for _, r := range g.LogProbs {
		rows = append(rows, r...)
	}
	return g.Samples, rows
}

// The reference numbers were computed by PyTorch from features of another implementation.
func TestRowsEqualTheReference(t *testing.T) {
	m := small(t)
	b := model.NewBatcher(m.Runner, 1)
	defer b.Close()
	samples, want := golden(t)
	if d := heard(t, runAll(t, b, m, asrtest.Glide(samples), nil), want); d > 0.02 {
		t.Errorf("a log-probability is %g away from the reference", d)
	}
	forgetful := runAll(t, b, m, asrtest.Glide(samples), func(c *model.Chunk) { clear(c.State) })
	first := m.Info.Steps * m.Info.Tokens
	if d := heard(t, forgetful[:first], want[:first]); d > 0.02 {
		t.Errorf("the first run is %g away from the reference", d)
	}
	if d := heard(t, forgetful[first:], want[first:]); d < 0.1 {
		t.Errorf("without its state the model says the same (%g): the test shows nothing", d)
	}
}

func TestBatchDoesNotMatter(t *testing.T) {
	m := small(t)
	sounds := make([][]int16, 6)
	for i := range sounds {
		sounds[i] = asrtest.Glide(30000)[i*1111:]
	}
	want := make([][]float32, len(sounds))
	alone := model.NewBatcher(m.Runner, 1)
	for i, s := range sounds {
		want[i] = runAll(t, alone, m, s, nil)
	}
	alone.Close()
	b := model.NewBatcher(m.Runner, 2)
	defer b.Close()
	var wait sync.WaitGroup
	for i, s := range sounds {
		wait.Go(func() {
			if d := farthest(t, runAll(t, b, m, s, nil), want[i]); d > 1e-3 {
				t.Errorf("call %d: %g away from what it gives alone", i, d)
			}
		})
	}
	wait.Wait()
	if s := b.Stats(); s.Chunks <= s.Runs {
		t.Errorf("%d chunks in %d runs: nothing was batched", s.Chunks, s.Runs)
	}
}

// A file in int8 rounds a quiet call by the loudest in its batch: its calls are run one by one.
func TestRoundingIsNotShared(t *testing.T) {
	m, err := Load(file(t, "int8.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if !m.single || small(t).single {
		t.Fatalf("run one by one: %v, the model in floats: %v", m.single, small(t).single)
	}
	loud, quiet, alone := m.NewChunk(), m.NewChunk(), m.NewChunk()
	for i := range loud.Feats {
		loud.Feats[i], quiet.Feats[i], alone.Feats[i] = float32(i%50), float32(i%3)/9, float32(i%3)/9
	}
	run := m.Runner()
	for range 3 {
		if err := errors.Join(run([]*model.Chunk{loud, quiet}), run([]*model.Chunk{alone})); err != nil {
			t.Fatal(err)
		}
	}
	if d := farthest(t, quiet.Zh, alone.Zh); d > 0 {
		t.Errorf("beside a loud call a quiet one is %g away", d)
	}
	if counter := quiet.State[len(quiet.State)-1]; counter != 3 {
		t.Errorf("the counter stands at %g after 3 runs", counter)
	}
}

// A batch of the states of three calls, cut up and put together by hand.
func TestStatesStackAlongTheirAxis(t *testing.T) {
	s := newState("x", []int64{2, -1, 3}, wanted{shape: []int64{2, -1, 3}})
	s.at = 1
	batch := make([]float32, 2*3*3)
	for k := range 3 {
		call := []float32{99, 0, 1, 2, 3, 4, 5}
		for i := 1; i < len(call); i++ {
			call[i] += float32(10 * k)
		}
		s.gather(batch, call, k, 3)
		back := make([]float32, len(call))
		s.part(back, batch, k, 3)
		if back[0] = 99; farthest(t, back, call) > 0 {
			t.Errorf("call %d comes back as %v", k, back)
		}
	}
	want := []float32{0, 1, 2, 10, 11, 12, 20, 21, 22, 3, 4, 5, 13, 14, 15, 23, 24, 25}
	if farthest(t, batch, want) > 0 {
		t.Errorf("stacked as %v", batch)
	}
}

func TestInfo(t *testing.T) {
	m := small(t)
	if i := m.Info; i.Tokens != 14 || i.Window != 45 || i.Shift != 32 || i.Steps != 8 || i.State < 128*3*19 {
		t.Errorf("%+v", i)
	}
}

func TestBrokenModels(t *testing.T) {
	data := file(t, "model.onnx")
	swap := func(from, to string) []byte {
		if !bytes.Contains(data, []byte(from)) || len(from) != len(to) {
			t.Fatalf("%q cannot be put in for %q", to, from)
		}
		return bytes.ReplaceAll(data, []byte(from), []byte(to))
	}
	own, err := fs.ReadFile(models.Files(""), "hearing/acoustic.onnx")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":            {nil, ""},
		"text":             {[]byte("<html>404</html>"), ""},
		"cut":              {data[:len(data)/2], ""},
		"another kind":     {swap("zipformer2", "zipformer9"), "model_type"},
		"transducer":       {swap("streaming ctc zip", "streaming xxx zip"), "CTC"},
		"no chunk length":  {swap("decode_chunk_len", "decode_chunk_xxx"), "metadata decode_chunk_len: missing"},
		"other context":    {swap("32,16", "32,17"), "cached_key_1"},
		"fewer contexts":   {swap("32,16", "00032"), "left_context_len holds 1"},
		"letters":          {swap("32,16", "32,1x"), "no number"},
		"no state output":  {swap("new_cached_val1_0", "old_cached_val1_0"), "new_cached_val1_0"},
		"the shipped one":  {own, "log_probs"},
		"other state name": {swap("cached_conv2_1", "hidden_conv2_1"), "cached_conv2_1"},
	} {
		m, err := Load(c.data)
		if !errors.Is(err, model.ErrBadModel) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if m != nil {
			m.Close()
		}
	}
}

func TestFiles(t *testing.T) {
	one, two, words := &fstest.MapFile{Data: []byte("1")}, &fstest.MapFile{Data: []byte("2")}, &fstest.MapFile{Data: []byte("<blk> 0\n")}
	for name, c := range map[string]struct {
		dir  fstest.MapFS
		want string // the model's bytes, or part of the error
	}{
		"one":           {fstest.MapFS{"tokens.txt": words, "ctc-epoch-20.onnx": one}, "1"},
		"int8 beside":   {fstest.MapFS{"tokens.txt": words, "ctc.onnx": one, "ctc.int8.onnx": two}, "2"},
		"usual name":    {fstest.MapFS{"tokens.txt": words, "a.onnx": one, "model.onnx": two}, "2"},
		"ambiguous":     {fstest.MapFS{"tokens.txt": words, "a.onnx": one, "b.onnx": two}, "keep one"},
		"no model":      {fstest.MapFS{"tokens.txt": words}, "no file *.onnx"},
		"no token list": {fstest.MapFS{"model.onnx": one}, "tokens.txt"},
	} {
		onnx, tokens, err := Files(c.dir)
		if err != nil {
			if !errors.Is(err, model.ErrBadModel) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", name, err)
			}
		} else if string(onnx) != c.want || len(tokens) == 0 {
			t.Errorf("%s: %q", name, onnx)
		}
	}
}

func TestClosed(t *testing.T) {
	m, err := Load(file(t, "model.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	run := m.Runner()
	if err := errors.Join(m.Close(), m.Close()); err != nil {
		t.Fatal(err)
	}
	if err := run([]*model.Chunk{m.NewChunk()}); !errors.Is(err, model.ErrBadModel) {
		t.Errorf("after Close: %v", err)
	}
}

// FuzzReadSizes: whatever metadata is believed describes states of bounded size.
func FuzzReadSizes(f *testing.F) {
	f.Add("45", "32", "1,1", "32,32", "15,15", "32,16", "8,8", "2,2")
	f.Add("77", "64", "2,2,3", "192,256,384", "31,31,15", "128,64,32", "32,32,32", "4,4,4")
	f.Add("0", "-1", "999999", "", "1,,2", "9999999999999999999", "x", "1")
	f.Fuzz(func(t *testing.T, window, shift, layers, dims, kernels, left, query, heads string) {
		list := map[string]string{"model_type": "zipformer2", "version": "1", "T": window, "decode_chunk_len": shift,
			"num_encoder_layers": layers, "encoder_dims": dims, "cnn_module_kernels": kernels, "left_context_len": left,
			"query_head_dims": query, "value_head_dims": query, "num_heads": heads}
		z, err := readSizes(func(key string) (string, bool, error) { v, ok := list[key]; return v, ok, nil })
		if err != nil {
			return
		}
		all := z.states()
		if len(all) > 6*maxLayers+2 || z.window < z.shift || z.shift < 1 {
			t.Errorf("%d states, window %d, shift %d", len(all), z.window, z.shift)
		}
		for _, w := range all {
			for _, n := range w.shape {
				if n < -1 || n > maxSize*maxSize {
					t.Errorf("%s has the shape %v", w.name, w.shape)
				}
			}
		}
	})
}

func BenchmarkRun(b *testing.B) {
	m := small(b)
	run := m.Runner()
	batch := make([]*model.Chunk, 8)
	for i := range batch {
		batch[i] = m.NewChunk()
	}
	for b.Loop() {
		if err := run(batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(batch)*m.Info.Shift)/100/b.Elapsed().Seconds(), "x-realtime")
}
