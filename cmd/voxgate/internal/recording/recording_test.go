package recording

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/mewkiz/flac"
	"github.com/mewkiz/flac/frame"
	"github.com/mewkiz/flac/meta"

	"voxgate/media/wav"
)

func tone(rate, n int, amplitude float64) []int16 {
	out := make([]int16, n)
	for i := range out {
		out[i] = int16(amplitude * math.Sin(2*math.Pi*500*float64(i)/float64(rate)))
	}
	return out
}

// flacOf writes stereo 16-bit samples, the right channel silent, as an uncompressed FLAC stream.
func flacOf(t testing.TB, rate int, left []int16) []byte {
	t.Helper()
	var b bytes.Buffer
	info := &meta.StreamInfo{
		BlockSizeMin: 4096, BlockSizeMax: 4096, SampleRate: uint32(rate), NChannels: 2, BitsPerSample: 16, NSamples: uint64(len(left)),
	}
	enc, err := flac.NewEncoder(&b, info)
	if err != nil {
		t.Fatal(err)
	}
	for at, n := 0, uint64(0); at < len(left); at, n = at+4096, n+1 {
		block := left[at:min(at+4096, len(left))]
		f := &frame.Frame{Header: frame.Header{
			BlockSize: uint16(len(block)), SampleRate: uint32(rate), Channels: frame.ChannelsLR, BitsPerSample: 16, Num: n,
		}}
		for c := range 2 {
			samples := make([]int32, len(block))
			if c == 0 {
				for i, v := range block {
					samples[i] = int32(v)
				}
			}
			f.Subframes = append(f.Subframes, &frame.Subframe{SubHeader: frame.SubHeader{Pred: frame.PredVerbatim}, Samples: samples, NSamples: len(block)})
		}
		if err := enc.WriteFrame(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := enc.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func file(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sound")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func level(pcm []int16) float64 {
	sum := 0.0
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum / float64(len(pcm)))
}

func TestTelephoneFromAnyRecording(t *testing.T) {
	dir := t.TempDir()
	mono := filepath.Join(dir, "mono.wav")
	if err := wav.WriteFile(mono, wav.Audio{Rate: 44100, Channels: 1, Samples: tone(44100, 44100, 8000)}); err != nil {
		t.Fatal(err)
	}
	stereo := make([]int16, 2*48000)
	for i, v := range tone(48000, 48000, 8000) {
		stereo[2*i], stereo[2*i+1] = v, v
	}
	both := filepath.Join(dir, "stereo.wav")
	if err := wav.WriteFile(both, wav.Audio{Rate: 48000, Channels: 2, Samples: stereo}); err != nil {
		t.Fatal(err)
	}
	half := file(t, flacOf(t, 16000, tone(16000, 16000, 8000)))
	for path, amplitude := range map[string]float64{mono: 8000, both: 8000, half: 4000} {
		pcm, length, err := Telephone(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if length != time.Second || len(pcm) < 7990 || len(pcm) > 8200 {
			t.Errorf("%s: %v, %d samples", path, length, len(pcm))
		}
		if got, want := level(pcm[1000:7000]), amplitude/math.Sqrt2; math.Abs(got-want) > 0.05*want {
			t.Errorf("%s: level %.0f, want %.0f", path, got, want)
		}
	}
}

func TestBadRecordings(t *testing.T) {
	whole := flacOf(t, 16000, tone(16000, 16000, 8000))
	header := func(n int) []byte {
		b := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x00\x00\x00\x00")
		binary.LittleEndian.PutUint32(b[40:], uint32(n))
		return b
	}
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"no bytes":        {nil, ErrUnknown},
		"text":            {[]byte("hello, this is no sound"), ErrUnknown},
		"empty WAV":       {header(0), wav.ErrEmpty},
		"cut WAV":         {append(header(16000), make([]byte, 400)...), wav.ErrTruncated},
		"cut FLAC":        {whole[:len(whole)*2/3], ErrFLAC},
		"FLAC magic only": {[]byte("fLaC"), ErrFLAC},
	} {
		if _, _, err := Telephone(file(t, c.data)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if _, _, err := Telephone("/nowhere/at/all.wav"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if _, _, err := Telephone(t.TempDir()); err == nil {
		t.Error("a folder was read")
	}
}

func FuzzReadFLAC(f *testing.F) {
	f.Add(flacOf(f, 8000, tone(8000, 300, 8000)))
	f.Add([]byte("fLaC\x80\x00\x00\x22"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := readFLAC(io.LimitReader(bytes.NewReader(data), 1<<16))
		if err == nil && (a.Rate < 1 || a.Channels < 1 || len(a.Samples)%a.Channels != 0) {
			t.Errorf("accepted %d Hz, %d channels, %d samples", a.Rate, a.Channels, len(a.Samples))
		}
	})
}
