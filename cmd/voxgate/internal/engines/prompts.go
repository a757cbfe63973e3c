package engines

import (
	"context"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/dialog/reply"
	"voxgate/media"
	"voxgate/tts"
	"voxgate/tts/cache"
)

// urgent are the prompts that a caller waits for first, or that stand in for an answer that is late.
var urgent = []string{"greeting", "open", "filler", "filler_again", "wait", "listening", "anything_else", "close"}

// restBetween is how much longer than the work for a prompt the pause after it is: what is made in advance takes at most
// a fifth of one processor from the calls.
const restBetween = 4

// sentenceEnd is where a wording is cut that has fields in it: behind punctuation, which belongs to what is before it.
var sentenceEnd = regexp.MustCompile(`[，。？！；]|[,.?!;:]( |$)`)

// FixedPrompts are the texts of a book that hold nothing of a caller, the urgent ones first: wordings without fields, and
// of those with fields the clauses without any. Each is there once, at the rate of a telephone.
func FixedPrompts(book *reply.Book) []tts.Utterance {
	var out []tts.Utterance
	seen := map[tts.Utterance]bool{}
	ids := book.IDs()
	for _, id := range slices.Concat(urgent, ids) {
		for _, lang := range []string{"zh", "en"} {
			for _, wording := range book.Texts(id, lang) {
				for _, fixed := range fixedParts(wording) {
					u := tts.Utterance{Text: fixed, Lang: lang, Rate: media.Narrowband}
					if !seen[u] {
						seen[u] = true
						out = append(out, u)
					}
				}
			}
		}
	}
	return out
}

// Prompts are the fixed prompts of a configured dialogue.
func Prompts(cfg config.Dialog) ([]tts.Utterance, error) {
	_, book, err := loadScript(cfg)
	if err != nil {
		return nil, err
	}
	return FixedPrompts(book), nil
}

// fixedParts is a wording without fields, or the clauses of one with fields that have none.
func fixedParts(wording string) []string {
	switch {
	case !reply.Unfilled(wording):
		return []string{wording}
	case strings.ContainsRune(wording, '<'):
		return nil // marks reach over clauses
	}
	var out []string
	for rest := wording; rest != ""; {
		end := len(rest)
		if at := sentenceEnd.FindStringIndex(rest); at != nil {
			end = at[1]
		}
		if part := strings.TrimSpace(rest[:end]); part != "" && !reply.Unfilled(part) {
			out = append(out, part)
		}
		rest = rest[end:]
	}
	return out
}

// wide is the same prompts at the rate of a browser.
func wide(prompts []tts.Utterance) []tts.Utterance {
	out := slices.Clone(prompts)
	for i := range out {
		out[i].Rate = media.Wideband
	}
	return out
}

// BuildPrompts makes the sound of all fixed prompts at both rates that is not kept yet. It returns the first fault, after
// all others were made.
func BuildPrompts(ctx context.Context, voices *Voices, prompts []tts.Utterance) error {
	return voices.Warm(ctx, slices.Concat(prompts, wide(prompts))...)
}

// fix lets the fixed prompts of a book be kept on disk when they are said.
func (v *Voices) fix(book *reply.Book) {
	prompts := FixedPrompts(book)
	v.Fix(slices.Concat(prompts, wide(prompts))...)
}

// warmer makes prompts while calls are served.
type warmer struct {
	stop context.CancelFunc
	done chan struct{}
}

// startWarming makes what is not kept of prompts in a goroutine that Close ends, slowly enough for the calls.
func startWarming(voices *cache.Engine, prompts []tts.Utterance) *warmer {
	ctx, stop := context.WithCancel(context.Background())
	w := &warmer{stop: stop, done: make(chan struct{})}
	go func() {
		defer close(w.done)
		for _, u := range slices.Concat(prompts, wide(prompts)) {
			if ctx.Err() != nil {
				return
			}
			voices.Fix(u)
		}
		begin, made, failed := time.Now(), 0, 0
		for _, u := range prompts {
			if voices.Kept(u) {
				continue
			}
			work := time.Now()
			if err := voices.Warm(ctx, u); err != nil {
				failed++
			}
			made++
			select {
			case <-time.After(restBetween * time.Since(work)):
			case <-ctx.Done():
				return
			}
		}
		slog.Info("fixed prompts are ready", "prompts", len(prompts), "made", made, "failed", failed, "seconds", int(time.Since(begin).Seconds()))
	}()
	return w
}

// Close ends the work.
func (w *warmer) Close() error {
	w.stop()
	<-w.done
	return nil
}
