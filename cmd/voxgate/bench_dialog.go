package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"voxgate/dialog/caller"
	"voxgate/dialog/knowledge"
	"voxgate/dialog/shop"
)

// benchDialogLine is the measurement as JSON.
type benchDialogLine struct {
	Bench    string         `json:"bench"`
	Calls    int            `json:"calls"`
	OK       int            `json:"ok"`       // calls in which nothing was wrong
	Faults   int            `json:"faults"`   // dead ends, circles, breaches of manners and invented facts
	Invented int            `json:"invented"` // of these, things said that nothing proves
	Seed     uint64         `json:"seed"`     // of the first call; the next ones count up
	Turns    int            `json:"turns"`
	P50      float64        `json:"p50_ms"` // of an answer, without the shop
	P99      float64        `json:"p99_ms"`
	Outcomes map[string]int `json:"outcomes"`
}

// mostSimulated bounds --calls.
const mostSimulated = 100_000

func newBenchDialogCommand() *cobra.Command {
	var calls int
	var seed uint64
	cmd := &cobra.Command{
		Use:   "dialog [--calls N] [--seed N]",
		Short: "Random callers in text: what goes wrong, how calls end, time of an answer",
		Long: `Plays random callers in text against the demo shop: of all matters, in both languages, patient and angry, known and
unknown, misheard, silent, changing their minds. Each answer is held against what the shop returned, and against the
manners of a voice. A call in which something is wrong is printed with its seed; --calls 1 --seed N plays it again.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if calls < 1 || calls > mostSimulated {
				return usageError{fmt.Errorf("--calls %d is not between 1 and %d", calls, mostSimulated)}
			}
			asJSON, err := cmd.Flags().GetBool("json")
			if err != nil {
				return err
			}
			return benchDialog(cmd.Context(), cmd.OutOrStdout(), calls, seed, asJSON)
		},
	}
	cmd.Flags().IntVar(&calls, "calls", 1000, "how many calls, one after another")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "seed of the first call")
	return cmd
}

func benchDialog(ctx context.Context, out io.Writer, calls int, seed uint64, asJSON bool) (err error) {
	line, err := caller.NewLine(ctx, slog.New(slog.DiscardHandler), knowledge.Options{Demo: true})
	if err != nil {
		return fmt.Errorf("bench dialog: %w", err)
	}
	defer closing(&err, line)
	file, err := shop.Demo()
	if err != nil {
		return fmt.Errorf("bench dialog: %w", err)
	}
	simulator, err := caller.NewSimulator(line, file)
	if err != nil {
		return fmt.Errorf("bench dialog: %w", err)
	}
	sum := benchDialogLine{Bench: "dialog", Calls: calls, Seed: seed, Outcomes: map[string]int{}}
	var took []time.Duration
	for n := range uint64(calls) {
		played, err := simulator.Play(ctx, seed+n)
		if err != nil {
			return fmt.Errorf("bench dialog: %w", err)
		}
		sum.Turns += played.Turns
		sum.Outcomes[played.Outcome]++
		sum.Faults += len(played.Faults)
		sum.Invented += played.Invented
		took = append(took, played.Took...)
		switch {
		case len(played.Faults) == 0:
			sum.OK++
		case !asJSON:
			fmt.Fprintf(out, "seed %d (%s)\n  ! %s\n    %s\n", played.Seed, played.Who, strings.Join(played.Faults, "\n  ! "), strings.Join(played.Transcript, "\n    "))
		}
	}
	slices.Sort(took)
	ms := func(q float64) float64 {
		return float64(took[int(q*float64(len(took)-1))].Microseconds()) / 1000
	}
	sum.P50, sum.P99 = ms(0.5), ms(0.99)
	if asJSON {
		printJSON(out, sum)
		return nil
	}
	fmt.Fprintf(out, "%8s %8s %8s %8s %8s %8s %8s  %s\n", "calls", "ok", "faults", "invented", "turns", "p50 ms", "p99 ms", "outcomes")
	fmt.Fprintf(out, "%8d %8d %8d %8d %8d %8.2f %8.2f  %v, seeds %d to %d\n", sum.Calls, sum.OK, sum.Faults, sum.Invented, sum.Turns, sum.P50, sum.P99, sum.Outcomes,
		seed, seed+uint64(calls)-1)
	return nil
}
