package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"voxgate/cmd/voxgate/internal/callbench"
	"voxgate/cmd/voxgate/internal/engines"
	"voxgate/cmd/voxgate/internal/timeline"
)

// benchLines are what every caller of the load says; both have an answer in the demo shop.
var benchLines = sentencesToTry[:2]

// benchBarge is said into the last answer; the bot has to stop and to answer it.
const benchBarge = "等一下我的订单发货了没有"

// benchCallsFlags are the flags of bench calls.
type benchCallsFlags struct {
	calls  []int
	rounds int
	turns  bool
	html   string
	json   bool
}

func newBenchCallsCommand() *cobra.Command {
	var flags benchCallsFlags
	cmd := &cobra.Command{
		Use:   "calls [--calls N[,N...]] [--turns]",
		Short: "Whole spoken calls at once: voice-to-voice, lateness, CPU and memory of the hotline",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			for _, n := range flags.calls {
				if n < 1 || n > 1000 {
					return usageError{fmt.Errorf("--calls %d is not between 1 and 1000", n)}
				}
			}
			if flags.rounds < 1 || flags.rounds > 100 {
				return usageError{fmt.Errorf("--rounds %d is not between 1 and 100", flags.rounds)}
			}
			if flags.html != "" {
				flags.turns = true
			}
			if flags.json, err = cmd.Flags().GetBool("json"); err != nil {
				return err
			}
			return benchCalls(cmd, flags)
		},
	}
	cmd.Flags().IntSliceVar(&flags.calls, "calls", []int{1, 5, 20}, "how many calls at once; a line for each")
	cmd.Flags().IntVar(&flags.rounds, "rounds", 2, "how often each caller says its two sentences")
	cmd.Flags().BoolVar(&flags.turns, "turns", false, "also where the time of each answer went, by stage")
	cmd.Flags().StringVar(&flags.html, "html", "", "write a page with the answers by stage; implies --turns")
	return cmd
}

func benchCalls(cmd *cobra.Command, flags benchCallsFlags) error {
	cfg, err := loadConfig("")
	if err != nil {
		return err
	}
	voice, err := engines.OpenTTS(cfg.TTS)
	if err != nil {
		return err
	}
	options := callbench.Options{Barge: benchBarge, Speaker: speakerVoice, Stages: flags.turns}
	if options.Program, err = os.Executable(); err != nil {
		return fmt.Errorf("own program: %w", err)
	}
	if options.From, err = callerNumber(""); err != nil {
		return err
	}
	for range flags.rounds {
		options.Lines = append(options.Lines, benchLines...)
	}
	out := cmd.OutOrStdout()
	if !flags.json {
		fmt.Fprintf(out, "%6s %6s %8s %8s %8s %9s %9s %10s %10s %6s %12s\n", "calls", "ok", "answers", "p50 ms", "p95 ms", "barge p50", "barge p95", "cpu/call", "kB/call", "late", "max late ms")
	}
	var loads []timeline.Load
	for _, options.Calls = range flags.calls {
		r, answers, err := callbench.Run(cmd.Context(), voice, options)
		if err != nil {
			return err
		}
		loads = append(loads, timeline.Load{Calls: r.Calls, Answers: answers})
		if flags.json {
			printJSON(out, r)
			continue
		}
		fmt.Fprintf(out, "%6d %6d %8d %8d %8d %9d %9d %10.4f %10d %6d %12.1f\n", r.Calls, r.OK, r.Answers, r.P50, r.P95, r.BargeP50, r.BargeP95, r.CPUPerCall, r.RSSPerCallKB, r.LatePackets, r.MaxLateMS)
		printStages(out, r)
	}
	if flags.html == "" {
		return nil
	}
	about := fmt.Sprintf("%s, %d CPUs, %s", time.Now().Format("2006-01-02 15:04"), runtime.NumCPU(), runtime.GOARCH)
	return writeTo(flags.html, func(w io.Writer) error { return timeline.WriteLoads(w, about, loads) })
}

// printStages writes a load's answers by stage.
func printStages(out io.Writer, r callbench.Result) {
	if len(r.Stages) == 0 {
		return
	}
	fmt.Fprintf(out, "%6s %-16s %8s %8s %8s   of %d answers to speech, as the hotline saw them\n", "", "stage", "p50 ms", "p95 ms", "p99 ms", r.Turns)
	for _, s := range r.Stages {
		fmt.Fprintf(out, "%6s %-16s %8.1f %8.1f %8.1f\n", "", s.Stage, s.P50, s.P95, s.P99)
	}
}
