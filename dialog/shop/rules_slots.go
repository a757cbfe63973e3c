package shop

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// deliverySlots are the periods in which an order can be brought: the ones that the courier gave, or the next days'.
func (m *matter) deliverySlots() []string {
	if m.order.Slots != nil {
		return m.coming(m.order.Slots)
	}
	first := m.at
	if eta, err := ParseMoment(m.order.ETA, m.at.Location()); err == nil && eta.After(first) {
		first = eta.Time
	}
	return m.nextSlots(first)
}

// nextSlots are the periods of the policy's next days, from the first one that has not begun.
func (m *matter) nextSlots(from time.Time) []string {
	var all []string
	for day := range m.file.Policy.Days {
		for _, part := range m.file.Policy.DayParts {
			all = append(all, from.AddDate(0, 0, day).Format(dayLayout)+" "+part)
		}
	}
	return m.coming(all)
}

// coming keeps the periods that have not begun.
func (m *matter) coming(slots []string) []string {
	var out []string
	for _, s := range slots {
		if p, err := ParsePeriod(s, m.at.Location()); err == nil && p.Start().After(m.at) {
			out = append(out, s)
		}
	}
	return out
}

// offer writes periods as facts.
func offer(slots []string) Facts {
	f := Facts{"slots": strings.Join(slots, "|"), "count": strconv.Itoa(len(slots))}
	if len(slots) > 0 {
		f["first"] = slots[0]
	}
	if len(slots) > 1 {
		f["second"] = slots[1]
	}
	return f
}

// on keeps the periods of a day; all where no day is named, none where the text is no day.
func (m *matter) on(slots []string, date string) []string {
	if date == "" {
		return slots
	}
	var out []string
	for _, s := range slots {
		if strings.HasPrefix(s, date+" ") || s == date {
			out = append(out, s)
		}
	}
	return out
}

// pick is the first period that fits the day and the time that the caller wants.
func (m *matter) pick(slots []string) (string, bool) {
	slots = m.on(slots, m.value("date"))
	text := m.value("time")
	if text == "" {
		return first(slots)
	}
	from, to, ok := hours(text)
	if !ok {
		return "", false
	}
	for _, s := range slots {
		if p, err := ParsePeriod(s, m.at.Location()); err == nil && from < p.To && p.From < to {
			return s, true
		}
	}
	return "", false
}

func first(slots []string) (string, bool) {
	if len(slots) == 0 {
		return "", false
	}
	return slots[0], true
}

// leaveAt are the places where a parcel may be left.
var leaveAt = []string{"家里", "门口", "物业", "门卫", "前台", "快递柜", "驿站", "邻居"}

// askDelivery tells when an order can be brought.
func askDelivery(m *matter) (Facts, string) {
	slots := m.on(m.deliverySlots(), m.value("date"))
	f := offer(slots).add(Facts{"booked": m.order.Booked, "place": m.order.Place, "places": strings.Join(leaveAt, "|")})
	if len(slots) == 0 {
		return f.add(Facts{"slots": strings.Join(m.deliverySlots(), "|")}), "no_slot"
	}
	return f, ""
}

// scheduleDelivery books a period, or a place, or both.
func scheduleDelivery(m *matter) (Facts, string) {
	f := Facts{}
	if m.value("date") != "" || m.value("time") != "" {
		free := m.deliverySlots()
		slot, ok := m.pick(free)
		if !ok {
			return Facts{"slots": strings.Join(free, "|")}, "no_slot"
		}
		if m.order.Slots != nil {
			m.order.Slots = slices.DeleteFunc(slices.Clone(m.order.Slots), func(s string) bool { return s == slot })
			if m.order.Booked != "" {
				m.order.Slots = append(m.order.Slots, m.order.Booked)
				slices.Sort(m.order.Slots)
			}
		}
		m.order.Booked, f["slot"] = slot, slot
	}
	if place := m.value("place"); place != "" {
		m.order.Place = clip(place)
		f["place"] = m.order.Place
	}
	return f, ""
}

// askPickup tells when a courier can fetch a parcel.
func askPickup(m *matter) (Facts, string) {
	from := m.from()
	if from.City == "" {
		return nil, "unknown_place"
	}
	if m.noPickup(from) {
		return nil, "no_pickup_area"
	}
	all := m.nextSlots(m.at)
	slots := m.on(all, m.value("date"))
	if len(slots) == 0 {
		return Facts{"slots": strings.Join(all, "|")}, "no_slot"
	}
	return offer(slots), ""
}

// from is where a parcel shall be fetched; without a city in the address it is the caller's own.
func (m *matter) from() Place {
	p := PlaceOf(m.value("origin"))
	if p.City == "" && (p.Province == "" || p.Province == m.home.Province) {
		return m.home
	}
	return p
}

