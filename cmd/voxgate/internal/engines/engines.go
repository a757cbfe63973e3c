// Package engines opens what the configuration names: recogniser, voice, shop and dialogue, for every command that
// needs them.
package engines

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"voxgate/asr"
	"voxgate/cmd/voxgate/internal/config"
	"voxgate/cmd/voxgate/internal/gateway"
	"voxgate/dialog"
	"voxgate/dialog/knowledge"
	"voxgate/dialog/records"
	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
	"voxgate/media"
	"voxgate/tts"
)

// Engines are what all calls share. Close releases them after the last call.
type Engines struct {
	ASR       Recogniser
	TTS       *Voices
	Knowledge *knowledge.Opened
	dialogue  *dialog.Engine
	script    *follower
	book      *reply.Book // as it was when the program started
	closers   []io.Closer // closed in reverse
}

// Recogniser is an asr.Engine that holds resources.
type Recogniser interface {
	asr.Engine
	io.Closer
}

// Open opens everything that the hotline needs. What was opened before a fault is closed again.
func Open(ctx context.Context, cfg config.Config, log *slog.Logger) (_ *Engines, err error) {
	e := &Engines{}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.Close())
		}
	}()
	if err := UseRuntime(cfg.ASR); err != nil {
		return nil, err
	}
	if e.TTS, err = OpenTTS(cfg.TTS); err != nil {
		return nil, err
	}
	e.closers = append(e.closers, e.TTS)
	if e.ASR, err = OpenASR(cfg.ASR); err != nil {
		return nil, err
	}
	e.closers = append(e.closers, e.ASR)
	backend, clock, err := openShop(ctx, cfg.Shop)
	if err != nil {
		return nil, err
	}
	e.closers = append(e.closers, backend)
	talk := dialog.Config{Shop: backend, Now: clock, Logger: log, CSAT: cfg.Dialog.CSAT}
	if talk.Flows, talk.Book, err = loadScript(cfg.Dialog); err != nil {
		return nil, err
	}
	e.book = talk.Book
	messages, err := openMessages(&talk, cfg, os.Stderr)
	if messages != nil {
		e.closers = append(e.closers, messages)
	}
	if err != nil {
		return nil, err
	}
	if e.Knowledge, err = OpenKnowledge(ctx, cfg.Knowledge, cfg.Shop, log); err != nil {
		return nil, err
	}
	e.closers = append(e.closers, e.Knowledge)
	talk.Knowledge, talk.Advice = e.Knowledge, agentAdvice{e.Knowledge.Knowledge}
	cases, err := openAdvisers(&talk, cfg, log)
	if cases != nil {
		e.closers = append(e.closers, cases)
	}
	if err != nil {
		return nil, err
	}
	if e.dialogue, err = dialog.New(talk); err != nil {
		return nil, err
	}
	e.script = followScript(cfg.Dialog, e.dialogue, e.TTS.fix, log)
	e.closers = append(e.closers, e.script)
	return e, nil
}

// Reload reads flows and prompts again, at once.
func (e *Engines) Reload() { e.script.now() }

// OpenText opens a conversation of the text channel.
func (e *Engines) OpenText(info dialog.CallInfo) *dialog.Session { return e.dialogue.Open(info) }

// Close releases everything, the last opened first.
func (e *Engines) Close() error {
	var faults []error
	for i := len(e.closers) - 1; i >= 0; i-- {
		faults = append(faults, e.closers[i].Close())
	}
	return errors.Join(faults...)
}

// NewBrain opens a conversation.
func (e *Engines) NewBrain(caller gateway.Caller) dialog.Brain {
	return e.dialogue.Open(dialog.CallInfo{ID: caller.ID, Caller: caller.Number})
}

// Prewarm speaks the greeting once, so that the first caller does not wait for it, and begins to make all other fixed
// prompts, which goes on until Close.
func (e *Engines) Prewarm(ctx context.Context) error {
	for act, err := range e.dialogue.Open(dialog.CallInfo{ID: "prewarm"}).Reply(ctx, dialog.Turn{Kind: dialog.Start}) {
		if err != nil {
			return ignoreEnd(ctx, err)
		}
		if act.Say == "" {
			continue
		}
		for _, rate := range []int{media.Narrowband, media.Wideband} {
			if err := e.TTS.Warm(ctx, tts.Utterance{Text: cmp.Or(act.Speech, act.Say), Lang: act.Lang, Rate: rate}); err != nil {
				return ignoreEnd(ctx, err)
			}
		}
	}
	e.closers = append(e.closers, startWarming(e.TTS.Engine, FixedPrompts(e.book)))
	return nil
}

// ignoreEnd drops the error of work that was given up because the program ends.
func ignoreEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("prompts: %w", err)
}

// closableShop is a shop that holds a database.
type closableShop interface {
	shop.Shop
	io.Closer
}

// openShop opens where facts come from, and the clock that belongs to them.
func openShop(ctx context.Context, cfg config.Shop) (closableShop, func() time.Time, error) {
	if cfg.URL != "" {
		remote, err := shop.NewHTTP(shop.HTTPConfig{URL: cfg.URL, Token: cfg.Token, Timeout: cfg.Timeout.Std()})
		if err != nil {
			return nil, nil, err
		}
		return &cachedShop{Cached: shop.Cache(remote, time.Now), remote: remote}, nil, nil
	}
	if cfg.Records != "" {
		file, err := records.ReadFile(cfg.Records)
		if err != nil {
			return nil, nil, err
		}
		return records.Open(file), file.Clock(nil), nil
	}
	file, err := shop.Demo()
	if cfg.File != "" {
		file, err = shop.ReadFile(cfg.File)
	}
	if err != nil {
		return nil, nil, err
	}
	database, err := shop.OpenSQLite(ctx, cmp.Or(cfg.Database, ":memory:"), file)
	if err != nil {
		return nil, nil, err
	}
	return database, file.Clock(nil), nil
}

// cachedShop is a remote shop that is not asked for the same number all the time.
type cachedShop struct {
	*shop.Cached
	remote io.Closer
}

func (s *cachedShop) Close() error { return s.remote.Close() }
