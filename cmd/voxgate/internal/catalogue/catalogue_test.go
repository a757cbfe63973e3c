package catalogue

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// site is a web server with one file, which it can be told to serve badly.
type site struct {
	content []byte
	cutAt   int  // close the connection after so many bytes; 0 never
	noRange bool // answer 200 to a range request
	stall   bool // send nothing after the headers
	whole   bool // there is nothing behind the last byte
	tag     string

	mu     sync.Mutex
	ranges []string // Range header of each request
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.ranges = append(s.ranges, r.Header.Get("Range"))
	cut := s.cutAt
	s.cutAt = 0
	s.mu.Unlock()
	if s.tag != "" {
		w.Header().Set("ETag", s.tag)
	}
	switch {
	case s.whole:
		w.Header().Set("Content-Range", fmt.Sprintf("bytes */%d", len(s.content)))
		w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
	case s.stall:
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	case cut > 0:
		w.Header().Set("Content-Length", strconv.Itoa(len(s.content)))
		w.Write(s.content[:cut]) //nolint:errcheck // the client sees it
	case s.noRange:
		w.Write(s.content) //nolint:errcheck // the client sees it
	default:
		http.ServeContent(w, r, "model", time.Time{}, bytes.NewReader(s.content))
	}
}

// newSite serves 100,000 bytes; the entry lists them.
func newSite(t *testing.T) (*site, Entry, *Fetcher) {
	t.Helper()
	content := make([]byte, 100_000)
	for i := range content {
		content[i] = byte(i * i >> 3)
	}
	s := &site{content: content}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	sum := sha256.Sum256(content)
	entry := Entry{Name: "toy", Kind: "voice", Files: []File{{
		Name: "model.onnx", URL: server.URL + "/model.onnx", Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:]),
	}}}
	fetcher := NewFetcher(t.TempDir())
	t.Cleanup(fetcher.Close)
	return s, entry, fetcher
}

func TestPublicListCanBeFetchedAndChecked(t *testing.T) {
	entries, err := Public()
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) == 0 {
		t.Fatal("the list is empty")
	}
	for _, entry := range entries {
		if entry.Licence == "" || entry.Source == "" || entry.Title == "" || entry.Lang == "" {
			t.Errorf("%s lacks a title, language, source or licence", entry.Name)
		}
	}
	if _, err := Find(entries, "nonsense"); !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), entries[0].Name) {
		t.Errorf("Find of an unknown name: %v", err)
	}
}

func TestGetFetchesOnceAndChecks(t *testing.T) {
	s, entry, fetcher := newSite(t)
	var last int64
	fetcher.Progress = func(_ string, done, _ int64) { last = done }
	if state := Installed(fetcher.Dir, entry); state != Absent {
		t.Errorf("before: %s", state)
	}
	for range 2 {
		if err := fetcher.Get(t.Context(), entry); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.ranges) != 1 {
		t.Errorf("%d requests; the second Get should have found the file", len(s.ranges))
	}
	if size, all := entry.Size(); last != size || !all {
		t.Errorf("progress ended at %d of %d", last, size)
	}
	if state := Installed(fetcher.Dir, entry); state != Complete {
		t.Errorf("after: %s", state)
	}
	if err := Check(fetcher.Dir, entry); err != nil {
		t.Error(err)
	}
}

func TestGetGoesOnWhereItBroke(t *testing.T) {
	s, entry, fetcher := newSite(t)
	s.cutAt = 40_000
	err := fetcher.Get(t.Context(), entry)
	if err == nil || !strings.Contains(err.Error(), "broken off at 40000 of 100000 bytes") {
		t.Fatalf("a broken download: %v", err)
	}
	if state := Installed(fetcher.Dir, entry); state != Partial {
		t.Errorf("after the break: %s", state)
	}
	if err := fetcher.Get(t.Context(), entry); err != nil {
		t.Fatal(err)
	}
	if got := s.ranges[len(s.ranges)-1]; got != "bytes=40000-" {
		t.Errorf("the second request asked for %q", got)
	}
	if err := Check(fetcher.Dir, entry); err != nil {
		t.Error(err)
	}
}

func TestGetStartsAgainWhereRangesAreNotServed(t *testing.T) {
	s, entry, fetcher := newSite(t)
	s.cutAt, s.noRange = 40_000, true
	if err := fetcher.Get(t.Context(), entry); err == nil {
		t.Fatal("a broken download went unnoticed")
	}
	if err := fetcher.Get(t.Context(), entry); err != nil {
		t.Fatal(err)
	}
	if err := Check(fetcher.Dir, entry); err != nil {
		t.Error(err)
	}
}

