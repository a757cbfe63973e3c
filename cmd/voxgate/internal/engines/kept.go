package engines

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/tts/cache"
	"voxgate/tts/espeak"
	"voxgate/tts/shape"
	"voxgate/tts/text"
)

// identify notes which espeak-ng speaks a language.
func (o *voiceOpener) identify(lang text.Lang, engine *espeak.Engine) (err error) {
	o.voices.identities[string(lang)], err = engine.Identity(context.Background())
	return err
}

// identityOfFiles tells versions of a neural voice apart, by names, sizes and times of its files.
func identityOfFiles(voice config.Voice) (string, error) {
	files, err := OpenVoice(voice.Voice)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %g|shape %d", voice.Voice, voice.Speaker, voice.Rate, shape.Version)
	err = fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "|%s %d %d", path, info.Size(), info.ModTime().UnixNano())
		return nil
	})
	return b.String(), err
}

// PromptFolder is where fixed prompts are kept on disk; empty where they are not.
func PromptFolder(cfg config.TTS) (string, error) {
	if cfg.Folder == config.NoFolder {
		return "", nil
	}
	if cfg.Folder != "" {
		return cfg.Folder, nil
	}
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("prompts: %w; name a folder in tts.folder, or none", err)
	}
	return filepath.Join(base, "voxgate", "prompts"), nil
}

// store opens what is kept on disk. Where that cannot be had, the hotline speaks without, and the log says so.
func (o *voiceOpener) store() *cache.Store {
	folder, err := PromptFolder(o.cfg)
	if folder == "" && err == nil {
		return nil
	}
	var store *cache.Store
	if err == nil {
		store, err = cache.OpenStore(folder, int64(o.cfg.FolderMB)<<20)
	}
	if err != nil {
		slog.Warn("fixed prompts are not kept on disk", "error", err)
		return nil
	}
	return store
}

// followRecordings takes an operator's recordings, and those that change while the program runs. What is wrong with one
// is told to the log; the others are used.
func followRecordings(folder string, into *cache.Engine, log *slog.Logger) *follower {
	stamp := func() string { return recordingsStamp(folder) }
	take := func() {
		recordings, err := cache.ReadRecordings(folder)
		if err != nil {
			log.Warn("recordings not used: the voice says those prompts", "error", err)
		}
		into.SetRecordings(recordings)
		log.Info("recordings taken", "folder", folder, "prompts", len(recordings.All()))
	}
	seen := stamp()
	take()
	return follow(seen, stamp, take)
}

// recordingsStamp tells versions of a folder's recordings apart.
func recordingsStamp(folder string) string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return ""
	}
	var stamps []string
	for _, entry := range entries {
		if ext := filepath.Ext(entry.Name()); ext == ".wav" || ext == ".txt" {
			if info, err := entry.Info(); !errors.Is(err, fs.ErrNotExist) && info != nil {
				stamps = append(stamps, fmt.Sprint(entry.Name(), info.ModTime().UnixNano(), info.Size()))
			}
		}
	}
	return strings.Join(stamps, "\n")
}
