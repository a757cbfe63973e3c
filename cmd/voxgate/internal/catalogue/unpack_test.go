package catalogue

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The archive of the tests holds, in this order: a file above its own folder, one with an absolute path, a link, 40,000
// bytes of a model, 1 MB of zeros and ./toy/tokens.txt.
const toyArchive = "testdata/toy.tar.bz2"

// toySite serves that archive as an entry of which nothing is listed but names.
func toySite(t *testing.T, members ...Member) (*site, Entry, *Fetcher) {
	t.Helper()
	s, entry, fetcher := newSite(t)
	content, err := os.ReadFile(toyArchive)
	if err != nil {
		t.Fatal(err)
	}
	s.content = content
	entry.Files[0] = File{Name: "toy.tar.bz2", URL: entry.Files[0].URL, Members: members}
	return s, entry, fetcher
}

var usual = []Member{{Name: "model.onnx", Path: "toy/model.onnx"}, {Name: "tokens.txt", Path: "toy/tokens.txt"}}

// files are the names in a folder and below it.
func files(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			out = append(out, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func TestArchiveIsTakenApart(t *testing.T) {
	_, entry, fetcher := toySite(t, usual...)
	if state := Installed(fetcher.Dir, entry); state != Absent {
		t.Errorf("before: %s", state)
	}
	if err := fetcher.Get(t.Context(), entry); err != nil {
		t.Fatal(err)
	}
	if got := files(t, fetcher.Dir); !slices.Equal(got, []string{"toy/manifest.json", "toy/model.onnx", "toy/tokens.txt"}) {
		t.Errorf("there lie %v", got)
	}
	weights, err := os.ReadFile(filepath.Join(fetcher.Dir, "toy", "model.onnx"))
	if err != nil || !bytes.Equal(weights, bytes.Repeat([]byte("weights "), 5000)) {
		t.Errorf("%d bytes, %v", len(weights), err)
	}
	if err := Check(fetcher.Dir, entry); err != nil || Installed(fetcher.Dir, entry) != Complete {
		t.Errorf("%s, %v", Installed(fetcher.Dir, entry), err)
	}
}

// Nothing is listed to compare with: what was recorded when it came must tell.
func TestRecordShowsALaterChange(t *testing.T) {
	s, entry, fetcher := toySite(t, usual...)
	if err := fetcher.Get(t.Context(), entry); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(fetcher.Dir, "toy", "tokens.txt")
	if err := os.WriteFile(path, []byte("<blk> 0\n你 1\n"), 0o644); err != nil { // as long as before
		t.Fatal(err)
	}
	if err := Check(fetcher.Dir, entry); !errors.Is(err, ErrWrongContent) {
		t.Errorf("a changed file: %v", err)
	}
	requests := len(s.ranges)
	if err := fetcher.Get(t.Context(), entry); err != nil {
		t.Fatal(err)
	}
	if err := Check(fetcher.Dir, entry); err != nil || len(s.ranges) != requests+1 {
		t.Errorf("after another Get: %v, %d requests", err, len(s.ranges)-requests)
	}
	if got := entry.Unverified(); !slices.Equal(got, []string{"toy.tar.bz2"}) {
		t.Errorf("unverified: %v", got)
	}
}

func TestArchiveGoesOnWhereItBroke(t *testing.T) {
	s, entry, fetcher := toySite(t, usual...)
	s.tag = `"one"`
	s.cutAt = len(s.content) / 2
	if err := fetcher.Get(t.Context(), entry); err == nil {
		t.Fatal("a broken download went unnoticed")
	}
	if state := Installed(fetcher.Dir, entry); state != Partial {
		t.Errorf("after the break: %s", state)
	}
	if err := fetcher.Get(t.Context(), entry); err != nil {
		t.Fatal(err)
	}
	if got := s.ranges[len(s.ranges)-1]; got == "" {
		t.Error("the second request began from the first byte")
	}
}

// Between two attempts the server got another version: the two must not be joined.
func TestVersionsAreNotJoined(t *testing.T) {
	s, entry, fetcher := toySite(t, usual...)
	s.tag = `"one"`
	s.cutAt = len(s.content) / 2
	good := s.content
	s.content = bytes.Repeat([]byte("old "), len(good)/4+1)
	if err := fetcher.Get(t.Context(), entry); err == nil {
		t.Fatal("a broken download went unnoticed")
	}
	s.content, s.tag = good, `"two"`
	if err := fetcher.Get(t.Context(), entry); err != nil {
		t.Fatal(err)
	}
}

func TestBadArchives(t *testing.T) {
	for name, c := range map[string]struct {
		member Member
		want   string
	}{
		"not in it":        {Member{Name: "a", Path: "toy/other.onnx"}, "holds no"},
		"a link":           {Member{Name: "a", Path: "toy/link.onnx"}, "no plain file"},
		"more than listed": {Member{Name: "a", Path: "toy/zeros.bin", Size: 1000}, "toy/zeros.bin"},
		"less than listed": {Member{Name: "a", Path: "toy/tokens.txt", Size: 1000}, "toy/tokens.txt"},
		"another sum":      {Member{Name: "a", Path: "toy/tokens.txt", SHA256: strings.Repeat("0", 64)}, "sha256"},
	} {
		t.Run(name, func(t *testing.T) {
			_, entry, fetcher := toySite(t, usual[0], c.member)
			err := fetcher.Get(t.Context(), entry)
			if !errors.Is(err, ErrWrongContent) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
			if got := files(t, fetcher.Dir); len(got) > 0 {
				t.Errorf("there lie %v", got)
			}
		})
	}
	s, entry, fetcher := toySite(t, usual...)
	s.content = []byte("<html>not found</html>")
	if err := fetcher.Get(t.Context(), entry); !errors.Is(err, ErrWrongContent) {
		t.Errorf("a page in the archive's place: %v", err)
	}
}

func TestFileOfUnknownSize(t *testing.T) {
	s, entry, fetcher := newSite(t)
	entry.Files[0].Size, entry.Files[0].SHA256 = 0, ""
	s.tag, s.cutAt = `"one"`, 40_000
	if err := fetcher.Get(t.Context(), entry); err == nil {
		t.Fatal("a broken download went unnoticed")
	}
	s.whole = true // every byte is there, only the end of the last answer was lost
	part := filepath.Join(fetcher.Dir, "toy", "model.onnx"+partSuffix)
	if err := os.WriteFile(part, s.content, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := fetcher.Get(t.Context(), entry); err != nil {
		t.Fatal(err)
	}
	if got := files(t, fetcher.Dir); !slices.Equal(got, []string{"toy/manifest.json", "toy/model.onnx"}) {
		t.Errorf("there lie %v", got)
	}
	if _, all := entry.Size(); all {
		t.Error("the size counts as known")
	}
}

// FuzzUnpack: whatever an archive holds, nothing is written outside the folder, and nothing stays after a failure.
func FuzzUnpack(f *testing.F) {
	content, err := os.ReadFile(toyArchive)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content)
	f.Add(content[:len(content)/2])
	f.Add([]byte("BZh91AY&SY"))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		archive, inside := filepath.Join(dir, "a.tar.bz2"), filepath.Join(dir, "inside")
		if err := errors.Join(os.WriteFile(archive, data, 0o644), os.Mkdir(inside, 0o755)); err != nil {
			t.Fatal(err)
		}
		err := unpack(archive, inside, usual)
		if got := files(t, dir); (err != nil && len(got) != 1) || (err == nil && len(got) != 3) {
			t.Errorf("%v; there lie %v", err, got)
		}
	})
}
