package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"voxgate/asr"
	"voxgate/asr/engine"
	"voxgate/cmd/voxgate/internal/evaluation"
	"voxgate/dialog/nlu"
	"voxgate/models"
)

// evalOptions are the flags of eval asr.
type evalOptions struct {
	asJSON     bool
	page       string
	conditions []string
	noise      string
	limit      int
}

func newEvalASRCommand() *cobra.Command {
	var o evalOptions
	cmd := &cobra.Command{
		Use:   "asr MANIFEST.tsv",
		Short: "Error rates with confidence intervals, by line condition and by speaker",
		Long: `Sends every recording of a manifest through a telephone line, clean or bad, recognises it, and counts what
came out wrong. The manifest is a table with tabs and a header line, in one of two forms:

  wav, text               a WAV, FLAC or Opus file each, its path relative to the manifest
  start, samples, text    pieces of NAME.wav, NAME.flac or NAME.opus beside NAME.tsv, in samples at 8,000 Hz

Columns speaker and pinyin (toned syllables) are used where they are there. Opus wants the program ffmpeg.`,
		Example: "  voxgate eval asr sentences.tsv --conditions clean,noise10,loss5,alaw --html report.html",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("eval asr wants one manifest, such as sentences.tsv")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return evalASR(cmd.Context(), cmd.OutOrStdout(), args[0], o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.asJSON, "json", false, "print one JSON object for each condition")
	flags.StringVar(&o.page, "html", "", "write a report for the browser into this file")
	flags.StringSliceVar(&o.conditions, "conditions", []string{"clean"}, "clean, alaw, noise10 (dB under the speech), loss5 (% of packets), or several as in noise10+loss5")
	flags.StringVar(&o.noise, "noise", "", "recording of the noise for noiseN; made where it is not given")
	flags.IntVar(&o.limit, "limit", 0, "use only so many rows, spread over the manifest; 0: all")
	return cmd
}

// evalLine is one line of eval asr --json.
type evalLine struct {
	Model string `json:"model"`
	evaluation.Result
}

func evalASR(ctx context.Context, out io.Writer, manifest string, o evalOptions) error {
	if o.limit < 0 {
		return usageError{fmt.Errorf("--limit %d: it is a number of rows", o.limit)}
	}
	var conditions []evaluation.Condition
	for _, name := range o.conditions {
		c, err := evaluation.ParseCondition(strings.TrimSpace(name))
		if err != nil {
			return usageError{fmt.Errorf("--conditions: %w", err)}
		}
		conditions = append(conditions, c)
	}
	corpus, err := evaluation.Open(ctx, manifest)
	if err != nil {
		return fmt.Errorf("eval asr: %w", err)
	}
	bench, done, err := newEvalBench(ctx, o.noise)
	if err != nil {
		return fmt.Errorf("eval asr: %w", err)
	}
	defer done()
	version, err := weightsVersion()
	if err != nil {
		return fmt.Errorf("eval asr: %w", err)
	}
	rows := spread(corpus.Rows, o.limit)
	var results []evaluation.Result
	for _, c := range conditions {
		bench.Progress = evalProgress(c.Name)
		r, err := bench.Run(ctx, corpus, rows, c)
		if err != nil {
			return fmt.Errorf("eval asr: %s: %s: %w", manifest, c.Name, err)
		}
		results = append(results, r)
		if o.asJSON {
			enc := json.NewEncoder(out)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(evalLine{version, r}); err != nil {
				return err
			}
		}
	}
	if !o.asJSON {
		if _, err := fmt.Fprintf(out, "%s, acoustic model %s\n", manifest, version); err != nil {
			return err
		}
		if err := evaluation.WriteTable(out, results); err != nil {
			return err
		}
	}
	if o.page == "" {
		return nil
	}
	about := evaluation.About{Manifest: filepath.Base(manifest), Model: version, Made: time.Now().Format("2006-01-02 15:04")}
	return writeEvalPage(o.page, about, results)
}

// newEvalBench joins the recogniser and the understanding that ship; done releases them.
func newEvalBench(ctx context.Context, noise string) (evaluation.Bench, func(), error) {
	var bench evaluation.Bench
	var err error
	if noise != "" {
		if bench.Noise, err = evaluation.Load(ctx, noise); err != nil {
			return bench, nil, fmt.Errorf("--noise: %w", err)
		}
	}
	if bench.Speller, err = evaluation.NewSpeller(models.Files("")); err != nil {
		return bench, nil, err
	}
	parser, err := nlu.New()
	if err != nil {
		return bench, nil, err
	}
	bench.Understand = func(text, pinyin string) evaluation.Meaning {
		r := parser.Understand(text, pinyin, nlu.State{})
		return evaluation.Meaning{Intent: r.Intent, Slots: r.Slots}
	}
	ears, err := engine.New(engine.Config{})
	if err != nil {
		return bench, nil, err
	}
	bench.Hear = func(ctx context.Context, pcm []int16) (evaluation.Heard, error) {
		events, err := ears.Transcribe(ctx, pcm, asr.Hints{})
		if err != nil {
			return evaluation.Heard{}, err
		}
		t := joinFinals("", events)
		return evaluation.Heard{Text: t.Text, Pinyin: t.Pinyin}, nil
	}
	return bench, func() { ears.Close() }, nil
}

// weightsVersion is the beginning of the sha256 of the acoustic model in use.
func weightsVersion() (string, error) {
	data, err := fs.ReadFile(models.Files(""), "hearing/acoustic.onnx")
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:4]), nil
}

// spread picks rows evenly, so that a few of them still come from all speakers.
func spread[T any](rows []T, limit int) []T {
	if limit == 0 || limit >= len(rows) {
		return rows
	}
	out := make([]T, limit)
	for i := range out {
		out[i] = rows[i*len(rows)/limit]
	}
	return out
}

// evalProgress says on standard error how far a condition is, where somebody watches.
func evalProgress(condition string) func(done, rows int) {
	info, err := os.Stderr.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return func(done, rows int) { fmt.Fprintf(os.Stderr, "\r%s: %d of %d\033[K", condition, done+1, rows) }
}

func writeEvalPage(path string, about evaluation.About, results []evaluation.Result) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	if err := evaluation.WritePage(f, about, results); err != nil {
		f.Close()
		return fmt.Errorf("--html %s: %w", path, err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	return nil
}
