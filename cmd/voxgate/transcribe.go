package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"voxgate/asr"
	"voxgate/asr/engine"
	"voxgate/cmd/voxgate/internal/engines"
	"voxgate/cmd/voxgate/internal/recording"
)

// transcript is one line of `transcribe --json`.
type transcript struct {
	File       string  `json:"file"`
	Text       string  `json:"text"`
	Pinyin     string  `json:"pinyin"`
	Confidence float64 `json:"confidence"`
	Seconds    float64 `json:"seconds"`         // length of the recording
	Compute    float64 `json:"compute_seconds"` // time that hearing it took
}

func newTranscribeCommand() *cobra.Command {
	var asJSON bool
	var expect, recogniser string
	cmd := &cobra.Command{
		Use:   "transcribe [--json] [--expect digits] [--recogniser NAME] FILE...",
		Short: "Write down what a telephone caller would have been heard to say in recordings (WAV or FLAC)",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{errors.New("transcribe wants at least one WAV or FLAC file")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, files []string) error {
			var hints asr.Hints
			switch expect {
			case "":
			case "digits":
				hints.Digits, hints.Only = true, true
			default:
				return usageError{fmt.Errorf("--expect %q: the only value is digits", expect)}
			}
			public, err := engines.OpenPublic(recogniser)
			if err != nil {
				return err
			}
			return transcribe(cmd.Context(), cmd.OutOrStdout(), files, hints, engine.Config{Public: public}, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	cmd.Flags().StringVar(&expect, "expect", "", "what the recordings hold: digits")
	cmd.Flags().StringVar(&recogniser, "recogniser", "", "public model that hears: a name of 'voxgate models list', or a folder")
	return cmd
}

// transcribe hears the files in order. A file that cannot be read is reported and the others are heard all the same.
func transcribe(ctx context.Context, out io.Writer, files []string, hints asr.Hints, cfg engine.Config, asJSON bool) error {
	var ears *engine.Engine
	failed := 0
	for _, file := range files {
		pcm, length, err := recording.Telephone(file)
		if err == nil && ears == nil {
			// Loaded only now, so that bad files are told at once.
			if ears, err = engine.New(cfg); err != nil {
				return err
			}
			defer ears.Close()
		}
		if err != nil {
			failed++
			fmt.Fprintln(os.Stderr, "voxgate: transcribe:", err)
			continue
		}
		begin := time.Now()
		events, err := ears.Transcribe(ctx, pcm, hints)
		if err != nil {
			return fmt.Errorf("transcribe: %s: %w", file, err)
		}
		t := joinFinals(file, events)
		t.Seconds, t.Compute = round(length.Seconds(), 3), round(time.Since(begin).Seconds(), 3)
		if err := printTranscript(out, t, len(files) > 1, asJSON); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("transcribe: %d of %d files could not be read", failed, len(files))
	}
	return nil
}

// joinFinals makes one text of a recording's utterances; its confidence is their mean, weighed by length.
func joinFinals(file string, events []asr.Event) transcript {
	t := transcript{File: file}
	var pinyins []string
	weights := 0.0
	for _, ev := range events {
		if ev.Text == "" {
			continue
		}
		if t.Text != "" && isLetter(t.Text[len(t.Text)-1]) && isLetter(ev.Text[0]) {
			t.Text += " "
		}
		t.Text += ev.Text
		pinyins = append(pinyins, ev.Pinyin)
		w := (ev.End - ev.Start).Seconds()
		t.Confidence += ev.Confidence * w
		weights += w
	}
	t.Pinyin = strings.Join(pinyins, " ")
	if weights > 0 {
		t.Confidence = round(t.Confidence/weights, 3)
	}
	return t
}

// isLetter tells English words, which want a space between them, from hanzi and digits, which do not.
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func round(v float64, digits int) float64 {
	f := math.Pow10(digits)
	return math.Round(v*f) / f
}

func printTranscript(out io.Writer, t transcript, named, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		return enc.Encode(t)
	}
	if named {
		_, err := fmt.Fprintf(out, "%s: %s\n", t.File, t.Text)
		return err
	}
	_, err := fmt.Fprintln(out, t.Text)
	return err
}
