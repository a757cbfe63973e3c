package shop

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Parse reads and checks the text of a shop file. An error names the line, the entry and what to write.
func Parse(data []byte) (File, error) {
	var base struct {
		Policy Policy  `json:"policy"`
		Fees   []Fee   `json:"fees"`
		Goods  []Goods `json:"goods"`
	}
	if err := json.Unmarshal(defaults, &base); err != nil {
		return File{}, fmt.Errorf("built-in defaults: %w", err)
	}
	var top map[string]json.RawMessage
	if err := json.Unmarshal(data, &top); err != nil {
		return File{}, placed(data, err)
	}
	f := File{Policy: base.Policy, Fees: base.Fees, Goods: base.Goods}
	d := document{data: data, top: top}
	errs := []error{d.now(&f.Now), d.policy(&f.Policy),
		entries(d, "orders", &f.Orders), entries(d, "tickets", &f.Tickets), entries(d, "products", &f.Products),
		entries(d, "customers", &f.Customers), entries(d, "charges", &f.Charges), entries(d, "bookings", &f.Bookings),
		entries(d, "fees", &f.Fees), entries(d, "goods", &f.Goods)}
	for _, err := range errs {
		if err != nil {
			return File{}, err
		}
	}
	if len(f.Orders) == 0 {
		return File{}, errors.New(`it has no "orders": write at least one, shaped like the built-in demo shop`)
	}
	return f, f.unique()
}

// document is a shop file in parts that know where they stand.
type document struct {
	data []byte
	top  map[string]json.RawMessage
}

// line is where a part of the document begins. A part is a copy, so it is looked for, from the key on.
func (d document) line(key string, part []byte) int {
	from := max(0, bytes.Index(d.data, []byte(`"`+key+`"`)))
	return line(d.data, int64(from+max(0, bytes.Index(d.data[from:], part))))
}

func (d document) now(into *string) error {
	raw, ok := d.top["now"]
	if !ok || string(raw) == "null" {
		return nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("line %d: now must be a text", d.line("now", raw))
	}
	if _, err := time.Parse(time.RFC3339, *into); err != nil && *into != "" {
		return fmt.Errorf("line %d: now: %q is no RFC 3339 time such as \"2026-05-14T10:20:00+08:00\"", d.line("now", raw), *into)
	}
	return nil
}

func (d document) policy(into *Policy) error {
	raw, ok := d.top["policy"]
	if !ok || string(raw) == "null" {
		return nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("line %d: policy: %w", d.line("policy", raw), spoken(err))
	}
	if err := into.check(); err != nil {
		return fmt.Errorf("line %d: policy: %w", d.line("policy", raw), err)
	}
	return nil
}

// entries reads one list of the document and checks each entry.
func entries[T interface{ check() error }](d document, key string, into *[]T) error {
	raw, ok := d.top[key]
	if !ok || string(raw) == "null" {
		return nil
	}
	var parts []json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil {
		return fmt.Errorf("line %d: %s must be a list", d.line(key, raw), key)
	}
	*into = make([]T, len(parts))
	for i, part := range parts {
		err := json.Unmarshal(part, &(*into)[i])
		if err != nil {
			err = spoken(err)
		} else {
			err = (*into)[i].check()
		}
		if err != nil {
			return fmt.Errorf("line %d: %s[%d]: %w", d.line(key, part), key, i, err)
		}
	}
	return nil
}

// unique refuses two entries with the same number.
func (f File) unique() error {
	lists := map[string][]string{}
	for _, o := range f.Orders {
		lists["orders: order_no"] = append(lists["orders: order_no"], o.Number)
	}
	for _, t := range f.Tickets {
		lists["tickets: ticket_no"] = append(lists["tickets: ticket_no"], t.Number)
	}
	for _, p := range f.Products {
		lists["products: name"] = append(lists["products: name"], p.Name)
	}
	for _, c := range f.Customers {
		lists["customers: phone"] = append(lists["customers: phone"], c.Phone)
	}
	for _, b := range f.Bookings {
		lists["bookings: booking_no"] = append(lists["bookings: booking_no"], b.Number)
	}
	for what, names := range lists {
		seen := map[string]int{}
		for i, name := range names {
			if j, twice := seen[name]; twice {
				return fmt.Errorf("%s: entries %d and %d have the same, %s: keep one", what, j, i, name)
			}
			seen[name] = i
		}
	}
	return nil
}

