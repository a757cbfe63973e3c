package shop

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	_ "modernc.org/sqlite" // the driver registers itself as "sqlite"
)

const schema = `
CREATE TABLE IF NOT EXISTS orders (
	number TEXT PRIMARY KEY, phone TEXT NOT NULL, waybill TEXT NOT NULL, placed TEXT NOT NULL, seq INTEGER NOT NULL, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS orders_phone ON orders (phone);
CREATE INDEX IF NOT EXISTS orders_tail ON orders (substr(phone, -4));
CREATE INDEX IF NOT EXISTS orders_waybill ON orders (waybill);
CREATE TABLE IF NOT EXISTS tickets (
	number TEXT PRIMARY KEY, phone TEXT NOT NULL, key TEXT UNIQUE, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS tickets_phone ON tickets (phone);
CREATE TABLE IF NOT EXISTS actions (
	number TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS actions_number ON actions (number, kind, at);`

// SQLite is a shop in a SQLite database of its own.
type SQLite struct{ db *sql.DB }

// OpenSQLite opens or creates the database at path (":memory:" for one that ends with the process) and puts the
// file's orders and tickets into it; entries with a number that is there already are replaced.
func OpenSQLite(ctx context.Context, path string, f File) (*SQLite, error) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, fmt.Errorf("open shop database %s: %w", path, err)
	}
	// One connection: an in-memory database lives in its connection, and a shop's writes are few.
	db.SetMaxOpenConns(1)
	s := &SQLite{db: db}
	if err := s.fill(ctx, f); err != nil {
		return nil, errors.Join(fmt.Errorf("fill shop database %s: %w", path, err), db.Close())
	}
	return s, nil
}

// Close releases the database.
func (s *SQLite) Close() error {
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close shop database: %w", err)
	}
	return nil
}

