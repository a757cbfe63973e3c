package caller

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"voxgate/dialog/knowledge"
	"voxgate/dialog/shop"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// inCI is how many simulated calls a test plays; `voxgate bench dialog` plays a thousand.
const inCI = 100

func simulator(t *testing.T) *Simulator {
	t.Helper()
	line, err := NewLine(t.Context(), Options{Log: slog.New(slog.DiscardHandler), Knowledge: knowledge.Options{Demo: true}, CSAT: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = line.Close() })
	file, err := shop.Demo()
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSimulator(line, file)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSimulatedCalls plays random callers: no dead ends, no circles, every call ends, manners are kept, and nothing is said
// that no result proves. A failure prints the seed and the call.
func TestSimulatedCalls(t *testing.T) {
	s := simulator(t)
	const first = 1
	outcomes := map[string]int{}
	for seed := uint64(first); seed < first+inCI; seed++ {
		played, err := s.Play(context.Background(), seed)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		outcomes[played.Outcome]++
		if len(played.Faults) > 0 {
			t.Errorf("seed %d (%s):\n  %s\n%s", seed, played.Who, strings.Join(played.Faults, "\n  "), strings.Join(played.Transcript, "\n"))
		}
	}
	t.Logf("%d calls from seed %d: %v", inCI, first, outcomes)
}
