package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"voxgate/cmd/voxgate/internal/evaluation"
)

// evalOptions are the flags of eval asr.
type evalOptions struct {
	asJSON     bool
	page       string
	conditions []string
	noise      string
	quiet      string
	utterances string
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

An empty text says that nobody speaks: every word heard is false. Further columns are used where they are there:

  speaker    voice; figures by voice, and intervals that allow for there being few
  pinyin     toned syllables, where the text leaves open how it is read
  pattern    what a sentence was made from; sentences of one pattern are not independent
  intent     what the caller wants, by the names of voxgate understand
  lang       language of the call, zh or en          (told under the condition expect)
  expect     digits:11, digits:4-18, waybill, yesno, name, words:A|B, several with + (the same)
  known      numbers that the caller may say, with | between (told under the condition known)

Conditions: clean (mu-law), alaw, opus, narrow (300-3,400 Hz), room, noise10 (dB under the speech), wait2 (s of the place
before the caller speaks), loss5 (% of packets, concealed by the jitter buffer), level-30 (dB), clip12 (dB over full
scale), expect, known, or several as in noise10+loss5+known; all stands for those of a full report. Opus files want the program ffmpeg.`,
		Example: "  voxgate eval asr sentences.tsv --conditions all --noise street.wav --html report.html\n" +
			"  voxgate eval asr numbers.tsv --conditions clean,expect,known,noise10+known",
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
	flags.StringSliceVar(&o.conditions, "conditions", []string{"clean"}, "what to measure under, with commas; all: the conditions of a full report")
	flags.StringVar(&o.noise, "noise", "", "recording of the noise for noiseN; made where it is not given")
	flags.StringVar(&o.quiet, "false-words", "", "recording in which nobody speaks: counts the words heard in it, per hour")
	flags.StringVar(&o.utterances, "utterances", "", "write one JSON line for each utterance into this file: what was heard, confidences, end of turn")
	flags.IntVar(&o.limit, "limit", 0, "use only so many rows, drawn from all over the manifest, always the same; 0: all")
	return cmd
}

// evalLine is one line of eval asr --json.
type evalLine struct {
	Model string `json:"model"`
	evaluation.Result
}

func evalASR(ctx context.Context, out io.Writer, manifest string, o evalOptions) error {
	conditions, err := o.parse()
	if err != nil {
		return usageError{err}
	}
	corpus, err := evaluation.Open(ctx, manifest)
	if err != nil {
		return fmt.Errorf("eval asr: %w", err)
	}
	rows := spread(corpus.Rows, o.limit)
	if o.quiet != "" {
		if rows, err = corpus.AddQuiet(ctx, rows, o.quiet); err != nil {
			return fmt.Errorf("eval asr: --false-words: %w", err)
		}
	}
	bench, done, err := newEvalBench(ctx, o.noise)
	if err != nil {
		return fmt.Errorf("eval asr: %w", err)
	}
	defer done()
	version, err := weightsVersion("hearing/acoustic.onnx")
	if err != nil {
		return fmt.Errorf("eval asr: %w", err)
	}
	close, err := bench.writeUtterances(o.utterances)
	if err != nil {
		return fmt.Errorf("eval asr: --utterances: %w", err)
	}
	var results []evaluation.Result
	for _, c := range conditions {
		bench.Progress = evalProgress(c.Name)
		r, err := bench.Run(ctx, corpus, rows, c)
		if err != nil {
			return errors.Join(fmt.Errorf("eval asr: %s: %s: %w", manifest, c.Name, err), close())
		}
		results = append(results, r)
		if o.asJSON {
			enc := json.NewEncoder(out)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(evalLine{version, r}); err != nil {
				return errors.Join(err, close())
			}
		}
	}
	if err := close(); err != nil {
		return fmt.Errorf("eval asr: --utterances: %w", err)
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

// parse checks the options and reads the conditions.
func (o evalOptions) parse() ([]evaluation.Condition, error) {
	if o.limit < 0 {
		return nil, fmt.Errorf("--limit %d: it is a number of rows", o.limit)
	}
	var conditions []evaluation.Condition
	for _, name := range o.conditions {
		names := []string{strings.TrimSpace(name)}
		if names[0] == "all" {
			names = evaluation.Standard()
		}
		for _, name := range names {
			c, err := evaluation.ParseCondition(name)
			if err != nil {
				return nil, fmt.Errorf("--conditions: %w", err)
			}
			conditions = append(conditions, c)
		}
	}
	return conditions, nil
}

// spread draws one row from each of so many equal stretches, the same ones every time. A fixed step would fall in with
// voices that take turns.
func spread[T any](rows []T, limit int) []T {
	if limit == 0 || limit >= len(rows) {
		return rows
	}
	dice := rand.New(rand.NewPCG(1, uint64(len(rows))))
	out := make([]T, limit)
	for i := range out {
		from, to := i*len(rows)/limit, (i+1)*len(rows)/limit
		out[i] = rows[from+dice.IntN(to-from)]
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