// check says what is wrong with an order of a file.
func (o Order) check() error {
	switch {
	case !digits(o.Number, 6, 24):
		return fmt.Errorf("order_no %q must be 6 to 24 digits", o.Number)
	case !digits(o.Phone, 5, 15):
		return fmt.Errorf("order %s: phone must be digits", o.Number)
	case o.Product == "":
		return fmt.Errorf("order %s: product is missing", o.Number)
	case o.Status == "":
		return fmt.Errorf("order %s: status is missing", o.Number)
	case o.Quantity < 0:
		return fmt.Errorf("order %s: quantity is negative", o.Number)
	}
	for i, item := range o.Items {
		if item.Product == "" || item.Quantity < 0 {
			return fmt.Errorf("order %s: items[%d] wants a product and a quantity of 0 or more", o.Number, i)
		}
	}
	if err := o.checkMoments(); err != nil {
		return fmt.Errorf("order %s: %w", o.Number, err)
	}
	return nil
}

func (o Order) checkMoments() error {
	signed, _ := o.SignedAt()
	moments := [][2]string{
		{"placed", o.Placed}, {"ship_by", o.ShipBy}, {"last_time", o.LastTime}, {"eta", o.ETA}, {"signed", signed}, {"pay_until", o.PayUntil},
		{"price_protect_until", o.ProtectUntil}, {"returnable_until", o.ReturnableUntil}, {"warranty_until", o.WarrantyUntil},
	}
	if r := o.Refund; r != nil {
		moments = append(moments, [2]string{"refund.due", r.Due}, [2]string{"refund.warehouse_signed", r.WarehouseSigned})
	}
	if i := o.Invoice; i != nil {
		moments = append(moments, [2]string{"invoice.issued", i.Issued}, [2]string{"invoice.due", i.Due})
	}
	for i, p := range o.Payments {
		moments = append(moments, [2]string{fmt.Sprintf("payments[%d].at", i), p.At})
	}
	for i, e := range o.History {
		moments = append(moments, [2]string{fmt.Sprintf("history[%d].at", i), e.At})
	}
	for _, m := range moments {
		if err := checkMoment(m[0], m[1]); err != nil {
			return err
		}
	}
	for i, slot := range append(append([]string{}, o.Slots...), o.Booked) {
		if err := checkPeriod(fmt.Sprintf("slots_available[%d]", i), slot); err != nil {
			return err
		}
	}
	return nil
}

// check says what is wrong with a ticket of a file.
func (t Ticket) check() error {
	if !digits(t.Number, 6, 20) || !digits(t.Phone, 5, 15) {
		return errors.New("ticket_no and phone must be digits")
	}
	return checkMoment("due", t.Due)
}

func checkMoment(key, text string) error {
	if text == "" {
		return nil
	}
	if _, err := ParseMoment(text, time.UTC); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

func checkPeriod(key, text string) error {
	if text == "" {
		return nil
	}
	if _, err := ParsePeriod(text, time.UTC); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

// placed adds the line to an error of the JSON decoder about the whole document.
func placed(data []byte, err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("line %d: %w", line(data, syntax.Offset), err)
	}
	return errors.New("line 1: the file must be one JSON object, shaped like the built-in demo shop")
}

// spoken rewrites the decoder's words about Go types into words about the file.
func spoken(err error) error {
	var typed *json.UnmarshalTypeError
	if !errors.As(err, &typed) {
		return err
	}
	field := typed.Field
	if field == "" {
		field = "the entry"
	}
	want := map[string]string{"string": "a text", "int": "a whole number", "int64": "a whole number", "bool": "true or false"}[typed.Type.String()]
	if want == "" {
		want = "shaped as in the built-in demo shop"
	}
	return fmt.Errorf("%s must be %s, not a %s", field, want, typed.Value)
}

func line(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:min(int(offset), len(data))], []byte("\n"))
}

func digits(text string, least, most int) bool {
	if len(text) < least || len(text) > most {
		return false
	}
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
