// Package wav reads and writes WAV files: recordings of calls, prompts and test audio.
//
// Samples are decoded and encoded by go-audio/wav; what it does not do (G.711, float, damaged headers) is done here.
package wav

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"github.com/go-audio/audio"
	"github.com/go-audio/wav"

	"voxgate/media/codec"
)

var (
	// ErrNotWAV: the file is something else.
	ErrNotWAV = errors.New("not a WAV file")
	// ErrHeader: a WAV file whose header makes no sense.
	ErrHeader = errors.New("bad WAV header")
	// ErrFormat: a WAV file of an encoding that is not read.
	ErrFormat = errors.New("WAV encoding not supported")
	// ErrTruncated: the file ends before its header says; what is there was read.
	ErrTruncated = errors.New("WAV file is cut short")
	// ErrEmpty: the file has no sound in it.
	ErrEmpty = errors.New("WAV file has no samples")
)

// maxData bounds what is read into memory: more than nine hours of telephone speech.
const maxData = 512 << 20

// Audio is a sound in memory.
type Audio struct {
	Rate     int     // samples a second of each channel
	Channels int     // at least 1
	Samples  []int16 // the channels' samples in turn
}

// Duration is the length of the sound.
func (a Audio) Duration() time.Duration {
	if a.Rate == 0 || a.Channels == 0 {
		return 0
	}
	return time.Duration(len(a.Samples)/a.Channels) * time.Second / time.Duration(a.Rate)
}

// Channel is one channel, counted from 0; nil when there is no such channel.
func (a Audio) Channel(i int) []int16 {
	if i < 0 || i >= a.Channels {
		return nil
	}
	out := make([]int16, 0, len(a.Samples)/a.Channels)
	for at := i; at < len(a.Samples); at += a.Channels {
		out = append(out, a.Samples[at])
	}
	return out
}

// Mono is the mean of all channels.
func (a Audio) Mono() []int16 {
	if a.Channels <= 1 {
		return a.Samples
	}
	out := make([]int16, len(a.Samples)/a.Channels)
	for i := range out {
		sum := 0
		for _, v := range a.Samples[i*a.Channels : (i+1)*a.Channels] {
			sum += int(v)
		}
		out[i] = int16(sum / a.Channels)
	}
	return out
}

// ReadFile reads a WAV file. See Read.
func ReadFile(path string) (Audio, error) {
	f, err := os.Open(path)
	if err != nil {
		return Audio{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Audio{}, err
	}
	if !info.Mode().IsRegular() {
		return Audio{}, fmt.Errorf("%s: %w: not a regular file", path, ErrNotWAV)
	}
	a, err := Read(f, info.Size())
	if err != nil {
		return a, fmt.Errorf("%s: %w", path, err)
	}
	return a, nil
}

// Read reads WAV data of the given size: PCM of 8, 16, 24 or 32 bits, float of 32 or 64 bits, mu-law or A-law, at any
// rate and with 1 to 16 channels, as 16-bit samples. With ErrTruncated it returns what there is.
func Read(r io.ReaderAt, size int64) (Audio, error) {
	h, err := readHeader(r, size)
	if err != nil {
		return Audio{}, err
	}
	a := Audio{Rate: int(h.rate), Channels: int(h.channels)}
	data := io.NewSectionReader(r, h.at, h.length)
	switch h.encoding {
	case pcm:
		a.Samples, err = readPCM(h, data)
	default:
		a.Samples, err = readOther(h, data)
	}
	if err != nil {
		return Audio{}, fmt.Errorf("read WAV samples: %w", err)
	}
	a.Samples = a.Samples[:len(a.Samples)/a.Channels*a.Channels]
	if len(a.Samples) == 0 {
		return Audio{}, ErrEmpty
	}
	if h.missing > 0 {
		return a, fmt.Errorf("%w: %d octets missing", ErrTruncated, h.missing)
	}
	return a, nil
}

// readPCM decodes linear PCM. The decoder is given a header made anew: it believes any size that a file states, and
// what stands between the header and the data is of no use here.
func readPCM(h header, data *io.SectionReader) ([]int16, error) {
	bits := int(h.bits)
	clean := make([]byte, 0, 44)
	clean = append(clean, "RIFF"...)
	clean = binary.LittleEndian.AppendUint32(clean, uint32(36+h.length))
	clean = append(clean, "WAVEfmt "...)
	clean = binary.LittleEndian.AppendUint32(clean, 16)
	clean = binary.LittleEndian.AppendUint16(clean, pcm)
	clean = binary.LittleEndian.AppendUint16(clean, h.channels)
	clean = binary.LittleEndian.AppendUint32(clean, h.rate)
	clean = binary.LittleEndian.AppendUint32(clean, h.rate*uint32(h.channels)*uint32(bits/8))
	clean = binary.LittleEndian.AppendUint16(clean, h.channels*uint16(bits/8))
	clean = binary.LittleEndian.AppendUint16(clean, h.bits)
	clean = append(clean, "data"...)
	clean = binary.LittleEndian.AppendUint32(clean, uint32(h.length))
	d := wav.NewDecoder(&spliced{io.MultiReader(bytes.NewReader(clean), data)})
	buf := &audio.IntBuffer{Data: make([]int, 4096)}
	out := make([]int16, 0, h.length/int64(bits/8))
	for {
		n, err := d.PCMBuffer(buf)
		if err != nil {
			return nil, err
		}
		if n <= 0 {
			return out, nil
		}
		for _, v := range buf.Data[:n] {
			switch bits {
			case 8:
				v = (v - 128) << 8
			case 24:
				v >>= 8
			case 32:
				v >>= 16
			}
			out = append(out, int16(v))
		}
	}
}

// spliced is what the decoder reads: in order only.
type spliced struct{ io.Reader }

func (*spliced) Seek(int64, int) (int64, error) { return 0, errors.ErrUnsupported }

// readOther decodes G.711 and floating point.
func readOther(h header, data *io.SectionReader) ([]int16, error) {
	raw, err := io.ReadAll(data)
	if err != nil {
		return nil, err
	}
	width := int(h.bits / 8)
	out := make([]int16, 0, len(raw)/width)
	for ; len(raw) >= width; raw = raw[width:] {
		switch {
		case h.encoding == muLaw:
			out = append(out, codec.DecodeMuLaw(raw[0]))
		case h.encoding == aLaw:
			out = append(out, codec.DecodeALaw(raw[0]))
		case width == 4:
			out = append(out, fromFloat(float64(math.Float32frombits(binary.LittleEndian.Uint32(raw)))))
		default:
			out = append(out, fromFloat(math.Float64frombits(binary.LittleEndian.Uint64(raw))))
		}
	}
	return out, nil
}

func fromFloat(v float64) int16 {
	if math.IsNaN(v) {
		return 0
	}
	return int16(min(max(math.Round(v*32768), math.MinInt16), math.MaxInt16))
}
