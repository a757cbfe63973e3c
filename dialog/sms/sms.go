// Package sms sends short messages and what a hotline needs them for: one-time codes that show that a caller holds a
// phone, and signed links for what is better typed than spoken.
package sms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"sync"
	"time"
)

// Sender sends one message. It is shared by all calls; an error wraps ErrNotSent.
type Sender interface {
	Send(ctx context.Context, to, text string) error
}

// ErrNotSent says that the message did not go out: tell the caller so, and go on without it.
var ErrNotSent = errors.New("message not sent")

// Console writes messages in full, a line of JSON each: to a terminal or a file where a demonstration or a test reads
// them. It is not for real callers' messages.
type Console struct {
	now func() time.Time

	mu  sync.Mutex
	out io.Writer
}

// NewConsole writes to out, with the time of now.
func NewConsole(out io.Writer, now func() time.Time) *Console { return &Console{now: now, out: out} }

// Message is a line of Console, and the body of a request of HTTP.
type Message struct {
	At   string `json:"at,omitempty"` // RFC 3339
	To   string `json:"to"`
	Text string `json:"text"`
}

// Send implements Sender.
func (c *Console) Send(_ context.Context, to, text string) error {
	if err := checkMessage(to, text); err != nil {
		return err
	}
	line, err := json.Marshal(Message{At: c.now().Format(time.RFC3339), To: to, Text: text})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := c.out.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("%w: write it down: %w", ErrNotSent, err)
	}
	return nil
}

// mostText bounds a message; couriers and shops pay by 70 characters.
const mostText = 500

// checkMessage refuses what no gateway takes.
func checkMessage(to, text string) error {
	if !phone.MatchString(to) {
		return fmt.Errorf("%w: the number has not 5 to 15 digits", ErrNotSent)
	}
	if text == "" || len([]rune(text)) > mostText {
		return fmt.Errorf("%w: the text has not 1 to %d characters", ErrNotSent, mostText)
	}
	return nil
}

var phone = regexp.MustCompile(`^\+?[0-9]{5,15}$`)
