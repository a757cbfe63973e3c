package shop

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Order is one order with its parcel. Moments are as the shop writes them (see ParseMoment); empty where unknown.
type Order struct {
	Number    string `json:"order_no"`
	Phone     string `json:"phone"` // of the customer
	Name      string `json:"name"`
	Product   string `json:"product"`
	ProductEN string `json:"product_en,omitempty"`
	Spec      string `json:"spec,omitempty"`
	Quantity  int    `json:"quantity,omitempty"` // 0 is one
	Items     []Item `json:"items,omitempty"`    // of an order with several products; Product then names them together
	Category  string `json:"category,omitempty"`
	Note      string `json:"note,omitempty"`
	Amount    Cents  `json:"amount"`
	Freight   Cents  `json:"freight,omitempty"` // what the parcel's way cost
	Placed    string `json:"placed,omitempty"`
	Status    string `json:"status"`

	// The parcel.
	ShipBy       string  `json:"ship_by,omitempty"`
	ShipTo       string  `json:"ship_to,omitempty"`
	Receiver     string  `json:"receiver,omitempty"`       // where the parcel names somebody else than the customer
	ToPhone      string  `json:"receiver_phone,omitempty"` // likewise
	Courier      string  `json:"courier,omitempty"`
	Waybill      string  `json:"waybill_no,omitempty"`
	LastEvent    string  `json:"last_event,omitempty"`
	LastTime     string  `json:"last_time,omitempty"`
	History      []Event `json:"history,omitempty"` // the oldest first
	ETA          string  `json:"eta,omitempty"`
	CourierMan   string  `json:"courier_man,omitempty"`
	CourierPhone string  `json:"courier_phone,omitempty"`
	OutletPhone  string  `json:"outlet_phone,omitempty"`
	Station      string  `json:"station,omitempty"`
	StationHours string  `json:"station_hours,omitempty"`
	PickupCode   string  `json:"pickup_code,omitempty"`
	Signed       string  `json:"signed,omitempty"` // a moment and who or what signed
	Proof        *Proof  `json:"proof,omitempty"`

	// Appointments.
	Slots  []string `json:"slots_available,omitempty"` // periods, see ParsePeriod
	Booked string   `json:"booked,omitempty"`          // the period that was chosen
	Place  string   `json:"place,omitempty"`           // where it shall be left

	// Money.
	PayMethod    string    `json:"pay_method,omitempty"`
	PayUntil     string    `json:"pay_until,omitempty"` // of an order that is not paid
	Payments     []Payment `json:"payments,omitempty"`
	Refund       *Refund   `json:"refund,omitempty"`
	Insured      Cents     `json:"insured,omitempty"`
	CurrentPrice Cents     `json:"current_price,omitempty"`       // of one piece, today
	ProtectUntil string    `json:"price_protect_until,omitempty"` // last day
	Protected    Cents     `json:"price_protected,omitempty"`     // paid back so far
	Invoice      *Invoice  `json:"invoice,omitempty"`

	// What comes after.
	ReturnableUntil string   `json:"returnable_until,omitempty"` // last day
	NoReturn        bool     `json:"no_return,omitempty"`
	Return          *Return  `json:"return,omitempty"`
	Claim           *Claim   `json:"claim,omitempty"`
	Service         *Service `json:"service,omitempty"`
	WarrantyUntil   string   `json:"warranty_until,omitempty"` // last day
}

// Item is one product of an order with several.
type Item struct {
	Product   string `json:"product"`
	ProductEN string `json:"product_en,omitempty"`
	Spec      string `json:"spec,omitempty"`
	Quantity  int    `json:"quantity,omitempty"`
	Amount    Cents  `json:"amount"`
	Cancelled bool   `json:"cancelled,omitempty"`
}

// Event is one step of a parcel.
type Event struct {
	At   string `json:"at"`
	What string `json:"what"`
}

// Proof says how a parcel was handed over.
type Proof struct {
	By      string `json:"by,omitempty"`
	Place   string `json:"place,omitempty"`
	Photo   bool   `json:"photo,omitempty"`
	Consent bool   `json:"consent,omitempty"` // the receiver had agreed to the place
}

// Payment is one charge for an order.
type Payment struct {
	Amount Cents  `json:"amount"`
	Method string `json:"method"`
	At     string `json:"at"`
	State  string `json:"state"` // PaymentDone, PaymentFailed or PaymentReturned
}

// States of a payment.
const (
	PaymentDone     = "成功"
	PaymentFailed   = "失败"
	PaymentReturned = "已退回"
)

// Refund is the money on its way back to the buyer.
type Refund struct {
	State           string `json:"state"` // RefundSent, RefundAwaitsGoods, RefundDone or the shop's own word
	Amount          Cents  `json:"amount"`
	WarehouseSigned string `json:"warehouse_signed,omitempty"`
	Due             string `json:"due,omitempty"`
	To              string `json:"to,omitempty"`
}

// States of a refund.
const (
	RefundSent        = "退款处理中"
	RefundAwaitsGoods = "待寄回"
	RefundDone        = "已退款"
)

// Invoice is an order's invoice; a file may also give its state alone ("未开").
type Invoice struct {
	State  string `json:"state"` // InvoiceNone, InvoicePending or InvoiceIssued
	Title  string `json:"title,omitempty"`
	Type   string `json:"type,omitempty"`
	TaxNo  string `json:"tax_no,omitempty"`
	Email  string `json:"email,omitempty"`
	Issued string `json:"issued,omitempty"`
	Due    string `json:"due,omitempty"`
	Number string `json:"invoice_no,omitempty"`
}

// States of an invoice.
const (
	InvoiceNone    = "未开"
	InvoicePending = "开具中"
	InvoiceIssued  = "已开"
)

// UnmarshalJSON reads an object, or a text that is the state.
func (i *Invoice) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, &i.State)
	}
	type plain Invoice
	if err := json.Unmarshal(data, (*plain)(i)); err != nil {
		return fmt.Errorf("invoice: %w", err)
	}
	return nil
}

// Return is a return or an exchange under way.
type Return struct {
	Number  string `json:"number"`
	Spec    string `json:"spec,omitempty"` // the variant wanted instead: an exchange
	Product string `json:"product,omitempty"`
	Reason  string `json:"reason,omitempty"`
	To      string `json:"to"`
	SendBy  string `json:"send_by"`
	Sent    bool   `json:"sent,omitempty"`   // the buyer has sent it
	Status  string `json:"status,omitempty"` // of the order before
}

// Claim is a demand for compensation.
type Claim struct {
	Number string `json:"number"` // of its ticket
	Amount Cents  `json:"amount"`
	Due    string `json:"due,omitempty"`
}

// Service is a visit for repair or installation.
type Service struct {
	Number string `json:"number"` // of its ticket
	Kind   string `json:"kind,omitempty"`
	Slot   string `json:"slot"`
}

// Pieces is how many of the product were bought.
func (o Order) Pieces() int { return max(1, o.Quantity) }

// SignedAt splits a signature into its moment and who or what signed.
func (o Order) SignedAt() (moment, by string) {
	fields := strings.Fields(o.Signed)
	switch {
	case len(fields) >= 2 && strings.Contains(fields[1], ":"):
		return fields[0] + " " + fields[1], strings.Join(fields[2:], " ")
	case len(fields) >= 1:
		return fields[0], strings.Join(fields[1:], " ")
	}
	return "", ""
}
