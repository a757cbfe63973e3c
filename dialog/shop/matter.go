package shop

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// matter is one question or action with all that its rule looks at. A rule changes order, customer, product, booking and
// ticket in place; an action then keeps what was changed, a question drops it.
type matter struct {
	values map[string]string
	phone  string
	at     time.Time
	file   *File // policy, fees and goods; read-only

	order    *Order    // nil where the matter is about none
	product  *Product  // of the order or as named, with its present stock; nil where the shop does not list it
	customer *Customer // nil where the shop knows none
	bookings []Booking // of the phone, the newest first
	tickets  []Ticket  // about the order, the newest first
	urged    int       // how often the order was urged before
	home     Place     // where the phone's latest order goes

	booking *Booking // new or changed
	ticket  *Ticket  // to be opened along with the action
	numbers []*string
}

// rule answers a question or carries out an action: facts, and the code of a refusal or nothing.
type rule func(m *matter) (Facts, string)

func (m *matter) value(name string) string { return strings.TrimSpace(m.values[name]) }

// day writes the date of some days from now.
func (m *matter) day(days int) string { return m.at.AddDate(0, 0, days).Format(dayLayout) }

// past reports whether a moment of the record lies more than some hours back; unknown ones do not.
func (m *matter) past(text string, hours int) bool {
	t, err := ParseMoment(text, m.at.Location())
	return err == nil && m.at.After(t.End().Add(time.Duration(hours)*time.Hour))
}

// after is the day some days after a moment of the record; empty where that is unknown.
func (m *matter) after(text string, days int) string {
	t, err := ParseMoment(text, m.at.Location())
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, days).Format(dayLayout)
}

// method is how the order was paid, and how money goes back.
func (m *matter) method() string {
	if m.order.PayMethod != "" {
		return m.order.PayMethod
	}
	for _, p := range m.order.Payments {
		if p.State == PaymentDone {
			return p.Method
		}
	}
	if m.order.Refund != nil && m.order.Refund.To != "" {
		return m.order.Refund.To
	}
	return "原支付方式"
}

// back is what is said of money that goes back; due tells whether it is sent today.
func (m *matter) back(amount Cents, due bool) Facts {
	days := m.file.Policy.refundDays(m.method())
	f := Facts{"amount": amount.String(), "refund_to": m.method(), "refund_days": strconv.Itoa(days)}
	if due {
		f["refund_due"] = m.day(days)
	}
	return f
}

// refund sends money back at once; what is on its way already comes along.
func (m *matter) refund(amount Cents) {
	if r := m.order.Refund; r != nil && r.State == RefundSent {
		amount += r.Amount
	}
	m.order.Refund = &Refund{State: RefundSent, Amount: amount, Due: m.day(m.file.Policy.refundDays(m.method())), To: m.method()}
}

// number gives a place for a number that is drawn when the action is kept.
func (m *matter) number(into *string) { m.numbers = append(m.numbers, into) }

// faulty reports whether the caller has named a fault of the goods.
func (m *matter) faulty() bool { return m.value("issue") != "" }

// signedAt is when the order was signed; the last event where the record has no more.
func (m *matter) signedAt() string {
	at, _ := m.order.SignedAt()
	if at == "" && m.order.stage() == signed {
		at = m.order.LastTime
	}
	return at
}

// reports are the tickets that say that the order's parcel did not come.
func (m *matter) reports() []Ticket {
	var out []Ticket
	for _, t := range m.tickets {
		if t.Type == TicketNotReceived && t.Order == m.order.Number {
			out = append(out, t)
		}
	}
	return out
}

// item is the one product of the order that is meant: its share of the money and its name. Without a name, or in an
// order of one product, it is the whole order.
func (m *matter) item() (amount Cents, name string, at int) {
	wanted := m.value("product")
	if wanted != "" {
		for i, it := range m.order.Items {
			if !it.Cancelled && (strings.Contains(it.Product, wanted) || strings.Contains(wanted, baseName(it.Product))) {
				return it.Amount, it.Product, i
			}
		}
	}
	return m.order.Amount, m.order.Product, -1
}

// add puts facts together.
func (f Facts) add(more Facts) Facts {
	for name, value := range more {
		f[name] = value
	}
	return f
}

// only keeps the facts that a kind gives, and of these the ones that are known.
func (f Facts) only(s Spec) Facts {
	out := Facts{}
	for name, value := range f {
		if _, ok := s.Gives[name]; ok && value != "" {
			out[name] = value
		}
	}
	return out
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// clip bounds a text that callers dictate.
func clip(text string) string {
	const most = 200
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most])
}
