package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"voxgate/cmd/voxgate/internal/config"
	"voxgate/cmd/voxgate/internal/engines"
	"voxgate/dialog"
	"voxgate/dialog/shop"
	"voxgate/dialog/sms"
)

// chatOptions are the flags of chat.
type chatOptions struct {
	caller, shopFile, now string
	asJSON, csat          bool
}

// chatTurn is one line of chat --json.
type chatTurn struct {
	Say   string            `json:"say"`
	Acts  []string          `json:"acts"`
	Slots map[string]string `json:"slots"`
	Done  bool              `json:"done"`
	*dialog.Outcome
}

// newChatCommand holds the dialogue in text.
func newChatCommand() *cobra.Command {
	var opt chatOptions
	cmd := &cobra.Command{
		Use:   "chat",
		Short: "The dialogue in text: one caller turn a line on standard input",
		Long: `The dialogue in text: one caller turn a line on standard input.

A line is what the caller said; #1234 is keys; an empty line is silence. !barge 400 says that the caller cut the last
answer in after 400 ms; !backend timeout (or error, ok) sets how the shop answers from then on. Short messages, such as
the code that a change from another number wants, are written to standard error.`,
		Example: "  printf '帮我查一下我的快递到哪了\\n转人工\\n' | voxgate chat --json",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return chat(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opt)
		},
	}
	cmd.Flags().BoolVar(&opt.asJSON, "json", false, "print one JSON object a turn")
	cmd.Flags().BoolVar(&opt.csat, "csat", false, "ask for a rating at the end")
	cmd.Flags().StringVar(&opt.caller, "caller", "", "the caller's number (default: the first customer of the built-in demo shop; none with --shop)")
	cmd.Flags().StringVar(&opt.shopFile, "shop", "", "shop file (default: the built-in demo shop)")
	cmd.Flags().StringVar(&opt.now, "now", "", "fixed clock, RFC 3339 (default: the shop file's now, else the machine's clock)")
	return cmd
}

// chat runs one conversation until it ends or the input does; the messages that it sends go to notes.
func chat(ctx context.Context, in io.Reader, out, notes io.Writer, opt chatOptions) (err error) {
	file, clock, err := chatShop(&opt)
	if err != nil {
		return err
	}
	db, err := shop.OpenSQLite(ctx, ":memory:", file)
	if err != nil {
		return fmt.Errorf("chat: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	backend := &moodyShop{Shop: db, mood: "ok"}
	now := clock
	if now == nil {
		now = time.Now
	}
	known, err := engines.OpenKnowledge(ctx, config.Knowledge{}, config.Shop{File: opt.shopFile}, slog.Default())
	if err != nil {
		return fmt.Errorf("chat: %w", err)
	}
	defer func() { err = errors.Join(err, known.Close()) }()
	console := sms.NewConsole(notes, now)
	engine, err := dialog.New(dialog.Config{Shop: backend, Now: clock, Logger: slog.Default(), CSAT: opt.csat,
		Codes: sms.NewCodes(console, "Voxgate", now), Messages: console, Knowledge: known})
	if err != nil {
		return fmt.Errorf("chat: %w", err)
	}
	c := &chatter{session: engine.Open(dialog.CallInfo{ID: "chat", Caller: opt.caller}), backend: backend, out: out, asJSON: opt.asJSON, heard: 1}
	return c.run(ctx, in)
}

// chatShop reads the shop and settles caller and clock.
func chatShop(opt *chatOptions) (shop.File, func() time.Time, error) {
	var file shop.File
	var err error
	if opt.shopFile == "" {
		file, err = shop.Demo()
		if err == nil && opt.caller == "" {
			opt.caller = file.FirstCaller()
		}
	} else {
		file, err = shop.ReadFile(opt.shopFile)
	}
	if err != nil {
		return shop.File{}, nil, fmt.Errorf("chat: %w", err)
	}
	if opt.now != "" {
		if _, err := time.Parse(time.RFC3339, opt.now); err != nil {
			return shop.File{}, nil, usageError{fmt.Errorf("--now %q: write a time such as 2026-03-20T15:30:00+08:00", opt.now)}
		}
		file.Now = opt.now
	}
	return file, file.Clock(nil), nil
}

// chatter is one conversation in text.
type chatter struct {
	session *dialog.Session
	backend *moodyShop
	out     io.Writer
	asJSON  bool
	heard   float64 // share of the last answer that was heard
	last    string
}

func (c *chatter) run(ctx context.Context, in io.Reader) error {
	greeting, _, err := c.take(ctx, dialog.Turn{Kind: dialog.Start, Heard: 1})
	if err != nil {
		return err
	}
	if !c.asJSON {
		if _, err := fmt.Fprintln(c.out, greeting.Say); err != nil {
			return fmt.Errorf("chat: write: %w", err)
		}
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestInput)
	for lines.Scan() {
		line := strings.TrimSpace(strings.ToValidUTF8(lines.Text(), " "))
		if name, arg, _ := strings.Cut(line, " "); strings.HasPrefix(name, "!") {
			if err := c.command(name, strings.TrimSpace(arg)); err != nil {
				return err
			}
			continue
		}
		turn := dialog.Turn{Kind: dialog.Speech, Text: line, Heard: c.heard}
		c.heard = 1
		switch {
		case line == "":
			turn.Kind = dialog.Silence
		case strings.HasPrefix(line, "#"):
			turn.Kind, turn.Keys, turn.Text = dialog.Keys, strings.Trim(line, "#"), ""
		}
		said, done, err := c.take(ctx, turn)
		if err != nil {
			return err
		}
		if err := c.write(said); err != nil || done {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("chat: read standard input: %w", err)
	}
	o := c.session.Hangup()
	return c.write(chatTurn{Acts: []string{}, Slots: c.session.Slots(), Done: true, Outcome: &o})
}

// take gives the session one turn and gathers its acts.
func (c *chatter) take(ctx context.Context, turn dialog.Turn) (chatTurn, bool, error) {
	said := chatTurn{Acts: []string{}}
	var parts []string
	for act, err := range c.session.Reply(ctx, turn) {
		if err != nil {
			return said, false, fmt.Errorf("chat: %w", err)
		}
		if act.Name != "" {
			said.Acts = append(said.Acts, act.Name)
		}
		if act.Say != "" {
			parts = append(parts, act.Say)
		}
		if act.Outcome != nil {
			said.Outcome, said.Done = act.Outcome, true
		}
	}
	said.Say, said.Slots = strings.Join(parts, " "), c.session.Slots()
	c.last = said.Say
	return said, said.Done, nil
}

// command carries out a line that begins with an exclamation mark.
func (c *chatter) command(name, arg string) error {
	switch name {
	case "!barge":
		ms, err := strconv.Atoi(arg)
		if err != nil || ms < 0 {
			return usageError{fmt.Errorf("!barge %q: give milliseconds, such as !barge 400", arg)}
		}
		c.heard = min(1, float64(ms)/max(1, spokenMillis(c.last)))
	case "!backend":
		if arg != "ok" && arg != "timeout" && arg != "error" {
			return usageError{fmt.Errorf("!backend %q: use timeout, error or ok", arg)}
		}
		c.backend.mood = arg
	default:
		return usageError{fmt.Errorf("unknown line %q: use !barge MS or !backend timeout|error|ok", name)}
	}
	return nil
}

// spokenMillis is about how long a text takes to say: a hanzi a fifth of a second, a Latin letter a third of that.
func spokenMillis(text string) float64 {
	ms := 0.0
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r) || unicode.IsDigit(r):
			ms += 200
		case unicode.IsLetter(r):
			ms += 65
		case unicode.IsPunct(r):
			ms += 250
		}
	}
	return ms
}