func (m *matter) noPickup(p Place) bool {
	return slices.Contains(m.file.Policy.NoPickup, p.Province) || slices.Contains(m.file.Policy.NoPickup, p.City)
}

// quote says what it costs to send a parcel and how long it takes.
func quote(m *matter) (Facts, string) {
	to := PlaceOf(m.value("destination"))
	if to == (Place{}) {
		return nil, "unknown_place"
	}
	weight := 1
	if text := m.value("weight"); text != "" {
		if n, ok := kilograms(text); ok {
			weight = n
		}
	}
	p := m.file.Policy
	f := Facts{"weight": strconv.Itoa(weight), "courier": m.value("courier"), "free_from": p.FreeFrom.String()}
	if weight > p.MostWeight {
		return f, "too_heavy"
	}
	way, served := fee(m.file.Fees, m.from(), to, m.value("courier"))
	if !served {
		return f, "no_area"
	}
	f.add(Facts{"fee": way.price(weight).String(), "first": way.First.String(), "more": way.More.String(), "days": strconv.Itoa(way.Days),
		"remote": yesNo(way.Remote > 0)})
	if way.Remote > 0 {
		f["remote_fee"] = way.Remote.String()
	}
	return f, ""
}

// sendParcel books a courier who fetches a parcel.
func sendParcel(m *matter) (Facts, string) {
	thing := verdict(m.file.Goods, m.value("product"))
	if thing.Verdict == Forbidden {
		return nil, "prohibited"
	}
	from := m.from()
	switch {
	case from.City == "" || PlaceOf(m.value("destination")) == (Place{}):
		return nil, "unknown_place"
	case m.noPickup(from):
		return nil, "no_pickup_area"
	}
	f, code := quote(m)
	if f.add(Facts{"condition": thing.Condition}); code != "" {
		return f, code
	}
	free := m.nextSlots(m.at)
	f["slots"] = strings.Join(free, "|")
	slot, ok := m.pick(free)
	if !ok {
		return f, "no_slot"
	}
	price, err := ParseCents(f["fee"])
	weight, errWeight := strconv.Atoi(f["weight"])
	if err != nil || errWeight != nil {
		return f, "too_heavy"
	}
	origin := clip(m.value("origin"))
	if PlaceOf(origin).City == "" {
		origin = from.City + origin
	}
	m.booking = &Booking{Phone: m.phone, Name: clip(m.value("name")), Origin: origin, Destination: clip(m.value("destination")),
		Product: clip(m.value("product")), Weight: weight, Courier: m.value("courier"), Fee: price, Slot: slot, State: BookingOpen}
	m.number(&m.booking.Number)
	return f.add(Facts{"slot": slot, "origin": m.booking.Origin, "destination": m.booking.Destination}), ""
}

// booked is the booking that is meant: the one of the number, or the newest that is open, or the newest.
func (m *matter) booked() (*Booking, string) {
	var newest *Booking
	for i := range m.bookings {
		b := &m.bookings[i]
		if n := m.value("number"); n != "" && !strings.HasSuffix(b.Number, n) || b.State == BookingCancelled {
			continue
		}
		if b.State == BookingOpen {
			return b, ""
		}
		if newest == nil {
			newest = b
		}
	}
	if newest == nil {
		return nil, "no_booking"
	}
	return newest, "picked_up"
}

func askBooking(m *matter) (Facts, string) {
	b, _ := m.booked()
	if b == nil {
		return nil, ""
	}
	n := 0
	for _, other := range m.bookings {
		if other.State == BookingOpen {
			n++
		}
	}
	return Facts{"booking_no": b.Number, "slot": b.Slot, "origin": b.Origin, "destination": b.Destination, "courier": b.Courier, "state": b.State,
		"count": strconv.Itoa(n), "courier_man": b.Man, "courier_phone": b.ManPhone}, ""
}

func changePickup(m *matter) (Facts, string) {
	b, code := m.booked()
	if code != "" {
		return nil, code
	}
	free := m.nextSlots(m.at)
	if m.value("date") == "" {
		// Another time on the day that was booked comes before another day.
		day, _, _ := strings.Cut(b.Slot, " ")
		if same := m.on(free, day); len(same) > 0 {
			free = same
		}
	}
	slot, ok := m.pick(free)
	if !ok {
		return Facts{"booking_no": b.Number, "slots": strings.Join(m.nextSlots(m.at), "|")}, "no_slot"
	}
	b.Slot, m.booking = slot, b
	return Facts{"booking_no": b.Number, "slot": slot}, ""
}

func cancelPickup(m *matter) (Facts, string) {
	b, code := m.booked()
	if code != "" {
		return nil, code
	}
	b.State, m.booking = BookingCancelled, b
	return Facts{"booking_no": b.Number}, ""
}
