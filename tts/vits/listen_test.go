package vits

import (
	"context"
	"io/fs"
	"iter"
	"math"
	"os"
	"testing"

	"go.uber.org/goleak"

	"voxgate/media"
	"voxgate/media/mediatest"
	"voxgate/tts/text"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The test voices (models/recipe/public/voices.py) say unit n at 300 + 100 n Hz, 50 Hz higher for each speaker, its tone t
// at 2,500 + 60 t Hz; a unit lasts 100 ms and a blank 50 ms.

// fixture is the folder of a test voice.
func fixture(name string) fs.FS { return os.DirFS("testdata/" + name) }

// said answers with fixed phonemes, whatever is asked.
type said string

func (s said) Phonemes(context.Context, text.Clause, string) (string, error) { return string(s), nil }

// open makes an engine that is closed at the test's end.
func open(t testing.TB, cfg Config) *Engine {
	t.Helper()
	e, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func collect(t testing.TB, frames iter.Seq2[media.Frame, error]) ([]int16, error) {
	t.Helper()
	var pcm []int16
	for frame, err := range frames {
		if err != nil {
			return pcm, err
		}
		pcm = append(pcm, frame.PCM()...)
	}
	return pcm, nil
}

// heard is a unit that was read back from sound.
type heard struct {
	unit, tone int
	ms         int // how long it lasted, to 10 ms
}

// units are the numbers of list.
func units(list []heard) []int64 {
	var out []int64
	for _, h := range list {
		out = append(out, int64(h.unit))
	}
	return out
}

func tones(list []heard) []int64 {
	var out []int64
	for _, h := range list {
		out = append(out, int64(h.tone))
	}
	return out
}

// listen reads units back from sound, for a speaker whose units lie shift Hz higher; silence is passed over.
func listen(pcm []int16, rate int, shift float64) []heard {
	hop, window := rate/100, rate/25
	var out []heard
	begin := true
	for at := 0; at+window <= len(pcm); at += hop {
		part := pcm[at : at+window]
		if mediatest.Decibels(mediatest.RMS(part)) < -40 {
			begin = true
			continue
		}
		unit := loudest(part, rate, 300+shift, 100, 22)
		if n := len(out); n > 0 && !begin && out[n-1].unit == unit {
			out[n-1].ms += 10
		} else {
			out = append(out, heard{unit: unit, ms: 10})
		}
		if n := len(out); out[n-1].ms == 30 {
			out[n-1].tone = loudest(part, rate, 2500, 60, 10) // not at a border
		}
		begin = false
	}
	// What a window at the border of two units shows is none.
	var clear []heard
	for _, h := range out {
		if h.ms < 20 {
			continue
		}
		clear = append(clear, h)
	}
	return clear
}

// loudest is which of count lines, from hertz on and step apart, is the loudest.
func loudest(pcm []int16, rate int, hertz, step float64, count int) int {
	best, level := 0, math.Inf(-1)
	for n := range count {
		if l := mediatest.Level(pcm, rate, hertz+float64(n)*step); l > level {
			best, level = n, l
		}
	}
	return best
}
