package engine

import (
	"context"
	"errors"
	"io/fs"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"voxgate/asr"
	"voxgate/asr/model"
	"voxgate/media"
	"voxgate/media/resample"
	"voxgate/models"
)

// write feeds a stream as fast as its goroutine takes the frames.
func write(t *testing.T, s asr.Stream, rate int, pcm []int16) {
	t.Helper()
	n := rate / 50
	for len(pcm) >= n {
		f := media.Frame{Rate: rate}
		copy(f.Samples[:], pcm[:n])
		pcm = pcm[n:]
		for len(s.(*stream).frames) > frameQueue-5 {
			runtime.Gosched()
		}
		if err := s.Write(f); err != nil {
			t.Error(err)
			return
		}
	}
}

func collect(s asr.Stream) <-chan []asr.Event {
	out := make(chan []asr.Event, 1)
	go func() {
		var all []asr.Event
		for ev := range s.Events() {
			all = append(all, ev)
		}
		out <- all
	}()
	return out
}

func TestStreamsSideBySideAndWideband(t *testing.T) {
	narrow := join(silence(500*time.Millisecond), speech(t, "track"))
	up, err := resample.New(media.Narrowband, media.Wideband)
	if err != nil {
		t.Fatal(err)
	}
	wide := up.Process(nil, narrow)
	var wait sync.WaitGroup
	for i := range 6 {
		wait.Go(func() {
			s, err := ears(t).Open(context.Background(), asr.Hints{})
			if err != nil {
				t.Error(err)
				return
			}
			heard := collect(s)
			if i%2 == 0 {
				write(t, s, media.Narrowband, narrow)
			} else {
				write(t, s, media.Wideband, wide)
			}
			s.Close() // in the middle of the last silence: what was said must still come
			finals := only(<-heard, asr.Final)
			if len(finals) != 1 || finals[0].Text != "帮我查一下我的快递到哪了" || finals[0].Reason != "closed" {
				t.Errorf("stream %d: %+v", i, finals)
			}
			if err := s.Write(media.Frame{Rate: media.Narrowband}); !errors.Is(err, asr.ErrClosed) {
				t.Errorf("write after close: %v", err)
			}
			if err := s.Expect(asr.Hints{}); !errors.Is(err, asr.ErrClosed) {
				t.Errorf("expect after close: %v", err)
			}
		})
	}
	wait.Wait()
	if n := ears(t).Stats().Streams; n != 0 {
		t.Errorf("%d streams left open", n)
	}
}

func TestOverrunIsCountedAndTimeGoesOn(t *testing.T) {
	e := ears(t)
	before := e.Stats().Overruns
	// A stream whose goroutine has not begun: the queue fills.
	s := &stream{engine: e, frames: make(chan *timed, frameQueue), stop: make(chan struct{}), done: make(chan struct{})}
	for i := range frameQueue + 3 {
		err := s.Write(media.Frame{Rate: media.Narrowband})
		if overrun := errors.Is(err, asr.ErrOverrun); overrun != (i >= frameQueue) {
			t.Fatalf("frame %d: %v", i, err)
		}
	}
	if got := e.Stats().Overruns - before; got != 3 {
		t.Errorf("%d overruns counted, want 3", got)
	}
	ear := newEar(e, asr.Hints{}, func(asr.Event) {})
	for range frameQueue {
		if err := ear.hear(context.Background(), *<-s.frames); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Write(media.Frame{Rate: media.Narrowband}); err != nil {
		t.Fatal(err)
	}
	if err := ear.hear(context.Background(), *<-s.frames); err != nil {
		t.Fatal(err)
	}
	if ear.frames != frameQueue+4 {
		t.Errorf("the ear counts %d frames, %d were written", ear.frames, frameQueue+4)
	}
}

func TestContextEndsTheStream(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s, err := ears(t).Open(ctx, asr.Hints{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	for range s.Events() {
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestEngineFailureAndClose(t *testing.T) {
	e, err := New(Config{Streams: 1})
	if err != nil {
		t.Fatal(err)
	}
	s, err := e.Open(context.Background(), asr.Hints{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Open(context.Background(), asr.Hints{}); !errors.Is(err, ErrFull) {
		t.Errorf("a second stream: %v", err)
	}
	heard := collect(s)
	if err := e.acoustic.Close(); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if err := s.Write(media.Frame{Rate: media.Narrowband}); err != nil {
			break
		}
	}
	events := <-heard
	if len(events) == 0 || events[len(events)-1].Kind != asr.Failed || !errors.Is(events[len(events)-1].Err, model.ErrStopped) {
		t.Errorf("events %+v", events)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Open(context.Background(), asr.Hints{}); !errors.Is(err, asr.ErrClosed) {
		t.Errorf("open after close: %v", err)
	}
}

func TestBadFiles(t *testing.T) {
	for name, change := range map[string]struct{ file, data, want string }{
		"unknown syllable": {"hearing/readings.tsv", "你好\tni3 hxo3\n", "hxo3"},
		"no TAB":           {"hearing/readings.tsv", "你好 ni3\n", "no TAB"},
		"blank missing":    {"hearing/units.txt", "b\np\n", "<blk>"},
		"broken model":     {"hearing/acoustic.onnx", "nothing", "acoustic model"},
		"other units":      {"hearing/units.en.txt", "<blk>\nAA\n", "unknown phone"},
	} {
		files := fstest.MapFS{change.file: {Data: []byte(change.data)}}
		e, err := New(Config{Files: layered{files, models.Files("")}})
		if err == nil {
			e.Close()
			t.Errorf("%s: loaded", name)
		} else if !strings.Contains(err.Error(), change.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// layered looks into the first file system and then into the second.
type layered [2]fs.FS

func (l layered) Open(name string) (fs.File, error) {
	if f, err := l[0].Open(name); err == nil {
		return f, nil
	}
	return l[1].Open(name)
}
