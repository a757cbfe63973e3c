package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// newEvalCommand is the parent of what measures how right the program is, on material whose answers are known.
func newEvalCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "eval asr|voice|turns|bargein|nlu|dialog",
		Short: "Measure how right the recogniser is, how well the voice is understood, when it takes a turn for over, when it is interrupted, what is understood, and how calls end",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{fmt.Errorf("eval wants to know what: asr, voice, turns, bargein, nlu or dialog")}
			}
			return usageError{fmt.Errorf("unknown evaluation %q: use asr, voice, turns, bargein, nlu or dialog", args[0])}
		},
	}
	cmd.AddCommand(newEvalASRCommand(), newEvalVoiceCommand(), newEvalTurnsCommand(), newEvalBargeInCommand(), newEvalNLUCommand(), newEvalDialogCommand())
	return cmd
}
