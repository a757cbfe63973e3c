package shop

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// sameFor is how long the same act on the same order counts as done once.
const sameFor = 24 * time.Hour

// undoes are the acts that another one takes back: after it they may be done anew.
var undoes = map[string][]string{"withdraw_return": {"return", "exchange"}, "cancel_pickup": {"send_parcel", "change_pickup"}}

// Act implements Desk.
func (s *SQLite) Act(ctx context.Context, a Action) (Receipt, error) {
	spec, ok := SpecOf(a.Kind)
	if !ok || !spec.Write {
		return Receipt{}, fmt.Errorf("unknown action %q: %w", a.Kind, ErrInvalid)
	}
	if missing := spec.check(a.Order, a.Phone, a.Values); missing != "" {
		return Receipt{}, fmt.Errorf("action %s wants %s: %w", a.Kind, missing, ErrInvalid)
	}
	a.At = s.now(a.At)
	var r Receipt
	err := s.write(ctx, a.Kind, func(tx *sql.Tx) error {
		var err error
		r, err = s.act(ctx, tx, spec, a)
		return err
	})
	if err != nil {
		return Receipt{}, err
	}
	s.log.Info("shop act", "call", a.Call, "kind", a.Kind, "subject", "…"+Tail(a.subject(spec)), "repeated", r.Repeated, "refused", r.Refused)
	return r, nil
}

// subject is what an action changes: an order, or what belongs to a customer.
func (a Action) subject(s Spec) string {
	if s.On == OnOrder {
		return a.Order
	}
	return a.Phone
}

// same is by what two actions of a kind on a subject are the same; why they are wanted does not count.
func (a Action) same() string {
	values := map[string]string{}
	for name, value := range a.Values {
		if name != "reason" && name != "issue" && value != "" {
			values[name] = value
		}
	}
	text, err := json.Marshal(values)
	if err != nil {
		return "{}"
	}
	return string(text)
}

func (s *SQLite) act(ctx context.Context, tx *sql.Tx, spec Spec, a Action) (Receipt, error) {
	if r, done, err := earlier(ctx, tx, spec, a); done || err != nil {
		return r, err
	}
	m, err := s.matter(ctx, tx, spec, a.Order, a.Phone, a.Values, a.At)
	if err != nil {
		return Receipt{}, err
	}
	if m == nil {
		return Receipt{}, fmt.Errorf("%s on an unknown order: %w", a.Kind, ErrInvalid)
	}
	old := m.snapshot()
	facts, code := m.run(a.Kind, desk[a.Kind])
	if code != "" {
		if err := audit(ctx, tx, spec, a, "refused: "+code, nil, nil); err != nil {
			return Receipt{}, err
		}
		return Receipt{Refused: code, Facts: facts.only(spec), At: a.At}, nil
	}
	if err := s.keep(ctx, tx, m, facts); err != nil {
		return Receipt{}, err
	}
	facts = facts.only(spec)
	if err := remember(ctx, tx, spec, a, facts); err != nil {
		return Receipt{}, err
	}
	return Receipt{Facts: facts, At: a.At}, audit(ctx, tx, spec, a, "done", old, m.snapshot())
}

// earlier finds the receipt of an act that need not be done again: the latest of its kind, if it was not taken back since
// and has the same key or, within a day, the same values.
func earlier(ctx context.Context, tx *sql.Tx, spec Spec, a Action) (r Receipt, done bool, err error) {
	var at int64
	var facts, values, key string
	row := tx.QueryRowContext(ctx, `SELECT at, facts, vals, key FROM acts WHERE subject = ? AND kind = ? AND undone = 0 ORDER BY seq DESC LIMIT 1`,
		a.subject(spec), a.Kind)
	err = row.Scan(&at, &facts, &values, &key)
	if errors.Is(err, sql.ErrNoRows) {
		return Receipt{}, false, nil
	}
	if err != nil {
		return Receipt{}, false, unavailable("look up act", err)
	}
	sameKey := a.Key != "" && key == a.Key
	sameDay := values == a.same() && at > a.At.Add(-sameFor).Unix() && at <= a.At.Unix()
	if !sameKey && !sameDay {
		return Receipt{}, false, nil
	}
	r = Receipt{Repeated: true, At: time.Unix(at, 0).In(a.At.Location())}
	if err := json.Unmarshal([]byte(facts), &r.Facts); err != nil {
		return Receipt{}, false, unavailable("read act", err)
	}
	return r, true, nil
}

// remember stores an act so that it is done once, and lifts the ones that it takes back.
func remember(ctx context.Context, tx *sql.Tx, spec Spec, a Action, facts Facts) error {
	if err := put(ctx, tx, `INSERT INTO acts (subject, kind, vals, key, at, facts) VALUES (?, ?, ?, ?, ?, ?)`,
		facts, a.subject(spec), a.Kind, a.same(), a.Key, a.At.Unix()); err != nil {
		return err
	}
	for _, kind := range undoes[a.Kind] {
		if _, err := tx.ExecContext(ctx, `UPDATE acts SET undone = 1 WHERE subject = ? AND kind = ?`, a.subject(spec), kind); err != nil {
			return unavailable("undo act", err)
		}
	}
	return nil
}

