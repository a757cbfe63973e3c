package decode

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestQuickLogAndExp(t *testing.T) {
	for x := -20.0; x <= 20; x += 0.0137 {
		e := math.Exp(x)
		if got := float64(quickExp(float32(x))); math.Abs(got/e-1) > 5e-4 {
			t.Fatalf("exp(%v) = %v, want %v", x, got, e)
		}
		if got := float64(quickLog(float32(e))); math.Abs(got-x) > 5e-4 {
			t.Fatalf("log(%v) = %v, want %v", e, got, x)
		}
	}
}

func TestNoHistoryExceedsTheLimits(t *testing.T) {
	zh := language(t, "zh")
	highest := zh.model.highest()
	dice := rand.New(rand.NewPCG(1, 9))
	for range 20_000 {
		state, w := dice.Int32N(int32(len(zh.model.back))), dice.Int32N(int32(len(highest)))
		if p := zh.model.score(state, w); p > highest[w]+1e-5 {
			t.Fatalf("token %d has log-probability %v in state %d, its highest is %v", w, p, state, highest[w])
		}
	}
	if n := len(zh.tree.limits); n != len(zh.tree.ends) {
		t.Fatalf("%d limits for %d words", n, len(zh.tree.ends))
	}
}
