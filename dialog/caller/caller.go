// Package caller plays callers against the dialogue in text, and judges each answer: scripted calls take their turns from a
// file (see cmd/voxgate/internal/scripts), simulated ones from a goal, a temper and an error model. Every answer is held
// against what the shop returned (see proof) and against the manners of a voice (see manner.go).
package caller

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"voxgate/dialog"
	"voxgate/dialog/caller/proof"
	"voxgate/dialog/flow"
	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
)

// Line is one dialogue engine that takes call after call, each with a shop of its own: what a call changes, the next one
// does not see. One goroutine uses it.
type Line struct {
	engine *dialog.Engine
	book   *reply.Book
	names  []string // what matters are called
	shop   *watched
	clock  time.Time
	calls  int
}

// Call is one conversation in text.
type Call struct {
	line    *Line
	session *dialog.Session
	db      *shop.SQLite
	ledger  *proof.Ledger
	manners manners
	ended   bool
}

// Answer is what the hotline did in one turn.
type Answer struct {
	Acts     []string
	Say      string
	Slots    map[string]string
	Outcome  *dialog.Outcome // set on the last answer of a call
	Took     time.Duration   // without the time of the shop
	Faults   []string        // breaches of manners
	Invented []proof.Claim   // things said that nothing proves
}

// NewLine opens an engine with the business that ships.
func NewLine(log *slog.Logger) (*Line, error) {
	l := &Line{}
	l.shop = &watched{now: l.now}
	var err error
	if l.book, err = reply.Load(reply.Builtin()); err != nil {
		return nil, fmt.Errorf("caller: %w", err)
	}
	flows, err := flow.Load(l.book, flow.Builtin())
	if err != nil {
		return nil, fmt.Errorf("caller: %w", err)
	}
	for _, intent := range flows.Intents() {
		f, _ := flows.Of(intent)
		l.names = append(l.names, f.Name["zh"], f.Name["en"])
	}
	if l.engine, err = dialog.New(dialog.Config{Shop: l.shop, Now: l.now, Logger: log}); err != nil {
		return nil, fmt.Errorf("caller: %w", err)
	}
	return l, nil
}

func (l *Line) now() time.Time { return l.clock }

// Open begins a call from a number to a shop filled from file, whose clock stands still at the file's time, and takes the
// greeting. Close the call before the next one.
func (l *Line) Open(ctx context.Context, file shop.File, number string) (*Call, Answer, error) {
	at := file.Clock(nil)
	if at == nil {
		return nil, Answer{}, errors.New(`the shop of a played call wants a fixed clock: give "now"`)
	}
	l.clock = at()
	db, err := shop.OpenSQLite(ctx, ":memory:", file)
	if err != nil {
		return nil, Answer{}, fmt.Errorf("caller: %w", err)
	}
	l.shop.use(db)
	l.calls++
	c := &Call{line: l, db: db, ledger: proof.New(l.clock, l.book)}
	c.ledger.Own(l.names...)
	c.ledger.Caller(number)
	c.session = l.engine.Open(dialog.CallInfo{ID: fmt.Sprintf("played-%d", l.calls), Caller: number})
	greeting, err := c.Take(ctx, dialog.Turn{Kind: dialog.Start, Heard: 1})
	if err != nil {
		return nil, Answer{}, errors.Join(err, db.Close())
	}
	return c, greeting, nil
}

// Close ends the call's shop.
func (c *Call) Close() error { return c.db.Close() }

// Backend sets how the shop answers from now on: ok, timeout or error.
func (c *Call) Backend(mood string) error { return c.line.shop.setMood(mood) }

// Done are the changes that the call has made at the shop, and its tickets.
func (c *Call) Done() ([]Write, []shop.Ticket) { return c.line.shop.done() }

// Hangup ends the call from the caller's side.
func (c *Call) Hangup() dialog.Outcome { return c.session.Hangup() }

// Take gives the hotline one turn and judges its answer.
func (c *Call) Take(ctx context.Context, turn dialog.Turn) (Answer, error) {
	if c.ended {
		return Answer{}, errors.New("the hotline has ended this call")
	}
	c.ledger.Caller(turn.Text)
	c.ledger.Caller(turn.Keys)
	for _, other := range turn.Others {
		c.ledger.Caller(other.Text)
	}
	var a Answer
	var acts []dialog.Act
	var last dialog.Act
	begun := time.Now()
	for act, err := range c.session.Reply(ctx, turn) {
		if err != nil {
			return a, fmt.Errorf("caller: %w", err)
		}
		if last.Expect != nil || last.Outcome != nil {
			a.Faults = append(a.Faults, act.Name+" comes after the end of the turn")
		}
		last = act
		acts = append(acts, act)
	}
	a.Took = time.Since(begun)
	heard, counts, spent := c.line.shop.take()
	a.Took = max(0, a.Took-spent)
	c.ledger.Result(heard...)
	for _, n := range counts {
		c.ledger.Number(n)
	}
	c.judge(&a, turn, acts)
	a.Slots, a.Outcome = c.session.Slots(), last.Outcome
	c.ended = last.Outcome != nil && last.Outcome.Kind != dialog.OutcomeTransfer
	if last.Expect == nil && last.Outcome == nil {
		a.Faults = append(a.Faults, "dead end: the turn ends with neither a question nor an outcome")
	}
	return a, nil
}

// judge gathers an answer and what is wrong with it.
func (c *Call) judge(a *Answer, turn dialog.Turn, acts []dialog.Act) {
	var said []string
	for _, act := range acts {
		if act.Name != "" {
			a.Acts = append(a.Acts, act.Name)
		}
		if act.Say == "" {
			continue
		}
		said = append(said, act.Say)
		a.Invented = append(a.Invented, c.ledger.Check(act.Say, act.Lang)...)
	}
	a.Say = strings.Join(said, " ")
	a.Faults = append(a.Faults, c.manners.judge(turn, acts)...)
}

// Code is the code in the last text message that the hotline sent in this call; empty where it sent none.
func (c *Call) Code() string { return "" }
