// Package chain speaks with several engines in order: where one fails, hangs or dies in mid-sentence, the next says what
// was not heard yet, from the beginning of that clause.
//
// An engine that fails again and again rests for a while, longer each time, so that not every sentence waits for it.
package chain

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"voxgate/media"
	"voxgate/tts"
	"voxgate/tts/text"
)

var (
	// ErrSilent says that no engine could say an utterance to its end. What was kept for that case may have been heard.
	ErrSilent = errors.New("no voice could say it")
	// ErrHung says that an engine gave nothing for too long.
	ErrHung = errors.New("voice hangs")
)

// DefaultPatience is how long an engine may take to its first frame, and to each one after it.
const DefaultPatience = 2 * time.Second

// lastPatience is the same for the last engine of a language, after which there is only silence.
const lastPatience = 10 * time.Second

// Link is one engine of a chain.
type Link struct {
	Name     string // for logs
	Engine   tts.Engine
	Patience time.Duration // DefaultPatience when 0; the last of a chain is given 10 s at least
}

// Config says who speaks which language, the preferred first.
type Config struct {
	Chinese, English []Link
	Log              *slog.Logger
}

// Engine implements tts.Engine. It is safe for any number of calls at once. Its engines are closed by who opened them,
// after Close.
type Engine struct {
	chains map[text.Lang][]*link
	all    []*link
	log    *slog.Logger
}

var _ tts.Engine = (*Engine)(nil)

// New makes a chain. An engine that stands in both languages has one health. It fails where a language has no engine.
func New(cfg Config) (*Engine, error) {
	e := &Engine{chains: map[text.Lang][]*link{}, log: cmp.Or(cfg.Log, slog.Default())}
	known := map[tts.Engine]*link{}
	for lang, links := range map[text.Lang][]Link{text.Chinese: cfg.Chinese, text.English: cfg.English} {
		if len(links) == 0 {
			return nil, fmt.Errorf("nobody speaks %s: name an engine for it", lang)
		}
		for _, l := range links {
			state, ok := known[l.Engine]
			if !ok {
				state = &link{name: l.Name, engine: l.Engine, patience: cmp.Or(l.Patience, DefaultPatience)}
				known[l.Engine] = state
				e.all = append(e.all, state)
			}
			e.chains[lang] = append(e.chains[lang], state)
		}
	}
	return e, nil
}

// Close waits for engines that were given up while they hung, a few seconds at most. The error names those that still hang.
func (e *Engine) Close() error {
	limit, cancel := context.WithTimeout(context.Background(), closeWait)
	defer cancel()
	var faults []error
	for _, l := range e.all {
		faults = append(faults, l.join(limit))
	}
	return errors.Join(faults...)
}

// Speak yields u, whoever says it. The error after all engines have failed wraps ErrSilent and what each of them said.
func (e *Engine) Speak(ctx context.Context, u tts.Utterance) iter.Seq2[media.Frame, error] {
	return func(yield func(media.Frame, error) bool) {
		lang := text.Lang(cmp.Or(u.Lang, string(text.Chinese)))
		chain := e.order(lang)
		if len(chain) == 0 {
			yield(media.Frame{}, fmt.Errorf("speak %q: zh and en are spoken: %w", u.Lang, tts.ErrUnspeakable))
			return
		}
		var faults []error
		rest := u
		for i, l := range chain {
			patience := l.patience
			if i == len(chain)-1 {
				patience = max(patience, lastPatience)
			}
			l.tried(time.Now())
			result := l.speak(ctx, rest, patience, yield)
			if result.ended {
				if l != e.chains[lang][0] {
					tts.StandIn(ctx)
				}
				tts.Said(ctx, result.said)
				return
			}
			faults = append(faults, fmt.Errorf("%s: %w", l.name, result.err))
			e.tell(ctx, chain, i, result)
			rest.From = result.said
			if !errors.Is(result.err, tts.ErrUnspeakable) {
				rest.Voice = "" // a name that the engine knew means nothing to its stand-in
			}
		}
		e.giveUp(ctx, errors.Join(faults...), yield)
	}
}

// order is the engines of a language: those in good health, then those that rest, which are better than silence.
func (e *Engine) order(lang text.Lang) []*link {
	now := time.Now()
	var fit, resting []*link
	for _, l := range e.chains[lang] {
		if l.resting(now) {
			resting = append(resting, l)
		} else {
			fit = append(fit, l)
		}
	}
	return append(fit, resting...)
}

// tell logs that engine i of a chain gave up an utterance. The words are the caller's affair and stay out of the log.
func (e *Engine) tell(ctx context.Context, chain []*link, i int, r result) {
	next := "none"
	if i+1 < len(chain) {
		next = chain[i+1].name
	}
	e.log.Warn("voice gave up an utterance", "call", tts.Call(ctx), "engine", chain[i].name, "next", next,
		"clauses_said", r.said, "rests", chain[i].resting(time.Now()), "error", r.err)
}

// giveUp ends an utterance that nobody can say.
func (e *Engine) giveUp(ctx context.Context, err error, yield func(media.Frame, error) bool) {
	if cause := context.Cause(ctx); cause != nil {
		yield(media.Frame{}, cause)
		return
	}
	e.log.Error("no voice could say an utterance", "call", tts.Call(ctx), "error", err)
	yield(media.Frame{}, fmt.Errorf("%w: %w", ErrSilent, err))
}

// Health is how an engine is doing.
type Health struct {
	Name     string
	Failures int  // in a row
	Resting  bool // not asked while another can speak
	Hanging  int  // utterances that were given up and have not ended yet
}

// Health lists the engines.
func (e *Engine) Health() []Health {
	var out []Health
	for _, l := range e.all {
		out = append(out, l.health(time.Now()))
	}
	return out
}
