package engines

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"voxgate/asr"
	"voxgate/asr/decode"
	"voxgate/asr/engine"
	"voxgate/cmd/voxgate/internal/config"
	"voxgate/media"
	"voxgate/tts"
	"voxgate/tts/espeak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// write replaces the list and gives it a time of its own, for clocks of file systems tick slowly.
func write(t *testing.T, path, text string, version int) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	at := time.Unix(1_700_000_000+int64(version), 0)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

// taken notes the lists that were set.
type taken struct {
	mu    sync.Mutex
	words []string
	fail  error
}

func (s *taken) set(list *decode.WordList) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail == nil {
		s.words = append(s.words, list.Words[0].Word)
	}
	return s.fail
}

func (s *taken) all() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.words, " ")
}

// pages is a log that is written and read by turns.
type pages struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *pages) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *pages) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

func TestListIsFollowed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "words.tsv")
	write(t, path, "product\t一号茶\n", 1)
	synctest.Test(t, func(t *testing.T) {
		var lists taken
		var diary pages
		w, err := followWords(path, lists.set, slog.New(slog.NewTextHandler(&diary, nil)))
		if err != nil {
			t.Fatal(err)
		}
		rest := func(looks int) {
			time.Sleep(time.Duration(looks)*lookAgain + time.Millisecond)
			synctest.Wait()
		}
		rest(5)
		if got := lists.all(); got != "一号茶" {
			t.Errorf("a list that did not change was taken again: %s", got)
		}
		write(t, path, "product\t二号茶\n", 2)
		rest(1)
		write(t, path, "product\t二号茶\nproduct\t三号茶\n", 3) // still being written at the first look
		rest(1)
		if got := lists.all(); got != "一号茶" {
			t.Errorf("a list was taken before it came to rest: %s", got)
		}
		rest(1)
		if got := lists.all(); got != "一号茶 二号茶" {
			t.Errorf("taken: %s", got)
		}
		write(t, path, "product\t四号茶\nproduct 五号茶\ntea\t六号茶\n", 4)
		rest(5)
		if got := lists.all(); got != "一号茶 二号茶" {
			t.Errorf("a broken list was taken: %s", got)
		}
		log := diary.String()
		for _, want := range []string{"no TAB", "line=2", "write CLASS<TAB>WORD", `unknown class`, "line=3", "the words before it hold"} {
			if n := strings.Count(log, want); n != 1 {
				t.Errorf("the log says %q %d times:\n%s", want, n, log)
			}
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		rest(5)
		if n := strings.Count(diary.String(), "no such file"); n != 1 {
			t.Errorf("the missing file is told %d times:\n%s", n, diary.String())
		}
		write(t, path, "product\t七号茶\n", 5)
		rest(2)
		if got := lists.all(); got != "一号茶 二号茶 七号茶" {
			t.Errorf("taken: %s", got)
		}
		w.close()
	})
}

func TestBrokenListAtTheStartIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "words.tsv")
	var lists taken
	if _, err := followWords(path, lists.set, slog.Default()); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "asr.words") {
		t.Errorf("missing file: %v", err)
	}
	write(t, path, "product 茶\n", 1)
	var bad decode.BadLines
	if _, err := OpenASR(config.ASR{Words: config.WordFile(path)}); !errors.As(err, &bad) || bad[0].Line != 1 {
		t.Errorf("broken file: %v", err)
	}
	write(t, path, "product\t云雾茶\thxo3\n", 2)
	if _, err := OpenASR(config.ASR{Words: config.WordFile(path)}); !errors.As(err, &bad) || !strings.Contains(err.Error(), `words.tsv:1: reading "hxo3"`) {
		t.Errorf("reading that nobody can say: %v", err)
	}
}

// say speaks a sentence as a telephone brings it.
func say(t *testing.T, text string) []int16 {
	t.Helper()
	voice, err := espeak.New(espeak.Config{Voice: "linda"})
	if err != nil {
		t.Skip("needs espeak-ng: ", err)
	}
	var pcm []int16
	for f, err := range voice.Speak(context.Background(), tts.Utterance{Text: text, Rate: media.Narrowband}) {
		if err != nil {
			t.Fatal(err)
		}
		pcm = append(pcm, f.PCM()...)
	}
	return pcm
}

func TestInventedNamesAreHeardOnceTheyAreListed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "words.tsv")
	sentences := map[string]string{
		"雪顶云雾茶":     "我买的雪顶云雾茶到哪了",
		"Zephyr 耳机": "我买的Zephyr耳机到哪了",
	}
	write(t, path, "product\t火星罐头\n", 1)
	e, err := engine.New(engine.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	w, err := followWords(path, e.SetWords, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	for word, sentence := range sentences {
		if got := heard(t, e, sentence); got == "" || strings.Contains(got, word) {
			t.Errorf("before it is listed %q is heard as %q: the test shows nothing", sentence, got)
		}
	}
	write(t, path, "product\t雪顶云雾茶\nproduct\tZephyr 耳机\n", 2)
	list, err := ReadWords(path)
	if err == nil {
		err = e.SetWords(list)
	}
	if err != nil {
		t.Fatal(err)
	}
	for word, sentence := range sentences {
		if got := heard(t, e, sentence); !strings.Contains(got, word) {
			t.Errorf("%q is heard as %q", sentence, got)
		}
	}
}

// heard is what the recogniser makes of a sentence.
func heard(t *testing.T, e *engine.Engine, sentence string) string {
	t.Helper()
	finals, err := e.Transcribe(context.Background(), say(t, sentence), asr.Hints{})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, f := range finals {
		out.WriteString(f.Text)
	}
	return out.String()
}
