package shop

import (
	"errors"
	"fmt"
)

// Customer is what the shop knows of the owner of a phone.
type Customer struct {
	Phone       string     `json:"phone"`
	Level       string     `json:"level,omitempty"`
	Birthday    string     `json:"birthday,omitempty"` // 05-20
	Points      int        `json:"points,omitempty"`
	PointsUntil string     `json:"points_until,omitempty"`
	Membership  *Member    `json:"member,omitempty"`
	Coupons     []Coupon   `json:"coupons,omitempty"`
	RedPacket   *RedPacket `json:"red_packet,omitempty"`
	Account     *Account   `json:"account,omitempty"` // missing: in order
}

// Member is a paid membership.
type Member struct {
	Until  string `json:"until"`
	Fee    Cents  `json:"fee"`
	Renews bool   `json:"renews"`
}

// Coupon is money off an order.
type Coupon struct {
	Name     string `json:"name"`
	Amount   Cents  `json:"amount"`
	Least    Cents  `json:"min,omitempty"` // of the order
	From     string `json:"from,omitempty"`
	Until    string `json:"until"`
	Category string `json:"category,omitempty"` // that it is for
	Used     bool   `json:"used,omitempty"`
	Resent   bool   `json:"resent,omitempty"` // it stands in for an expired one, or was replaced by such
}

// RedPacket is money off without a least amount.
type RedPacket struct {
	Amount Cents  `json:"amount"`
	Until  string `json:"until"`
}

// Account is the state of a customer's login.
type Account struct {
	State string `json:"state"`         // AccountOK, AccountLocked or AccountFrozen
	Why   string `json:"why,omitempty"` // password, risk, theft
	Until string `json:"until,omitempty"`
}

// States of an account.
const (
	AccountOK     = "ok"
	AccountLocked = "locked"
	AccountFrozen = "frozen"
)

// Charge is money that was taken without an order.
type Charge struct {
	Phone  string `json:"phone"`
	Amount Cents  `json:"amount"`
	Method string `json:"method"`
	At     string `json:"at"`
	Due    string `json:"refund_due"` // when it will be back
}

// Booking is a parcel that a courier shall fetch.
type Booking struct {
	Number      string `json:"booking_no"`
	Phone       string `json:"phone"`
	Name        string `json:"name,omitempty"`
	Origin      string `json:"origin"`
	Destination string `json:"destination"`
	Product     string `json:"product,omitempty"`
	Weight      int    `json:"weight,omitempty"` // kilograms
	Courier     string `json:"courier,omitempty"`
	Fee         Cents  `json:"fee,omitempty"`
	Slot        string `json:"slot"`
	State       string `json:"state"` // BookingOpen, BookingFetched or BookingCancelled
	Man         string `json:"courier_man,omitempty"`
	ManPhone    string `json:"courier_phone,omitempty"`
}

// States of a booking.
const (
	BookingOpen      = "booked"
	BookingFetched   = "picked_up"
	BookingCancelled = "cancelled"
)

// check says what is wrong with a customer.
func (c Customer) check() error {
	if !digits(c.Phone, 5, 15) {
		return errors.New("phone must be digits")
	}
	if c.Points < 0 {
		return errors.New("points are negative")
	}
	if err := checkMoment("points_until", c.PointsUntil); err != nil {
		return err
	}
	if a := c.Account; a != nil {
		if a.State != AccountOK && a.State != AccountLocked && a.State != AccountFrozen {
			return fmt.Errorf("account: state %q: write ok, locked or frozen", a.State)
		}
		if err := checkMoment("account.until", a.Until); err != nil {
			return err
		}
	}
	if m := c.Membership; m != nil {
		if err := checkMoment("member.until", m.Until); err != nil {
			return err
		}
	}
	if r := c.RedPacket; r != nil {
		if err := checkMoment("red_packet.until", r.Until); err != nil {
			return err
		}
	}
	for i, coupon := range c.Coupons {
		if coupon.Name == "" || coupon.Until == "" {
			return fmt.Errorf("coupons[%d] wants a name and until", i)
		}
		if err := errors.Join(checkMoment("from", coupon.From), checkMoment("until", coupon.Until)); err != nil {
			return fmt.Errorf("coupons[%d]: %w", i, err)
		}
	}
	return nil
}

// check says what is wrong with a charge.
func (c Charge) check() error {
	if !digits(c.Phone, 5, 15) || c.Amount <= 0 {
		return errors.New("a charge wants a phone of digits and an amount above zero")
	}
	return errors.Join(checkMoment("at", c.At), checkMoment("refund_due", c.Due))
}

// check says what is wrong with a booking.
func (b Booking) check() error {
	switch {
	case !digits(b.Number, 6, 20) || !digits(b.Phone, 5, 15):
		return errors.New("booking_no and phone must be digits")
	case b.State != BookingOpen && b.State != BookingFetched && b.State != BookingCancelled:
		return fmt.Errorf("state %q: write booked, picked_up or cancelled", b.State)
	}
	return checkPeriod("slot", b.Slot)
}
