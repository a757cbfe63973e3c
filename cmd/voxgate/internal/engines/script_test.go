package engines

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/dialog"
	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

// lockedDiary is a log that may be read while it is written.
type lockedDiary struct {
	mu   sync.Mutex
	text strings.Builder
}

func (d *lockedDiary) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.Write(b)
}

func (d *lockedDiary) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text.String()
}

func said(t *testing.T, s *dialog.Session, turn dialog.Turn) string {
	t.Helper()
	turn.Heard = 1
	text := ""
	for act, err := range s.Reply(context.Background(), turn) {
		if err != nil {
			t.Fatal(err)
		}
		text += act.Say
	}
	return text
}

func put(t *testing.T, path, text string, at time.Time) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

const (
	openingOne = `open: {zh: ["第一版，您要办什么？"], en: ["First. What do you need?"]}` + "\n"
	openingTwo = `open: {zh: ["第二版，您要办什么？"], en: ["Second. What do you need?"]}` + "\n" + `listening: {zh: ["新的，您说。"], en: ["Go on."]}` + "\n"
)

// A change is taken whole or not at all, and a call under way keeps what it began with.
func TestScriptIsReloadedDuringACall(t *testing.T) {
	file, err := shop.Demo()
	if err != nil {
		t.Fatal(err)
	}
	db, err := shop.OpenSQLite(t.Context(), ":memory:", file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	synctest.Test(t, func(t *testing.T) {
		folder := t.TempDir()
		prompts := filepath.Join(folder, "prompts.yaml")
		put(t, prompts, openingOne, time.Now())
		cfg := config.Dialog{Builtin: true, Prompts: folder}
		flows, book, err := loadScript(cfg)
		if err != nil {
			t.Fatal(err)
		}
		diary := &lockedDiary{}
		log := slog.New(slog.NewTextHandler(diary, nil))
		engine, err := dialog.New(dialog.Config{Shop: db, Now: file.Clock(time.Now), Logger: slog.New(slog.DiscardHandler), Flows: flows, Book: book})
		if err != nil {
			t.Fatal(err)
		}
		var taken atomic.Int32
		following := followScript(cfg, engine, func(*reply.Book) { taken.Add(1) }, log)
		defer func() { _ = following.Close() }()
		open := func() (*dialog.Session, string) {
			s := engine.Open(dialog.CallInfo{ID: "c"})
			return s, said(t, s, dialog.Turn{Kind: dialog.Start})
		}
		before, text := open()
		if !strings.Contains(text, "第一版") {
			t.Fatalf("at the start: %q", text)
		}
		put(t, prompts, openingTwo, time.Now().Add(time.Second))
		time.Sleep(3 * lookAgain)
		if _, text := open(); !strings.Contains(text, "第二版") {
			t.Errorf("after the change a new call hears %q: %s", text, diary)
		}
		if text := said(t, before, dialog.Turn{Kind: dialog.Speech, Text: "嗯"}); strings.Contains(text, "新的") {
			t.Errorf("the call under way hears the new wording: %q", text)
		}
		put(t, prompts, "open: {zh: [第三版]}\n", time.Now().Add(2*time.Second))
		time.Sleep(3 * lookAgain)
		if _, text := open(); !strings.Contains(text, "第二版") {
			t.Errorf("a broken file was taken: %q", text)
		}
		if !strings.Contains(diary.String(), "prompts.yaml:1") || !strings.Contains(diary.String(), "not taken") {
			t.Errorf("the log does not name file and line: %s", diary)
		}
		put(t, prompts, openingOne, time.Now().Add(3*time.Second))
		following.now() // SIGHUP does not wait for the file to come to rest
		synctest.Wait()
		if _, text := open(); !strings.Contains(text, "第一版") {
			t.Errorf("after a reload at once: %q", text)
		}
		if taken.Load() != 2 {
			t.Errorf("new prompts were told %d times", taken.Load())
		}
	})
}

func TestMissingFoldersAreErrors(t *testing.T) {
	for key, cfg := range map[string]config.Dialog{
		"dialog.flows": {Builtin: true, Flows: "nowhere"}, "dialog.prompts": {Builtin: true, Prompts: "nowhere"},
	} {
		if _, _, err := loadScript(cfg); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", key, err)
		}
	}
}
