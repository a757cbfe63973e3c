package engines

import (
	"log/slog"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/dialog"
	"voxgate/dialog/assist"
	"voxgate/dialog/handoff"
)

// openAdvisers gives the dialogue what agents are told beside the call itself, and the language model where there is one.
func openAdvisers(into *dialog.Config, cfg config.Config, log *slog.Logger) (*handoff.Store, error) {
	cases, unread, err := handoff.OpenStore(cfg.Handoff.Cases)
	if err != nil {
		return nil, err
	}
	if unread > 0 {
		log.Warn("past cases that cannot be read are passed over", "file", cfg.Handoff.Cases, "lines", unread)
	}
	into.Cases = cases
	if cfg.LLM.URL == "" {
		return cases, nil
	}
	model, err := assist.New(assist.Config{URL: cfg.LLM.URL, Key: cfg.LLM.Key, Model: cfg.LLM.Model, Timeout: cfg.LLM.Timeout.Std()})
	if err != nil {
		return cases, err
	}
	into.Assistant = model
	return cases, nil
}
