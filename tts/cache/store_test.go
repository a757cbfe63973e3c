package cache

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"voxgate/tts"
)

func openStore(t *testing.T, folder string, bound int64) *Store {
	t.Helper()
	s, err := OpenStore(folder, bound)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// keptFiles are the clauses in a folder.
func keptFiles(t *testing.T, folder string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*"+storeSuffix))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestFixedPromptsOutliveTheProgram(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "prompts")
	greeting := tts.Utterance{Text: "您好,请讲"}
	open := func(who string) *Engine {
		return New(&voice{}, Config{Memory: 1 << 20, Voices: map[string]string{"zh": who}, Store: openStore(t, folder, 1<<20)})
	}
	e := open("f3")
	if err := e.Warm(t.Context(), greeting); err != nil {
		t.Fatal(err)
	}
	first := must(t, e, greeting)
	must(t, e, tts.Utterance{Text: "尾号1234"}) // of a caller: in memory alone
	if n := len(keptFiles(t, folder)); n != 2 {
		t.Errorf("%d files", n)
	}
	e = open("f3")
	e.Fix(greeting)
	if !e.Kept(greeting) || !slices.Equal(must(t, e, greeting), first) {
		t.Error("not found by the next program")
	}
	if got := e.Stats(); got.Loaded != 2 || got.Misses != 0 {
		t.Errorf("%+v", got)
	}
	if e = open("m3"); e.Kept(greeting) {
		t.Error("another voice's sound was taken")
	}
}

func TestBrokenAndForeignFilesAreMadeAgain(t *testing.T) {
	for name, spoil := range map[string]func(path string) error{
		"cut short":     func(path string) error { return os.Truncate(path, 60) },
		"empty":         func(path string) error { return os.Truncate(path, 0) },
		"a bit flipped": func(path string) error { return flip(path, 100) },
		"gone":          os.Remove,
		"foreign":       func(path string) error { return os.WriteFile(path, bytes.Repeat([]byte("x"), 4000), 0o600) },
		"another key's": func(path string) error { return os.WriteFile(path, encodeClause("another", []int16{1, 2}), 0o600) },
	} {
		folder := t.TempDir()
		u := tts.Utterance{Text: "您好"}
		e := New(&voice{}, Config{Memory: 1 << 20, Store: openStore(t, folder, 1<<20)})
		if err := e.Warm(t.Context(), u); err != nil {
			t.Fatal(err)
		}
		want := must(t, e, u)
		if err := spoil(keptFiles(t, folder)[0]); err != nil {
			t.Fatal(err)
		}
		e = New(&voice{}, Config{Memory: 1 << 20, Store: openStore(t, folder, 1<<20)})
		e.Fix(u)
		if got := must(t, e, u); !slices.Equal(got, want) || e.Stats().Misses != 1 {
			t.Errorf("%s: %d samples, %+v", name, len(got), e.Stats())
		}
		if n := len(keptFiles(t, folder)); n != 1 {
			t.Errorf("%s: %d files", name, n)
		}
	}
}

func flip(path string, at int) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	data[at] ^= 1
	return os.WriteFile(path, data, 0o600)
}

func TestStoreIsBoundedAndLeavesWhatIsNotItsOwn(t *testing.T) {
	folder := t.TempDir()
	other := filepath.Join(folder, "notes.txt")
	if err := os.WriteFile(other, make([]byte, 5000), 0o600); err != nil {
		t.Fatal(err)
	}
	size := int64(len(encodeClause("1", make([]int16, 500))))
	s := openStore(t, folder, 4*size)
	for i, key := range []string{"1", "2", "3", "4", "5"} {
		s.save(key, make([]int16, 500))
		old := time.Now().Add(time.Duration(i-10) * 2 * freshUse)
		s.files[fileName(key)] = storedFile{size, old} // each used later than the one before
		if i == 3 && s.load("1") == nil {
			t.Fatal("the first is gone before the bound is reached")
		}
	}
	if s.has("2") || !s.has("1") || !s.has("5") || len(keptFiles(t, folder)) != 4 || s.bytes != 4*size {
		t.Errorf("%d files, %d bytes of %d", len(s.files), s.bytes, 4*size)
	}
	s.save("too long", make([]int16, 2000))
	if s.has("too long") {
		t.Error("one clause took more than its share")
	}
	if s = openStore(t, folder, 2*size); len(s.files) != 2 || len(keptFiles(t, folder)) != 2 {
		t.Errorf("a lower bound left %d files", len(s.files))
	}
	if _, err := os.Stat(other); err != nil {
		t.Error("a file of somebody else's was removed")
	}
}

func TestStoreThatCannotBeUsed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenStore(file, 1<<20); err == nil {
		t.Error("a file was taken for a folder")
	}
	folder := filepath.Join(t.TempDir(), "gone")
	s := openStore(t, folder, 1<<20)
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	if s.save("key", []int16{1}); s.has("key") || s.load("key") != nil {
		t.Error("kept in a folder that is gone")
	}
}

func FuzzDecodeClause(f *testing.F) {
	f.Add(encodeClause("key", []int16{1, -2, 3}), "key")
	f.Add(encodeClause("key", nil), "key")
	f.Add([]byte(storeMagic+"\xff\xff\xff\xff"), "")
	f.Fuzz(func(t *testing.T, data []byte, key string) {
		pcm, err := decodeClause(data, key)
		if err != nil && !errors.Is(err, ErrForeign) {
			t.Fatalf("%v", err)
		}
		if err == nil && !bytes.Equal(encodeClause(key, pcm), data) {
			t.Fatalf("%d samples of %d bytes", len(pcm), len(data))
		}
	})
}
