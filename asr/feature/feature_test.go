package feature

import (
	"math"
	"math/rand/v2"
	"testing"
)

func tone(n int, level float64) []int16 {
	pcm := make([]int16, n)
	noise := rand.New(rand.NewPCG(1, 2))
	for i := range pcm {
		t := float64(i) / Rate
		v := level * (0.5*math.Sin(2*math.Pi*440*t) + 0.2*math.Sin(2*math.Pi*1830*t) + 0.05*noise.NormFloat64())
		pcm[i] = int16(max(-32768, min(32767, v*32768)))
	}
	return pcm
}

func TestChunkingDoesNotMatter(t *testing.T) {
	pcm := tone(8000, 0.5)
	collect := func(sizes ...int) [][Mels]float32 {
		e := New(Norm{Peak: -2, Decay: 0.004, Gate: 4, Start: 50, Cap: 1000})
		var out [][Mels]float32
		rest := pcm
		for i := 0; len(rest) > 0; i++ {
			n := min(sizes[i%len(sizes)], len(rest))
			e.Write(rest[:n], func(_, y *[Mels]float32) { out = append(out, *y) })
			rest = rest[n:]
		}
		return out
	}
	whole, pieces := collect(8000), collect(160, 1, 333, 79)
	if want := (8000-Window)/Hop + 1; len(whole) != want || len(pieces) != want {
		t.Fatalf("%d and %d frames, want %d", len(whole), len(pieces), want)
	}
	for i := range whole {
		if whole[i] != pieces[i] {
			t.Fatalf("frame %d differs", i)
		}
	}
}

func TestNormalisationForgetsTheLevel(t *testing.T) {
	norm := Norm{Peak: -20, Decay: 0.004, Gate: 4, Start: 50, Cap: 1000}
	last := func(level float64) (y [Mels]float32) {
		New(norm).Write(tone(40*Rate, level), func(_, n *[Mels]float32) { y = *n })
		return y
	}
	loud, quiet := last(0.8), last(0.1)
	for k := range loud {
		if d := math.Abs(float64(loud[k] - quiet[k])); d > 0.35 {
			t.Errorf("mel %d differs by %.2f after 40 s of another level", k, d)
		}
	}
}

func TestSilenceDoesNotMoveTheMean(t *testing.T) {
	norm := Norm{Peak: -2, Decay: 0.004, Gate: 4, Start: 50, Cap: 1000}
	e := New(norm)
	e.Write(make([]int16, Rate), func(_, _ *[Mels]float32) {})
	for k, m := range e.mean {
		if m != 0 {
			t.Fatalf("mean of mel %d moved to %g in silence", k, m)
		}
	}
}

func TestNoAllocationPerFrame(t *testing.T) {
	e := New(Norm{Start: 50, Cap: 1000, Gate: 4})
	pcm := tone(160, 0.3)
	n := 0
	if allocs := testing.AllocsPerRun(200, func() { e.Write(pcm, func(_, _ *[Mels]float32) { n++ }) }); allocs > 0 {
		t.Errorf("%v allocations a write", allocs)
	}
}

func BenchmarkWrite(b *testing.B) {
	e := New(Norm{Start: 50, Cap: 1000, Gate: 4})
	pcm := tone(160, 0.3)
	n := 0
	for b.Loop() {
		e.Write(pcm, func(_, _ *[Mels]float32) { n++ })
	}
}
