package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"voxgate/asr/decode"
	"voxgate/cmd/voxgate/internal/engines"
	"voxgate/models"
)

func newWordsCommand() *cobra.Command {
	var asJSON bool
	var file string
	cmd := &cobra.Command{
		Use:   "words [--json] FILE",
		Short: "How the recogniser will hear the words of your list, and what is doubtful about them",
		Long: `Reads a list of your own words, as asr.words in voxgate.yaml names it, and shows the readings by which each
word will be heard. A running hotline takes a changed list within seconds, without a restart; a broken one it
refuses, and keeps the words that it has.

A line is CLASS<TAB>WORD, or CLASS<TAB>WORD<TAB>READING. Lines that begin with # are comments. Classes:
` + strings.Join(decode.WordClasses, ", ") + `.
Readings are made by dictionary; where one is wrong, give it: toned pinyin (ti4 xu4), or ARPAbet for English
(Z EH F ER). A word with two readings has two lines.`,
		Example: "  voxgate words products.tsv",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("words wants one FILE, a list of words")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(file)
			if err != nil {
				return err
			}
			return showWords(cmd.OutOrStdout(), args[0], cfg.ASR.Models, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a word")
	cmd.Flags().StringVar(&file, "config", "", "configuration file (for its models)")
	return cmd
}

// showWords prints how the words of a list are heard, those that are right even where others are not.
func showWords(out io.Writer, path, modelDir string, asJSON bool) error {
	list, err := engines.ReadWords(path)
	if err != nil {
		return err
	}
	zh, err := decode.Load(models.Files(modelDir), "zh", decode.DefaultTuning())
	if err != nil {
		return err
	}
	en, err := decode.Load(models.Files(modelDir), "en", decode.DefaultTuning())
	if err != nil {
		return err
	}
	words, bad := decode.Spoken(zh, en, list)
	if asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetEscapeHTML(false)
		for _, w := range words {
			if err := encoder.Encode(w); err != nil {
				return err
			}
		}
		return bad
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "LINE\tCLASS\tWORD\tREADINGS\tENGLISH\tWARNINGS")
	for _, w := range words {
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\n", w.Line, w.Class, w.Word,
			shownReadings(w.Readings), shownReadings(w.English), strings.Join(w.Warnings, "; "))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return bad
}

// shownReadings are the likeliest readings; the table says how many more there are, JSON has them all.
func shownReadings(readings []string) string {
	const most = 2
	if more := len(readings) - most; more > 0 {
		return fmt.Sprintf("%s | +%d", strings.Join(readings[:most], " | "), more)
	}
	return strings.Join(readings, " | ")
}
