package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"voxgate/asr"
	"voxgate/asr/engine"
	"voxgate/cmd/voxgate/internal/bargebench"
	"voxgate/cmd/voxgate/internal/evaluation"
	"voxgate/cmd/voxgate/internal/turns"
	"voxgate/tts"
	"voxgate/tts/espeak"
)

// bargesAtATime is how many scenes are heard at a time.
const bargesAtATime = 8

// bargeInOptions are the flags of eval bargein.
type bargeInOptions struct {
	asJSON     bool
	conditions []string
	noise      string
	speech     string
	voices     []string
	scenes     int
}

func newEvalBargeInCommand() *cobra.Command {
	var o bargeInOptions
	cmd := &cobra.Command{
		Use:   "bargein",
		Short: "How often the bot stops for nothing, how often it does not hear the caller, and how soon it stops for him",
		Long: `Lets the bot speak, twice a call, and puts its own echo, coughs, clicks, music or a caller who speaks over it on the other
side of the line. The echo comes back after 0 to 600 ms through a small distorting loudspeaker and, every other time, a room;
sounds are made, and callers are voices that the recogniser has never heard. What decides is what decides in a call: echo
guard, recogniser and turn-taking, tick by tick. Conditions are joined by "+":

  quiet            nothing but the hiss of the line
  echoN            the bot comes back N dB softer than it was sent
  coughN clickN slamN typingN ringN musicN noiseN murmurN
                   a sound N dB softer than the caller speaks; music, noise and murmur last
  barge            the caller speaks
  lossN            N % of the packets are lost, either way`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return evalBargeIn(cmd.Context(), cmd.OutOrStdout(), o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.asJSON, "json", false, "print one JSON object for each condition")
	flags.StringSliceVar(&o.conditions, "conditions", bargebench.Standard(), "what goes on at the caller's side")
	flags.StringVar(&o.noise, "noise", "", "recording of the noise for noiseN; made where it is not given")
	flags.StringVar(&o.speech, "speech", "", "what callers say: a manifest as eval asr reads it; sentences of eval turns, spoken by espeak-ng, where it is not given")
	flags.StringSliceVar(&o.voices, "voices", evalVoices, "variants of espeak-ng that callers speak with in turn")
	flags.IntVar(&o.scenes, "calls", 50, "calls of each condition; the bot answers twice in each")
	return cmd
}

// bargeInLine is one line of eval bargein --json.
type bargeInLine struct {
	Model string `json:"model"`
	bargebench.Figures
}

func evalBargeIn(ctx context.Context, out io.Writer, o bargeInOptions) error {
	if o.scenes < 1 || len(o.voices) == 0 {
		return usageError{errors.New("eval bargein wants --calls of 1 or more and at least one of --voices")}
	}
	var conditions []bargebench.Condition
	for _, name := range o.conditions {
		c, err := bargebench.ParseCondition(strings.TrimSpace(name))
		if err != nil {
			return usageError{fmt.Errorf("--conditions: %w", err)}
		}
		conditions = append(conditions, c)
	}
	version, err := weightsVersion("hearing/acoustic.onnx")
	if err != nil {
		return fmt.Errorf("eval bargein: %w", err)
	}
	bench := bargebench.Bench{Scenes: o.scenes, Workers: bargesAtATime}
	if o.noise != "" {
		if bench.Noise, err = evaluation.Load(ctx, o.noise); err != nil {
			return fmt.Errorf("eval bargein: --noise: %w", err)
		}
	}
	if bench.Caller, err = bargeInCallers(ctx, o); err != nil {
		return fmt.Errorf("eval bargein: %w", err)
	}
	if bench.Bot, err = botSentences(); err != nil {
		return fmt.Errorf("eval bargein: %w", err)
	}
	ears, err := engine.New(engine.Config{})
	if err != nil {
		return fmt.Errorf("eval bargein: %w", err)
	}
	defer ears.Close()
	bench.Hear = func(ctx context.Context, pcm []int16, heard func(time.Duration, asr.Event) bool) error {
		return ears.Follow(ctx, pcm, asr.Hints{}, heard)
	}
	var all []bargebench.Figures
	for _, c := range conditions {
		bench.Progress = evalProgress(c.Name)
		outcomes, err := bench.Run(ctx, c)
		if err != nil {
			return fmt.Errorf("eval bargein: %s: %w", c.Name, err)
		}
		all = append(all, bargebench.Summarise(c.Name, outcomes))
	}
	return writeBargeIns(out, o.asJSON, version, all)
}

func writeBargeIns(out io.Writer, asJSON bool, version string, all []bargebench.Figures) error {
	if !asJSON {
		if _, err := fmt.Fprintf(out, "acoustic model %s\n", version); err != nil {
			return err
		}
		return bargebench.WriteTable(out, all)
	}
	enc := json.NewEncoder(out)
	for _, f := range all {
		if err := enc.Encode(bargeInLine{version, f}); err != nil {
			return err
		}
	}
	return nil
}

// bargeInCallers are the people who interrupt the bot: those of a manifest, or synthetic ones with requests.
func bargeInCallers(ctx context.Context, o bargeInOptions) (func(context.Context, int) ([]int16, error), error) {
	if o.speech != "" {
		corpus, err := evaluation.Open(ctx, o.speech)
		if err != nil {
			return nil, fmt.Errorf("--speech: %w", err)
		}
		return func(ctx context.Context, n int) ([]int16, error) {
			return corpus.Speech(ctx, corpus.Rows[n*7919%len(corpus.Rows)])
		}, nil
	}
	scripts, err := readTurns("")
	if err != nil {
		return nil, err
	}
	var requests []turns.Script
	for _, s := range scripts {
		if strings.HasPrefix(s.Class, "request") {
			requests = append(requests, s)
		}
	}
	voices := newReaders(o.voices)
	return func(ctx context.Context, n int) ([]int16, error) {
		s := requests[n*37%len(requests)]
		return voices.speak(ctx, n, s.Lang, s.Pieces[0])
	}, nil
}

// botSentences speaks with the voice that the bot has by default; every sentence is made once.
func botSentences() (func(context.Context, string) ([]int16, error), error) {
	voice, err := espeak.New(espeak.Config{})
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	made := map[string][]int16{}
	return func(ctx context.Context, text string) ([]int16, error) {
		mu.Lock()
		defer mu.Unlock()
		if pcm := made[text]; pcm != nil {
			return pcm, nil
		}
		var pcm []int16
		for frame, err := range voice.Speak(ctx, tts.Utterance{Text: text, Lang: languageOf(text)}) {
			if err != nil {
				return nil, err
			}
			pcm = append(pcm, frame.PCM()...)
		}
		made[text] = pcm
		return pcm, nil
	}, nil
}
