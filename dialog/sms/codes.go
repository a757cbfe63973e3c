package sms

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Rules of one-time codes.
const (
	CodeLength  = 6
	CodeLasts   = 5 * time.Minute
	CodeTries   = 3
	codeEvery   = time.Minute // for one number
	codesADay   = 5           // for one number
	mostNumbers = 20_000      // with a code or a count, at a time
)

var (
	// ErrTooSoon says that the number got a code within the last minute: that one still holds.
	ErrTooSoon = errors.New("the number got a code within the last minute")
	// ErrTooMany says that the number has had all codes of a day: an agent must help.
	ErrTooMany = errors.New("the number has had all its codes of a day")
)

// Codes issues one-time codes and checks them. It is shared by all calls. Codes are kept only as keyed hashes, in
// memory; after a restart none holds.
type Codes struct {
	sender Sender
	sign   string
	now    func() time.Time
	key    [32]byte

	mu      sync.Mutex
	numbers map[string]*issued
}

// issued is what is known of one number.
type issued struct {
	times []time.Time // of the codes of the last day, the oldest first
	hash  [sha256.Size]byte
	until time.Time // the code holds before it; zero: none
	tries int       // left
}

// NewCodes builds the issuer; sign is the name in front of its messages.
func NewCodes(sender Sender, sign string, now func() time.Time) *Codes {
	c := &Codes{sender: sender, sign: sign, now: now, numbers: map[string]*issued{}}
	_, _ = rand.Read(c.key[:]) // never fails (crypto/rand)
	return c
}

// Send issues a code for a number and sends it. The code before it no longer holds. Errors are ErrTooSoon, ErrTooMany and
// ErrNotSent; a code that was not sent does not count.
func (c *Codes) Send(ctx context.Context, to string) error {
	code := newCode()
	mark, err := c.issue(to, code)
	if err != nil {
		return err
	}
	if err := c.sender.Send(ctx, to, c.text(code)); err != nil {
		c.withdraw(to, mark)
		return fmt.Errorf("code: %w", err)
	}
	return nil
}

// newCode is six random digits, each equally likely.
func newCode() string {
	const codes = 1_000_000
	for {
		var b [4]byte
		_, _ = rand.Read(b[:])
		// Of the 2^32 values the last odd lot would make some codes likelier: draw again.
		if n := binary.BigEndian.Uint32(b[:]); n < (1<<32-1)/codes*codes {
			return fmt.Sprintf("%0*d", CodeLength, n%codes)
		}
	}
}

// text has both languages, and fits into one message of 70 characters with a name of up to 14.
func (c *Codes) text(code string) string {
	return fmt.Sprintf("【%s】验证码%s，五分钟内有效，请勿转告他人。Code: %s, valid 5 minutes.", c.sign, code, code)
}

// issue notes a code, unless the number may not have one now. The mark is its moment.
func (c *Codes) issue(to, code string) (mark time.Time, err error) {
	now := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.numbers[to]
	if n == nil {
		if len(c.numbers) >= mostNumbers {
			c.prune(now)
		}
		if len(c.numbers) >= mostNumbers {
			return now, fmt.Errorf("codes for %d numbers are open: %w", len(c.numbers), ErrNotSent)
		}
		n = &issued{}
		c.numbers[to] = n
	}
	for len(n.times) > 0 && now.Sub(n.times[0]) >= 24*time.Hour {
		n.times = n.times[1:]
	}
	if len(n.times) > 0 && now.Sub(n.times[len(n.times)-1]) < codeEvery {
		return now, ErrTooSoon
	}
	if len(n.times) >= codesADay {
		return now, ErrTooMany
	}
	n.times = append(n.times, now)
	n.hash, n.until, n.tries = c.hash(to, code), now.Add(CodeLasts), CodeTries
	return now, nil
}

// withdraw takes back a code that was not sent.
func (c *Codes) withdraw(to string, mark time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.numbers[to]
	if n == nil || len(n.times) == 0 || !n.times[len(n.times)-1].Equal(mark) {
		return
	}
	n.times = n.times[:len(n.times)-1]
	n.until = time.Time{}
	if len(n.times) == 0 {
		delete(c.numbers, to)
	}
}

// prune forgets numbers whose last code was sent more than a day ago.
func (c *Codes) prune(now time.Time) {
	for to, n := range c.numbers {
		if len(n.times) == 0 || now.Sub(n.times[len(n.times)-1]) >= 24*time.Hour {
			delete(c.numbers, to)
		}
	}
}

// Check reports whether a code is the one that was sent to a number and still holds. A right code is used up; so is one
// that was missed three times. Spaces do not count. Whoever guesses does not learn whether a code was sent at all.
func (c *Codes) Check(_ context.Context, to, code string) (bool, error) {
	code = strings.Join(strings.Fields(code), "")
	got := c.hash(to, code)
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.numbers[to]
	if n == nil || n.tries == 0 || !c.now().Before(n.until) {
		return false, nil
	}
	good := hmac.Equal(got[:], n.hash[:])
	if n.tries--; good {
		n.tries = 0
	}
	return good, nil
}

func (c *Codes) hash(to, code string) (out [sha256.Size]byte) {
	mac := hmac.New(sha256.New, c.key[:])
	_, _ = fmt.Fprintf(mac, "%d:%s%s", len(to), to, code) // a hash takes everything
	copy(out[:], mac.Sum(nil))
	return out
}
