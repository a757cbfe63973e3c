package fbank

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"voxgate/asr/asrtest"
)

func compute(pcm []int16, sizes ...int) (out [][Mels]float32) {
	e := New()
	for i := 0; len(pcm) > 0; i++ {
		n := min(sizes[i%len(sizes)], len(pcm))
		e.Write(pcm[:n], func(f *[Mels]float32) { out = append(out, *f) })
		pcm = pcm[n:]
	}
	return out
}

func TestEqualsTheReference(t *testing.T) {
	data, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Samples int         `json:"samples"`
		Frames  int         `json:"frames"`
		Last    []int16     `json:"last_samples"`
		Index   []int       `json:"frame_index"`
		Fbank   [][]float64 `json:"fbank"`
	}
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	pcm := asrtest.Glide(golden.Samples)
	if tail := pcm[len(pcm)-len(golden.Last):]; !slices.Equal(tail, golden.Last) {
		t.Fatalf("the test signal ends in %v, the reference's in %v", tail, golden.Last)
	}
	got := compute(pcm, len(pcm))
	if len(got) != golden.Frames {
		t.Fatalf("%d frames, the reference has %d", len(got), golden.Frames)
	}
	for i, at := range golden.Index {
		for k, want := range golden.Fbank[i] {
			if math.Abs(float64(got[at][k])-want) > 2e-3 {
				t.Errorf("frame %d, mel %d: %g, the reference has %g", at, k, got[at][k], want)
			}
		}
	}
}

func TestChunkingDoesNotMatter(t *testing.T) {
	pcm := asrtest.Glide(8000)
	whole, pieces := compute(pcm, 8000), compute(pcm, 320, 1, 79, 500)
	if !slices.Equal(whole, pieces) {
		t.Error("the features depend on how the signal is cut")
	}
}

func TestExtremes(t *testing.T) {
	square := make([]int16, 1600)
	for i := range square {
		square[i] = []int16{-32768, 32767}[i/4%2]
	}
	for _, pcm := range [][]int16{make([]int16, 1600), square} {
		for _, f := range compute(pcm, 320) {
			for k, v := range f {
				if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
					t.Fatalf("mel %d is %v", k, v)
				}
			}
		}
	}
	if got := compute(make([]int16, 279), 279); len(got) != 0 {
		t.Errorf("%d frames of less than one", len(got))
	}
}

func TestNoAllocationPerFrame(t *testing.T) {
	e, pcm, n := New(), asrtest.Glide(320), 0
	if allocs := testing.AllocsPerRun(200, func() { e.Write(pcm, func(*[Mels]float32) { n++ }) }); allocs > 0 {
		t.Errorf("%v allocations a write", allocs)
	}
}

func BenchmarkWrite(b *testing.B) {
	e, pcm, n := New(), asrtest.Glide(320), 0
	for b.Loop() {
		e.Write(pcm, func(*[Mels]float32) { n++ })
	}
}
