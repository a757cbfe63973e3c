package shop

import "strings"

// returning is what return and exchange have in common: whether the goods may come back, until when, who pays the way.
func (m *matter) mayReturn() (Facts, string) {
	p := m.file.Policy
	category := m.order.Category
	fixed := m.order.NoReturn
	if m.product != nil {
		fixed = fixed || m.product.NoReturn
		if category == "" {
			category = m.product.Category
		}
	}
	until := m.order.ReturnableUntil
	if until == "" {
		until = m.after(m.signedAt(), p.ReturnDays)
	}
	if m.faulty() {
		if longer := m.after(m.signedAt(), p.QualityDays); longer > until {
			until = longer
		}
	}
	f := Facts{"until": until, "return_to": p.ReturnTo, "send_by": m.day(p.SendBack), "freight_by": "buyer"}
	if (fixed || contains(p.NoReturn, category)) && !m.faulty() {
		return f, "not_returnable"
	}
	if until != "" && m.past(until, 0) {
		return f, "past_window"
	}
	if m.faulty() {
		f["freight_by"] = "seller"
		return f, ""
	}
	if way, served := fee(m.file.Fees, PlaceOf(m.order.ShipTo), PlaceOf(p.ReturnTo), ""); served {
		f["freight"] = way.price(1).String()
	}
	return f, ""
}

// returnGoods takes goods back; the money follows once the warehouse has them.
func returnGoods(m *matter) (Facts, string) {
	f, code := m.mayReturn()
	amount, name, _ := m.item()
	f.add(m.back(amount, false))["product"] = name
	if code != "" {
		return f, code
	}
	m.order.Return = &Return{Product: name, Reason: clip(m.value("reason") + m.value("issue")), To: f["return_to"], SendBy: f["send_by"], Status: m.order.Status}
	m.number(&m.order.Return.Number)
	m.order.Refund = &Refund{State: RefundAwaitsGoods, Amount: amount, To: m.method()}
	m.order.Status = StatusReturning
	return f, ""
}

// exchangeGoods takes goods back for another variant at the same price. For faulty goods the same variant will do.
func exchangeGoods(m *matter) (Facts, string) {
	f, code := m.mayReturn()
	_, name, _ := m.item()
	f["product"] = name
	if code != "" {
		return f, code
	}
	old := m.order.Spec
	more, code := m.changeVariant(false)
	if f.add(more); code != "" {
		return f, code
	}
	wanted := m.order.Spec
	m.order.Spec = old
	m.order.Return = &Return{Spec: wanted, Product: name, Reason: clip(m.value("reason") + m.value("issue")), To: f["return_to"], SendBy: f["send_by"],
		Status: m.order.Status}
	m.number(&m.order.Return.Number)
	m.order.Status = StatusExchanging
	return f, ""
}

// withdrawReturn takes back a return or an exchange whose goods are still with the buyer.
func withdrawReturn(m *matter) (Facts, string) {
	r := m.order.Return
	if r == nil {
		return nil, "no_return"
	}
	if r.Sent {
		return nil, "picked_up"
	}
	if r.Spec != "" && m.product != nil {
		m.swap(r.Spec, m.order.Spec)
	}
	if r.Spec == "" {
		m.order.Refund = nil
	}
	m.order.Status, m.order.Return = r.Status, nil
	return Facts{"product": r.Product}, ""
}

// swap puts the pieces of one variant back and takes those of another.
func (m *matter) swap(back, take string) {
	for i, v := range m.product.Variants {
		switch plainSpec(v.Spec) {
		case plainSpec(back):
			m.product.Variants[i].Stock += m.order.Pieces()
		case plainSpec(take):
			m.product.Variants[i].Stock = max(0, v.Stock-m.order.Pieces())
		}
	}
}

// intercept stops a parcel on its way. The fee comes off what goes back.
func intercept(m *matter) (Facts, string) {
	charge := min(m.file.Policy.InterceptFee, m.order.Amount)
	f := m.back(m.order.Amount-charge, false)
	f["fee"] = charge.String()
	m.order.Status = StatusStopping
	m.order.Refund = &Refund{State: RefundAwaitsGoods, Amount: m.order.Amount - charge, To: m.method()}
	return f, ""
}

// reject notes that the receiver will not take the parcel.
func reject(m *matter) (Facts, string) {
	m.order.Status = StatusRejected
	m.order.Refund = &Refund{State: RefundAwaitsGoods, Amount: m.order.Amount, To: m.method()}
	return m.back(m.order.Amount, false), ""
}

func contains(list []string, text string) bool {
	for _, one := range list {
		if text != "" && strings.Contains(text, one) {
			return true
		}
	}
	return false
}
