package dialog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync/atomic"
	"time"

	"voxgate/dialog/flow"
	"voxgate/dialog/nlu"
	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

// Times of a slow back end.
const (
	heldFor     = 300 * time.Millisecond  // a sentence may wait for what comes behind it
	giveUpAfter = 12 * time.Second        // all look-ups of a turn together
	peekFor     = 1500 * time.Millisecond // look-up behind the greeting, only to know what to listen for
)

// Config is what all conversations share.
type Config struct {
	Shop     shop.Shop        // required
	Now      func() time.Time // the clock; its zone is the shop's. nil is the machine's clock in UTC+8
	Logger   *slog.Logger     // nil is slog.Default
	Flows    *flow.Set        // nil is the built-in business
	Book     *reply.Book      // nil is the prompts that ship
	Codes    Codes            // nil: a change from another number than the order's goes to a human
	Messages Messages         // nil: no messages are sent
	Links    Links            // nil: messages have no links
	CSAT     bool             // callers are asked for a rating at the end

	Knowledge Knowledge // nil: questions about rules and products go to a human
	Cases     Cases     // nil: closed conversations are not kept for later agents
	Advice    Advice    // nil: agents get no hits of the knowledge base
	Assistant Assistant // nil: no language model is asked
}

// CallInfo is what is known of a call before a word is said.
type CallInfo struct {
	ID     string // call id, for logs and the hand-off
	Caller string // the caller's number as the network gives it; empty when withheld
	Lang   string // of the greeting: "zh" (also when empty) or "en"
}

// Engine opens conversations. It is shared by all calls.
type Engine struct {
	shop     shop.Shop
	now      func() time.Time
	log      *slog.Logger
	codes    Codes
	messages Messages
	links    Links
	csat     bool
	knows    Knowledge
	cases    Cases
	advice   Advice
	assist   Assistant
	parser   *nlu.Parser
	script   atomic.Pointer[script]
}

// script is what the bot does and says: a conversation keeps the one that it began with.
type script struct {
	flows *flow.Set
	book  *reply.Book
}

// Reload puts another business in the place of the present one. Conversations that are under way keep theirs.
func (e *Engine) Reload(flows *flow.Set, book *reply.Book) error {
	if flows == nil || book == nil {
		return errors.New("dialogue: flows and prompts go together: load both")
	}
	for _, id := range corePrompts {
		if !book.Has(id) {
			return fmt.Errorf("dialogue: the prompt %s is missing: the conversation itself needs it", id)
		}
	}
	e.script.Store(&script{flows, book})
	return nil
}

// New builds an engine. An error means a broken build, broken flows or a missing shop.
func New(cfg Config) (*Engine, error) {
	if cfg.Shop == nil {
		return nil, errors.New("dialogue: a shop is required: give a SQLite shop or an HTTP adapter")
	}
	e := &Engine{shop: cfg.Shop, now: cfg.Now, log: cfg.Logger, codes: cfg.Codes, messages: cfg.Messages, links: cfg.Links, csat: cfg.CSAT,
		knows: cfg.Knowledge, cases: cfg.Cases, advice: cfg.Advice, assist: cfg.Assistant}
	if e.now == nil {
		zone := time.FixedZone("UTC+8", 8*60*60)
		e.now = func() time.Time { return time.Now().In(zone) }
	}
	if e.log == nil {
		e.log = slog.Default()
	}
	var err error
	book, flows := cfg.Book, cfg.Flows
	if book == nil {
		if book, err = reply.Load(reply.Builtin()); err != nil {
			return nil, fmt.Errorf("dialogue: %w", err)
		}
	}
	if flows == nil {
		if flows, err = flow.Load(book, flow.Builtin()); err != nil {
			return nil, fmt.Errorf("dialogue: %w", err)
		}
	}
	if err := e.Reload(flows, book); err != nil {
		return nil, err
	}
	if e.parser, err = nlu.New(); err != nil {
		return nil, fmt.Errorf("dialogue: %w", err)
	}
	return e, nil
}

// Open begins a conversation.
func (e *Engine) Open(call CallInfo) *Session {
	known := newForesight(e.shop)
	s := &Session{
		Engine: e, shop: known, foresight: known, late: &late{}, script: *e.script.Load(), call: call, caller: nationalNumber(call.Caller), log: e.log.With("call", call.ID), lang: cmp.Or(call.Lang, "zh"),
		slots: map[string]string{}, noInput: map[string]int{}, noMatch: map[string]int{}, said: map[string]int{},
		proved: map[string]bool{},
	}
	s.late.speaks(s.lang)
	return s
}

// nationalNumber strips the country code and everything but digits.
func nationalNumber(number string) string {
	digits := nlu.OnlyDigits(number)
	for _, code := range []string{"0086", "86"} {
		if rest := digits[min(len(code), len(digits)):]; len(digits) > 11 && digits[:len(code)] == code {
			digits = rest
		}
	}
	if len(digits) < 5 {
		return ""
	}
	return digits
}

// Reply implements Brain.
func (s *Session) Reply(ctx context.Context, turn Turn) iter.Seq2[Act, error] {
	return func(yield func(Act, error) bool) {
		defer s.foresight.drop()
		s.out = &emitter{yield: func(a Act, err error) bool { a.Speed = s.speed; return yield(a, err) }}
		s.turn(ctx, turn)
		if err := ctx.Err(); err != nil {
			s.out.fail(fmt.Errorf("reply: %w", err))
			return
		}
		s.advise(ctx)
		s.out.finish(s.expect(), s.outcome)
	}
}

// Slots are the values that the caller has given so far, for display.
func (s *Session) Slots() map[string]string {
	out := make(map[string]string, len(s.slots))
	for k, v := range s.slots {
		out[k] = v
	}
	return out
}

// Hangup is the outcome of a conversation that the caller ended by hanging up.
func (s *Session) Hangup() Outcome {
	if s.outcome != nil {
		return *s.outcome
	}
	return s.result(OutcomeClosed)
}
