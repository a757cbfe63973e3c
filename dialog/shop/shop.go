// Package shop is where facts come from: orders, parcels and tickets of one shop, and the few things that a caller may
// have done to them. A shop is a SQLite database filled from one JSON file (SQLite) or the shop's own HTTP service (HTTP).
package shop

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Records are what can be looked up. Nothing found is an empty result and no error; an error always means that the shop
// could not answer, and wraps ErrUnavailable or ErrInvalid.
type Records interface {
	// Orders returns the orders that fit the query, the newest first.
	Orders(ctx context.Context, q Query) ([]Order, error)
	// Tickets returns the tickets that fit the query, the newest first.
	Tickets(ctx context.Context, q Query) ([]Ticket, error)
	// Ask answers one question of the table of kinds; an unknown order or customer has no facts.
	Ask(ctx context.Context, q Question) (Facts, error)
}

// Desk is what can be changed.
type Desk interface {
	// Act carries out an action of the table of kinds, whole or not at all. The same action is done once: its receipt
	// comes again, marked as repeated. What the shop's rules forbid is a refusal in the receipt and no error.
	Act(ctx context.Context, a Action) (Receipt, error)
	// OpenTicket files a ticket and returns it with its number. The same Key gets the same ticket.
	OpenTicket(ctx context.Context, t Ticket) (Ticket, error)
}

// Shop answers look-ups and takes actions. It is shared by all calls.
type Shop interface {
	Records
	Desk
}

var (
	// ErrUnavailable says that the shop did not answer in time or answered with a failure: try again or get a human.
	ErrUnavailable = errors.New("shop does not answer")
	// ErrInvalid says that the request can never succeed as it is.
	ErrInvalid = errors.New("shop refused the request")
)

// Query selects by exactly one key; the others stay empty.
type Query struct {
	Phone  string // 11 digits
	Tail   string // the last 4 digits of the phone
	Number string // order number, waybill number or ticket number, normalised
}

// check refuses a query with none or several keys.
func (q Query) check() error {
	n := 0
	for _, key := range []string{q.Phone, q.Tail, q.Number} {
		if key != "" {
			n++
		}
	}
	if n != 1 {
		return fmt.Errorf("a query wants exactly one of phone, tail and number, got %d: %w", n, ErrInvalid)
	}
	return nil
}

// Ticket is a matter that people work on.
type Ticket struct {
	Number string `json:"ticket_no"` // 12 digits: date and a count; empty in a request
	Phone  string `json:"phone"`     // 11 digits to call back
	Type   string `json:"type"`
	State  string `json:"state,omitempty"`
	Owner  string `json:"owner,omitempty"`
	Due    string `json:"due,omitempty"`
	Order  string `json:"order_no,omitempty"`
	Detail string `json:"detail,omitempty"`
	Key    string `json:"key,omitempty"` // of a request: the same key gets the same ticket
	At     string `json:"at,omitempty"`  // of a request: RFC 3339
}

// Question asks for facts that an order does not carry, or whether an act would be done.
type Question struct {
	Kind   string            // of Specs, not Write
	Order  string            // order number, where the kind is about one
	Phone  string            // the customer's, where the kind is about one; else it may be there (a caller's city is known by it)
	Values map[string]string // by the names of the spec
	At     time.Time         // the dialogue's time; zero: the shop's own clock
}

// Facts are what the shop says, raw as it writes them; their types stand in the table of kinds.
type Facts map[string]string

// Action is something to do.
type Action struct {
	Kind   string            `json:"kind"` // of Specs, Write
	Order  string            `json:"order_no,omitempty"`
	Phone  string            `json:"phone,omitempty"` // the customer's; for the audit also where the kind is about an order
	Values map[string]string `json:"values,omitempty"`
	Key    string            `json:"key,omitempty"`  // the same key is done once
	Call   string            `json:"call,omitempty"` // id of the call, for the audit
	At     time.Time         `json:"at"`
}

// Receipt says what came of an action.
type Receipt struct {
	Repeated bool      `json:"repeated"`          // it had been done and was not done again
	Refused  string    `json:"refused,omitempty"` // code of Reasons; empty: it is done
	Facts    Facts     `json:"facts,omitempty"`
	At       time.Time `json:"at"` // when it was done (first)
}

// Tail is the last four characters of a number, or all of a shorter one.
func Tail(number string) string {
	if len(number) <= 4 {
		return number
	}
	return number[len(number)-4:]
}
