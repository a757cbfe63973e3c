// Package shop is where facts come from: orders, parcels and tickets of one shop, and the few things that a caller may
// have done to them. A shop is a SQLite database filled from one JSON file (SQLite) or the shop's own HTTP service (HTTP).
package shop

import (
	"context"
	"errors"
	"fmt"
	"strings"
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

// Order is one order with its parcel. Moments are as the shop writes them (see ParseMoment); empty where unknown.
type Order struct {
	Number       string  `json:"order_no"`
	Phone        string  `json:"phone"`
	Name         string  `json:"name"`
	Product      string  `json:"product"`
	ProductEN    string  `json:"product_en,omitempty"`
	Amount       Cents   `json:"amount"`
	Placed       string  `json:"placed,omitempty"`
	Status       string  `json:"status"`
	ShipBy       string  `json:"ship_by,omitempty"`
	ShipTo       string  `json:"ship_to,omitempty"`
	Courier      string  `json:"courier,omitempty"`
	Waybill      string  `json:"waybill_no,omitempty"`
	LastEvent    string  `json:"last_event,omitempty"`
	LastTime     string  `json:"last_time,omitempty"`
	ETA          string  `json:"eta,omitempty"`
	CourierMan   string  `json:"courier_man,omitempty"`
	CourierPhone string  `json:"courier_phone,omitempty"`
	Station      string  `json:"station,omitempty"`
	StationHours string  `json:"station_hours,omitempty"`
	PickupCode   string  `json:"pickup_code,omitempty"`
	Signed       string  `json:"signed,omitempty"` // a moment and who or what signed
	Refund       *Refund `json:"refund,omitempty"`
}

// Refund is the money on its way back to the buyer.
type Refund struct {
	State           string `json:"state"`
	Amount          Cents  `json:"amount"`
	WarehouseSigned string `json:"warehouse_signed,omitempty"`
	Due             string `json:"due,omitempty"`
	To              string `json:"to,omitempty"`
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
	Phone  string            // the customer's, where the kind is about one
	Values map[string]string // by the names of the spec
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

// Moment is a date, with a time of day where Clock is set.
type Moment struct {
	time.Time
	Clock bool
}

// ParseMoment reads "2006-01-02", "2006-01-02 15:04" or RFC 3339; text without a zone is taken in zone.
func ParseMoment(text string, zone *time.Location) (Moment, error) {
	text = strings.TrimSpace(text)
	if t, err := time.ParseInLocation("2006-01-02", text, zone); err == nil {
		return Moment{Time: t}, nil
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return Moment{Time: t, Clock: true}, nil
		}
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return Moment{}, fmt.Errorf("%q is no moment: write 2026-03-21, 2026-03-21 20:00 or RFC 3339", text)
	}
	return Moment{Time: t.In(zone), Clock: true}, nil
}

// SignedAt splits a signature into its moment and who or what signed.
func (o Order) SignedAt() (moment, by string) {
	fields := strings.Fields(o.Signed)
	switch {
	case len(fields) >= 2 && strings.Contains(fields[1], ":"):
		return fields[0] + " " + fields[1], strings.Join(fields[2:], " ")
	case len(fields) >= 1:
		return fields[0], strings.Join(fields[1:], " ")
	}
	return "", ""
}

// Tail is the last four characters of a number, or all of a shorter one.
func Tail(number string) string {
	if len(number) <= 4 {
		return number
	}
	return number[len(number)-4:]
}
