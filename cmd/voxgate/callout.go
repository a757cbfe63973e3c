package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"voxgate/cmd/voxgate/internal/callout"
	"voxgate/cmd/voxgate/internal/engines"
	"voxgate/cmd/voxgate/internal/gateway"
	"voxgate/dialog/nlu"
	"voxgate/sip"
)

func newCallOutCommand() *cobra.Command {
	var planFile, configFile string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "call-out --plan FILE",
		Short: "Place care calls: a question each, yes and no understood, everything else by the dialogue",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if planFile == "" {
				return usageError{errors.New("--plan FILE is missing; an example is cmd/voxgate/deploy/plan.yaml")}
			}
			return callOutPlan(cmd.Context(), cmd.OutOrStdout(), planFile, configFile, asJSON)
		},
	}
	cmd.Flags().StringVar(&planFile, "plan", "", "plan of calls (YAML)")
	cmd.Flags().StringVar(&configFile, "config", "", "configuration file")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a call")
	return cmd
}

func callOutPlan(ctx context.Context, out io.Writer, planFile, configFile string, asJSON bool) (err error) {
	plan, err := callout.Load(planFile)
	if err != nil {
		return err
	}
	cfg, err := loadConfig(configFile)
	if err != nil {
		return err
	}
	parts, err := engines.Open(ctx, cfg, slog.Default())
	if err != nil {
		return err
	}
	defer closing(&err, parts)
	parser, err := nlu.New()
	if err != nil {
		return err
	}
	return withEdge(ctx, func(edge *sip.Server) error {
		caller := callout.Caller{
			Dialer: edge, Options: gatewayOptions(cfg), Parser: parser, Now: time.Now,
			Parts: gateway.Parts{ASR: parts.ASR, TTS: parts.TTS, NewBrain: parts.NewBrain, Metrics: gateway.NewMetrics(nil), Log: slog.Default()},
		}
		return caller.Run(ctx, plan, func(r callout.Report) { printReport(out, r, asJSON) })
	})
}

func printReport(out io.Writer, r callout.Report, asJSON bool) {
	if asJSON {
		printJSON(out, r)
		return
	}
	fmt.Fprintf(out, "%-14s %-12s %-6s %d attempts, %.0f s %s\n", r.Number, r.Outcome, r.Answer, r.Attempts, r.Seconds, r.Error)
}