// keep draws the numbers that an act needs and stores all that it changed.
func (s *SQLite) keep(ctx context.Context, tx *sql.Tx, m *matter, facts Facts) error {
	for _, into := range m.numbers {
		number, err := draw(ctx, tx, m.at)
		if err != nil {
			return err
		}
		*into = number
	}
	m.tell(facts)
	if t := m.ticket; t != nil {
		t.Number, t.State, t.Phone, t.At = *m.numbers[0], ticketOpen, m.phone, m.at.Format(time.RFC3339)
		t.Order = m.order.Number
		if err := put(ctx, tx, `INSERT INTO tickets VALUES (?, ?, ?, NULL, ?)`, t, t.Number, t.Phone, t.Order); err != nil {
			return err
		}
	}
	if o := m.order; o != nil {
		if err := put(ctx, tx, `UPDATE orders SET status = ?2, doc = ?3 WHERE number = ?1`, o, o.Number, o.Status); err != nil {
			return err
		}
	}
	if p := m.product; p != nil {
		if err := put(ctx, tx, `UPDATE products SET doc = ?2 WHERE name = ?1`, p, p.Name); err != nil {
			return err
		}
	}
	if c := m.customer; c != nil {
		if err := put(ctx, tx, `UPDATE customers SET doc = ?2 WHERE phone = ?1`, c, c.Phone); err != nil {
			return err
		}
	}
	if b := m.booking; b != nil {
		return put(ctx, tx, `INSERT OR REPLACE INTO bookings VALUES (?, ?, ?)`, b, b.Number, b.Phone)
	}
	return nil
}

// tell puts the numbers that were drawn into the facts.
func (m *matter) tell(f Facts) {
	if o := m.order; o != nil && len(m.numbers) > 0 {
		switch {
		case m.ticket != nil && m.ticket.Type == ticketClaim:
			f["claim_no"] = o.Claim.Number
		case m.ticket != nil:
			f["visit_no"] = o.Service.Number
		case o.Return != nil && o.Return.Spec != "":
			f["exchange_no"] = o.Return.Number
		case o.Return != nil:
			f["return_no"] = o.Return.Number
		}
	}
	if m.booking != nil {
		f["booking_no"] = m.booking.Number
	}
}

// draw is the next number of a day: its date and four digits, for tickets and all else that gets one.
func draw(ctx context.Context, tx *sql.Tx, at time.Time) (string, error) {
	day := at.Format("20060102")
	var last int
	row := tx.QueryRowContext(ctx, `INSERT INTO numbers VALUES (?1, 1 + (SELECT coalesce(max(cast(substr(number, 9) AS INTEGER)), 0)
		FROM (SELECT number FROM tickets UNION ALL SELECT number FROM bookings) WHERE number LIKE ?1 || '____'))
		ON CONFLICT (day) DO UPDATE SET last = last + 1 RETURNING last`, day)
	if err := row.Scan(&last); err != nil {
		return "", unavailable("draw a number", err)
	}
	return fmt.Sprintf("%s%04d", day, last), nil
}

// States and types of tickets that the shop itself writes.
const (
	ticketOpen   = "处理中"
	ticketDone   = "已完成"
	ticketClosed = "已关闭"
	ticketClaim  = "理赔"
)

// OpenTicket implements Desk.
func (s *SQLite) OpenTicket(ctx context.Context, t Ticket) (Ticket, error) {
	at, err := time.Parse(time.RFC3339, t.At)
	if err != nil || t.Type == "" {
		return Ticket{}, fmt.Errorf("a ticket wants a type and a time (RFC 3339): %w", ErrInvalid)
	}
	var out Ticket
	err = s.write(ctx, "ticket", func(tx *sql.Tx) error {
		old, err := one[Ticket](ctx, tx, `SELECT doc FROM tickets WHERE key = ?`, t.Key)
		if err != nil {
			return err
		}
		if old != nil && t.Key != "" {
			out = *old
			return nil
		}
		key := sql.NullString{String: t.Key, Valid: t.Key != ""}
		out = t
		out.State, out.Key = ticketOpen, ""
		if out.Number, err = draw(ctx, tx, at); err != nil {
			return err
		}
		if err := put(ctx, tx, `INSERT INTO tickets VALUES (?, ?, ?, ?, ?)`, out, out.Number, out.Phone, out.Order, key); err != nil {
			return err
		}
		a := Action{Kind: "ticket: " + t.Type, Order: t.Order, Phone: t.Phone, At: at}
		return audit(ctx, tx, Spec{On: OnOrder}, a, "done", nil, map[string]any{"ticket": out})
	})
	if err != nil {
		return Ticket{}, err
	}
	return out, nil
}
