package evaluation

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"voxgate/asr"
	"voxgate/media/wav"
)

// corpus writes a manifest of three rows with a second of sound for each.
func corpus(t *testing.T) *Corpus {
	t.Helper()
	base := filepath.Join(t.TempDir(), "set")
	table := "start\tsamples\tspeaker\ttext\n0\t8000\tAnna\t查快递\n8000\t8000\tBob\t我要<退货>\n16000\t8000\tAnna\t尾号3721\n"
	if err := os.WriteFile(base+".tsv", []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := wav.WriteFile(base+".wav", wav.Audio{Rate: 16000, Channels: 1, Samples: make([]int16, 48000)}); err != nil {
		t.Fatal(err)
	}
	c, err := Open(t.Context(), base+".tsv")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// deaf is a bench whose recogniser says the texts given, in turn.
func deaf(t *testing.T, texts ...Heard) Bench {
	at := 0
	return Bench{
		Speller: speller(t),
		Hear: func(context.Context, []int16, asr.Hints) (Heard, error) {
			at++
			return texts[at-1], nil
		},
		Understand: func(text, _ string) Meaning {
			return Meaning{Intent: text, Slots: map[string]string{"phone_tail": "3721"}}
		},
	}
}

func TestRun(t *testing.T) {
	c := corpus(t)
	b := deaf(t, Heard{Text: "查快递", Pinyin: "cha2 kuai4 di4"}, Heard{Text: "我要收货", Pinyin: "wo3 yao4 shou1 huo4"}, Heard{Text: "尾号3721", Pinyin: "wei3 hao4 san1 qi1 er4 yao1"})
	r, err := b.Run(t.Context(), c, c.Rows, Condition{Name: "clean"})
	if err != nil {
		t.Fatal(err)
	}
	if r.Utterances != 3 || r.Seconds != 3 || len(r.Speakers) != 2 || r.Speakers[0].Name != "Anna" || r.Speakers[0].Utterances != 2 {
		t.Errorf("%+v", r)
	}
	if rate := r.Rates[Character]; rate.Part != 1 || rate.Of != 13 {
		t.Errorf("character error %+v, want 1 of 13", rate)
	}
	if rate := r.Speakers[0].Rates[Unit]; rate.Part != 0 {
		t.Errorf("Anna's unit error %+v: 1 is also yao1", rate)
	}
	if rate := r.Rates[Intent]; rate.Part != 2 || rate.Of != 3 {
		t.Errorf("intent %+v, want 2 of 3", rate)
	}
	if len(r.Worst) != 1 || r.Worst[0].Line != 3 || r.Worst[0].Edits != 1 {
		t.Errorf("worst %+v", r.Worst)
	}
}

func TestRunCountsWordsWhereNobodySpeaks(t *testing.T) {
	c := corpus(t)
	noise := filepath.Join(t.TempDir(), "street.wav")
	if err := wav.WriteFile(noise, wav.Audio{Rate: 8000, Channels: 1, Samples: make([]int16, 8000*90)}); err != nil {
		t.Fatal(err)
	}
	rows, err := c.AddQuiet(t.Context(), c.Rows[:1], noise)
	if err != nil || len(rows) != 3 || rows[2].Samples != 8000*30 {
		t.Fatalf("%+v, %v", rows, err)
	}
	false1 := Heard{Text: "嗯", Finals: []asr.Event{{Text: "嗯"}}}
	b := deaf(t, Heard{Text: "查快递", Pinyin: "cha2 kuai4 di4"}, false1, Heard{})
	var seen []Utterance
	b.Each = func(u Utterance) error { seen = append(seen, u); return nil }
	r, err := b.Run(t.Context(), c, rows, Condition{Name: "noise10", Noisy: true, SNR: 10})
	if err != nil {
		t.Fatal(err)
	}
	if f := r.FalseWords; f == nil || f.Words != 1 || f.Hours != 0.025 || f.PerHour != 40 {
		t.Errorf("%+v", f)
	}
	if r.Utterances != 1 || r.Rates[Character].Part != 0 || len(seen) != 1 || seen[0].Condition != "noise10" {
		t.Errorf("the rows with speech: %+v, %+v", r.Figures, seen)
	}
	if _, err := c.AddQuiet(t.Context(), nil, noise+".none"); !errors.Is(err, ErrAudio) {
		t.Errorf("no such recording: %v", err)
	}
}

func TestWritePageIsWholeAndSafe(t *testing.T) {
	c := corpus(t)
	var results []Result
	for _, name := range []string{"clean", "noise10"} {
		odd := Heard{Text: "我要退<b>货", Pinyin: "wo3", Finals: []asr.Event{{Text: "我要退<b>货", Confidence: 0.6, Reason: "complete", Silence: time.Second}}}
		b := deaf(t, Heard{}, odd, Heard{Text: "尾号3721", Pinyin: "wei3 hao4"})
		r, err := b.Run(t.Context(), c, c.Rows, Condition{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, r)
	}
	var page, table bytes.Buffer
	if err := WritePage(&page, About{Manifest: "a&b.tsv", Model: "12345678"}, results); err != nil {
		t.Fatal(err)
	}
	html := page.String()
	for _, want := range []string{"a&amp;b.tsv", "12345678", "Anna", "<mark>b</mark>", "noise10", "character error", "calibration error 0.600", "phone_tail"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	for _, bad := range []string{"<script", "http://", "https://", "NaN", "ZgotmplZ", "%!"} {
		if strings.Contains(html, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	for _, svg := range strings.SplitAfter(html, "</svg>") {
		at := strings.Index(svg, "<svg")
		if at < 0 {
			continue
		}
		for d := xml.NewDecoder(strings.NewReader(svg[at:])); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("a chart is no XML: %v", err)
			}
		}
	}
	if err := WriteTable(&table, results); err != nil || !strings.Contains(table.String(), "clean, by speaker") {
		t.Errorf("%v in\n%s", err, &table)
	}
}

func TestOpenSaysWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	alone := write("alone.tsv", "start\tsamples\ttext\n0\t8\t好\n")
	if _, err := Open(t.Context(), alone); !errors.Is(err, ErrAudio) || !strings.Contains(err.Error(), "alone.wav, .flac or .opus") {
		t.Errorf("no recording: %v", err)
	}
	if _, err := Open(t.Context(), write("sound.wav", "RIFF....")); !errors.Is(err, ErrManifest) || !strings.Contains(err.Error(), "is a recording") {
		t.Errorf("a recording as manifest: %v", err)
	}
	files := write("files.tsv", "wav\ttext\nnone.wav\t好\n")
	c, err := Open(t.Context(), files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Speech(t.Context(), c.Rows[0]); !errors.Is(err, ErrAudio) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	past := corpus(t)
	if _, err := past.Speech(t.Context(), Row{Line: 9, Start: 20000, Samples: 8000, Text: "好"}); !errors.Is(err, ErrAudio) {
		t.Errorf("past the end: %v", err)
	}
}

func TestOpusWantsFFmpeg(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.opus")
	if _, err := exec.LookPath("ffmpeg"); err == nil {
		tone := exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=frequency=440:duration=1", "-c:a", "libopus", path)
		if out, err := tone.CombinedOutput(); err == nil {
			pcm, err := Load(t.Context(), path)
			if err != nil || len(pcm) < 7900 || len(pcm) > 8100 || slices.Max(pcm) < 1000 {
				t.Errorf("a second of Opus: %d samples, %v", len(pcm), err)
			}
		} else {
			t.Logf("ffmpeg makes no Opus here: %s", out)
		}
		broken := filepath.Join(t.TempDir(), "broken.opus")
		if err := os.WriteFile(broken, []byte("OggS, and nothing more"), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(t.Context(), broken); !errors.Is(err, ErrAudio) {
			t.Errorf("broken Opus: %v", err)
		}
	}
	if err := os.WriteFile(path, []byte("OggS"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := Load(t.Context(), path); !errors.Is(err, ErrAudio) || !strings.Contains(err.Error(), "install it (apt-get install ffmpeg)") {
		t.Errorf("without ffmpeg: %v", err)
	}
}
