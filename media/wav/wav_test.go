package wav

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"voxgate/media/codec"
	"voxgate/media/mediatest"
)

func TestMain(m *testing.M) {
	if os.Getenv(childFile) != "" {
		recordUntilKilled()
		return
	}
	goleak.VerifyTestMain(m)
}

// file builds WAV data by hand.
func file(tag uint16, channels, bits uint16, rate uint32, data []byte) []byte {
	var b bytes.Buffer
	put := func(v any) { binary.Write(&b, binary.LittleEndian, v) }
	b.WriteString("RIFF")
	put(uint32(36 + len(data)))
	b.WriteString("WAVEfmt ")
	put(uint32(16))
	put([]uint16{tag, channels})
	put([]uint32{rate, rate * uint32(channels) * uint32(bits) / 8})
	put([]uint16{channels * bits / 8, bits})
	b.WriteString("data")
	put(uint32(len(data)))
	b.Write(data)
	return b.Bytes()
}

func read(b []byte) (Audio, error) { return Read(bytes.NewReader(b), int64(len(b))) }

func TestWhatIsWrittenIsRead(t *testing.T) {
	for _, channels := range []int{1, 2} {
		want := Audio{Rate: 8000, Channels: channels, Samples: mediatest.Noise(8000, 0.9, time.Second, 1)}
		path := filepath.Join(t.TempDir(), "a.wav")
		if err := WriteFile(path, want); err != nil {
			t.Fatal(err)
		}
		got, err := ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got.Rate != 8000 || got.Channels != channels || len(got.Samples) != len(want.Samples) {
			t.Fatalf("read %d Hz, %d channels, %d samples", got.Rate, got.Channels, len(got.Samples))
		}
		for i := range want.Samples {
			if got.Samples[i] != want.Samples[i] {
				t.Fatalf("sample %d: %d, want %d", i, got.Samples[i], want.Samples[i])
			}
		}
		if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
			t.Errorf("recording has mode %v", info.Mode())
		}
	}
}

func TestEncodings(t *testing.T) {
	want := []int16{0, 256, -256, 12800, -12800, 32512, -32768}
	le := func(v any) []byte {
		var b bytes.Buffer
		binary.Write(&b, binary.LittleEndian, v)
		return b.Bytes()
	}
	encode := map[string]func(v int16) []byte{
		"8":      func(v int16) []byte { return []byte{byte(v>>8) + 128} },
		"16":     func(v int16) []byte { return le(v) },
		"24":     func(v int16) []byte { return le(int32(v) << 8)[:3] },
		"32":     func(v int16) []byte { return le(int32(v) << 16) },
		"float":  func(v int16) []byte { return le(float32(v) / 32768) },
		"double": func(v int16) []byte { return le(float64(v) / 32768) },
		"mu":     func(v int16) []byte { return []byte{codec.EncodeMuLaw(v)} },
		"a":      func(v int16) []byte { return []byte{codec.EncodeALaw(v)} },
	}
	for name, shape := range map[string][2]uint16{
		"8": {pcm, 8}, "16": {pcm, 16}, "24": {pcm, 24}, "32": {pcm, 32}, "float": {float, 32}, "double": {float, 64},
		"mu": {muLaw, 8}, "a": {aLaw, 8},
	} {
		var data []byte
		for _, v := range want {
			data = append(data, encode[name](v)...)
		}
		got, err := read(file(shape[0], 1, shape[1], 44100, data))
		if err != nil || len(got.Samples) != len(want) || got.Rate != 44100 {
			t.Errorf("%s: %v, %d samples", name, err, len(got.Samples))
			continue
		}
		for i, v := range want {
			loss := 0.0
			if shape[0] == muLaw || shape[0] == aLaw {
				loss = 16 + math.Abs(float64(v))/32
			}
			if math.Abs(float64(got.Samples[i])-float64(v)) > loss {
				t.Errorf("%s: sample %d is %d, want %d", name, i, got.Samples[i], v)
			}
		}
	}
}

func TestChunksBesideTheDataAreSkipped(t *testing.T) {
	plain := file(pcm, 1, 16, 8000, []byte{1, 0, 2, 0})
	var b []byte
	b = append(b, plain[:12]...)
	b = append(b, "LIST\x05\x00\x00\x00INFOx\x00"...) // odd length, padded
	b = append(b, plain[12:]...)
	b = append(b, "junkjunk"...)
	if a, err := read(b); err != nil || len(a.Samples) != 2 || a.Samples[1] != 2 {
		t.Errorf("got %v, %v", a, err)
	}
}

