package shop

import (
	"context"
	"fmt"
	"time"
)

// Ask implements Records.
func (s *SQLite) Ask(ctx context.Context, q Question) (Facts, error) {
	spec, ok := SpecOf(q.Kind)
	if !ok || spec.Write {
		return nil, fmt.Errorf("unknown question %q: %w", q.Kind, ErrInvalid)
	}
	if missing := spec.check(q.Order, q.Phone, q.Values); missing != "" {
		return nil, fmt.Errorf("question %s wants %s: %w", q.Kind, missing, ErrInvalid)
	}
	m, err := s.matter(ctx, s.db, spec, q.Order, q.Phone, q.Values, s.now(q.At))
	if err != nil || m == nil {
		return nil, err
	}
	return m.answer(spec), nil
}

// matter gathers what a rule looks at; nil where the order is unknown.
func (s *SQLite) matter(ctx context.Context, db querier, spec Spec, order, phone string, values map[string]string, at time.Time) (*matter, error) {
	m := &matter{values: values, phone: phone, at: at, file: &s.file}
	var err error
	product := values["product"]
	if spec.On == OnOrder {
		if m.order, err = one[Order](ctx, db, `SELECT doc FROM orders WHERE number = ?`, order); err != nil || m.order == nil {
			return nil, err
		}
		product = m.order.Product
		if m.phone == "" {
			m.phone = m.order.Phone
		}
		// A ticket that names no order may be about any of the customer's.
		if m.tickets, err = docs[Ticket](ctx, db, `SELECT doc FROM tickets WHERE subject = ? OR phone = ? AND subject = '' ORDER BY number DESC`,
			order, m.order.Phone); err != nil {
			return nil, err
		}
		row := db.QueryRowContext(ctx, `SELECT count(*) FROM acts WHERE subject = ? AND kind IN (?, ?)`, order, UrgeDelivery, UrgeShipment)
		if err := row.Scan(&m.urged); err != nil {
			return nil, unavailable("count acts", err)
		}
	}
	if m.product, err = s.product(ctx, db, product); err != nil {
		return nil, err
	}
	if spec.On == OnOrder || m.phone == "" {
		return m, nil
	}
	if m.customer, err = one[Customer](ctx, db, `SELECT doc FROM customers WHERE phone = ?`, m.phone); err != nil {
		return nil, err
	}
	if m.bookings, err = docs[Booking](ctx, db, `SELECT doc FROM bookings WHERE phone = ? ORDER BY number DESC`, m.phone); err != nil {
		return nil, err
	}
	latest, err := one[Order](ctx, db, `SELECT doc FROM orders WHERE phone = ? ORDER BY placed DESC, seq LIMIT 1`, m.phone)
	if err == nil && latest != nil {
		m.home = PlaceOf(latest.ShipTo)
	}
	return m, err
}

// TicketNotReceived is the type of tickets about parcels that are signed for and did not come.
const TicketNotReceived = "显示签收未收到"

// product is the shop's entry for a name, with its present stock.
func (s *SQLite) product(ctx context.Context, db querier, name string) (*Product, error) {
	i, ok := find(s.file.Products, name)
	if !ok {
		return nil, nil
	}
	return one[Product](ctx, db, `SELECT doc FROM products WHERE name = ?`, s.file.Products[i].Name)
}
