package evaluation

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"voxgate/cmd/voxgate/internal/recording"
	"voxgate/media"
)

// ErrAudio says that a recording of a manifest is missing, cannot be read or is too short for a row.
var ErrAudio = errors.New("recording")

// Corpus is a manifest with its sound.
type Corpus struct {
	Rows   []Row
	folder string
	whole  []int16 // corpus form: the one recording
	quiet  []int16 // recording in which nobody speaks
}

// quietPiece is how much of a recording without speech makes a row: as long as a call.
const quietPiece = 60 * media.Narrowband

// AddQuiet appends a recording in which nobody speaks to some rows of the corpus, in pieces of a minute. Their lines in
// the manifest are 0.
func (c *Corpus) AddQuiet(ctx context.Context, rows []Row, path string) ([]Row, error) {
	var err error
	if c.quiet, err = Load(ctx, path); err != nil {
		return nil, err
	}
	for at := 0; at < len(c.quiet); at += quietPiece {
		rows = append(rows, Row{Start: int64(at), Samples: int64(min(quietPiece, len(c.quiet)-at))})
	}
	return rows, nil
}

// Open reads a manifest and, in the corpus form, the recording beside it: NAME.wav, NAME.flac or NAME.opus for NAME.tsv,
// brought to 8,000 Hz; start and samples count at that rate.
func Open(ctx context.Context, path string) (*Corpus, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if looksLikeSound(data) {
		return nil, fmt.Errorf("%s: %w: this is a recording; name the table that lists it", path, ErrManifest)
	}
	c := &Corpus{folder: filepath.Dir(path)}
	if c.Rows, err = ParseManifest(bytes.NewReader(data)); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if c.Rows[0].File != "" {
		return c, nil
	}
	base := strings.TrimSuffix(path, filepath.Ext(path))
	for _, ending := range []string{".wav", ".flac", ".opus"} {
		if _, err := os.Stat(base + ending); err == nil {
			c.whole, err = Load(ctx, base+ending)
			return c, err
		}
	}
	return nil, fmt.Errorf("%w: there is no %s.wav, .flac or .opus beside the manifest %s", ErrAudio, filepath.Base(base), path)
}

// Speech is the sound of a row, mono at 8,000 Hz.
func (c *Corpus) Speech(ctx context.Context, row Row) ([]int16, error) {
	if row.Line == 0 {
		return c.quiet[row.Start : row.Start+row.Samples], nil
	}
	if row.File != "" {
		path := row.File
		if !filepath.IsAbs(path) {
			path = filepath.Join(c.folder, path)
		}
		pcm, err := Load(ctx, path)
		if err != nil {
			return nil, err
		}
		return pcm, nil
	}
	if end := row.Start + row.Samples; end > int64(len(c.whole)) {
		return nil, fmt.Errorf("%w: samples up to %d are wanted, the recording has %d at %d Hz",
			ErrAudio, end, len(c.whole), media.Narrowband)
	}
	return c.whole[row.Start : row.Start+row.Samples], nil
}

// Load reads a WAV, FLAC or Opus file as mono sound at 8,000 Hz. Opus goes through the program ffmpeg.
func Load(ctx context.Context, path string) ([]int16, error) {
	if strings.EqualFold(filepath.Ext(path), ".opus") {
		return decodeOpus(ctx, path)
	}
	pcm, err := recording.Linear(path)
	if err != nil {
		return nil, fmt.Errorf("%w %w", ErrAudio, err)
	}
	return pcm, nil
}

// longest bounds what ffmpeg may give: 24 hours.
const longest = 24 * 3600 * media.Narrowband * 2

func decodeOpus(ctx context.Context, path string) ([]int16, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("%w %w", ErrAudio, err)
	}
	program, err := exec.LookPath("ffmpeg")
	if err != nil {
		return nil, fmt.Errorf("%w %s: Opus files are decoded by the program ffmpeg, which is not here: install it (apt-get install ffmpeg), or convert the file where it is: ffmpeg -i NAME.opus -ar 8000 -ac 1 NAME.wav", ErrAudio, path)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd := exec.CommandContext(ctx, program, "-v", "error", "-nostdin", "-i", "file:"+path, "-ar", "8000", "-ac", "1", "-f", "s16le", "-")
	var said bytes.Buffer
	cmd.Stderr = &said
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrAudio, path, err)
	}
	raw, err := io.ReadAll(io.LimitReader(pipe, longest))
	if len(raw) == longest {
		stop()
		err = errors.New("longer than 24 hours")
	}
	if waited := cmd.Wait(); err == nil {
		err = waited
	}
	if err != nil {
		first, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n")
		return nil, fmt.Errorf("%w %s: ffmpeg: %w %s", ErrAudio, path, err, first)
	}
	if len(raw) < 2 {
		return nil, fmt.Errorf("%w %s: there is no sound in it", ErrAudio, path)
	}
	pcm := make([]int16, len(raw)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
	}
	return pcm, nil
}
