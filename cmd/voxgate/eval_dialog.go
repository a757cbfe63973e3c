package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"voxgate/cmd/voxgate/internal/engines"
	"voxgate/cmd/voxgate/internal/scripts"
)

// dialogOptions are the flags of eval dialog.
type dialogOptions struct {
	asJSON bool
	page   string
	only   []string
	spoken bool
	atOnce int
	voices []string
}

func newEvalDialogCommand() *cobra.Command {
	var o dialogOptions
	cmd := &cobra.Command{
		Use:   "dialog FILE.jsonl...",
		Short: "Play scripted calls as text: how many come to the right end, and whether anything forbidden is said",
		Long: `Plays scripted calls as text against the dialogue and a shop of their own. A line of a file is one call:

  {"name":"cancel","family":"cancel_order","caller":"13810057731","turns":[
    {"say":"帮我取消双肩包","acts":["confirm"],"must":["双肩包"]},
    {"say":"买错了","when":"ask_slot:reason"},
    {"say":"对","acts":["action"]}],
   "outcome":{"outcome":"action","action":"cancel_order"},
   "done":[{"kind":"cancel_order","order":"610208734459017"}]}

A turn is say, keys, silence, failed (the transfer) or backend (ok, timeout, error), with also (other readings), confidence
and barge_ms; when: only if the answer before has such an act. An answer is held against must, must_not (words, or /regular
expressions/), acts and slot; untouched: nothing has been changed at the shop so far. The shop is shop.json beside the
file, or what "shop" says: a path, or the shop itself. {code} stands for the code of the last text message.

Every answer is also held against what the shop returned: a number, date, place, name or sum from nowhere is forbidden,
as are two questions in one turn, cheer for an angry caller, and the wrong language.

With --spoken the calls marked as such are played by voice instead: a softphone says the lines over SIP and RTP, the
hotline's recogniser hears them, and what a line wants of the answer must be heard in it by the caller's recogniser.`,
		Example: "  voxgate eval dialog calls.jsonl --html report.html",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{errors.New("eval dialog wants at least one file of scripted calls")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return evalDialog(cmd.Context(), cmd.OutOrStdout(), args, o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.asJSON, "json", false, "print one JSON object a call, then one for each family")
	flags.StringVar(&o.page, "html", "", "write a report for the browser into this file")
	flags.BoolVar(&o.spoken, "spoken", false, "play the calls that are marked so as spoken calls")
	flags.IntVar(&o.atOnce, "at-once", 4, "how many spoken calls at a time")
	flags.StringSliceVar(&o.voices, "voices", evalVoices, "variants of espeak-ng that the callers of spoken calls have in turn")
	flags.StringSliceVar(&o.only, "only", nil, "play only the calls of these names or families")
	return cmd
}

// evalDialog plays the calls of the files one after another.
func evalDialog(ctx context.Context, out io.Writer, files []string, o dialogOptions) error {
	all, err := readScripts(files, o.only)
	if err != nil {
		return fmt.Errorf("eval dialog: %w", err)
	}
	quiet := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	play := playScripts
	if o.spoken {
		play = speakScripts
	}
	results, err := play(ctx, all, quiet, o)
	if err != nil {
		return fmt.Errorf("eval dialog: %w", err)
	}
	if o.page != "" {
		if err := writeDialogPage(o.page, files, results); err != nil {
			return fmt.Errorf("eval dialog: %w", err)
		}
	}
	if !o.asJSON {
		return scripts.WriteText(out, results)
	}
	return writeDialogJSON(out, results)
}

// playScripts plays the calls as text.
func playScripts(ctx context.Context, all []scripts.Script, log *slog.Logger, _ dialogOptions) (_ []scripts.Result, err error) {
	lines := &scripts.Lines{Log: log}
	defer closing(&err, lines)
	var results []scripts.Result
	for _, s := range all {
		r, err := scripts.Play(ctx, lines, s)
		if err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}

// speakScripts plays those of the calls that are marked as spoken ones.
func speakScripts(ctx context.Context, all []scripts.Script, log *slog.Logger, o dialogOptions) (_ []scripts.Result, err error) {
	if o.atOnce < 1 || len(o.voices) == 0 {
		return nil, usageError{errors.New("--at-once wants 1 or more, --voices at least one voice")}
	}
	all = slices.DeleteFunc(all, func(s scripts.Script) bool { return !s.Spoken })
	if len(all) == 0 {
		return nil, usageError{errors.New("--spoken: none of the calls is marked as a spoken one")}
	}
	cfg, err := loadConfig("")
	if err != nil {
		return nil, err
	}
	voice, err := engines.OpenTTS(cfg.TTS)
	if err != nil {
		return nil, err
	}
	ears, err := engines.OpenASR(cfg.ASR)
	if err != nil {
		return nil, err
	}
	defer closing(&err, ears)
	studio := scripts.Studio{ASR: ears, TTS: voice, Voice: voice, Voices: o.voices, AtOnce: o.atOnce, Log: log}
	return studio.Play(ctx, all, func(r scripts.Result) { fmt.Fprintln(os.Stderr, r) })
}

// readScripts reads the calls of several files and keeps those of some names or families.
func readScripts(files, only []string) ([]scripts.Script, error) {
	var all []scripts.Script
	for _, file := range files {
		list, err := scripts.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, s := range list {
			if len(only) == 0 || s.Among(only) {
				all = append(all, s)
			}
		}
	}
	if len(all) == 0 {
		return nil, usageError{fmt.Errorf("--only %v: no call has such a name or family", only)}
	}
	return all, nil
}

func writeDialogJSON(out io.Writer, results []scripts.Result) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for _, r := range results {
		if err := enc.Encode(r); err != nil {
			return fmt.Errorf("eval dialog: write: %w", err)
		}
	}
	for _, f := range scripts.Sum(results) {
		if err := enc.Encode(f); err != nil {
			return fmt.Errorf("eval dialog: write: %w", err)
		}
	}
	return nil
}

func writeDialogPage(path string, files []string, results []scripts.Result) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("--html: %w", err)
	}
	title := filepath.Base(files[0])
	if len(files) > 1 {
		title = fmt.Sprintf("%s and %d more", title, len(files)-1)
	}
	err = scripts.WritePage(f, title, time.Now().Format("2006-01-02 15:04"), results)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("--html %s: %w", path, err)
	}
	return nil
}
