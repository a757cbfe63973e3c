package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"voxgate/cmd/voxgate/internal/callbench"
	"voxgate/cmd/voxgate/internal/engines"
)

// benchLines are what every caller of the load says; both have an answer in the demo shop.
var benchLines = sentencesToTry[:2]

// benchBarge is said into the last answer; the bot has to stop and to answer it.
const benchBarge = "等一下我的订单发货了没有"

func newBenchCallsCommand() *cobra.Command {
	var calls []int
	var rounds int
	cmd := &cobra.Command{
		Use:   "calls [--calls N[,N...]]",
		Short: "Whole spoken calls at once: voice-to-voice, lateness, CPU and memory of the hotline",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, n := range calls {
				if n < 1 || n > 1000 {
					return usageError{fmt.Errorf("--calls %d is not between 1 and 1000", n)}
				}
			}
			if rounds < 1 || rounds > 100 {
				return usageError{fmt.Errorf("--rounds %d is not between 1 and 100", rounds)}
			}
			asJSON, err := cmd.Flags().GetBool("json")
			if err != nil {
				return err
			}
			return benchCalls(cmd, calls, rounds, asJSON)
		},
	}
	cmd.Flags().IntSliceVar(&calls, "calls", []int{1, 5, 20}, "how many calls at once; a line for each")
	cmd.Flags().IntVar(&rounds, "rounds", 2, "how often each caller says its two sentences")
	return cmd
}

func benchCalls(cmd *cobra.Command, calls []int, rounds int, asJSON bool) error {
	cfg, err := loadConfig("")
	if err != nil {
		return err
	}
	voice, err := engines.OpenTTS(cfg.TTS)
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("own program: %w", err)
	}
	from, err := callerNumber("")
	if err != nil {
		return err
	}
	var lines []string
	for range rounds {
		lines = append(lines, benchLines...)
	}
	out := cmd.OutOrStdout()
	if !asJSON {
		fmt.Fprintf(out, "%6s %6s %8s %8s %8s %9s %9s %10s %10s %6s %12s\n", "calls", "ok", "answers", "p50 ms", "p95 ms", "barge p50", "barge p95", "cpu/call", "kB/call", "late", "max late ms")
	}
	for _, n := range calls {
		r, err := callbench.Run(cmd.Context(), voice, callbench.Options{Calls: n, Program: program, From: from, Lines: lines, Barge: benchBarge, Speaker: speakerVoice})
		if err != nil {
			return err
		}
		if asJSON {
			printJSON(out, r)
			continue
		}
		fmt.Fprintf(out, "%6d %6d %8d %8d %8d %9d %9d %10.4f %10d %6d %12.1f\n", r.Calls, r.OK, r.Answers, r.P50, r.P95, r.BargeP50, r.BargeP95, r.CPUPerCall, r.RSSPerCallKB, r.LatePackets, r.MaxLateMS)
	}
	return nil
}
