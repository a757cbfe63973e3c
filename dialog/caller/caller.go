// Package caller plays callers against the dialogue in text, and judges each answer: scripted calls take their turns from a
// file (see cmd/voxgate/internal/scripts), simulated ones from a goal, a temper and an error model. Every answer is held
// against what the shop returned (see proof) and against the manners of a voice (see manner.go).
package caller

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"voxgate/dialog"
	"voxgate/dialog/caller/proof"
	"voxgate/dialog/flow"
	"voxgate/dialog/knowledge"
	"voxgate/dialog/reply"
	"voxgate/dialog/shop"
	"voxgate/dialog/sms"
)

// Line is one dialogue engine that takes call after call, each with a shop of its own: what a call changes, the next one
// does not see. One goroutine uses it.
type Line struct {
	engine  *dialog.Engine
	prompts proof.Prompts
	flows   *flow.Set
	shop    *watched
	inbox   *inbox
	known   *heeded
	clock   time.Time
	calls   int
}

// Call is one conversation in text.
type Call struct {
	line    *Line
	session *dialog.Session
	db      *shop.SQLite
	ledger  *proof.Ledger
	manners manners

	mu      sync.Mutex
	answers []Answer
	ended   bool
}

var _ dialog.Brain = (*Call)(nil)

// Answer is what the hotline did in one turn.
type Answer struct {
	Turn     dialog.Turn // that it answers
	Acts     []string
	Say      string
	Slots    map[string]string
	Outcome  *dialog.Outcome // set on the last answer of a call
	Took     time.Duration   // without the time of the shop
	Faults   []string        // breaches of manners
	Invented []proof.Claim   // things said that nothing proves
}

// Options say what a line is made of.
type Options struct {
	Log       *slog.Logger      // required
	Knowledge knowledge.Options // the base that the calls' shop goes with
	CSAT      bool              // callers are asked for a rating at the end
}

// NewLine opens an engine with the business that ships. Close it after the last call.
func NewLine(ctx context.Context, o Options) (_ *Line, err error) {
	l := &Line{}
	l.shop, l.inbox = &watched{now: l.now}, &inbox{now: l.now}
	book, err := reply.Load(reply.Builtin())
	if err != nil {
		return nil, fmt.Errorf("caller: %w", err)
	}
	l.prompts = proof.Read(book)
	if l.flows, err = flow.Load(book, flow.Builtin()); err != nil {
		return nil, fmt.Errorf("caller: %w", err)
	}
	links, err := sms.NewLinks("https://shop.example/l", []byte("played calls only, nothing opens"), l.now)
	if err != nil {
		return nil, fmt.Errorf("caller: %w", err)
	}
	o.Knowledge.Log = o.Log
	known, err := knowledge.Open(ctx, o.Knowledge)
	if err != nil {
		return nil, fmt.Errorf("caller: %w", err)
	}
	l.known = &heeded{known: known}
	cfg := dialog.Config{Shop: l.shop, Now: l.now, Logger: o.Log, Codes: issuer{l.inbox}, Messages: l.inbox, Links: links, Knowledge: l.known, CSAT: o.CSAT}
	if l.engine, err = dialog.New(cfg); err != nil {
		return nil, errors.Join(fmt.Errorf("caller: %w", err), known.Close())
	}
	return l, nil
}

// Close releases the knowledge base.
func (l *Line) Close() error { return l.known.known.Close() }

func (l *Line) now() time.Time { return l.clock }

// Open begins a call from a number to a shop filled from file, whose clock stands still at the file's time, and takes the
// greeting. Close the call before the next one.
func (l *Line) Open(ctx context.Context, file shop.File, number string) (*Call, Answer, error) {
	c, err := l.Begin(ctx, file, number)
	if err != nil {
		return nil, Answer{}, err
	}
	greeting, err := c.Take(ctx, dialog.Turn{Kind: dialog.Start, Heard: 1})
	if err != nil {
		return nil, Answer{}, errors.Join(err, c.Close())
	}
	return c, greeting, nil
}

