package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// newEvalCommand is the parent of what measures how right the program is, on material whose answers are known.
func newEvalCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "eval asr",
		Short: "Measure how right the recogniser is, on recordings whose words are known",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{fmt.Errorf("eval wants to know what: asr")}
			}
			return usageError{fmt.Errorf("unknown evaluation %q: use asr", args[0])}
		},
	}
	cmd.AddCommand(newEvalASRCommand())
	return cmd
}
