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
	var o simulateOptions
	cmd := &cobra.Command{
		Use:   "dialog [--calls N] [--seed N]",
		Short: "Random callers in text: what goes wrong, how calls end, time of an answer",
		Long: `Plays random callers in text against the demo shop: of all matters, in both languages, patient and angry, known and
unknown, misheard, silent, changing their minds. Each answer is held against what the shop returned, and against the
manners of a voice. A call in which something is wrong is printed with its seed; --calls 1 --seed N plays it again.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.calls < 1 || o.calls > mostSimulated {
				return usageError{fmt.Errorf("--calls %d is not between 1 and %d", o.calls, mostSimulated)}
			}
			var err error
			if o.asJSON, err = cmd.Flags().GetBool("json"); err != nil {
				return err
			}
			return benchDialog(cmd.Context(), cmd.OutOrStdout(), o)
		},
	}
	cmd.Flags().IntVar(&o.calls, "calls", 1000, "how many calls, one after another")
	cmd.Flags().Uint64Var(&o.seed, "seed", 1, "seed of the first call")
	cmd.Flags().BoolVar(&o.all, "all", false, "print every call, not only those in which something is wrong")
	return cmd
}

// simulateOptions are the flags of bench dialog.
type simulateOptions struct {
	calls       int
	seed        uint64
	asJSON, all bool
}

func benchDialog(ctx context.Context, out io.Writer, o simulateOptions) (err error) {
	line, err := caller.NewLine(ctx, caller.Options{Log: slog.New(slog.DiscardHandler), Knowledge: knowledge.Options{Demo: true}, CSAT: true})
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
	sum := benchDialogLine{Bench: "dialog", Calls: o.calls, Seed: o.seed, Outcomes: map[string]int{}}
	var took []time.Duration
	for n := range uint64(o.calls) {
		played, err := simulator.Play(ctx, o.seed+n)
		if err != nil {
			return fmt.Errorf("bench dialog: %w", err)
		}
		sum.Turns += played.Turns
		sum.Outcomes[played.Outcome]++
		sum.Faults += len(played.Faults)
		sum.Invented += played.Invented
		took = append(took, played.Took...)
		if len(played.Faults) == 0 {
			sum.OK++
		}
		if !o.asJSON && (o.all || len(played.Faults) > 0) {
			writePlayed(out, played)
		}
	}
	slices.Sort(took)
	ms := func(q float64) float64 {
		return float64(took[int(q*float64(len(took)-1))].Microseconds()) / 1000
	}
	sum.P50, sum.P99 = ms(0.5), ms(0.99)
	if o.asJSON {
		printJSON(out, sum)
		return nil
	}
	fmt.Fprintf(out, "%8s %8s %8s %8s %8s %8s %8s  %s\n", "calls", "ok", "faults", "invented", "turns", "p50 ms", "p99 ms", "outcomes")
	fmt.Fprintf(out, "%8d %8d %8d %8d %8d %8.2f %8.2f  %v, seeds %d to %d\n", sum.Calls, sum.OK, sum.Faults, sum.Invented, sum.Turns, sum.P50, sum.P99, sum.Outcomes,
		o.seed, o.seed+uint64(o.calls)-1)
	return nil
}

// writePlayed prints a simulated call and what is wrong with it.
func writePlayed(out io.Writer, p caller.Played) {
	fmt.Fprintf(out, "seed %d (%s): %s\n", p.Seed, p.Who, p.Outcome)
	for _, fault := range p.Faults {
		fmt.Fprintf(out, "  ! %s\n", fault)
	}
	fmt.Fprintf(out, "    %s\n", strings.Join(p.Transcript, "\n    "))
}
