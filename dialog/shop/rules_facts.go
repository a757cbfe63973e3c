package shop

import (
	"strconv"
	"strings"
	"time"
)

func askPromise(m *matter) (Facts, string) {
	f := Facts{"ship_by": m.shipBy(), "late": "no", "compensation": m.lateShipment(), "urged": strconv.Itoa(m.urged)}
	if end, err := ParseMoment(f["ship_by"], m.at.Location()); err == nil && m.order.stage() == warehouse && m.at.After(end.End()) {
		f["late"], f["late_hours"] = "yes", strconv.Itoa(int(m.at.Sub(end.End())/time.Hour))
	}
	return f, ""
}

// askProof tells how a parcel was handed over, and whether somebody looks for it already.
func askProof(m *matter) (Facts, string) {
	if m.order.stage() != signed {
		return nil, "not_signed"
	}
	reports := m.reports()
	_, by := m.order.SignedAt()
	f := Facts{"signed_at": m.signedAt(), "signed_by": by, "courier_man": m.order.CourierMan, "courier_phone": m.order.CourierPhone,
		"photo": "no", "consent": "no", "reports": strconv.Itoa(len(reports))}
	if p := m.order.Proof; p != nil {
		f["place"], f["photo"], f["consent"] = p.Place, yesNo(p.Photo), yesNo(p.Consent)
		if by == "" {
			f["signed_by"] = p.By
		}
	}
	if len(reports) > 0 {
		f["report_no"], f["report_due"] = reports[0].Number, reports[0].Due
	}
	return f, ""
}

// askTicket tells of the ticket that people work on for this order.
func askTicket(m *matter) (Facts, string) {
	f := Facts{}
	n := 0
	for _, t := range m.tickets {
		if t.State == ticketDone || t.State == ticketClosed {
			continue
		}
		if n++; n == 1 {
			f.add(Facts{"ticket_no": t.Number, "ticket_type": t.Type, "ticket_state": t.State, "ticket_due": t.Due, "owner": t.Owner})
		}
	}
	return f.add(Facts{"tickets": strconv.Itoa(n)}), ""
}

func askPayments(m *matter) (Facts, string) {
	f := Facts{"state": "paid", "paid": m.order.Amount.String(), "method": m.method()}
	done, failed := 0, false
	for _, p := range m.order.Payments {
		switch p.State {
		case PaymentDone:
			if done++; done == 1 {
				f["paid"], f["method"], f["paid_at"] = p.Amount.String(), p.Method, p.At
			}
		case PaymentFailed:
			failed = true
		case PaymentReturned:
			f["state"], f["extra"] = "refunded", p.Amount.String()
			f["refund_to"] = p.Method
		}
	}
	if done > 0 {
		f["count"] = strconv.Itoa(done)
	}
	at, twice := m.doubleCharge()
	switch {
	case twice:
		p := m.order.Payments[at]
		f["state"], f["extra"], f["refund_to"] = "double", p.Amount.String(), p.Method
	case m.order.stage() == unpaid:
		f["state"], f["pay_until"] = "unpaid", m.order.PayUntil
		if failed {
			f["state"] = "failed"
		}
		if m.order.Amount >= m.file.Policy.InstallFrom {
			f["installments"] = strings.Join(m.file.Policy.Installments, "|")
		}
	case m.order.Refund != nil:
		f["state"], f["refund_due"], f["refund_to"] = "refunded", m.order.Refund.Due, m.order.Refund.To
	}
	return f, ""
}

func askCharges(m *matter) (Facts, string) {
	f := Facts{"state": "none"}
	n := 0
	for _, c := range m.file.Charges {
		if c.Phone != m.phone {
			continue
		}
		if n++; n == 1 {
			f.add(Facts{"state": "orphan", "amount": c.Amount.String(), "method": c.Method, "paid_at": c.At, "refund_due": c.Due})
		}
	}
	f["count"] = strconv.Itoa(n)
	return f, ""
}

