package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/cmd/voxgate/internal/engines"
	"voxgate/tts"
	"voxgate/tts/cache"
)

// promptLine is one line of prompts list --json.
type promptLine struct {
	Text      string `json:"text"`
	Lang      string `json:"lang"`
	Kept      bool   `json:"kept"`                // on disk, for telephone lines
	Recording string `json:"recording,omitempty"` // WAV that is said in its place
}

func newPromptsCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "prompts list|build|replace|remove",
		Short: "What the bot says word for word: make it in advance, or say it by a recording of your own",
		Long: `Fixed prompts, and the fixed clauses of those with a name or number in them, are made once and kept on disk; serve makes
what is missing while it runs. A recording takes a prompt's place wherever the dialogue says it as whole clauses: it lies
in the folder of tts.recordings as NAME.wav (any rate, mono or stereo, at most a minute), with what it says in NAME.txt,
and a running hotline takes a change within seconds. Its level is made that of the voice.`,
		Example: "  voxgate prompts build\n  voxgate prompts replace '请问要办什么？' open.wav\n  voxgate prompts remove '请问要办什么？'",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{errors.New("prompts wants to know what: list, build, replace or remove")}
			}
			return usageError{fmt.Errorf("unknown %q: use list, build, replace or remove", args[0])}
		},
	}
	cmd.PersistentFlags().StringVar(&file, "config", "", "configuration file")
	cmd.AddCommand(newPromptsListCommand(&file), newPromptsBuildCommand(&file), newPromptsReplaceCommand(&file), newPromptsRemoveCommand(&file))
	return cmd
}

func newPromptsListCommand(file *string) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "All fixed prompts: which are on disk, which are recordings", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			parts, err := openPrompts(*file)
			if err != nil {
				return err
			}
			defer closing(&err, parts.voices)
			return parts.list(cmd.OutOrStdout(), asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a prompt")
	return cmd
}

func newPromptsBuildCommand(file *string) *cobra.Command {
	return &cobra.Command{
		Use: "build", Short: "Make all fixed prompts that are not on disk yet", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			parts, err := openPrompts(*file)
			if err != nil {
				return err
			}
			defer closing(&err, parts.voices)
			return parts.build(cmd.Context(), cmd.OutOrStdout())
		},
	}
}

func newPromptsReplaceCommand(file *string) *cobra.Command {
	return &cobra.Command{
		Use: "replace TEXT FILE.wav", Short: "Say TEXT by this recording from now on",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usageError{errors.New("prompts replace wants the text and the WAV file that says it")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := recordingsConfig(*file)
			if err != nil {
				return err
			}
			one, err := cache.AddRecording(cfg.TTS.Recordings, args[0], args[1])
			if err != nil {
				return fmt.Errorf("prompts replace: %w", err)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s (%.1f s) says: %s\n", one.File, one.Seconds, one.Text)
			return errors.Join(err, warnUnsaid(cfg, one))
		},
	}
}

func newPromptsRemoveCommand(file *string) *cobra.Command {
	return &cobra.Command{
		Use: "remove TEXT", Short: "Let the voice say TEXT again: its recording is deleted",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("prompts remove wants the text of a recording; see 'voxgate prompts list'")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := recordingsConfig(*file)
			if err != nil {
				return err
			}
			one, err := cache.RemoveRecording(cfg.TTS.Recordings, args[0])
			if err != nil {
				return fmt.Errorf("prompts remove: %w", err)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s deleted\n", one.File)
			return err
		},
	}
}

// recordingsConfig is a configuration that names a folder of recordings.
func recordingsConfig(file string) (config.Config, error) {
	cfg, err := loadConfig(file)
	if err == nil && cfg.TTS.Recordings == "" {
		err = errors.New("prompts: the configuration names no folder of recordings: set tts.recordings, as to recordings/prompts")
	}
	return cfg, err
}

// warnUnsaid tells an operator whose recording says nothing that the dialogue says.
func warnUnsaid(cfg config.Config, one cache.Recording) error {
	prompts, err := engines.Prompts(cfg.Dialog)
	if err != nil {
		return err
	}
	for _, u := range prompts {
		if strings.Contains(u.Text, strings.TrimRight(one.Text, "。！？.!? ")) {
			return nil
		}
	}
	_, err = fmt.Fprintln(os.Stderr, "voxgate: no prompt of the dialogue says this; see 'voxgate prompts list'")
	return err
}

// promptParts are the fixed prompts and who says them.
type promptParts struct {
	cfg     config.Config
	voices  *engines.Voices
	prompts []tts.Utterance
}

func openPrompts(file string) (*promptParts, error) {
	cfg, err := loadConfig(file)
	if err != nil {
		return nil, err
	}
	parts := &promptParts{cfg: cfg}
	if parts.prompts, err = engines.Prompts(cfg.Dialog); err != nil {
		return nil, err
	}
	if err := engines.UseRuntime(cfg.ASR); err != nil {
		return nil, err
	}
	parts.voices, err = engines.OpenTTS(cfg.TTS)
	return parts, err
}

func (p *promptParts) list(out io.Writer, asJSON bool) error {
	recordings := &cache.Recordings{}
	if p.cfg.TTS.Recordings != "" {
		var err error
		if recordings, err = cache.ReadRecordings(p.cfg.TTS.Recordings); err != nil {
			fmt.Fprintln(os.Stderr, "voxgate:", err)
		}
	}
	kept := 0
	for _, u := range p.prompts {
		line := promptLine{Text: u.Text, Lang: u.Lang, Kept: p.voices.Kept(u)}
		if one, ok := recordings.Says(u.Text); ok {
			line.Recording = one.File
		}
		if line.Kept {
			kept++
		}
		if err := line.print(out, asJSON); err != nil {
			return err
		}
	}
	if asJSON {
		return nil
	}
	_, err := fmt.Fprintf(out, "%d prompts and clauses, %d on disk, %d recordings\n", len(p.prompts), kept, len(recordings.All()))
	return err
}

func (l promptLine) print(out io.Writer, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(l)
	}
	mark := " "
	if l.Kept {
		mark = "*"
	}
	_, err := fmt.Fprintf(out, "%s %s %s %s\n", mark, l.Lang, l.Text, l.Recording)
	return err
}

func (p *promptParts) build(ctx context.Context, out io.Writer) error {
	begin, before := time.Now(), p.voices.Stats().Misses
	folder, err := engines.PromptFolder(p.cfg.TTS)
	if err != nil {
		return err
	}
	if folder == "" {
		return usageError{errors.New("prompts build: tts.folder is none, so nothing would be kept")}
	}
	err = engines.BuildPrompts(ctx, p.voices, p.prompts)
	_, printed := fmt.Fprintf(out, "%d prompts and clauses at 8,000 and 16,000 Hz in %s: %d clauses made, %.0f s\n",
		len(p.prompts), folder, p.voices.Stats().Misses-before, time.Since(begin).Seconds())
	return errors.Join(err, printed)
}
