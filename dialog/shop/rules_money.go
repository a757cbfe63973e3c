package shop

import (
	"strconv"
	"strings"
)

// invoice asks for an order's first invoice.
func invoice(m *matter) (Facts, string) {
	if i := m.order.Invoice; i != nil && i.State != InvoiceNone && i.State != "" {
		return Facts{"invoice_title": i.Title, "invoice_type": i.Type, "due": i.Due}, "already_done"
	}
	return writeInvoice(m)
}

// writeInvoice asks for an invoice in place of the one before, if there was one.
func writeInvoice(m *matter) (Facts, string) {
	i := Invoice{State: InvoicePending, Title: clip(m.value("invoice_title")), Type: m.value("invoice_type"), Email: m.value("email"),
		TaxNo: strings.ToUpper(strings.Join(strings.Fields(m.value("tax_no")), ""))}
	if i.Type == "" {
		i.Type = "电子发票"
	}
	f := Facts{"invoice_title": i.Title, "invoice_type": i.Type, "amount": m.order.Amount.String()}
	switch {
	case i.TaxNo != "" && !taxNumber(i.TaxNo):
		return f, "bad_tax_no"
	case i.TaxNo == "" && (company(i.Title) || strings.Contains(i.Type, "专")):
		return f, "tax_no_missing"
	}
	i.Due = m.day((m.file.Policy.InvoiceHours + 23) / 24)
	f["due"] = i.Due
	m.order.Invoice = &i
	return f, ""
}

// company reports whether a title is an organisation's, which wants its tax number on the invoice.
func company(title string) bool {
	return contains([]string{"公司", "集团", "工厂", "商行", "事务所", "中心", "学校", "大学", "医院", "酒店", "银行", "有限", "合作社", "委员会", "研究院", "研究所"}, title)
}

