package engines

import (
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/dialog"
	"voxgate/dialog/flow"
	"voxgate/dialog/reply"
)

// loadScript reads flows and prompts as the configuration has them, checked as a whole.
func loadScript(cfg config.Dialog) (*flow.Set, *reply.Book, error) {
	prompts := []fs.FS{reply.Builtin()}
	if cfg.Prompts != "" {
		prompts = append(prompts, os.DirFS(cfg.Prompts))
	}
	book, err := reply.Load(prompts...)
	if err != nil {
		return nil, nil, fmt.Errorf("dialog.prompts %s: %w", cfg.Prompts, err)
	}
	var folders []fs.FS
	if cfg.Builtin {
		folders = append(folders, flow.Builtin())
	}
	if cfg.Flows != "" {
		if _, err := os.ReadDir(cfg.Flows); err != nil {
			return nil, nil, fmt.Errorf("dialog.flows: %w: name the folder of your flows", err)
		}
		folders = append(folders, os.DirFS(cfg.Flows))
	}
	flows, err := flow.Load(book, folders...)
	if err != nil {
		return nil, nil, fmt.Errorf("dialog.flows %s: %w", cfg.Flows, err)
	}
	return flows, book, nil
}

// followScript takes changed flows and prompts while the program runs. What is broken is told to the log, and what was
// before it holds; conversations under way keep what they began with. Taken is told of new prompts.
func followScript(cfg config.Dialog, engine *dialog.Engine, taken func(*reply.Book), log *slog.Logger) *follower {
	stamp := func() string { return folderStamp(cfg.Flows) + folderStamp(cfg.Prompts) }
	return follow(stamp(), stamp, func() {
		flows, book, err := loadScript(cfg)
		if err == nil {
			err = engine.Reload(flows, book)
		}
		if err != nil {
			log.Error("flows not taken: those before them hold", "error", err)
			return
		}
		taken(book)
		log.Info("flows taken", "flows", len(flows.Intents()), "prompts", len(book.IDs()))
	})
}
