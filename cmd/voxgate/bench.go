package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// newBenchCommand is the parent of all measurements; each prints a table, or one JSON object a line with --json.
func newBenchCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bench media|asr|tts|dialog|calls",
		Short: "Measure this machine: audio path, recogniser, speech, dialogue and whole calls",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{fmt.Errorf("bench wants one of: media, asr, tts, dialog, calls")}
			}
			return usageError{fmt.Errorf("unknown bench %q: use media, asr, tts, dialog or calls", args[0])}
		},
	}
	cmd.PersistentFlags().Bool("json", false, "print one JSON object a line")
	cmd.AddCommand(newBenchMediaCommand(), newBenchASRCommand(), newBenchTTSCommand(), newBenchDialogCommand(), newBenchCallsCommand())
	return cmd
}
