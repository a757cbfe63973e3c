package main

import (
	"context"
	"log/slog"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/cmd/voxgate/internal/engines"
	"voxgate/cmd/voxgate/internal/messages"
	"voxgate/cmd/voxgate/internal/webhook"
	"voxgate/dialog"
)

// textChannel is the hotline in text, with what delivers its answers.
type textChannel struct {
	service *messages.Service
	answers *webhook.Sender
}

func openTextChannel(cfg config.Messages, registry *prometheus.Registry, parts *engines.Engines) (*textChannel, error) {
	var keys []messages.Key
	targets := map[string]webhook.Target{}
	for _, k := range cfg.Keys {
		keys = append(keys, messages.Key{ID: k.ID, Secret: k.Secret, Token: k.Token, Verified: k.Verified})
		if k.Webhook != "" {
			targets[k.ID] = webhook.Target{URL: k.Webhook, Secret: k.Secret}
		}
	}
	answers, err := webhook.New(webhook.Config{Targets: targets, Log: slog.Default(), Registry: registry})
	if err != nil {
		return nil, err
	}
	return &textChannel{answers: answers, service: messages.New(messages.Config{
		Open: func(info dialog.CallInfo) messages.Conversation { return parts.OpenText(info) },
		Keys: keys, Idle: cfg.Idle.Std(), PerMinute: cfg.PerMinute, Deliver: answers.Deliver, Log: slog.Default(),
	})}, nil
}

// run ends idle conversations and delivers answers until ctx ends.
func (t *textChannel) run(ctx context.Context) {
	var work sync.WaitGroup
	work.Go(func() { t.service.Run(ctx) })
	work.Go(func() { t.answers.Run(ctx) })
	work.Wait()
}
