package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"voxgate/asr"
	"voxgate/asr/decode"
	"voxgate/asr/model"
	"voxgate/media"
	"voxgate/media/resample"
	"voxgate/media/wav"
)

// publicModel is a small model in the public form that knows Chinese digits and nothing else.
const publicModel = "../zipformer/testdata"

// spokenInPublic is what its test recording says.
const spokenInPublic = "1370295846"

func publicEars(t testing.TB) *Engine {
	t.Helper()
	e, err := New(Config{Public: os.DirFS(publicModel)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

func spokenDigits(t testing.TB) []int16 {
	t.Helper()
	a, err := wav.ReadFile(publicModel + "/digits.wav")
	if err != nil {
		t.Fatal(err)
	}
	return a.Mono()
}

// listenTo plays audio of a rate to an ear of the engine in frames of 20 ms.
func listenTo(t testing.TB, e *Engine, hints asr.Hints, pcm []int16, rate int) (events []asr.Event) {
	t.Helper()
	ear := newEar(e, hints, func(ev asr.Event) { events = append(events, ev) })
	n := rate / 50
	for i := range len(pcm) / n {
		f := media.Frame{Rate: rate}
		copy(f.Samples[:], pcm[i*n:(i+1)*n])
		if err := ear.hear(context.Background(), timed{f, int64(i)}); err != nil {
			t.Error(err)
			return nil
		}
	}
	if err := ear.end(context.Background()); err != nil {
		t.Error(err)
	}
	return events
}

func TestPublicModelHearsDigits(t *testing.T) {
	e, sound := publicEars(t), spokenDigits(t)
	begin := 800 * time.Millisecond
	narrow := join(silence(begin), sound, silence(2*time.Second))
	wide, err := resample.New(media.Narrowband, media.Wideband)
	if err != nil {
		t.Fatal(err)
	}
	for rate, pcm := range map[int][]int16{media.Narrowband: narrow, media.Wideband: wide.Process(nil, narrow)} {
		events := listenTo(t, e, asr.Hints{Digits: true}, pcm, rate)
		started, finals := only(events, asr.SpeechStarted), only(events, asr.Final)
		if len(started) != 1 || len(finals) != 1 {
			t.Fatalf("%d Hz: %+v", rate, events)
		}
		f, length := finals[0], time.Duration(len(sound))*time.Second/media.Narrowband
		if f.Text != spokenInPublic || !strings.HasPrefix(f.Pinyin, "yao1 san1 qi1 ling2") {
			t.Errorf("%d Hz: heard %q, %q", rate, f.Text, f.Pinyin)
		}
		if d := f.Start - begin; d < -150*time.Millisecond || d > 300*time.Millisecond {
			t.Errorf("%d Hz: began at %v, heard at %v", rate, begin, f.Start)
		}
		if d := f.End - begin - length; d < -500*time.Millisecond || d > 400*time.Millisecond {
			t.Errorf("%d Hz: ended at %v, reported %v", rate, begin+length, f.End)
		}
		if len(only(events, asr.Partial)) == 0 || f.Confidence <= 0 || len(f.Words) == 0 {
			t.Errorf("%d Hz: %d partial readings, %+v", rate, len(only(events, asr.Partial)), f)
		}
	}
}

func TestPublicModelWithHints(t *testing.T) {
	e, sound := publicEars(t), join(silence(500*time.Millisecond), spokenDigits(t), silence(2*time.Second))
	for name, hints := range map[string]asr.Hints{
		"only digits": {Digits: true, Only: true, MinDigits: 10, MaxDigits: 10},
		"known":       {Digits: true, Known: []string{"1370295846", "1370295847"}},
	} {
		// A whole number ends at once: what fades after it may come as a sound without words.
		finals := only(listenTo(t, e, hints, sound, media.Narrowband), asr.Final)
		finals = slices.DeleteFunc(finals, func(ev asr.Event) bool { return ev.Text == "" })
		if len(finals) != 1 || finals[0].Text != spokenInPublic {
			t.Errorf("%s: %+v", name, finals)
		}
	}
}

func TestPublicModelServesManyCalls(t *testing.T) {
	e, sound := publicEars(t), spokenDigits(t)
	var wait sync.WaitGroup
	for i := range 4 {
		wait.Go(func() {
			lead := silence(time.Duration(400+130*i) * time.Millisecond)
			finals := only(listenTo(t, e, asr.Hints{Digits: true}, join(lead, sound, silence(2*time.Second)), media.Narrowband), asr.Final)
			if len(finals) != 1 || finals[0].Text != spokenInPublic {
				t.Errorf("call %d: %+v", i, finals)
			}
		})
	}
	wait.Wait()
	finals, err := e.Transcribe(context.Background(), sound, asr.Hints{Digits: true})
	if err != nil || len(finals) != 1 || finals[0].Text != spokenInPublic {
		t.Errorf("as a recording: %v, %+v", err, finals)
	}
	if s := e.Stats(); s.Model.Chunks == 0 || s.Features == 0 || e.Version() == "" {
		t.Errorf("%+v, version %q", s, e.Version())
	}
}

func TestPublicModelIsSilentInSilence(t *testing.T) {
	if events := listenTo(t, publicEars(t), asr.Hints{}, silence(6*time.Second), media.Narrowband); len(events) > 0 {
		t.Errorf("%+v", events)
	}
}

func TestBadPublicModels(t *testing.T) {
	onnx, err := os.ReadFile(publicModel + "/model.onnx")
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := os.ReadFile(publicModel + "/tokens.txt")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		onnx, tokens []byte
		verdict      error
		want         string
	}{
		"no tokens":          {onnx, nil, model.ErrBadModel, "tokens.txt"},
		"no model":           {nil, tokens, model.ErrBadModel, "*.onnx"},
		"another's tokens":   {onnx, append(tokens, "十 14\n"...), model.ErrBadModel, "holds 15"},
		"tokens of no words": {onnx, []byte("<blk> 0\nЯ 1\n"), decode.ErrBadTokens, "spells none"},
		"unreadable tokens":  {onnx, []byte("PK\x03\x04"), decode.ErrBadTokens, "line 1"},
		"cut model":          {onnx[:1000], tokens, model.ErrBadModel, ""},
	} {
		dir := t.TempDir()
		for file, data := range map[string][]byte{"model.onnx": c.onnx, "tokens.txt": c.tokens} {
			if data == nil {
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, file), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		e, err := New(Config{Public: os.DirFS(dir)})
		if !errors.Is(err, c.verdict) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			e.Close()
		}
	}
}