// taxSigns are the signs of a unified social credit code in the order of their values (GB 32100-2015).
const taxSigns = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// taxNumber reports whether a tax number has one of the lengths in use and, with 18 signs, the right check character.
func taxNumber(text string) bool {
	for _, c := range text {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	switch len(text) {
	case 15, 17, 20:
		return true
	case 18:
	default:
		return false
	}
	sum, weight := 0, 1
	for _, c := range text[:17] {
		value := strings.IndexRune(taxSigns, c)
		if value < 0 {
			return false
		}
		sum += value * weight
		weight = weight * 3 % 31
	}
	return text[17] == taxSigns[(31-sum%31)%31]
}

// priceProtect pays back by how much the price has fallen since the order.
func priceProtect(m *matter) (Facts, string) {
	p := m.file.Policy
	until := m.order.ProtectUntil
	if until == "" {
		until = m.after(m.order.Placed, p.ProtectDays)
	}
	current, category := m.order.CurrentPrice, m.order.Category
	if m.product != nil {
		if current == 0 {
			current = m.product.Price
			if i, ok := m.product.variant(m.order.Spec, ""); ok && m.order.Spec != "" {
				current = m.product.price(m.product.Variants[i])
			}
		}
		if category == "" {
			category = m.product.Category
		}
	}
	f := Facts{"until": until, "days": strconv.Itoa(p.ProtectDays), "paid": m.order.Amount.String()}
	if current == 0 || until == "" || contains(p.NoProtect, category) || len(m.order.Items) > 0 {
		return f, "not_covered"
	}
	f["current"] = (current * Cents(m.order.Pieces())).String()
	difference := m.order.Amount - m.order.Protected - current*Cents(m.order.Pieces())
	switch {
	case m.past(until, 0):
		return f, "past_window"
	case difference <= 0 && m.order.Protected > 0:
		return f, "already_done"
	case difference <= 0:
		return f, "no_difference"
	}
	f.add(m.back(difference, true))
	m.order.Protected += difference
	m.refund(difference)
	return f, ""
}

// claim demands compensation for a lost, damaged or late parcel. What the rules give is promised, more is for people.
func claim(m *matter) (Facts, string) {
	p := m.file.Policy
	f := Facts{"materials": strings.Join(p.ClaimMaterials, "|"), "days": strconv.Itoa(p.ClaimAnswer)}
	if c := m.order.Claim; c != nil {
		return f.add(Facts{"amount": c.Amount.String(), "due": c.Due, "claim_no": c.Number}), "already_done"
	}
	if m.past(m.signedAt(), p.ClaimDays*24) {
		return f, "past_window"
	}
	kind := m.loss()
	if kind == "" {
		return f, "not_damaged"
	}
	most, rule := m.order.Insured, "insured"
	switch {
	case kind == "late":
		most, rule = m.freight(), "late"
	case most == 0:
		most, rule = m.freight()*Cents(p.ClaimMultiple), "uninsured"
	}
	amount := min(most, m.order.Amount)
	f.add(Facts{"rule": rule, "most": most.String(), "amount": amount.String()})
	if m.order.Insured > 0 {
		f["insured"] = m.order.Insured.String()
	}
	if text := m.value("amount"); text != "" {
		wanted, err := ParseCents(text)
		if err != nil || wanted > most || wanted == 0 {
			return f, "disputed"
		}
		amount = wanted
		f["amount"] = amount.String()
	}
	f["due"] = m.day(p.ClaimAnswer)
	m.order.Claim = &Claim{Amount: amount, Due: f["due"]}
	m.number(&m.order.Claim.Number)
	m.ticket = &Ticket{Type: ticketClaim, Owner: "理赔组", Due: f["due"], Detail: clip(strings.TrimSpace(m.value("issue") + " " + m.value("reason")))}
	return f, ""
}

// loss is what happened to the parcel: lost, damaged or late; empty where nothing is on record or told.
func (m *matter) loss() string {
	switch s := m.order.stage(); {
	case contains([]string{"丢失", "破损", "异常", "遗失"}, m.order.Status):
		return "lost"
	case m.faulty():
		return "damaged"
	case s != signed && s != returning && m.past(m.order.LastTime, m.file.Policy.ClaimStalled*24):
		return "lost"
	case s == signed && len(m.reports()) > 0:
		return "lost"
	case s != signed && s != returning && m.past(m.order.ETA, 0), s == signed && m.order.ETA != "" && m.signedLate():
		return "late"
	}
	return ""
}

func (m *matter) signedLate() bool {
	at, errAt := ParseMoment(m.signedAt(), m.at.Location())
	eta, errETA := ParseMoment(m.order.ETA, m.at.Location())
	return errAt == nil && errETA == nil && at.After(eta.End())
}

// freight is what the parcel's way cost, or costs by the table.
func (m *matter) freight() Cents {
	if m.order.Freight > 0 {
		return m.order.Freight
	}
	way, _ := fee(m.file.Fees, PlaceOf(m.file.Policy.ReturnTo), PlaceOf(m.order.ShipTo), m.order.Courier)
	return way.price(1)
}

// doubleCharge finds a payment of the same amount as an earlier one of the order.
func (m *matter) doubleCharge() (at int, ok bool) {
	seen := map[Cents]bool{}
	for i, p := range m.order.Payments {
		if p.State != PaymentDone {
			continue
		}
		if seen[p.Amount] {
			return i, true
		}
		seen[p.Amount] = true
	}
	return 0, false
}

// refundCharge sends the second charge for an order back.
func refundCharge(m *matter) (Facts, string) {
	at, ok := m.doubleCharge()
	if !ok {
		for _, p := range m.order.Payments {
			if p.State == PaymentReturned {
				return Facts{"amount": p.Amount.String()}, "already_done"
			}
		}
		return nil, "no_charge"
	}
	p := &m.order.Payments[at]
	p.State = PaymentReturned
	days := m.file.Policy.refundDays(p.Method)
	return Facts{"amount": p.Amount.String(), "refund_to": p.Method, "refund_days": strconv.Itoa(days), "refund_due": m.day(days)}, ""
}

// resendCoupon gives a coupon that lapsed a short while ago once more.
func resendCoupon(m *matter) (Facts, string) {
	if m.customer == nil {
		return nil, "no_coupon"
	}
	days, code := m.file.Policy.CouponResend, "no_coupon"
	for i, c := range m.customer.Coupons {
		switch {
		case c.Used || !m.past(c.Until, 0):
			continue
		case c.Resent:
			code = "already_done"
			continue
		case m.past(c.Until, days*24):
			if code == "no_coupon" {
				code = "past_window"
			}
			continue
		}
		m.customer.Coupons[i].Resent = true
		c.From, c.Until, c.Resent = "", m.day(days), true
		m.customer.Coupons = append(m.customer.Coupons, c)
		return Facts{"coupon_name": c.Name, "coupon_amount": c.Amount.String(), "coupon_until": c.Until}, ""
	}
	return nil, code
}
