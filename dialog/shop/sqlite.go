package shop

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	_ "modernc.org/sqlite" // the driver registers itself as "sqlite"
)

// schema: what callers' actions change lies in tables of its own, the rest of an entry in its document.
const schema = `
CREATE TABLE IF NOT EXISTS orders (
	number TEXT PRIMARY KEY, phone TEXT NOT NULL, waybill TEXT NOT NULL, placed TEXT NOT NULL, seq INTEGER NOT NULL,
	status TEXT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS orders_phone ON orders (phone);
CREATE INDEX IF NOT EXISTS orders_tail ON orders (substr(phone, -4));
CREATE INDEX IF NOT EXISTS orders_waybill ON orders (waybill);
CREATE TABLE IF NOT EXISTS tickets (
	number TEXT PRIMARY KEY, phone TEXT NOT NULL, subject TEXT NOT NULL, key TEXT UNIQUE, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS tickets_phone ON tickets (phone);
CREATE INDEX IF NOT EXISTS tickets_subject ON tickets (subject);
CREATE TABLE IF NOT EXISTS products (name TEXT PRIMARY KEY, doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS customers (phone TEXT PRIMARY KEY, doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS bookings (number TEXT PRIMARY KEY, phone TEXT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS bookings_phone ON bookings (phone);
CREATE TABLE IF NOT EXISTS numbers (day TEXT PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS acts (
	seq INTEGER PRIMARY KEY, subject TEXT NOT NULL, kind TEXT NOT NULL, vals TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL,
	undone INTEGER NOT NULL DEFAULT 0, facts TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS acts_subject ON acts (subject, kind, seq);
CREATE TABLE IF NOT EXISTS audit (
	seq INTEGER PRIMARY KEY, at TEXT NOT NULL, call TEXT NOT NULL, phone TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
	outcome TEXT NOT NULL, old TEXT NOT NULL, new TEXT NOT NULL);`

// SQLite is a shop in a SQLite database of its own. Policy, fees and goods are as the file says.
type SQLite struct {
	db   *sql.DB
	file File
	log  *slog.Logger
}

// OpenSQLite opens or creates the database at path (":memory:" for one that ends with the process) and puts the
// file's entries into it; those that are there already stay as callers and agents left them.
func OpenSQLite(ctx context.Context, path string, f File) (*SQLite, error) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, fmt.Errorf("open shop database %s: %w", path, err)
	}
	// One connection: an in-memory database lives in its connection, and a shop's writes are few.
	db.SetMaxOpenConns(1)
	s := &SQLite{db: db, file: f, log: slog.Default()}
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
	return s.write(ctx, "fill", func(tx *sql.Tx) error {
		for i, o := range f.Orders {
			doc, err := json.Marshal(o)
			if err != nil {
				return fmt.Errorf("order %s: %w", o.Number, err)
			}
			if _, err := tx.ExecContext(ctx, `INSERT OR IGNORE INTO orders VALUES (?, ?, ?, ?, ?, ?, ?)`,
				o.Number, o.Phone, o.Waybill, o.Placed, i, o.Status, string(doc)); err != nil {
				return fmt.Errorf("order %s: %w", o.Number, err)
			}
		}
		for _, t := range f.Tickets {
			if err := put(ctx, tx, `INSERT OR IGNORE INTO tickets VALUES (?, ?, ?, NULL, ?)`, t, t.Number, t.Phone, t.Order); err != nil {
				return err
			}
		}
		for _, p := range f.Products {
			if err := put(ctx, tx, `INSERT OR IGNORE INTO products VALUES (?, ?)`, p, p.Name); err != nil {
				return err
			}
		}
		for _, c := range f.Customers {
			if err := put(ctx, tx, `INSERT OR IGNORE INTO customers VALUES (?, ?)`, c, c.Phone); err != nil {
				return err
			}
		}
		for _, b := range f.Bookings {
			if err := put(ctx, tx, `INSERT OR IGNORE INTO bookings VALUES (?, ?, ?)`, b, b.Number, b.Phone); err != nil {
				return err
			}
		}
		return nil
	})
}

// write runs a change whole or not at all.
func (s *SQLite) write(ctx context.Context, what string, change func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return unavailable("begin "+what, err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := change(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return unavailable("commit "+what, err)
	}
	return nil
}

// put stores an entry: its columns, and itself as the last one.
func put(ctx context.Context, tx *sql.Tx, statement string, entry any, columns ...any) error {
	doc, err := json.Marshal(entry)
	if err != nil {
		return fmt.Errorf("write %T: %w", entry, err)
	}
	if _, err := tx.ExecContext(ctx, statement, append(columns, string(doc))...); err != nil {
		return unavailable("store", err)
	}
	return nil
}

// Orders implements Records.
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

// Tickets implements Records.
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

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// docs runs a query whose only column is a JSON document.
func docs[T any](ctx context.Context, db querier, query string, args ...any) ([]T, error) {
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

// one is the first document of a query, nil where there is none.
func one[T any](ctx context.Context, db querier, query string, args ...any) (*T, error) {
	all, err := docs[T](ctx, db, query, args...)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// unavailable marks a database error as one that another attempt or a human may get around.
func unavailable(what string, err error) error {
	return fmt.Errorf("shop database: %s: %w: %w", what, ErrUnavailable, err)
}

// now is the dialogue's time where it is given, the shop's clock otherwise.
func (s *SQLite) now(at time.Time) time.Time {
	if !at.IsZero() {
		return at
	}
	return s.file.Clock(time.Now)()
}