func (s *SQLite) fill(ctx context.Context, f File) error {
	if _, err := s.db.ExecContext(ctx, schema); err != nil {
		return fmt.Errorf("create tables: %w", err)
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	for i, o := range f.Orders {
		doc, err := json.Marshal(o)
		if err != nil {
			return fmt.Errorf("order %s: %w", o.Number, err)
		}
		if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?, ?, ?)`,
			o.Number, o.Phone, o.Waybill, o.Placed, i, string(doc)); err != nil {
			return fmt.Errorf("order %s: %w", o.Number, err)
		}
	}
	for _, t := range f.Tickets {
		doc, err := json.Marshal(t)
		if err != nil {
			return fmt.Errorf("ticket %s: %w", t.Number, err)
		}
		if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO tickets VALUES (?, ?, NULL, ?)`,
			t.Number, t.Phone, string(doc)); err != nil {
			return fmt.Errorf("ticket %s: %w", t.Number, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// Orders implements Shop.
func (s *SQLite) Orders(ctx context.Context, q Query) ([]Order, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	where, args := "phone = ?", []any{q.Phone}
	switch {
	case q.Tail != "":
		where, args = "substr(phone, -4) = ?", []any{q.Tail}
	case q.Number != "":
		where, args = "number = ? OR waybill = ?", []any{q.Number, q.Number}
	}
	return docs[Order](ctx, s.db, `SELECT doc FROM orders WHERE `+where+` ORDER BY placed DESC, seq`, args...)
}

// Tickets implements Shop.
func (s *SQLite) Tickets(ctx context.Context, q Query) ([]Ticket, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	where, arg := "phone = ?", q.Phone
	switch {
	case q.Tail != "":
		where, arg = "substr(phone, -4) = ?", q.Tail
	case q.Number != "":
		where, arg = "number = ?", q.Number
	}
	return docs[Ticket](ctx, s.db, `SELECT doc FROM tickets WHERE `+where+` ORDER BY number DESC`, arg)
}

// Ask implements Shop.
func (s *SQLite) Ask(_ context.Context, q Question) (Facts, error) {
	if spec, ok := SpecOf(q.Kind); !ok || spec.Write {
		return nil, fmt.Errorf("unknown question %q: %w", q.Kind, ErrInvalid)
	}
	return nil, nil
}

// Act implements Shop.
func (s *SQLite) Act(ctx context.Context, a Action) (Receipt, error) {
	if a.Kind != UrgeDelivery && a.Kind != UrgeShipment {
		return Receipt{}, fmt.Errorf("unknown action %q: %w", a.Kind, ErrInvalid)
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return Receipt{}, unavailable("begin action", err)
	}
	defer func() { _ = tx.Rollback() }()
	var known int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM orders WHERE number = ?`, a.Order).Scan(&known); err != nil {
		return Receipt{}, unavailable("look up order", err)
	}
	if known == 0 {
		return Receipt{}, fmt.Errorf("%s on an unknown order: %w", a.Kind, ErrInvalid)
	}
	var at int64
	err = tx.QueryRowContext(ctx, `SELECT at FROM actions WHERE number = ? AND kind = ? AND at > ? AND at <= ? ORDER BY at DESC LIMIT 1`,
		a.Order, a.Kind, a.At.Add(-24*time.Hour).Unix(), a.At.Unix()).Scan(&at)
	if err == nil {
		return Receipt{Repeated: true, At: time.Unix(at, 0).In(a.At.Location())}, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return Receipt{}, unavailable("look up action", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO actions VALUES (?, ?, ?)`, a.Order, a.Kind, a.At.Unix()); err != nil {
		return Receipt{}, unavailable("store action", err)
	}
	if err := tx.Commit(); err != nil {
		return Receipt{}, unavailable("commit action", err)
	}
	return Receipt{At: a.At}, nil
}

// OpenTicket implements Shop.
func (s *SQLite) OpenTicket(ctx context.Context, t Ticket) (Ticket, error) {
	at, err := time.Parse(time.RFC3339, t.At)
	if err != nil || t.Type == "" {
		return Ticket{}, fmt.Errorf("a ticket wants a type and a time (RFC 3339): %w", ErrInvalid)
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return Ticket{}, unavailable("begin ticket", err)
	}
	defer func() { _ = tx.Rollback() }()
	var doc string
	err = tx.QueryRowContext(ctx, `SELECT doc FROM tickets WHERE key = ?`, t.Key).Scan(&doc)
	if err == nil && t.Key != "" {
		var old Ticket
		if err := json.Unmarshal([]byte(doc), &old); err != nil {
			return Ticket{}, unavailable("read ticket", err)
		}
		return old, nil
	}
	day := at.Format("20060102")
	var last int
	if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(cast(substr(number, 9) AS INTEGER)), 0) FROM tickets WHERE number LIKE ?`,
		day+"____").Scan(&last); err != nil {
		return Ticket{}, unavailable("number ticket", err)
	}
	key := sql.NullString{String: t.Key, Valid: t.Key != ""}
	t.Number, t.State, t.Key = fmt.Sprintf("%s%04d", day, last+1), "处理中", ""
	text, err := json.Marshal(t)
	if err != nil {
		return Ticket{}, fmt.Errorf("write ticket: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO tickets VALUES (?, ?, ?, ?)`, t.Number, t.Phone, key, string(text)); err != nil {
		return Ticket{}, unavailable("store ticket", err)
	}
	if err := tx.Commit(); err != nil {
		return Ticket{}, unavailable("commit ticket", err)
	}
	return t, nil
}

// docs runs a query whose only column is a JSON document.
func docs[T any](ctx context.Context, db *sql.DB, query string, args ...any) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, unavailable("query", err)
	}
	defer func() { _ = rows.Close() }()
	var all []T
	for rows.Next() {
		var doc string
		var one T
		if err := rows.Scan(&doc); err != nil {
			return nil, unavailable("read row", err)
		}
		if err := json.Unmarshal([]byte(doc), &one); err != nil {
			return nil, unavailable("read document", err)
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		return nil, unavailable("read rows", err)
	}
	return all, nil
}

// unavailable marks a database error as one that another attempt or a human may get around.
func unavailable(what string, err error) error {
	return fmt.Errorf("shop database: %s: %w: %w", what, ErrUnavailable, err)
}
