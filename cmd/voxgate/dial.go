package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"voxgate/cmd/voxgate/internal/engines"
	"voxgate/cmd/voxgate/internal/recording"
	"voxgate/cmd/voxgate/internal/softphone"
	"voxgate/dialog/shop"
	"voxgate/media"
	"voxgate/media/wav"
	"voxgate/sip"
)

// dialFlags are the flags of dial; steps keep the order in which --say, --wav and --keys were given.
type dialFlags struct {
	from, record, config string
	json                 bool
	steps                []dialStep
}

type dialStep struct{ kind, value string }

// stepFlag appends to the common list, so that the order across the three flags is kept.
type stepFlag struct {
	kind  string
	steps *[]dialStep
}

func (f stepFlag) String() string { return "" }
func (f stepFlag) Type() string {
	return map[string]string{"say": "TEXT", "wav": "FILE", "keys": "DIGITS"}[f.kind]
}
func (f stepFlag) Set(value string) error {
	if value == "" {
		return errors.New("is empty")
	}
	if f.kind == "keys" && strings.Trim(value, "0123456789*#ABCD") != "" {
		return fmt.Errorf("%q: keys are 0-9 * # A-D", value)
	}
	*f.steps = append(*f.steps, dialStep{f.kind, value})
	return nil
}

func newDialCommand() *cobra.Command {
	var flags dialFlags
	cmd := &cobra.Command{
		Use:   "dial [flags] SIP-URI",
		Short: "A softphone: takes turns with whoever answers, in the order given",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return dial(cmd.Context(), cmd.OutOrStdout(), args[0], flags)
		},
	}
	cmd.Flags().StringVar(&flags.from, "from", "", "caller's number (default: the demo shop's first customer)")
	cmd.Flags().Var(stepFlag{"say", &flags.steps}, "say", "say this, then listen; may be repeated")
	cmd.Flags().Var(stepFlag{"wav", &flags.steps}, "wav", "play this recording, then listen; may be repeated")
	cmd.Flags().Var(stepFlag{"keys", &flags.steps}, "keys", "press these keys, then listen; may be repeated")
	cmd.Flags().StringVar(&flags.record, "record", "", "record the call: what came in left, what went out right")
	cmd.Flags().StringVar(&flags.config, "config", "", "configuration file (for its voice and recogniser)")
	cmd.Flags().BoolVar(&flags.json, "json", false, "print one JSON object a turn")
	return cmd
}

// callerNumber is the number to call from: the demo shop's first customer where none is given.
func callerNumber(given string) (string, error) {
	if given != "" {
		return given, nil
	}
	demo, err := shop.Demo()
	if err != nil {
		return "", err
	}
	return demo.FirstCaller(), nil
}

// speakerVoice is the voice in which the softphone says --say texts: not the bot's own.
const speakerVoice = "m3"

func dial(ctx context.Context, out io.Writer, target string, flags dialFlags) (err error) {
	if !strings.HasPrefix(target, "sip:") {
		return usageError{fmt.Errorf("%q is not a SIP URI such as sip:hotline@127.0.0.1:5060", target)}
	}
	cfg, err := loadConfig(flags.config)
	if err != nil {
		return err
	}
	if flags.from, err = callerNumber(flags.from); err != nil {
		return err
	}
	steps, err := softphoneSteps(flags.steps)
	if err != nil {
		return err
	}
	voice, err := engines.OpenTTS(cfg.TTS)
	if err != nil {
		return err
	}
	defer closing(&err, voice)
	ears, err := engines.OpenASR(cfg.ASR)
	if err != nil {
		return err
	}
	defer closing(&err, ears)
	req := sip.DialRequest{Target: target, From: flags.from}
	if flags.record != "" {
		recorder, openErr := wav.Record(flags.record, media.Narrowband)
		if openErr != nil {
			return openErr
		}
		defer closing(&err, recorder)
		req.Tap = recorder
	}
	phone := softphone.Phone{Voice: voice, Ears: ears, Speaker: speakerVoice}
	result := softphone.Result{Outcome: softphone.Failed}
	err = withEdge(ctx, func(edge *sip.Server) (err error) {
		phone.Dialer = edge
		result, err = phone.Call(ctx, req, steps, func(t softphone.Turn) { printTurn(out, t, flags.json) })
		return err
	})
	printResult(out, result, flags.json)
	return err
}

// withEdge runs a telephone edge of our own on a free port while use places calls from it.
func withEdge(ctx context.Context, use func(*sip.Server) error) error {
	edge, err := sip.New(sip.Config{Listen: "0.0.0.0:0", Logger: slog.Default()}, nil)
	if err != nil {
		return err
	}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	served := make(chan error, 1)
	go func() { served <- edge.Serve(serving) }()
	err = use(edge)
	stop()
	return errors.Join(err, <-served)
}

// closing closes c at the end of a function and reports its fault where there is no other.
func closing(err *error, c io.Closer) {
	if closeErr := c.Close(); closeErr != nil && *err == nil {
		*err = closeErr
	}
}

func softphoneSteps(wanted []dialStep) ([]softphone.Step, error) {
	steps := make([]softphone.Step, len(wanted))
	for i, step := range wanted {
		switch step.kind {
		case "say":
			steps[i].Text = step.value
		case "keys":
			steps[i].Keys = step.value
		case "wav":
			samples, _, err := recording.Telephone(step.value)
			if err != nil {
				return nil, err
			}
			steps[i].Audio = media.Frames(media.Narrowband, samples)
		}
	}
	return steps, nil
}

func printTurn(out io.Writer, t softphone.Turn, asJSON bool) {
	if asJSON {
		printJSON(out, t)
		return
	}
	fmt.Fprintf(out, "said   %s\nheard  %s\n       after %d ms\n", t.Said, t.Heard, t.AnswerMS)
}

func printResult(out io.Writer, r softphone.Result, asJSON bool) {
	if asJSON {
		printJSON(out, r)
		return
	}
	if r.Agent != "" {
		fmt.Fprintf(out, "agent  %s\n", r.Agent)
	}
	fmt.Fprintf(out, "%s after %.1f s, %d turns\n", r.Outcome, r.Duration, r.Turns)
}

// printJSON writes one object on a line of its own, hanzi readable.
func printJSON(out io.Writer, v any) {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		fmt.Fprintln(os.Stderr, "voxgate:", err)
	}
}
