package shop

import (
	"slices"
	"strconv"
	"strings"
)

// urgeShipment asks the warehouse to hurry. Past its promise the buyer gets a share of the price.
func urgeShipment(m *matter) (Facts, string) {
	return Facts{"ship_by": m.shipBy(), "urged": strconv.Itoa(m.urged + 1), "compensation": m.lateShipment()}, ""
}

// shipBy is the end of the shop's promise to ship.
func (m *matter) shipBy() string {
	if m.order.ShipBy != "" {
		return m.order.ShipBy
	}
	return m.after(m.order.Placed, (m.file.Policy.ShipHours+23)/24)
}

// lateShipment is what a shipment after its promise gives; empty while the promise holds.
func (m *matter) lateShipment() string {
	p := m.file.Policy
	if m.order.stage() != warehouse || !m.past(m.shipBy(), 0) || p.LatePercent == 0 {
		return ""
	}
	return min(m.order.Amount*Cents(p.LatePercent)/100, p.LateMost).String()
}

func urgeDelivery(m *matter) (Facts, string) {
	return Facts{"eta": m.order.ETA, "urged": strconv.Itoa(m.urged + 1)}, ""
}

func courierCallback(m *matter) (Facts, string) {
	if m.order.CourierMan == "" && m.order.CourierPhone == "" {
		return nil, "no_courier"
	}
	return Facts{"courier_man": m.order.CourierMan, "phone": m.phone}, ""
}

// changeAddress writes another address on a parcel that is still in the warehouse.
func changeAddress(m *matter) (Facts, string) {
	address, place, code := m.address()
	if code != "" {
		return nil, code
	}
	old := m.order.ShipTo
	m.order.ShipTo = address
	return Facts{"address": address, "old_address": old, "city": place.City}, ""
}

// redirect sends a parcel on its way to another address in the same city, for a fee.
func redirect(m *matter) (Facts, string) {
	address, place, code := m.address()
	if code != "" {
		return nil, code
	}
	old := PlaceOf(m.order.ShipTo)
	if old == (Place{}) {
		return nil, "unknown_place"
	}
	if place != old {
		return Facts{"city": old.City}, "cross_city"
	}
	f := Facts{"address": address, "old_address": m.order.ShipTo, "city": place.City, "fee": m.file.Policy.RedirectFee.String(), "eta": m.order.ETA}
	m.order.ShipTo = address
	return f, ""
}

// address is the new address in full: a caller who moves within the city leaves that away.
func (m *matter) address() (string, Place, string) {
	address := clip(strings.Join(strings.Fields(m.value("address")), ""))
	place := PlaceOf(address)
	if place.City == "" {
		old := PlaceOf(m.order.ShipTo)
		if old.City == "" || place.Province != "" && place.Province != old.Province {
			return "", Place{}, "unknown_place"
		}
		place = old
		if !strings.HasPrefix(address, old.Province) {
			address = cityPrefix(m.order.ShipTo, old) + address
		}
	}
	if _, served := fee(m.file.Fees, Place{}, place, m.order.Courier); !served {
		return "", Place{}, "no_area"
	}
	return address, place, ""
}

// cityPrefix is the beginning of an address up to its city: 浙江省杭州市.
func cityPrefix(address string, p Place) string {
	at := strings.Index(address, p.City)
	if at < 0 {
		return p.City
	}
	end := at + len(p.City)
	if strings.HasPrefix(address[end:], "市") {
		end += len("市")
	}
	return address[:end]
}

// checkAddress tells which act would take the new address.
func checkAddress(m *matter) (Facts, string) {
	act, run := "change_address", changeAddress
	if m.order.stage() == moving || m.order.stage() == depot {
		act, run = "redirect", redirect
	}
	if code := m.order.stageRefuses(act); code != "" {
		return nil, code
	}
	f, code := run(m)
	return Facts{"act": act}.add(f), code
}

// changePhone has the courier call another number. The customer's own stays, or he would be a stranger in his next call.
func changePhone(m *matter) (Facts, string) {
	m.order.ToPhone = m.value("phone")
	return Facts{"phone": m.order.ToPhone}, ""
}

// changeReceiver puts another name on the parcel, with a phone where one is given.
func changeReceiver(m *matter) (Facts, string) {
	m.order.Receiver = clip(m.value("receiver"))
	f := Facts{"receiver": m.order.Receiver}
	if m.value("phone") != "" {
		m.order.ToPhone = m.value("phone")
		f["phone"] = m.order.ToPhone
	}
	return f, ""
}

