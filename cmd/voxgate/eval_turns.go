package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"voxgate/asr"
	"voxgate/asr/engine"
	"voxgate/cmd/voxgate/internal/evaluation"
	"voxgate/cmd/voxgate/internal/turns"
	"voxgate/models"
	"voxgate/tts"
	"voxgate/tts/espeak"
)

// evalVoices are those that the shipped weights have never heard.
var evalVoices = []string{"f4", "linda", "Alicia", "steph2", "m5", "Michael", "zac", "klatt3"}

// turnsAtATime is how many turns are heard at a time: the recogniser computes several in one run.
const turnsAtATime = 8

// turnsOptions are the flags of eval turns.
type turnsOptions struct {
	asJSON     bool
	conditions []string
	noise      string
	voices     []string
	limit      int
	steps      string
	models     string
}

func newEvalTurnsCommand() *cobra.Command {
	var o turnsOptions
	cmd := &cobra.Command{
		Use:   "turns [TABLE.tsv]",
		Short: "How soon a turn ends after the last word, and how often it is cut off in a pause",
		Long: `Speaks a table of turns with espeak-ng, each with the pauses that the table gives, sends it through a telephone line
and the recogniser 20 ms at a time, and measures from the last sound to the end of the turn. Without a table it takes the
one that ships. A line of the table is class, language (zh or en), what the dialogue expects (as in eval asr) and the text,
with tabs between them; a pause stands in the text as its seconds, and <...> leaves the turn unfinished:

  phone	zh	digits:11	幺三八 <0.7> 零零幺三 <0.5> 八零零零`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError{errors.New("eval turns takes one table at most")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return evalTurns(cmd.Context(), cmd.OutOrStdout(), strings.Join(args, ""), o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.asJSON, "json", false, "print one JSON object for each condition and class")
	flags.StringSliceVar(&o.conditions, "conditions", []string{"clean"}, "what the line does, as in eval asr")
	flags.StringVar(&o.noise, "noise", "", "recording of the noise for noiseN; made where it is not given")
	flags.StringSliceVar(&o.voices, "voices", evalVoices, "variants of espeak-ng that speak in turn")
	flags.IntVar(&o.limit, "limit", 0, "use only so many turns, spread over the table; 0: all")
	flags.StringVar(&o.steps, "steps", "", "end no turn; write what was known at each step of quiet into this file, for the recipe of the end of turn")
	flags.StringVar(&o.models, "models", "", "folder whose files stand in for the shipped models of the same path")
	return cmd
}

// turnsLine is one line of eval turns --json.
type turnsLine struct {
	Model     string `json:"model"`
	Condition string `json:"condition"`
	turns.Figures
}

func evalTurns(ctx context.Context, out io.Writer, table string, o turnsOptions) error {
	scripts, err := readTurns(table)
	if err != nil {
		return fmt.Errorf("eval turns: %w", err)
	}
	if o.limit < 0 || len(o.voices) == 0 {
		return usageError{errors.New("eval turns wants a --limit of 0 or more and at least one of --voices")}
	}
	scripts = spread(scripts, o.limit)
	version, err := weightsVersion("hearing/acoustic.onnx")
	if err != nil {
		return fmt.Errorf("eval turns: %w", err)
	}
	var noise []int16
	if o.noise != "" {
		if noise, err = evaluation.Load(ctx, o.noise); err != nil {
			return fmt.Errorf("eval turns: --noise: %w", err)
		}
	}
	cfg := engine.Config{Files: models.Files(o.models)}
	var recorder *turns.Recorder
	if o.steps != "" {
		f, err := os.Create(o.steps)
		if err != nil {
			return fmt.Errorf("eval turns: --steps: %w", err)
		}
		defer f.Close()
		recorder = turns.NewRecorder(f)
		cfg.Turns = recorder
	}
	ears, err := engine.New(cfg)
	if err != nil {
		return fmt.Errorf("eval turns: %w", err)
	}
	defer ears.Close()
	readers := newReaders(o.voices)
	for _, name := range o.conditions {
		condition, err := evaluation.ParseCondition(strings.TrimSpace(name))
		if err != nil {
			return usageError{fmt.Errorf("--conditions: %w", err)}
		}
		bench := turns.Bench{
			Workers: turnsAtATime,
			Speak:   readers.speak, Progress: evalProgress(condition.Name),
			Line: func(pcm []int16, n int) ([]int16, error) { return condition.Degrade(pcm, noise, uint64(n)) },
			Hear: func(ctx context.Context, t turns.Turn, heard func(time.Duration, asr.Event) bool) error {
				if recorder != nil {
					recorder.Turn = t
				}
				return ears.Follow(ctx, t.PCM, t.Hints, heard)
			},
		}
		if recorder != nil {
			bench.Workers = 1
		}
		all, err := bench.Run(ctx, scripts)
		if err != nil {
			return fmt.Errorf("eval turns: %s: %w", condition.Name, err)
		}
		if recorder != nil {
			if err := recorder.Err(); err != nil {
				return fmt.Errorf("eval turns: --steps %s: %w", o.steps, err)
			}
			continue
		}
		if err := writeTurns(out, o.asJSON, version, condition.Name, turns.Summarise(all)); err != nil {
			return err
		}
	}
	return nil
}

// writeTurns prints the figures of one condition.
func writeTurns(out io.Writer, asJSON bool, version, condition string, all []turns.Figures) error {
	if !asJSON {
		if _, err := fmt.Fprintf(out, "%s, acoustic model %s\n", condition, version); err != nil {
			return err
		}
		return turns.WriteTable(out, all)
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for _, f := range all {
		if err := enc.Encode(turnsLine{version, condition, f}); err != nil {
			return err
		}
	}
	return nil
}

func readTurns(path string) ([]turns.Script, error) {
	if path == "" {
		return turns.Parse(strings.NewReader(turns.Shipped))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	scripts, err := turns.Parse(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return scripts, nil
}

// readers are the voices that read the table, each at several speeds and pitches.
type readers struct {
	voices []string
	mu     sync.Mutex
	made   map[[3]int]*espeak.Engine
}

func newReaders(voices []string) *readers {
	return &readers{voices: voices, made: map[[3]int]*espeak.Engine{}}
}

// speak reads a piece of turn n: voice, speed and pitch follow from n alone.
func (r *readers) speak(ctx context.Context, n int, lang, piece string) ([]int16, error) {
	way := [3]int{n % len(r.voices), 140 + n*7%5*20, 35 + n*11%4*12}
	voice, err := r.voice(way)
	if err != nil {
		return nil, err
	}
	var pcm []int16
	for frame, err := range voice.Speak(ctx, tts.Utterance{Text: piece, Lang: lang}) {
		if err != nil {
			return nil, err
		}
		pcm = append(pcm, frame.PCM()...)
	}
	return pcm, nil
}

// voice is espeak-ng with a voice, a speed and a pitch.
func (r *readers) voice(way [3]int) (*espeak.Engine, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if voice, ok := r.made[way]; ok {
		return voice, nil
	}
	voice, err := espeak.New(espeak.Config{Voice: r.voices[way[0]], Speed: way[1], Pitch: way[2]})
	if err == nil {
		r.made[way] = voice
	}
	return voice, err
}
