// Package recording reads sound files as a telephone line would carry them: mono, 8,000 Hz, through G.711 and back.
package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mewkiz/flac"

	"voxgate/media"
	"voxgate/media/codec"
	"voxgate/media/resample"
	"voxgate/media/wav"
)

// Errors of this package; those of media/wav pass through.
var (
	// ErrUnknown says that a file is neither WAV nor FLAC.
	ErrUnknown = errors.New("neither a WAV nor a FLAC file")
	// ErrFLAC says that a FLAC file is damaged or cut short.
	ErrFLAC = errors.New("damaged FLAC file")
)

// maxFLAC bounds the samples read from one FLAC file: ten hours at 8,000 Hz.
const maxFLAC = 288_000_000

// Telephone reads a WAV or FLAC file of any rate and number of channels and returns what a PCMU line would bring of it,
// at 8,000 Hz, and the length of the file.
func Telephone(path string) ([]int16, time.Duration, error) {
	a, err := read(path)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", path, err)
	}
	pcm, err := narrow(a)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", path, err)
	}
	return pcm, a.Duration(), nil
}

// Linear is Telephone without the G.711: what was said into the telephone, at 8,000 Hz.
func Linear(path string) ([]int16, error) {
	a, err := read(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	pcm, err := linear(a)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return pcm, nil
}

func read(path string) (wav.Audio, error) {
	f, err := os.Open(path)
	if err != nil {
		return wav.Audio{}, errors.Unwrap(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return wav.Audio{}, err
	}
	if info.IsDir() {
		return wav.Audio{}, errors.New("is a folder; name the files in it")
	}
	if info.Size() == 0 {
		return wav.Audio{}, fmt.Errorf("%w: it is empty", ErrUnknown)
	}
	var magic [4]byte
	if _, err := io.ReadFull(f, magic[:]); err != nil {
		return wav.Audio{}, fmt.Errorf("%w: %d bytes", ErrUnknown, info.Size())
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return wav.Audio{}, err
	}
	switch {
	case bytes.Equal(magic[:], []byte("RIFF")), bytes.Equal(magic[:], []byte("RIFX")), bytes.Equal(magic[:], []byte("RF64")):
		return wav.Read(f, info.Size())
	case bytes.Equal(magic[:], []byte("fLaC")):
		return readFLAC(f)
	}
	return wav.Audio{}, ErrUnknown
}

// readFLAC decodes a FLAC stream (RFC 9639) to 16 bits.
func readFLAC(r io.Reader) (a wav.Audio, err error) {
	defer func() {
		// The decoder panics on some damaged headers.
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", ErrFLAC, p)
		}
	}()
	stream, err := flac.New(r)
	if err != nil {
		return a, fmt.Errorf("%w: %w", ErrFLAC, err)
	}
	a.Rate, a.Channels = int(stream.Info.SampleRate), int(stream.Info.NChannels)
	bits := int(stream.Info.BitsPerSample)
	if a.Rate < 1 || a.Channels < 1 || bits < 4 {
		return a, fmt.Errorf("%w: %d Hz, %d channels, %d bits", ErrFLAC, a.Rate, a.Channels, bits)
	}
	for len(a.Samples) < maxFLAC {
		frame, err := stream.ParseNext()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return a, fmt.Errorf("%w after %.1f s: %w", ErrFLAC, a.Duration().Seconds(), err)
		}
		if len(frame.Subframes) != a.Channels {
			return a, fmt.Errorf("%w: %d channels, then %d", ErrFLAC, a.Channels, len(frame.Subframes))
		}
		for i := range int(frame.BlockSize) {
			for _, s := range frame.Subframes {
				a.Samples = append(a.Samples, toSixteen(s.Samples[i], bits))
			}
		}
	}
	total := stream.Info.NSamples
	if got := uint64(len(a.Samples) / a.Channels); total > got {
		return a, fmt.Errorf("%w: cut short, %d of %d samples are there", ErrFLAC, got, total)
	}
	if len(a.Samples) == 0 {
		return a, wav.ErrEmpty
	}
	return a, nil
}

func toSixteen(v int32, bits int) int16 {
	if bits > 16 {
		return int16(v >> (bits - 16))
	}
	return int16(v << (16 - bits))
}

// linear makes one channel at 8,000 Hz of a recording.
func linear(a wav.Audio) ([]int16, error) {
	pcm := a.Mono()
	if a.Rate == media.Narrowband {
		return pcm, nil
	}
	r, err := resample.New(a.Rate, media.Narrowband)
	if err != nil {
		return nil, err
	}
	return r.Flush(r.Process(nil, pcm)), nil
}

// narrow makes telephone sound of a recording.
func narrow(a wav.Audio) ([]int16, error) {
	pcm, err := linear(a)
	if err != nil {
		return nil, err
	}
	out := make([]int16, len(pcm))
	for i, v := range pcm {
		out[i] = codec.DecodeMuLaw(codec.EncodeMuLaw(v))
	}
	return out, nil
}
