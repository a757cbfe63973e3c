package model

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"voxgate/asr/feature"
	"voxgate/models"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func shipped(t testing.TB) *Model {
	t.Helper()
	data, err := fs.ReadFile(models.Files(""), "hearing/acoustic.onnx")
	if err != nil {
		t.Fatal(err)
	}
	m, err := Load(data)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

// golden are vectors that the training recipe computed from the same sound.
type golden struct {
	Samples      int         `json:"samples"`
	First        []int16     `json:"first_samples"`
	Last         []int16     `json:"last_samples"`
	Frames       int         `json:"frames"`
	Index        []int       `json:"frame_index"`
	Raw          [][]float64 `json:"raw"`
	Normalised   [][]float64 `json:"normalised"`
	ChunkFrames  int         `json:"chunk_frames"`
	Steps        int         `json:"steps"`
	ZhFirstUnits [][]float64 `json:"zh_first_units"`
	EnFirstUnits [][]float64 `json:"en_first_units"`
	Speech       []float64   `json:"speech"`
}

func readGolden(t *testing.T) golden {
	t.Helper()
	data, err := os.ReadFile("../../models/hearing/testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// sound is the recipe's test sound: two gliding tones, a pause, and noise of a linear congruential generator.
func sound(n int) []int16 {
	out := make([]int16, n)
	seed := uint64(12345)
	for i := range out {
		seed = (1103515245*seed + 12345) % (1 << 31)
		a, t := 6000.0, float64(i)
		if i >= 4000 && i < 5600 {
			a = 0
		}
		v := a*math.Sin(2*math.Pi*(200+t/16)*t/8000) + a/2*math.Sin(2*math.Pi*1250*t/8000) + (float64(seed)/(1<<31)-0.5)*600
		out[i] = int16(v)
	}
	return out
}

func features(norm feature.Norm, pcm []int16) (raw, normalised [][feature.Mels]float32) {
	feature.New(norm).Write(pcm, func(r, n *[feature.Mels]float32) {
		raw, normalised = append(raw, *r), append(normalised, *n)
	})
	return raw, normalised
}

func near(t *testing.T, what string, got float32, want, tolerance float64) {
	t.Helper()
	if math.Abs(float64(got)-want) > tolerance {
		t.Errorf("%s: %g, the recipe has %g", what, got, want)
	}
}

func TestFeaturesEqualTheRecipe(t *testing.T) {
	m, g := shipped(t), readGolden(t)
	pcm := sound(g.Samples)
	tail := pcm[len(pcm)-len(g.Last):]
	if fmt.Sprint(pcm[:len(g.First)]) != fmt.Sprint(g.First) || fmt.Sprint(tail) != fmt.Sprint(g.Last) {
		t.Fatalf("the test sound differs: %v ... %v", pcm[:len(g.First)], tail)
	}
	raw, normalised := features(m.Info.Norm, pcm)
	if len(raw) < g.Frames {
		t.Fatalf("%d frames, the recipe has %d", len(raw), g.Frames)
	}
	for i, at := range g.Index {
		for k := range g.Raw[i] {
			near(t, fmt.Sprintf("raw %d.%d", at, k), raw[at][k], g.Raw[i][k], 3e-3)
			near(t, fmt.Sprintf("normalised %d.%d", at, k), normalised[at][k], g.Normalised[i][k], 3e-3)
		}
	}
}

// runAll computes a whole sound in chunks of the given length.
func runAll(t *testing.T, b *Batcher, m *Model, feats [][feature.Mels]float32, chunk int) (zh, en [][]float32, speech []float32) {
	t.Helper()
	c := m.NewChunk(chunk)
	for at := 0; at+Subsampling <= len(feats); at += chunk {
		c.Frames = min(chunk, (len(feats)-at)/Subsampling*Subsampling)
		for i := range c.Frames {
			copy(c.Feats[i*feature.Mels:], feats[at+i][:])
		}
		if err := b.Run(context.Background(), c); err != nil {
			t.Error(err)
			return nil, nil, nil
		}
		for s := range c.Frames / Subsampling {
			zh = append(zh, append([]float32(nil), c.Zh[s*m.Info.Zh:(s+1)*m.Info.Zh]...))
			en = append(en, append([]float32(nil), c.En[s*m.Info.En:(s+1)*m.Info.En]...))
			speech = append(speech, c.Speech[s])
		}
	}
	return zh, en, speech
}

func TestOutputsEqualTheRecipe(t *testing.T) {
	m, g := shipped(t), readGolden(t)
	b := NewBatcher(m.Runner, 1)
	defer b.Close()
	_, feats := features(m.Info.Norm, sound(g.Samples))
	zh, en, speech := runAll(t, b, m, feats[:g.Frames], g.ChunkFrames)
	if len(zh) != g.Steps {
		t.Fatalf("%d steps, want %d", len(zh), g.Steps)
	}
	// A processor that rounds a norm otherwise in its last bit may shift an activation by a step of 8 bits here and there.
	off, count := 0.0, 0
	for s := range zh {
		for u, want := range g.ZhFirstUnits[s] {
			near(t, fmt.Sprintf("zh %d.%d", s, u), zh[s][u], want, 0.3)
			off, count = off+math.Abs(float64(zh[s][u])-want), count+1
		}
		for u, want := range g.EnFirstUnits[s] {
			near(t, fmt.Sprintf("en %d.%d", s, u), en[s][u], want, 0.3)
		}
		near(t, fmt.Sprintf("speech %d", s), speech[s], g.Speech[s], 0.03)
	}
	if off/float64(count) > 0.02 {
		t.Errorf("log-probabilities are off by %g on average", off/float64(count))
	}
}

func TestChunkLengthAndBatchDoNotMatter(t *testing.T) {
	m, g := shipped(t), readGolden(t)
	b := NewBatcher(m.Runner, 2)
	defer b.Close()
	_, feats := features(m.Info.Norm, sound(g.Samples))
	feats = feats[:g.Frames]
	want, _, _ := runAll(t, b, m, feats, 64)
	var wait sync.WaitGroup
	for i := range 12 {
		wait.Go(func() {
			got, _, _ := runAll(t, b, m, feats, []int{4, 8, 16, 32}[i%4])
			for s := range got {
				for u := range want[s] {
					if math.Abs(float64(got[s][u]-want[s][u])) > 1e-5 {
						t.Errorf("step %d unit %d: %g, whole utterance %g", s, u, got[s][u], want[s][u])
						return
					}
				}
			}
		})
	}
	wait.Wait()
	if s := b.Stats(); s.Runs == 0 || s.Chunks < s.Runs || s.Steps != uint64(13*g.Steps) {
		t.Errorf("counters %+v", s)
	}
}

// A worker keeps the chunks of another length than its batch's; the other one must not be able to starve them.
func TestWorkersWithLeftovers(t *testing.T) {
	m := shipped(t)
	b := NewBatcher(m.Runner, 2)
	defer b.Close()
	var wait sync.WaitGroup
	for i := range 10 {
		wait.Go(func() {
			c := m.NewChunk(16)
			for k := range 60 {
				c.Frames = 4 * (1 + (i+k)%4)
				if err := b.Run(context.Background(), c); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
}

func TestBrokenModels(t *testing.T) {
	data, err := fs.ReadFile(models.Files(""), "hearing/acoustic.onnx")
	if err != nil {
		t.Fatal(err)
	}
	change := func(old, changed string) []byte {
		if !strings.Contains(string(data), old) {
			t.Fatalf("nothing in the model reads %q", old)
		}
		return []byte(strings.ReplaceAll(string(data), old, changed))
	}
	for name, broken := range map[string][]byte{
		"empty": nil, "text": []byte("not a model"), "cut": data[:len(data)/2],
		"without sample rate": change("sample_rate", "xample_rate"), "of another sample rate": change("8000", "9000"),
		"with a state that nobody begins":     change("state_start", "xtate_start"),
		"with a state that nobody paces":      change("state_period", "xtate_period"),
		"with a state that never comes out":   change("past3_out", "last3_out"),
		"with a state that begins as no byte": change("128 0 128", "128 0 328"),
		"with a state of an odd pace":         change("2 4 4 4 4", "2 4 3 4 4"),
	} {
		m, err := Load(broken)
		if !errors.Is(err, ErrBadModel) {
			t.Errorf("%s: %v", name, err)
		}
		if m != nil {
			m.Close()
		}
	}
}

func TestRunRefuses(t *testing.T) {
	m := shipped(t)
	b := NewBatcher(m.Runner, 1)
	c := m.NewChunk(8)
	c.Frames = 6
	if err := b.Run(context.Background(), c); err == nil {
		t.Error("a chunk of 6 frames was taken")
	}
	b.Close()
	c.Frames = 8
	if err := b.Run(context.Background(), c); !errors.Is(err, ErrStopped) {
		t.Errorf("after Close: %v", err)
	}
}

func BenchmarkRun(b *testing.B) {
	m := shipped(b)
	for _, n := range []int{1, 4, 8, 16} {
		for _, frames := range []int{8, 16} {
			b.Run(fmt.Sprintf("%dx%d", n, frames), func(b *testing.B) {
				room := m.newBuffers(MaxBatch, MaxFrames)
				var chunks []*Chunk
				for range n {
					c := m.NewChunk(frames)
					c.Frames = frames
					chunks = append(chunks, c)
				}
				for b.Loop() {
					if err := m.run(chunks, room); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.N*n*frames)/100/b.Elapsed().Seconds(), "x-realtime")
			})
		}
	}
}
