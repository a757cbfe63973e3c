package shop

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
)

//go:embed defaults.json
var defaults []byte

// Policy is what a shop promises and asks. Keys that a file leaves out have the values of defaults.json.
type Policy struct {
	ReturnDays  int      `json:"return_window_days"`  // after signing
	QualityDays int      `json:"quality_return_days"` // the same for faulty or wrong goods
	SendBack    int      `json:"send_back_days"`      // for a return to be handed to a courier
	ReturnTo    string   `json:"return_to"`           // address of the warehouse
	NoReturn    []string `json:"no_return"`           // categories that only come back when faulty

	ProtectDays int      `json:"price_protect_days"` // after the order
	NoProtect   []string `json:"no_price_protect"`   // categories

	ShipHours   int   `json:"ship_promise_h"`    // after the order
	LatePercent int64 `json:"late_ship_percent"` // of the amount, for a shipment after its promise
	LateMost    Cents `json:"late_ship_most"`

	InterceptFee Cents          `json:"intercept_fee"`
	RedirectFee  Cents          `json:"redirect_fee"`
	RefundDays   map[string]int `json:"refund_days"` // by pay method
	RefundOther  int            `json:"refund_days_other"`

	ClaimStalled   int      `json:"claim_stalled_days"` // without a step until a parcel counts as lost
	ClaimDays      int      `json:"claim_window_days"`  // after signing
	ClaimAnswer    int      `json:"claim_answer_days"`
	ClaimMultiple  int      `json:"claim_freight_multiple"` // what an uninsured parcel gives at most, in freights
	ClaimMaterials []string `json:"claim_materials"`

	InvoiceHours  int      `json:"invoice_hours"`
	WarrantyDays  int      `json:"warranty_days"` // after signing, for products without their own
	VisitFee      Cents    `json:"visit_fee"`     // outside the warranty
	CouponResend  int      `json:"coupon_resend_days"`
	PointsPerYuan int64    `json:"points_per_yuan"`
	FreeFrom      Cents    `json:"free_from"`
	Couriers      []string `json:"couriers"` // that a buyer may choose
	Days          int      `json:"appointment_days"`
	DayParts      []string `json:"appointment_parts"`
	Installments  []string `json:"installments"`
	InstallFrom   Cents    `json:"installments_from"`
	MostWeight    int      `json:"most_weight"`  // kilograms of a parcel
	NoPickup      []string `json:"no_pickup_in"` // provinces and cities where no courier fetches parcels
}

// Fee is what it costs to send a parcel to some places. The first fee of the list that fits counts.
type Fee struct {
	To      []string `json:"to"`      // provinces, cities, same_city, same_province, or * for the rest
	Courier string   `json:"courier"` // empty: any
	First   Cents    `json:"first"`   // the first kilogram
	More    Cents    `json:"more"`    // each further one
	Remote  Cents    `json:"remote"`  // on top
	Days    int      `json:"days"`
	None    bool     `json:"none"` // not served
}

// Goods are things that may not be sent, or only under a condition. The first entry with a fitting word counts.
type Goods struct {
	Words     []string `json:"words"`
	Verdict   string   `json:"verdict"` // Forbidden or Conditional
	Condition string   `json:"condition,omitempty"`
}

// Verdicts on goods.
const (
	Allowed     = "allowed"
	Forbidden   = "forbidden"
	Conditional = "conditional"
)