// cancelOrder ends an order that has not left the warehouse, or one product of it. What was paid goes back.
func cancelOrder(m *matter) (Facts, string) {
	amount, name, at := m.item()
	f := Facts{"product": name, "amount": amount.String()}
	paid := m.order.stage() != unpaid
	if paid {
		f.add(m.back(amount, true))
	}
	left := 0
	for i := range m.order.Items {
		if i != at && !m.order.Items[i].Cancelled {
			left++
		}
	}
	if at >= 0 && left > 0 {
		m.order.Items[at].Cancelled = true
		m.order.Amount -= amount
	} else {
		m.order.Status = StatusCancelled
		if m.product != nil {
			m.restock()
		}
	}
	if paid {
		m.refund(amount)
	}
	return f, ""
}

// restock puts the pieces of a cancelled order back on the shelf.
func (m *matter) restock() {
	for i, v := range m.product.Variants {
		if plainSpec(v.Spec) == plainSpec(m.order.Spec) {
			m.product.Variants[i].Stock += m.order.Pieces()
		}
	}
	if m.product.Stock != nil {
		*m.product.Stock += m.order.Pieces()
	}
}

// modifyOrder changes variant, number of pieces, courier or note before the parcel is packed. An order that is not paid
// may change its price; a paid one may only become smaller.
func modifyOrder(m *matter) (Facts, string) {
	if len(m.order.Items) > 0 && (m.value("spec") != "" || m.value("quantity") != "") {
		return nil, "merchant_must_agree"
	}
	f := Facts{}
	if wanted := m.value("courier"); wanted != "" {
		if !slices.Contains(m.file.Policy.Couriers, wanted) {
			return nil, "merchant_must_agree"
		}
		m.order.Courier, f["courier"] = wanted, wanted
	}
	if note := m.value("note"); note != "" {
		m.order.Note = clip(note)
		f["note"] = m.order.Note
	}
	if m.value("spec") != "" {
		more, code := m.changeVariant(m.order.stage() == unpaid)
		if f.add(more); code != "" {
			return f, code
		}
	}
	if text := m.value("quantity"); text != "" {
		more, code := m.changeQuantity(text)
		if f.add(more); code != "" {
			return f, code
		}
	}
	f["amount"] = m.order.Amount.String()
	return f, ""
}

// changeVariant moves the order to another variant of its product, if that is there and costs the same.
func (m *matter) changeVariant(mayDiffer bool) (Facts, string) {
	if m.product == nil || len(m.product.Variants) == 0 {
		return nil, "unknown_spec"
	}
	f := Facts{"specs": strings.Join(m.product.inStock(), "|")}
	to, ok := m.product.variant(m.value("spec"), m.order.Spec)
	if !ok {
		return f, "unknown_spec"
	}
	wanted := &m.product.Variants[to]
	f["spec"] = wanted.Spec
	if wanted.Stock < m.order.Pieces() {
		f["restock"] = wanted.Restock
		return f, "no_stock"
	}
	now := m.product.Price
	from, known := m.product.variant(m.order.Spec, "")
	known = known && m.order.Spec != ""
	if known {
		now = m.product.price(m.product.Variants[from])
	}
	price := m.product.price(*wanted)
	f["price"] = price.String()
	if price != now {
		f["difference"], f["dearer"] = max(price-now, now-price).String(), yesNo(price > now)
		if !mayDiffer {
			return f, "price_differs"
		}
		m.order.Amount += (price - now) * Cents(m.order.Pieces())
	}
	if known {
		m.product.Variants[from].Stock += m.order.Pieces()
	}
	wanted.Stock -= m.order.Pieces()
	m.order.Spec = wanted.Spec
	return f, ""
}

// changeQuantity sets the number of pieces. Of a paid order the difference goes back; more would have to be paid.
func (m *matter) changeQuantity(text string) (Facts, string) {
	n, ok := count(text)
	if !ok || n < 1 || n > 999 {
		return nil, "merchant_must_agree"
	}
	old := Cents(m.order.Pieces())
	unit := m.order.Amount / old
	if unit*old != m.order.Amount {
		return nil, "merchant_must_agree"
	}
	difference := unit * (Cents(n) - old)
	f := Facts{"quantity": strconv.Itoa(n)}
	if m.order.stage() != unpaid && difference > 0 {
		return f.add(Facts{"difference": difference.String(), "dearer": "yes"}), "price_differs"
	}
	if p := m.product; p != nil && p.Stock != nil {
		if *p.Stock += int(old) - n; *p.Stock < 0 {
			return f.add(Facts{"restock": p.Restock}), "no_stock"
		}
	}
	if difference < 0 {
		f["difference"], f["dearer"] = (-difference).String(), "no"
		if m.order.stage() != unpaid {
			m.refund(-difference)
		}
	}
	m.order.Quantity, m.order.Amount = n, unit*Cents(n)
	return f, ""
}
