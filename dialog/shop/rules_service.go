package shop

import (
	"slices"
	"strings"
)

// service is what a visit comes with: the warranty, its price, the free periods.
func (m *matter) service() (Facts, []string, string) {
	if m.product == nil || len(m.product.Services) == 0 {
		return nil, nil, "no_service"
	}
	kind := m.value("service")
	if kind == "" {
		kind = m.product.Services[0]
		if m.order.stage() != signed && slices.Contains(m.product.Services, ServiceInstall) {
			kind = ServiceInstall
		}
	}
	if !slices.Contains(m.product.Services, kind) {
		return Facts{"hotline": m.product.Hotline}, nil, "no_service"
	}
	if kind == ServiceRepair && m.order.stage() != signed {
		return nil, nil, "not_signed"
	}
	until := m.warranty()
	f := Facts{"warranty_until": until, "hotline": m.product.Hotline, "fee": Cents(0).String(), "in_warranty": yesNo(until != "" && !m.past(until, 0))}
	if kind == ServiceRepair && f["in_warranty"] == "no" {
		price := m.product.VisitFee
		if price == 0 {
			price = m.file.Policy.VisitFee
		}
		f["fee"] = price.String()
	}
	if m.order.Service != nil {
		f["booked"] = m.order.Service.Slot
	}
	start := m.at.AddDate(0, 0, 1)
	if eta, err := ParseMoment(m.order.ETA, m.at.Location()); err == nil && kind == ServiceInstall && eta.After(start) {
		start = eta.Time
	}
	return f, m.nextSlots(start), ""
}

// warranty is the last day of an order's warranty.
func (m *matter) warranty() string {
	if m.order.WarrantyUntil != "" {
		return m.order.WarrantyUntil
	}
	days := m.file.Policy.WarrantyDays
	if m.product != nil && m.product.Warranty > 0 {
		days = m.product.Warranty
	}
	return m.after(m.signedAt(), days)
}

func askService(m *matter) (Facts, string) {
	f, free, code := m.service()
	if code != "" {
		return f, code
	}
	slots := m.on(free, m.value("date"))
	if len(slots) == 0 {
		return f.add(Facts{"slots": strings.Join(free, "|")}), "no_slot"
	}
	return f.add(offer(slots)), ""
}

// serviceVisit books a visit; a second booking moves the first.
func serviceVisit(m *matter) (Facts, string) {
	f, free, code := m.service()
	if code != "" {
		return f, code
	}
	f["slots"] = strings.Join(free, "|")
	slot, ok := m.pick(free)
	if !ok {
		return f, "no_slot"
	}
	f["slot"] = slot
	if m.order.Service != nil {
		m.order.Service.Slot = slot
		return f.add(Facts{"visit_no": m.order.Service.Number}), ""
	}
	m.order.Service = &Service{Kind: m.value("service"), Slot: slot}
	m.number(&m.order.Service.Number)
	day, _, _ := strings.Cut(slot, " ")
	m.ticket = &Ticket{Type: "上门服务", Owner: "售后组", Due: day, Detail: clip(m.value("issue"))}
	return f, ""
}
