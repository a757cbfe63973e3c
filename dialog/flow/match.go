package flow

import (
	"slices"
	"time"

	"voxgate/dialog/shop"
)

// Case is what a rule is held against.
type Case struct {
	Order  shop.Order
	Ticket shop.Ticket
	Aspect string
	Own    bool // the caller's number is the one on the record
	Now    time.Time
}

// Fits reports whether a rule's conditions hold.
func (r Rule) Fits(c Case) bool {
	if r.Aspect != "" && r.Aspect != c.Aspect || r.Own && !c.Own {
		return false
	}
	if len(r.Status) > 0 && !slices.Contains(r.Status, c.Order.Status) {
		return false
	}
	return r.Since == "" || c.passed(r.Since, r.Late)
}

// passed reports whether a moment of the record lies more than some hours back. A date without a time of day passes
// at its end.
func (c Case) passed(name string, hours int) bool {
	text := map[string]string{"eta": c.Order.ETA, "last_time": c.Order.LastTime, "ship_by": c.Order.ShipBy, "due": c.Ticket.Due}[name]
	m, err := shop.ParseMoment(text, c.Now.Location())
	if err != nil {
		return false
	}
	end := m.Time
	if !m.Clock {
		end = end.AddDate(0, 0, 1)
	}
	return c.Now.After(end.Add(time.Duration(hours) * time.Hour))
}

// Choose picks the order that is most likely meant among several: the one in the first preferred group of states that
// has exactly one. A group with several is a question; with none of the groups, every order is in question.
func (f Flow) Choose(orders []shop.Order) (meant *shop.Order, open []shop.Order) {
	if len(orders) == 1 {
		return &orders[0], nil
	}
	for _, group := range f.Prefer {
		var in []shop.Order
		for _, o := range orders {
			if slices.Contains(group, o.Status) {
				in = append(in, o)
			}
		}
		if len(in) == 1 {
			return &in[0], nil
		}
		if len(in) > 1 {
			return nil, in
		}
	}
	return nil, orders
}