// Begin is Open without the greeting, for a call whose turns come from elsewhere.
func (l *Line) Begin(ctx context.Context, file shop.File, number string) (*Call, error) {
	at := file.Clock(nil)
	if at == nil {
		return nil, errors.New(`the shop of a played call wants a fixed clock: give "now"`)
	}
	l.clock = at()
	db, err := shop.OpenSQLite(ctx, ":memory:", file)
	if err != nil {
		return nil, fmt.Errorf("caller: %w", err)
	}
	l.shop.use(db)
	l.inbox.empty()
	l.known.forget()
	l.calls++
	c := &Call{line: l, db: db, ledger: proof.New(l.clock, l.prompts)}
	for _, intent := range l.flows.Intents() {
		f, _ := l.flows.Of(intent)
		c.ledger.Own(f.Name["zh"], f.Name["en"])
	}
	c.ledger.Caller(number)
	c.session = l.engine.Open(dialog.CallInfo{ID: fmt.Sprintf("played-%d", l.calls), Caller: number})
	return c, nil
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
	if c.isOver() {
		return Answer{}, errors.New("the hotline has ended this call")
	}
	for _, err := range c.Reply(ctx, turn) {
		if err != nil {
			return Answer{}, fmt.Errorf("caller: %w", err)
		}
	}
	answers := c.Answers()
	return answers[len(answers)-1], nil
}

// Reply implements dialog.Brain; what it yields is judged as well, see Answers.
func (c *Call) Reply(ctx context.Context, turn dialog.Turn) iter.Seq2[dialog.Act, error] {
	return func(yield func(dialog.Act, error) bool) {
		c.ledger.Caller(turn.Text)
		c.ledger.Caller(turn.Keys)
		for _, other := range turn.Others {
			c.ledger.Caller(other.Text)
		}
		var acts []dialog.Act
		var took time.Duration // not that of whoever speaks the acts
		begun, left := time.Now(), false
		for act, err := range c.session.Reply(ctx, turn) {
			took += time.Since(begun)
			if err == nil {
				acts = append(acts, act)
			}
			if !yield(act, err) {
				left = true
				break
			}
			begun = time.Now()
		}
		if !left {
			took += time.Since(begun)
		}
		c.answered(turn, acts, took, left)
	}
}

// answered judges an answer; left is one that nobody took to its end.
func (c *Call) answered(turn dialog.Turn, acts []dialog.Act, took time.Duration, left bool) {
	from := c.line.shop.take()
	a := Answer{Turn: turn, Took: max(0, took-from.spent), Slots: c.session.Slots()}
	c.ledger.Result(from.raw...)
	c.ledger.Own(from.worded...)
	c.line.known.tell(c.ledger)
	for _, n := range from.counts {
		c.ledger.Number(n)
	}
	c.classes(a.Slots)
	c.judge(&a, turn, acts)
	for i, act := range acts {
		if ends := act.Expect != nil || act.Outcome != nil; ends != (i == len(acts)-1) && !left {
			a.Faults = append(a.Faults, "dead end: not the last act alone ends the turn with a question or an outcome")
		}
		if act.Outcome != nil {
			a.Outcome = act.Outcome
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers = append(c.answers, a)
	c.ended = a.Outcome != nil && a.Outcome.Kind != dialog.OutcomeTransfer
}

// closed are slots whose values are a few classes: what the caller said in any words is read back in the class's own.
var closed = []string{"invoice_type", "issue", "pay_method", "place", "role"}

// classes lets the hotline call what the caller has said by the name of its class, and by no other's.
func (c *Call) classes(slots map[string]string) {
	for name, value := range slots {
		slot, _ := c.line.flows.Slot(name)
		if len(slot.Words) > 0 || len(slot.Spoken) > 0 || slices.Contains(closed, name) {
			c.ledger.Own(value, slot.Say(value, "zh"), slot.Say(value, "en"))
		}
	}
}

// Answers are all answers so far. They may be asked for from any goroutine.
func (c *Call) Answers() []Answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.answers)
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
	for _, act := range acts {
		if act.Name != "repeat" {
			a.Faults = append(a.Faults, c.manners.suggestion(act.Say, c.line.known.offered())...)
		}
	}
}

// Code is the code in the last text message that the hotline sent in this call; empty where it sent none.
func (c *Call) Code() string { return c.line.inbox.code() }

func (c *Call) isOver() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ended
}
