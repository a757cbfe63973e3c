package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"voxgate/cmd/voxgate/internal/evaluation"
	"voxgate/dialog/nlu"
	"voxgate/models/understanding"
)

func newEvalNLUCommand() *cobra.Command {
	var asJSON bool
	var page string
	cmd := &cobra.Command{
		Use:   "nlu FILE...",
		Short: "What callers mean against what is understood: intents, slots, sentiment, confidences",
		Long: `Understands every utterance of the files and holds what came out against what is written beside it. A file is
either one JSON object a line, of which all but the text may be missing,

  {"text","lang","intent","also":[...],"slots":{...},"sentiment","pinyin","asked","today"}

or tagged text: [intent] heads its utterances, one a line; after a tab a sentiment that is not neutral and +intent for
what else is wanted; # begins a comment. Pinyin is toned syllables as recognised; asked is the slot that was asked for;
today (YYYY-MM-DD) is the day that 明天 is reckoned from.

Out of scope is read in two ways: how much is found where 3 % of the file's other lines would be refused, and what the
program refuses with the threshold that it has.`,
		Example: "  voxgate eval nlu calls.jsonl --html report.html\n  voxgate eval nlu --json lines.zh.txt lines.en.txt",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{errors.New("eval nlu wants a file of utterances, such as lines.jsonl")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return evalNLU(cmd.OutOrStdout(), args, asJSON, page)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object for each file")
	cmd.Flags().StringVar(&page, "html", "", "write a report for the browser into this file")
	return cmd
}

func evalNLU(out io.Writer, files []string, asJSON bool, page string) error {
	parser, err := nlu.New()
	if err != nil {
		return fmt.Errorf("eval nlu: %w", err)
	}
	write := json.NewEncoder(out)
	write.SetEscapeHTML(false)
	var results []evaluation.MeaningResult
	for _, file := range files {
		cases, err := readCases(file)
		if err != nil {
			return fmt.Errorf("eval nlu: %s: %w", file, err)
		}
		got := make([]evaluation.Understood, len(cases))
		for i, c := range cases {
			if got[i], err = understandCase(parser, c); err != nil {
				return fmt.Errorf("eval nlu: %s: line %d: %w", file, c.Line, err)
			}
		}
		results = append(results, evaluation.Measure(filepath.Base(file), cases, got))
		if asJSON {
			if err := write.Encode(results[len(results)-1]); err != nil {
				return fmt.Errorf("eval nlu: write: %w", err)
			}
		}
	}
	if !asJSON {
		if err := evaluation.WriteMeaningTable(out, results); err != nil {
			return fmt.Errorf("eval nlu: write: %w", err)
		}
	}
	if page == "" {
		return nil
	}
	return writeMeaningPage(page, files, results)
}

func readCases(path string) ([]evaluation.Case, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	cases, err := evaluation.ReadCases(in)
	if err == nil && len(cases) == 0 {
		return nil, errors.New("it holds no utterances; see voxgate eval nlu --help for its form")
	}
	return cases, err
}

func understandCase(parser *nlu.Parser, c evaluation.Case) (evaluation.Understood, error) {
	state := nlu.State{Asked: c.Asked, Lang: c.Lang}
	if c.Today != "" {
		day, err := time.Parse(time.DateOnly, c.Today)
		if err != nil {
			return evaluation.Understood{}, fmt.Errorf("today: %w", err)
		}
		state.Now = day.Add(12 * time.Hour)
	}
	began := time.Now()
	r := parser.Understand(c.Text, c.Pinyin, state)
	return evaluation.Understood{
		Intent: r.Intent, Confidence: r.Confidence, Outside: r.Outside, Also: r.Also, Slots: r.Slots, Sentiment: r.Sentiment,
		Took: time.Since(began),
	}, nil
}

func writeMeaningPage(path string, files []string, results []evaluation.MeaningResult) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	names := make([]string, len(files))
	for i, file := range files {
		names[i] = filepath.Base(file)
	}
	version, err := weightsVersion(understanding.File)
	if err == nil {
		about := evaluation.About{Manifest: strings.Join(names, ", "), Model: version, Made: time.Now().Format("2006-01-02 15:04")}
		err = evaluation.WriteMeaningPage(f, about, results)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("--html %s: %w", path, err)
	}
	return nil
}