func TestGetRefusesTheWrongFile(t *testing.T) {
	for name, change := range map[string]func(*Entry){
		"size":   func(e *Entry) { e.Files[0].Size-- },
		"sha256": func(e *Entry) { e.Files[0].SHA256 = strings.Repeat("0", 64) },
	} {
		t.Run(name, func(t *testing.T) {
			_, entry, fetcher := newSite(t)
			change(&entry)
			if err := fetcher.Get(t.Context(), entry); !errors.Is(err, ErrWrongContent) {
				t.Fatalf("got %v", err)
			}
			if _, err := os.Stat(filepath.Join(fetcher.Dir, "toy", "model.onnx")); err == nil {
				t.Error("the wrong file was kept")
			}
		})
	}
}

func TestGetMendsADamagedFile(t *testing.T) {
	_, entry, fetcher := newSite(t)
	path := filepath.Join(fetcher.Dir, "toy", "model.onnx")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	if state := Installed(fetcher.Dir, entry); state != Damaged {
		t.Errorf("a short file counts as %s", state)
	}
	if err := Check(fetcher.Dir, entry); !errors.Is(err, ErrWrongContent) {
		t.Errorf("Check: %v", err)
	}
	if err := fetcher.Get(t.Context(), entry); err != nil {
		t.Fatal(err)
	}
	if err := Check(fetcher.Dir, entry); err != nil {
		t.Error(err)
	}
}

func TestGetGivesUpOnASilentServer(t *testing.T) {
	s, entry, fetcher := newSite(t)
	s.stall = true
	entry.Files[0].Size = 100
	fetcher.Stall = 10 * time.Millisecond
	if err := fetcher.Get(t.Context(), entry); !errors.Is(err, errStalled) {
		t.Errorf("got %v", err)
	}
}

func TestGetSaysWhatToDoOffline(t *testing.T) {
	_, entry, fetcher := newSite(t)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	fetcher.Mirror = gone.URL
	err := fetcher.Get(t.Context(), entry)
	if err == nil || !strings.Contains(err.Error(), "cannot reach") || !strings.Contains(err.Error(), "--mirror") {
		t.Errorf("got %v", err)
	}
	fetcher.Mirror = "hf-mirror"
	if err := fetcher.Get(t.Context(), entry); err == nil || !strings.Contains(err.Error(), "not a web address") {
		t.Errorf("got %v", err)
	}
}

func TestGetReportsAMissingPage(t *testing.T) {
	_, entry, fetcher := newSite(t)
	empty := httptest.NewServer(http.NotFoundHandler())
	defer empty.Close()
	fetcher.Mirror = empty.URL
	if err := fetcher.Get(t.Context(), entry); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("got %v", err)
	}
}

func TestGetStopsWhenCancelled(t *testing.T) {
	_, entry, fetcher := newSite(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := fetcher.Get(ctx, entry); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestCheckNamesAMissingFile(t *testing.T) {
	_, entry, fetcher := newSite(t)
	if err := Check(fetcher.Dir, entry); err == nil || !strings.Contains(err.Error(), "voxgate models get toy") {
		t.Errorf("got %v", err)
	}
}

func TestDefaultDirFollowsTheEnvironment(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", "/data")
	if dir, err := DefaultDir(); err != nil || dir != "/data/voxgate/models" {
		t.Errorf("got %s, %v", dir, err)
	}
	t.Setenv("XDG_DATA_HOME", "")
	t.Setenv("HOME", "/home/somebody")
	if dir, err := DefaultDir(); err != nil || dir != "/home/somebody/.local/share/voxgate/models" {
		t.Errorf("got %s, %v", dir, err)
	}
}

// FuzzParse: whatever is accepted stays inside the directory it is fetched to.
func FuzzParse(f *testing.F) {
	f.Add(publicJSON)
	f.Add([]byte(`[{"name":"../x","files":[{"name":"a","url":"https://h/a","size":1,"sha256":"00"}]}]`))
	f.Add([]byte(`[{"name":"x","files":[{"name":"a.tar.bz2","url":"https://h/a","members":[{"name":"manifest.json","path":"a"}]}]}]`))
	f.Add([]byte(`[{"name":"x","files":[{"name":"a/../../b","url":"file:///etc/passwd","size":-1,"sha256":""}]}]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		entries, err := Parse(raw)
		if err != nil {
			return
		}
		for _, entry := range entries {
			for _, file := range entry.Files {
				for _, name := range []string{file.Name, file.Name + partSuffix} {
					if rel := filepath.Join(entry.Name, name); !filepath.IsLocal(rel) || strings.Count(rel, "/") != 1 {
						t.Errorf("accepted the path %q", rel)
					}
				}
			}
			for _, k := range entry.kept() {
				if !filepath.IsLocal(filepath.Join(entry.Name, k.Name)) || k.Name == recordName {
					t.Errorf("keeps %q", k.Name)
				}
			}
		}
		if _, err := json.Marshal(entries); err != nil {
			t.Error(err)
		}
	})
}

func FuzzRangeStart(f *testing.F) {
	f.Add("bytes 5-9/10")
	f.Add("bytes -1-9/10")
	f.Add("")
	f.Fuzz(func(t *testing.T, header string) {
		if start, err := rangeStart(header); err == nil && start < 0 {
			t.Errorf("%q starts at %d", header, start)
		}
	})
}