// check says what is wrong with a policy.
func (p Policy) check() error {
	for _, n := range []struct {
		key                string
		value, least, most int
	}{
		{"return_window_days", p.ReturnDays, 0, 365}, {"quality_return_days", p.QualityDays, 0, 3650}, {"send_back_days", p.SendBack, 1, 90},
		{"price_protect_days", p.ProtectDays, 0, 365}, {"ship_promise_h", p.ShipHours, 1, 2400}, {"late_ship_percent", int(p.LatePercent), 0, 100},
		{"refund_days_other", p.RefundOther, 0, 90}, {"claim_stalled_days", p.ClaimStalled, 1, 90}, {"claim_window_days", p.ClaimDays, 0, 365},
		{"claim_answer_days", p.ClaimAnswer, 1, 90}, {"claim_freight_multiple", p.ClaimMultiple, 0, 100}, {"invoice_hours", p.InvoiceHours, 1, 2400},
		{"warranty_days", p.WarrantyDays, 0, 36500}, {"coupon_resend_days", p.CouponResend, 0, 365}, {"points_per_yuan", int(p.PointsPerYuan), 1, 1_000_000},
		{"appointment_days", p.Days, 1, 30}, {"most_weight", p.MostWeight, 1, 10_000},
	} {
		if n.value < n.least || n.value > n.most {
			return fmt.Errorf("%s: %d is not between %d and %d", n.key, n.value, n.least, n.most)
		}
	}
	if p.ReturnTo == "" {
		return errors.New("return_to: write the address that goods come back to")
	}
	for _, part := range p.DayParts {
		if !slices.ContainsFunc(Parts, func(q Period) bool { return q.Part == part }) {
			return fmt.Errorf("appointment_parts: %q is not 上午, 下午 or 晚上", part)
		}
	}
	if len(p.DayParts) == 0 {
		return errors.New("appointment_parts: write at least one of 上午, 下午 and 晚上")
	}
	for method, days := range p.RefundDays {
		if days < 0 || days > 90 {
			return fmt.Errorf("refund_days: %d for %s is not between 0 and 90", days, method)
		}
	}
	return nil
}

// refundDays is how long money takes by a way of payment.
func (p Policy) refundDays(method string) int {
	for name, days := range p.RefundDays {
		if name == method {
			return days
		}
	}
	return p.RefundOther
}

// check says what is wrong with a fee.
func (f Fee) check() error {
	switch {
	case len(f.To) == 0:
		return errors.New(`"to" is missing: write provinces, cities, same_city, same_province or *`)
	case !f.None && (f.First <= 0 || f.Days <= 0):
		return errors.New(`"first" and "days" must be above zero, or "none" true`)
	}
	for _, to := range f.To {
		if to != "*" && to != "same_city" && to != "same_province" && PlaceOf(to) == (Place{}) {
			return fmt.Errorf("to: %q is neither a province nor a city", to)
		}
	}
	return nil
}

// check says what is wrong with an entry of goods.
func (g Goods) check() error {
	switch {
	case len(g.Words) == 0 || slices.Contains(g.Words, ""):
		return errors.New(`"words" must have at least one word, and none that is empty`)
	case g.Verdict != Forbidden && g.Verdict != Conditional:
		return fmt.Errorf("verdict %q: write forbidden or conditional", g.Verdict)
	case g.Verdict == Conditional && g.Condition == "":
		return errors.New(`a conditional entry wants its "condition"`)
	}
	return nil
}

// fee is the entry for a parcel between two places, for any courier or the one named.
func fee(fees []Fee, from, to Place, courier string) (Fee, bool) {
	for _, f := range fees {
		if f.Courier != "" && f.Courier != courier {
			continue
		}
		for _, name := range f.To {
			switch {
			case name == "*",
				name == "same_city" && from.City != "" && from == to,
				name == "same_province" && from.Province != "" && from.Province == to.Province && to.City != "",
				name == to.City, name == to.Province:
				return f, !f.None
			}
		}
	}
	return Fee{}, false
}

// price is the fee of a parcel of some kilograms.
func (f Fee) price(kilograms int) Cents {
	return f.First + f.More*Cents(max(1, kilograms)-1) + f.Remote
}

// verdict is what the list says of a thing.
func verdict(goods []Goods, thing string) Goods {
	for _, g := range goods {
		for _, w := range g.Words {
			if strings.Contains(thing, w) {
				return g
			}
		}
	}
	return Goods{Verdict: Allowed}
}
