package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"voxgate/cmd/voxgate/internal/catalogue"
	"voxgate/models"
)

// modelLine is a model as it is listed and checked, shipped or public.
type modelLine struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`  // shipped, recogniser or voice
	State   string `json:"state"` // ok or damaged when shipped; absent, partial, complete or damaged when public
	Size    int64  `json:"size"`  // of a public one what is fetched, as far as it is listed
	SHA256  string `json:"sha256,omitempty"`
	Lang    string `json:"lang,omitempty"`
	Licence string `json:"licence"`
	Source  string `json:"source"`
	Path    string `json:"path,omitempty"` // where a public one is or would be kept
	Fault   string `json:"fault,omitempty"`
}

// errModels says that a check found something wrong; the lines before it say what.
var errModels = errors.New("some models are not as listed")

func newModelsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "models list|check|get NAME",
		Short: "What models are installed, their sha256 and licence; fetch a public voice or recogniser",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{fmt.Errorf("models wants one of: list, check, get NAME")}
			}
			return usageError{fmt.Errorf("unknown models command %q: use list, check or get NAME", args[0])}
		},
	}
	cmd.AddCommand(newModelsListCommand(), newModelsCheckCommand(), newModelsGetCommand())
	return cmd
}

func newModelsListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List what ships and what can be fetched",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			lines, err := modelLines(false)
			if err != nil {
				return err
			}
			return printModels(cmd.OutOrStdout(), lines, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return cmd
}

func newModelsCheckCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Compare every file with its sha256",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			lines, err := modelLines(true)
			if err != nil {
				return err
			}
			if err := printModels(cmd.OutOrStdout(), lines, asJSON); err != nil {
				return err
			}
			for _, line := range lines {
				if line.Fault != "" {
					err = errors.Join(err, errors.New(line.Fault))
				}
			}
			if err != nil {
				return fmt.Errorf("%w:\n%w", errModels, err)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return cmd
}

func newModelsGetCommand() *cobra.Command {
	var mirror string
	cmd := &cobra.Command{
		Use:   "get NAME",
		Short: "Fetch a public voice or recogniser; a broken download goes on where it stopped",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{fmt.Errorf("models get wants one NAME of 'voxgate models list'")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			entries, err := catalogue.Public()
			if err != nil {
				return err
			}
			entry, err := catalogue.Find(entries, args[0])
			if err != nil {
				return usageError{err}
			}
			dir, err := catalogue.DefaultDir()
			if err != nil {
				return err
			}
			return getModel(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), dir, mirror, entry)
		},
	}
	cmd.Flags().StringVar(&mirror, "mirror", os.Getenv("HF_ENDPOINT"), "web address that holds the same files, e.g. https://hf-mirror.com")
	return cmd
}

// getModel fetches an entry and prints the folder where it lies.
func getModel(ctx context.Context, out, progress io.Writer, dir, mirror string, entry catalogue.Entry) error {
	size := "a size that is listed nowhere"
	if sum, all := entry.Size(); all {
		size = fmt.Sprintf("%.1f MB", float64(sum)/1e6)
	}
	fmt.Fprintf(progress, "%s: %s\nlicence: %s\nfrom %s, %s\n", entry.Name, entry.Title, entry.Licence, entry.Source, size)
	if bare := entry.Unverified(); len(bare) > 0 {
		fmt.Fprintf(progress, "no sha256 is known of %s: what comes cannot be compared, only recorded\n", strings.Join(bare, ", "))
	}
	fetcher := catalogue.NewFetcher(dir)
	defer fetcher.Close()
	fetcher.Mirror = mirror
	shown := map[string]int64{}
	fetcher.Progress = func(file string, done, size int64) {
		if size == 0 {
			return
		}
		if tenth := done * 10 / size; tenth > shown[file] {
			shown[file] = tenth
			fmt.Fprintf(progress, "%s %d %%\n", file, tenth*10)
		}
	}
	if err := fetcher.Get(ctx, entry); err != nil {
		return err
	}
	fmt.Fprintln(out, filepath.Join(dir, entry.Name))
	return nil
}

// modelLines are the shipped files and the public entries; with thorough every public file is read, too.
func modelLines(thorough bool) ([]modelLine, error) {
	shipped, err := models.Manifest()
	if err != nil {
		return nil, err
	}
	public, err := catalogue.Public()
	if err != nil {
		return nil, err
	}
	dir, err := catalogue.DefaultDir()
	if err != nil {
		return nil, err
	}
	lines := make([]modelLine, 0, len(shipped)+len(public))
	for _, entry := range shipped {
		line := modelLine{Name: entry.Name, Kind: "shipped", State: "ok", Size: entry.Size, SHA256: entry.SHA256,
			Licence: entry.Licence, Source: entry.Source}
		if err := entry.Check(models.Files("")); err != nil {
			line.State, line.Fault = "damaged", err.Error()
		}
		lines = append(lines, line)
	}
	for _, entry := range public {
		lines = append(lines, publicLine(dir, entry, thorough))
	}
	return lines, nil
}

func publicLine(dir string, entry catalogue.Entry, thorough bool) modelLine {
	state := catalogue.Installed(dir, entry)
	size, _ := entry.Size()
	line := modelLine{Name: entry.Name, Kind: entry.Kind, State: string(state), Size: size, Lang: entry.Lang,
		Licence: entry.Licence, Source: entry.Source, Path: filepath.Join(dir, entry.Name)}
	if state == catalogue.Damaged || (thorough && state == catalogue.Complete) {
		if err := catalogue.Check(dir, entry); err != nil {
			line.State, line.Fault = string(catalogue.Damaged), err.Error()
		}
	}
	return line
}

// printModels writes a table, with the sha256 shortened to what the eye compares, or one JSON object a line.
func printModels(out io.Writer, lines []modelLine, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(out)
		for _, line := range lines {
			if err := encoder.Encode(line); err != nil {
				return err
			}
		}
		return nil
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tKIND\tLANG\tSTATE\tBYTES\tSHA256\tLICENCE")
	for _, line := range lines {
		sum, size := line.SHA256, strconv.FormatInt(line.Size, 10)
		if sum == "" {
			sum = "per file"
		}
		if line.Size == 0 {
			size = "not listed"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%.12s\t%s\n", line.Name, line.Kind, line.Lang, line.State, size, sum, line.Licence)
	}
	return table.Flush()
}
