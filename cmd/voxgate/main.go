// Command voxgate is a voice hotline on one's own machine: telephone and browser calls in, spoken answers out.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit codes that other programs rely on.
const (
	exitFailed = 1
	exitUsage  = 2
)

// commands lists every subcommand, in the order of the help text; each lives in a file of its name.
func commands() []*cobra.Command {
	return []*cobra.Command{
		newTranscribeCommand(),
		newServeCommand(),
		newDialCommand(),
		newCallOutCommand(),
		newCallCommand(),
		newSayCommand(),
		newPromptsCommand(),
		newTalkCommand(),
		newUnderstandCommand(),
		newChatCommand(),
		newBenchCommand(),
		newEvalCommand(),
		newWordsCommand(),
		newModelsCommand(),
		newDoctorCommand(),
	}
}

// usageError marks an error in how the program was called, as against one in what it did.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	started := false
	root := newRootCommand(&started)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "voxgate:", err)
	var usage usageError
	if !started || errors.As(err, &usage) {
		fmt.Fprintln(os.Stderr, "Run 'voxgate help' or 'voxgate COMMAND --help'.")
		return exitUsage
	}
	return exitFailed
}

// newRootCommand builds the command tree; started is set once the arguments were accepted and a command runs.
func newRootCommand(started *bool) *cobra.Command {
	var verbose bool
	root := &cobra.Command{
		Use:           "voxgate",
		Short:         "A voice hotline on your own machine: calls in, spoken answers out, a human when that is better",
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRun: func(*cobra.Command, []string) {
			*started = true
			level := slog.LevelInfo
			if verbose {
				level = slog.LevelDebug
			}
			slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level})))
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("unknown command %q", args[0])}
			}
			return cmd.Help()
		},
	}
	root.PersistentFlags().BoolVarP(&verbose, "verbose", "v", false, "log every step to stderr")
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(commands()...)
	return root
}
