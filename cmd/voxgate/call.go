package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"voxgate/cmd/voxgate/internal/timeline"
)

// callFlags are the flags of call and its subcommands.
type callFlags struct {
	config, records string
	json            bool
	html, svg       string
	most            int
}

func newCallCommand() *cobra.Command {
	var flags callFlags
	cmd := &cobra.Command{
		Use:   "call list|show",
		Short: "Look at what was kept of calls: who spoke, what was decided, where the time went",
		Args:  noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().StringVar(&flags.records, "records", "", "folder of call records (default: the configuration's)")
	cmd.PersistentFlags().StringVar(&flags.config, "config", "", "configuration file (default: voxgate.yaml where there is one)")
	cmd.PersistentFlags().BoolVar(&flags.json, "json", false, "print one JSON object a call")
	cmd.AddCommand(newCallListCommand(&flags), newCallShowCommand(&flags))
	return cmd
}

func newCallListCommand(flags *callFlags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "The last calls, newest first",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if flags.most < 1 {
				return usageError{fmt.Errorf("--last %d: give 1 or more", flags.most)}
			}
			return listCalls(cmd.OutOrStdout(), *flags)
		},
	}
	cmd.Flags().IntVar(&flags.most, "last", 20, "how many calls")
	return cmd
}

func newCallShowCommand(flags *callFlags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show ID|FILE|last",
		Short: "One call as text, or as a timeline picture",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return showCall(cmd.OutOrStdout(), args[0], *flags)
		},
	}
	cmd.Flags().StringVar(&flags.html, "html", "", "write a page with the timeline; it opens anywhere and needs no network")
	cmd.Flags().StringVar(&flags.svg, "svg", "", "write the timeline as an SVG picture")
	return cmd
}

// folder is where the calls are kept.
func (f callFlags) folder() (string, error) {
	if f.records != "" {
		return f.records, nil
	}
	cfg, err := loadConfig(f.config)
	if err != nil {
		return "", err
	}
	if cfg.Records.Dir == "" {
		return "", errors.New("this configuration keeps no call records: set records.dir, or name a folder by --records")
	}
	return cfg.Records.Dir, nil
}

func listCalls(out io.Writer, flags callFlags) error {
	dir, err := flags.folder()
	if err != nil {
		return err
	}
	files, err := timeline.Files(dir)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		slog.Info("no calls are kept here", "folder", dir)
	}
	for _, file := range files[:min(len(files), flags.most)] {
		r, err := timeline.ReadFile(file)
		if err != nil {
			slog.Warn("left out", "error", err)
			continue
		}
		if flags.json {
			printJSON(out, summarised(r))
			continue
		}
		s := summarised(r)
		fmt.Fprintf(out, "%s  %-36s %-4s %-16s %6.1f s %3d turns %6.0f ms  %s\n", r.Started.Format("2006-01-02 15:04:05"), r.CallID, r.Via, r.Caller, r.DurationS, s.Turns, s.P50, r.Outcome)
	}
	return nil
}

// callSummary is a call as a list shows it.
type callSummary struct {
	CallID    string  `json:"call_id"`
	Started   string  `json:"started"`
	Via       string  `json:"via"`
	Caller    string  `json:"caller"`
	DurationS float64 `json:"duration_s"`
	Outcome   string  `json:"outcome"`
	Turns     int     `json:"turns"`
	P50       float64 `json:"p50_ms"` // voice-to-voice; 0 where no answer to speech was heard
	BargeIns  int     `json:"barge_ins"`
}

func summarised(r timeline.Record) callSummary {
	var took []float64
	for _, t := range r.Turns {
		if t.Stages != nil {
			took = append(took, t.Stages.Sum())
		}
	}
	return callSummary{
		r.CallID, r.Started.Format("2006-01-02T15:04:05.000Z07:00"), r.Via, r.Caller, r.DurationS, r.Outcome, len(r.Turns),
		timeline.Quantile(took, 0.5), r.BargeIns,
	}
}

func showCall(out io.Writer, id string, flags callFlags) error {
	file, err := recordFile(id, flags)
	if err != nil {
		return err
	}
	r, err := timeline.ReadFile(file)
	if err != nil {
		return err
	}
	var sound *timeline.Sound
	if flags.html != "" || flags.svg != "" {
		sound = soundOf(r, filepath.Dir(file))
	}
	if flags.html != "" {
		if err := writeTo(flags.html, func(w io.Writer) error { return timeline.WritePage(w, r, sound) }); err != nil {
			return err
		}
	}
	if flags.svg != "" {
		if err := writeTo(flags.svg, func(w io.Writer) error { return timeline.WriteSVG(w, r, sound, svgScale) }); err != nil {
			return err
		}
	}
	switch {
	case flags.json:
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		return enc.Encode(r)
	case flags.html == "" && flags.svg == "":
		return timeline.WriteText(out, r)
	}
	return nil
}

// svgScale is a picture's width of a second, in pixels: words can be read.
const svgScale = 80

// recordFile is the file that is meant by a path, a call's id, or the beginning of one.
func recordFile(id string, flags callFlags) (string, error) {
	if filepath.Ext(id) == ".json" {
		return id, nil
	}
	dir, err := flags.folder()
	if err != nil {
		return "", err
	}
	return timeline.Find(dir, id)
}

// soundOf is what a call's recording shows; a call without one is drawn without.
func soundOf(r timeline.Record, dir string) *timeline.Sound {
	if r.Audio == "" {
		return nil
	}
	sound, err := timeline.Hear(filepath.Join(dir, filepath.Base(r.Audio)), r.AudioGaps)
	if err != nil {
		slog.Warn("recording", "error", err)
	}
	return sound
}

// writeTo writes a file as a whole.
func writeTo(path string, write func(io.Writer) error) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("picture: %w", err)
	}
	defer closing(&err, f)
	return write(f)
}
