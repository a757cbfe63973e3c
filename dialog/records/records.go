// Package records is a source of facts in one JSON file, for a business that is no shop: each entry says what is answered to
// a kind of question or action, about whom, for which values. It has no orders.
package records

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"voxgate/dialog/shop"
)

// maxFile bounds the file.
const maxFile = 8 << 20

// ErrFile says that a file cannot be used as it is.
var ErrFile = errors.New("records")

// Entry answers one question or action.
type Entry struct {
	Kind    string            `json:"kind"`
	Phone   string            `json:"phone,omitempty"`  // about whom; empty: anybody
	Values  map[string]string `json:"values,omitempty"` // that the question must have
	Facts   shop.Facts        `json:"facts,omitempty"`
	Refused string            `json:"refused,omitempty"` // a code: an action that is not done, a question that finds no
}

// File is the whole of it.
type File struct {
	Now     string        `json:"now,omitempty"` // RFC 3339; when given, the dialogue's clock stands still at it
	Entries []Entry       `json:"entries"`
	Tickets []shop.Ticket `json:"tickets,omitempty"`
}

// ReadFile reads and checks a file.
func ReadFile(path string) (File, error) {
	in, err := os.Open(path)
	if err != nil {
		return File{}, fmt.Errorf("%w: %w; correct shop.records in the configuration", ErrFile, err)
	}
	defer func() { _ = in.Close() }() // only read
	data, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err != nil {
		return File{}, fmt.Errorf("%w: %w", ErrFile, err)
	}
	f, err := Parse(data)
	if err != nil {
		return File{}, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// Parse reads the text of a file. Unknown keys are errors.
func Parse(data []byte) (File, error) {
	var f File
	if len(data) > maxFile {
		return f, fmt.Errorf("%w: over %d MB: put the data behind the shop's HTTP adapter", ErrFile, maxFile>>20)
	}
	read := json.NewDecoder(bytes.NewReader(data))
	read.DisallowUnknownFields()
	if err := read.Decode(&f); err != nil {
		line := 1 + bytes.Count(data[:min(len(data), int(read.InputOffset()))], []byte("\n"))
		return File{}, fmt.Errorf("%w: line %d: %w", ErrFile, line, err)
	}
	for i, e := range f.Entries {
		if e.Kind == "" {
			return File{}, fmt.Errorf("%w: entry %d has no kind", ErrFile, i+1)
		}
	}
	if f.Now != "" {
		if _, err := time.Parse(time.RFC3339, f.Now); err != nil {
			return File{}, fmt.Errorf("%w: now %q: write a time such as 2026-03-20T15:30:00+08:00", ErrFile, f.Now)
		}
	}
	return f, nil
}

// Clock is the file's fixed clock, or fallback where it has none.
func (f File) Clock(fallback func() time.Time) func() time.Time {
	at, err := time.Parse(time.RFC3339, f.Now)
	if err != nil {
		return fallback
	}
	return func() time.Time { return at }
}

// Desk implements shop.Shop over a file. What is done and filed ends with the process. It is shared by all calls.
type Desk struct {
	file File

	mu      sync.Mutex
	done    map[string]shop.Receipt // by key, and by what was done
	tickets []shop.Ticket           // the newest last
	keys    map[string]int          // key to its ticket
}

var _ shop.Shop = (*Desk)(nil)

// Open makes a desk.
func Open(f File) *Desk {
	return &Desk{file: f, done: map[string]shop.Receipt{}, tickets: slices.Clone(f.Tickets), keys: map[string]int{}}
}

// Close implements io.Closer.
func (*Desk) Close() error { return nil }

// Orders implements shop.Records: there are none.
func (*Desk) Orders(context.Context, shop.Query) ([]shop.Order, error) { return nil, nil }

// Tickets implements shop.Records.
func (d *Desk) Tickets(_ context.Context, q shop.Query) ([]shop.Ticket, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var found []shop.Ticket
	for _, t := range slices.Backward(d.tickets) {
		if q.Number != "" && t.Number == q.Number || q.Phone != "" && t.Phone == q.Phone || q.Tail != "" && strings.HasSuffix(t.Phone, q.Tail) {
			found = append(found, t)
		}
	}
	return found, nil
}

// Ask implements shop.Records.
func (d *Desk) Ask(_ context.Context, q shop.Question) (shop.Facts, error) {
	e, ok := d.find(q.Kind, q.Phone, q.Values)
	if !ok {
		return shop.Facts{}, nil
	}
	facts := shop.Facts{}
	for name, value := range e.Facts {
		facts[name] = value
	}
	if e.Refused != "" {
		facts[shop.FactRefused] = e.Refused
	}
	return facts, nil
}

// find is the first entry that fits.
func (d *Desk) find(kind, phone string, values map[string]string) (Entry, bool) {
	for _, e := range d.file.Entries {
		if e.Kind != kind || e.Phone != "" && e.Phone != phone {
			continue
		}
		fits := true
		for name, value := range e.Values {
			fits = fits && values[name] == value
		}
		if fits {
			return e, true
		}
	}
	return Entry{}, false
}

// Act implements shop.Desk.
func (d *Desk) Act(_ context.Context, a shop.Action) (shop.Receipt, error) {
	e, ok := d.find(a.Kind, a.Phone, a.Values)
	if !ok {
		return shop.Receipt{}, fmt.Errorf("%w: the records have no entry for %s", shop.ErrInvalid, a.Kind)
	}
	if e.Refused != "" {
		return shop.Receipt{Refused: e.Refused, Facts: e.Facts, At: a.At}, nil
	}
	what, err := json.Marshal([]any{a.Kind, a.Phone, a.Values})
	if err != nil {
		return shop.Receipt{}, fmt.Errorf("%w: %w", shop.ErrInvalid, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, key := range []string{a.Key, string(what)} {
		if before, ok := d.done[key]; ok && key != "" {
			before.Repeated = true
			return before, nil
		}
	}
	receipt := shop.Receipt{Facts: e.Facts, At: a.At}
	d.done[string(what)] = receipt
	if a.Key != "" {
		d.done[a.Key] = receipt
	}
	return receipt, nil
}

// OpenTicket implements shop.Desk.
func (d *Desk) OpenTicket(_ context.Context, t shop.Ticket) (shop.Ticket, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if at, ok := d.keys[t.Key]; ok && t.Key != "" {
		return d.tickets[at], nil
	}
	at, err := time.Parse(time.RFC3339, t.At)
	if err != nil {
		return shop.Ticket{}, fmt.Errorf("%w: ticket at %q", shop.ErrInvalid, t.At)
	}
	t.Number, t.State = fmt.Sprintf("%s%04d", at.Format("20060102"), len(d.tickets)+1), "处理中"
	d.keys[t.Key] = len(d.tickets)
	d.tickets = append(d.tickets, t)
	return t, nil
}