func askInvoice(m *matter) (Facts, string) {
	i := m.order.Invoice
	if i == nil || i.State == "" || i.State == InvoiceNone {
		return Facts{"state": "none", "amount": m.order.Amount.String()}, ""
	}
	state := "pending"
	if i.State == InvoiceIssued {
		state = "issued"
	}
	return Facts{"state": state, "invoice_title": i.Title, "invoice_type": i.Type, "amount": m.order.Amount.String(), "issued_at": i.Issued, "due": i.Due,
		"invoice_no": i.Number}, ""
}

func askBenefits(m *matter) (Facts, string) {
	c := m.customer
	if c == nil {
		return nil, ""
	}
	worth := Cents(int64(c.Points) * 100 / m.file.Policy.PointsPerYuan)
	f := Facts{"points": strconv.Itoa(c.Points), "points_worth": worth.String(), "level": c.Level}
	if c.Points > 0 {
		f["points_until"] = c.PointsUntil
	}
	if w := c.Membership; w != nil {
		f.add(Facts{"member_until": w.Until, "member_fee": w.Fee.String(), "renews": yesNo(w.Renews)})
	}
	if r := c.RedPacket; r != nil && !m.past(r.Until, 0) {
		f.add(Facts{"red_packet": r.Amount.String(), "red_packet_until": r.Until})
	}
	n := 0
	for _, coupon := range c.Coupons {
		why := m.blocked(coupon)
		switch {
		case why == "" && (n == 0 || coupon.Until < f["coupon_until"]):
			f.add(Facts{"coupon_name": coupon.Name, "coupon_amount": coupon.Amount.String(), "coupon_until": coupon.Until})
			delete(f, "coupon_min")
			if coupon.Least > 0 {
				f["coupon_min"] = coupon.Least.String()
			}
		case why != "" && f["blocked_name"] == "":
			f.add(Facts{"blocked_name": coupon.Name, "blocked_why": why, "blocked_until": coupon.Until, "blocked_category": coupon.Category})
		}
		if why == "" {
			n++
		}
	}
	f["coupons"] = strconv.Itoa(n)
	return f, ""
}

// blocked says why a coupon cannot be used; empty where it can.
func (m *matter) blocked(c Coupon) string {
	start, err := ParseMoment(c.From, m.at.Location())
	switch {
	case c.Used:
		return "used"
	case m.past(c.Until, 0):
		return "expired"
	case err == nil && m.at.Before(start.Time):
		return "not_yet"
	case c.Category != "":
		return "category"
	}
	return ""
}

func askAccount(m *matter) (Facts, string) {
	if m.customer == nil {
		return nil, ""
	}
	f := Facts{"state": AccountOK, "bound_tail": Tail(m.phone)}
	if a := m.customer.Account; a != nil && !(a.State == AccountLocked && m.past(a.Until, 0)) {
		f.add(Facts{"state": a.State, "why": a.Why, "locked_until": a.Until})
	}
	return f, ""
}

func askProhibited(m *matter) (Facts, string) {
	g := verdict(m.file.Goods, m.value("product"))
	return Facts{"verdict": g.Verdict, "item": m.value("product"), "condition": g.Condition}, ""
}

func askStock(m *matter) (Facts, string) {
	p := m.product
	if p == nil {
		return nil, "unknown_product"
	}
	f := Facts{"item": p.Name, "price": p.Price.String(), "specs": strings.Join(p.inStock(), "|")}
	if len(p.Variants) == 0 {
		left := 1
		if p.Stock != nil {
			left = *p.Stock
			f["count"] = strconv.Itoa(left)
		}
		f["in_stock"] = yesNo(left > 0)
		if left == 0 {
			f["restock"] = p.Restock
		}
		return f, ""
	}
	if m.value("spec") == "" {
		f["in_stock"] = yesNo(len(p.inStock()) > 0)
		return f, ""
	}
	i, ok := p.variant(m.value("spec"), "")
	if !ok {
		return f, "unknown_spec"
	}
	v := p.Variants[i]
	f.add(Facts{"spec": v.Spec, "count": strconv.Itoa(v.Stock), "in_stock": yesNo(v.Stock > 0), "price": p.price(v).String()})
	if v.Stock == 0 {
		f["restock"] = v.Restock
	}
	return f, ""
}
