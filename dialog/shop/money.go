package shop

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Cents is an amount of money in hundredths of a yuan; in JSON it is a number of yuan with at most two decimals (329.5).
// Sums of floats would drift, so there are none.
type Cents int64

// mostCents bounds an amount: a hundred million yuan.
const mostCents = 100_000_000_00

// ParseCents reads yuan such as "12", "12.5" or "12.50"; more than two decimals, signs and exponents are errors.
func ParseCents(text string) (Cents, error) {
	whole, part, dotted := strings.Cut(text, ".")
	bad := fmt.Errorf("%q is no amount in yuan: write 12, 12.5 or 12.50", text)
	if !digits(whole, 1, 10) || dotted && !digits(part, 1, 2) {
		return 0, bad
	}
	yuan, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return 0, bad
	}
	if len(part) == 1 {
		part += "0"
	}
	cents := int64(0)
	if part != "" {
		if cents, err = strconv.ParseInt(part, 10, 64); err != nil {
			return 0, bad
		}
	}
	if yuan*100+cents > mostCents {
		return 0, bad
	}
	return Cents(yuan*100 + cents), nil
}

// String writes yuan with two decimals, as facts carry money: "12.50".
func (c Cents) String() string {
	sign := ""
	if c < 0 {
		sign, c = "-", -c
	}
	return fmt.Sprintf("%s%d.%02d", sign, c/100, c%100)
}

// Yuan is the amount as a number of yuan, for speaking only.
func (c Cents) Yuan() float64 { return float64(c) / 100 }

// MarshalJSON writes a number of yuan.
func (c Cents) MarshalJSON() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalJSON reads a number of yuan.
func (c *Cents) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var text json.Number
	if err := json.Unmarshal(data, &text); err != nil || len(data) > 0 && data[0] == '"' {
		return fmt.Errorf("%.40s is no amount in yuan: write a number such as 12.5", data)
	}
	got, err := ParseCents(string(text))
	if err != nil {
		return err
	}
	*c = got
	return nil
}