func TestExtensibleHeader(t *testing.T) {
	b := file(extensible, 1, 16, 8000, nil)
	b = b[:36]
	binary.LittleEndian.PutUint32(b[16:], 40)
	b = append(b, 22, 0, 16, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71)
	b = append(b, "data\x02\x00\x00\x00\x07\x00"...)
	if a, err := read(b); err != nil || len(a.Samples) != 1 || a.Samples[0] != 7 {
		t.Errorf("got %v, %v", a, err)
	}
}

func TestBadFilesAreNamed(t *testing.T) {
	good := file(pcm, 2, 16, 8000, make([]byte, 400))
	change := func(at int, with ...byte) []byte {
		b := bytes.Clone(good)
		copy(b[at:], with)
		return b
	}
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"empty":                     {nil, ErrNotWAV},
		"text":                      {[]byte("this is a text and no recording at all, not even a bit"), ErrNotWAV},
		"short":                     {good[:20], ErrHeader},
		"within the format":         {good[:30], ErrHeader},
		"no data chunk":             {good[:36], ErrHeader},
		"no samples":                {file(pcm, 1, 16, 8000, nil), ErrEmpty},
		"half a sample":             {file(pcm, 1, 16, 8000, []byte{1}), ErrEmpty},
		"no channels":               {change(22, 0, 0), ErrHeader},
		"thousands of channels":     {change(22, 0xFF, 0xFF), ErrHeader},
		"rate zero":                 {change(24, 0, 0, 0, 0), ErrHeader},
		"rate absurd":               {change(24, 0xFF, 0xFF, 0xFF, 0xFF), ErrHeader},
		"twelve bits":               {change(34, 12), ErrFormat},
		"MP3 inside":                {change(20, 0x55), ErrFormat},
		"format of four gigabytes":  {change(16, 0xFF, 0xFF, 0xFF, 0xFF), ErrHeader},
		"format of no length":       {change(16, 0, 0, 0, 0), ErrHeader},
		"cut":                       {good[:300], ErrTruncated},
		"data before format":        {append(bytes.Clone(good[:12]), good[36:]...), ErrHeader},
		"more data than can be had": {change(40, 0xF0, 0xFF, 0xFF, 0x7E), ErrTruncated},
	} {
		a, err := read(c.data)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if errors.Is(err, ErrTruncated) == (len(a.Samples) == 0) {
			t.Errorf("%s: %d samples with %v", name, len(a.Samples), err)
		}
	}
	streamed := change(40, 0xFF, 0xFF, 0xFF, 0xFF)
	if a, err := read(streamed); err != nil || len(a.Samples) != 200 {
		t.Errorf("a streamed file gives %d samples, %v", len(a.Samples), err)
	}
	if _, err := ReadFile(t.TempDir()); !errors.Is(err, ErrNotWAV) {
		t.Errorf("a folder: %v", err)
	}
	if _, err := ReadFile("absent.wav"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an absent file: %v", err)
	}
}

func TestMonoAndChannels(t *testing.T) {
	a := Audio{Rate: 8000, Channels: 2, Samples: []int16{100, 300, -32768, -32768, 5, 0}}
	if m := a.Mono(); len(m) != 3 || m[0] != 200 || m[1] != -32768 || m[2] != 2 {
		t.Errorf("mono %v", m)
	}
	if l, r := a.Channel(0), a.Channel(1); l[2] != 5 || r[0] != 300 || a.Channel(2) != nil {
		t.Errorf("left %v, right %v", l, r)
	}
	if d := (Audio{Rate: 8000, Channels: 2, Samples: make([]int16, 16000)}).Duration(); d != time.Second {
		t.Errorf("duration %v", d)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(file(pcm, 2, 16, 8000, make([]byte, 64)))
	f.Add(file(muLaw, 1, 8, 8000, make([]byte, 64)))
	f.Add(file(float, 1, 32, 48000, make([]byte, 64)))
	f.Add(file(pcm, 1, 24, 96000, make([]byte, 31)))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := read(b)
		if err == nil && (len(a.Samples) == 0 || a.Rate < 1000 || len(a.Samples)%a.Channels != 0 || len(a.Samples) > len(b)) {
			t.Fatalf("accepted %d Hz, %d channels, %d samples of %d octets", a.Rate, a.Channels, len(a.Samples), len(b))
		}
	})
}