func (c *chatter) write(said chatTurn) error {
	if !c.asJSON {
		text := said.Say
		if said.Outcome != nil {
			text = strings.TrimSpace(text + " [" + string(said.Kind) + "]")
		}
		if _, err := fmt.Fprintln(c.out, text); err != nil {
			return fmt.Errorf("chat: write: %w", err)
		}
		return nil
	}
	write := json.NewEncoder(c.out)
	write.SetEscapeHTML(false)
	if err := write.Encode(said); err != nil {
		return fmt.Errorf("chat: write: %w", err)
	}
	return nil
}

// moodyShop answers as it is told to: as the shop does, not in time, or with a failure.
type moodyShop struct {
	shop.Shop
	mood string
}

func (m *moodyShop) broken() error {
	switch m.mood {
	case "timeout":
		return fmt.Errorf("%w: no answer in time", shop.ErrUnavailable)
	case "error":
		return fmt.Errorf("%w: status 500", shop.ErrUnavailable)
	}
	return nil
}

func (m *moodyShop) Orders(ctx context.Context, q shop.Query) ([]shop.Order, error) {
	if err := m.broken(); err != nil {
		return nil, err
	}
	return m.Shop.Orders(ctx, q) //nolint:wrapcheck // the shop's own error is what is tested
}

func (m *moodyShop) Tickets(ctx context.Context, q shop.Query) ([]shop.Ticket, error) {
	if err := m.broken(); err != nil {
		return nil, err
	}
	return m.Shop.Tickets(ctx, q) //nolint:wrapcheck // as above
}

func (m *moodyShop) Ask(ctx context.Context, q shop.Question) (shop.Facts, error) {
	if err := m.broken(); err != nil {
		return nil, err
	}
	return m.Shop.Ask(ctx, q) //nolint:wrapcheck // as above
}

func (m *moodyShop) Act(ctx context.Context, a shop.Action) (shop.Receipt, error) {
	if err := m.broken(); err != nil {
		return shop.Receipt{}, err
	}
	return m.Shop.Act(ctx, a) //nolint:wrapcheck // as above
}

func (m *moodyShop) OpenTicket(ctx context.Context, t shop.Ticket) (shop.Ticket, error) {
	if err := m.broken(); err != nil {
		return shop.Ticket{}, err
	}
	return m.Shop.OpenTicket(ctx, t) //nolint:wrapcheck // as above
}
