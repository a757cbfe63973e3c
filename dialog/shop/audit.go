package shop

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"
)

// Entry is one line of the audit: who wanted what, and what it changed. It holds personal data and stays in the
// database; logs name only the tail of its subject.
type Entry struct {
	At      string `json:"at"` // RFC 3339
	Call    string `json:"call"`
	Phone   string `json:"phone"`
	Kind    string `json:"kind"`
	Subject string `json:"subject"` // order number or phone
	Outcome string `json:"outcome"` // done, or refused with its code
	Old     string `json:"old"`     // JSON of what was changed, before
	New     string `json:"new"`     // and after
}

// Audit returns the last entries, the newest first.
func (s *SQLite) Audit(ctx context.Context, most int) ([]Entry, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT at, call, phone, kind, subject, outcome, old, new FROM audit ORDER BY seq DESC LIMIT ?`, most)
	if err != nil {
		return nil, unavailable("read audit", err)
	}
	defer func() { _ = rows.Close() }()
	var all []Entry
	for rows.Next() {
		var e Entry
		if err := rows.Scan(&e.At, &e.Call, &e.Phone, &e.Kind, &e.Subject, &e.Outcome, &e.Old, &e.New); err != nil {
			return nil, unavailable("read audit", err)
		}
		all = append(all, e)
	}
	if err := rows.Err(); err != nil {
		return nil, unavailable("read audit", err)
	}
	return all, nil
}

// snapshot is what an act may change, by the names of the file.
func (m *matter) snapshot() map[string]any {
	all := map[string]any{}
	for name, part := range map[string]any{"order": m.order, "product": m.product, "customer": m.customer, "booking": m.booking} {
		if reflect.ValueOf(part).IsNil() {
			continue
		}
		text, err := json.Marshal(part)
		if err != nil {
			continue
		}
		var fields map[string]any
		if json.Unmarshal(text, &fields) != nil {
			continue
		}
		for key, value := range fields {
			all[name+"."+key] = value
		}
	}
	return all
}

// audit writes an entry with the fields that differ.
func audit(ctx context.Context, tx *sql.Tx, spec Spec, a Action, outcome string, old, now map[string]any) error {
	before, after := map[string]any{}, map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(now)) {
		if !reflect.DeepEqual(old[key], now[key]) {
			after[key] = now[key]
			if value, ok := old[key]; ok {
				before[key] = value
			}
		}
	}
	for key, value := range old {
		if _, ok := now[key]; !ok {
			before[key] = value
		}
	}
	oldText, errOld := json.Marshal(before)
	newText, errNew := json.Marshal(after)
	if err := errors.Join(errOld, errNew); err != nil {
		return fmt.Errorf("write audit: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO audit (at, call, phone, kind, subject, outcome, old, new) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		a.At.Format(time.RFC3339), a.Call, a.Phone, a.Kind, a.subject(spec), outcome, string(oldText), string(newText)); err != nil {
		return unavailable("write audit", err)
	}
	return nil
}
