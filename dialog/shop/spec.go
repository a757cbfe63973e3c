package shop

import (
	"maps"
	"slices"
)

// Type says how the text of a fact is to be read and spoken.
type Type string

// Types of facts and how the shop writes them.
const (
	TypeMoney   Type = "money"   // yuan with two decimals: 12.50
	TypeNumber  Type = "number"  // a whole number: 3
	TypeDigits  Type = "digits"  // a number that is read digit by digit: a phone, a ticket
	TypeMoment  Type = "moment"  // see ParseMoment: 2026-05-14, 2026-05-14 18:00
	TypePeriod  Type = "period"  // part of a day, see ParsePeriod: 2026-05-15 上午, 2026-05-15 18:00-21:00
	TypePeriods Type = "periods" // several periods, parted by |
	TypeYesNo   Type = "yesno"   // yes or no
	TypeCode    Type = "code"    // one of a few words that a flow asks for; never spoken
	TypePlace   Type = "place"   // an address or the name of a place
	TypeCourier Type = "courier" // 顺丰
	TypeProduct Type = "product" // 电饭煲
	TypeName    Type = "name"    // of a person
	TypeText    Type = "text"    // words of the shop, spoken as they are
	TypeTexts   Type = "texts"   // several, parted by |
)

// What a kind of question or action is about.
const (
	OnOrder = "order" // wants Order
	OnPhone = "phone" // wants Phone, the customer's
	OnNone  = ""      // wants neither
)

// Spec is what there is to know about one kind of question or action. Values are named as the slots of the dialogue.
type Spec struct {
	Kind     string
	On       string          // OnOrder, OnPhone or OnNone
	Write    bool            // an Action; else a Question
	Needs    []string        // values that must be there
	Optional []string        // values that may be there
	Any      bool            // at least one of Optional must be there
	Gives    map[string]Type // facts that may come back; which ones do depends on the case
	Refusals []string        // codes that may come back, see Reasons
}

// Names of facts that several kinds give. Of a question with refusals: FactEligible is always there, FactRefused holds
// the code when it is no.
const (
	FactEligible = "eligible"
	FactRefused  = "refused"
)

// SpecOf is the spec of a kind.
func SpecOf(kind string) (Spec, bool) {
	s, ok := specs[kind]
	return s, ok
}

// Specs are all kinds, questions first, by name.
func Specs() []Spec {
	all := slices.Collect(maps.Values(specs))
	slices.SortFunc(all, func(a, b Spec) int {
		if a.Write != b.Write {
			if a.Write {
				return 1
			}
			return -1
		}
		return cmpText(a.Kind, b.Kind)
	})
	return all
}

func cmpText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Reasons for which a shop refuses an action, each with its meaning.
var reasons = map[string]string{
	"already_done": "the same thing was done before in another way, or is under way",
	"bad_tax_no":   "the tax number has not 15, 17, 18 or 20 letters and digits, or fails its check character",
	"cancelled":    "the order is cancelled",
	"cross_city":   "the new address lies in another city than the parcel goes to",
	"delivering":   "the parcel is out for delivery",
	"disputed":     "the amount wanted is over what the rules give: people decide",

	"merchant_must_agree": "only the merchant may do this",
	"no_area":             "the courier does not serve that place",
	"no_booking":          "there is no pickup to change",
	"no_charge":           "there is no double charge",
	"no_coupon":           "there is no coupon to give back",
	"no_courier":          "no courier has the parcel yet",
	"no_difference":       "the price has not fallen below what was paid",
	"no_pickup_area":      "couriers do not come to that place to fetch parcels",
	"no_return":           "there is no return or exchange to take back",
	"no_service":          "the product has no such service",
	"no_slot":             "there is no appointment at that time",
	"no_stock":            "that variant is sold out",
	"not_covered":         "the order is not covered by this promise",
	"not_damaged":         "there is no loss, damage or delay on record",
	"not_paid":            "the order is not paid",
	"not_returnable":      "goods of this sort cannot be returned",
	"not_shipped":         "the parcel is still in the warehouse",
	"not_signed":          "the parcel has not arrived",
	"past_window":         "the time for it is over",
	"picked_up":           "the courier has fetched the parcel already",
	"price_differs":       "the other variant costs more or less",
	"prohibited":          "such goods may not be sent",
	"returning":           "the goods are on their way back",
	"shipped":             "the parcel has left the warehouse",
	"signed":              "the parcel was delivered",
	"tax_no_missing":      "a company's invoice wants a tax number",
	"too_heavy":           "the parcel is over the weight limit: freight",
	"unknown_place":       "the address does not name a city that the shop knows",
	"unknown_product":     "the shop has no such product",
	"unknown_spec":        "the product has no such variant",
	"waiting":             "the parcel waits at a pickup point",
	"wrong_state":         "the order's state does not allow it",
}

// Reasons are all refusal codes with their meaning.
func Reasons() map[string]string { return maps.Clone(reasons) }
