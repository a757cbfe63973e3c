package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/cmd/voxgate/internal/doctor"
	"voxgate/cmd/voxgate/internal/engines"
	"voxgate/media/device"
	"voxgate/models"
	"voxgate/models/onnx"
)

// errUnwell says that something a call needs is missing; the lines before it say what.
var errUnwell = errors.New("something that calls need is missing: see the lines marked fail")

func newDoctorCommand() *cobra.Command {
	var file string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor [--config FILE] [--json]",
		Short: "Say what this machine has and lacks, and what to do",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := os.Stat(defaultConfigFile); file == "" && err == nil {
				file = defaultConfigFile
			}
			return examine(cmd.Context(), cmd.OutOrStdout(), file, doctorEngines(), asJSON)
		},
	}
	cmd.Flags().StringVar(&file, "config", "", "configuration file (default: voxgate.yaml where there is one)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return cmd
}

// examine prints each finding as it is made; the error is errUnwell when one of them is a failure.
func examine(ctx context.Context, out io.Writer, file string, engines doctor.Engines, asJSON bool) error {
	failed := false
	var writeErr error
	doctor.Examine(ctx, file, engines, func(finding doctor.Finding) {
		failed = failed || finding.Status == doctor.Fail
		writeErr = errors.Join(writeErr, printFinding(out, finding, asJSON))
	})
	if writeErr == nil && failed {
		return errUnwell
	}
	return writeErr
}

// printFinding writes one line, and the advice below it where there is one.
func printFinding(out io.Writer, finding doctor.Finding, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(finding)
	}
	_, err := fmt.Fprintf(out, "%-5s %-16s %s\n", finding.Status, finding.Check, finding.Found)
	if err == nil && finding.Advice != "" {
		_, err = fmt.Fprintf(out, "%-5s %-16s -> %s\n", "", "", finding.Advice)
	}
	return err
}

func doctorEngines() doctor.Engines {
	return doctor.Engines{Recogniser: loadRecogniser, Voices: openVoices, Models: checkModels, Devices: openSoundCard}
}

// loadRecogniser loads the library, the acoustic model and the words: the whole way that a call depends on.
func loadRecogniser(cfg config.ASR) (string, error) {
	began := time.Now()
	recogniser, err := engines.OpenASR(cfg)
	if err != nil {
		return "", err
	}
	if err := recogniser.Close(); err != nil {
		return "", err
	}
	loaded := time.Since(began).Milliseconds()
	library, err := onnx.FindLibrary()
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("loads in %d ms, with %s", loaded, library), nil
}

// openVoices opens who speaks each language, and says who it is.
func openVoices(cfg config.TTS) (string, error) {
	voices, err := engines.OpenTTS(cfg)
	if err != nil {
		return "", err
	}
	return strings.Join(voices.Spoken, ", "), voices.Close()
}

// openSoundCard opens microphone and loudspeaker for a moment.
func openSoundCard() (string, error) {
	line, err := device.Open(device.Options{})
	if err != nil {
		return "", err
	}
	if err := line.Close(); err != nil {
		return "", err
	}
	return "microphone and loudspeaker open", nil
}

// checkModels compares what ships with its sha256; files of an own folder are counted, for nothing says what they should be.
func checkModels(dir string) (string, error) {
	if err := models.Check(); err != nil {
		return "", err
	}
	entries, err := models.Manifest()
	if err != nil {
		return "", err
	}
	found := fmt.Sprintf("%d files as their sha256 says", len(entries))
	if dir == "" {
		return found, nil
	}
	own := 0
	for _, entry := range entries {
		if _, err := fs.Stat(os.DirFS(dir), entry.Name); err == nil {
			own++
		}
	}
	if own == 0 {
		return "", fmt.Errorf("asr.models is %s, but nothing there replaces a shipped file such as %s", dir, entries[0].Name)
	}
	return fmt.Sprintf("%s, %d of them replaced by those of %s", found, own, dir), nil
}
