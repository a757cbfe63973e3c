package shop

import (
	_ "embed"
	"fmt"
	"io"
	"os"
	"time"
)

// maxFile bounds a shop file; a larger shop belongs behind the HTTP adapter.
const maxFile = 32 << 20

//go:embed demo.json
var demo []byte

// File is a shop as one JSON file. Keys that it does not name are left alone.
type File struct {
	Now       string     `json:"now"` // RFC 3339; when given, the dialogue's clock stands still at it
	Policy    Policy     `json:"policy"`
	Orders    []Order    `json:"orders"`
	Tickets   []Ticket   `json:"tickets"`
	Products  []Product  `json:"products"`
	Customers []Customer `json:"customers"`
	Charges   []Charge   `json:"charges"`
	Bookings  []Booking  `json:"bookings"`
	Fees      []Fee      `json:"fees"`
	Goods     []Goods    `json:"goods"`
}

// Demo is the project's own invented shop. Its first order belongs to the customer as whom the softphone calls.
func Demo() (File, error) {
	f, err := Parse(demo)
	if err != nil {
		return File{}, fmt.Errorf("built-in demo shop: %w", err)
	}
	return f, nil
}

// ReadFile reads and checks a shop file.
func ReadFile(path string) (File, error) {
	in, err := os.Open(path)
	if err != nil {
		return File{}, fmt.Errorf("open shop file: %w", err)
	}
	defer func() { _ = in.Close() }()
	data, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err != nil {
		return File{}, fmt.Errorf("read shop file %s: %w", path, err)
	}
	if len(data) > maxFile {
		return File{}, fmt.Errorf("shop file %s is over %d MB: put the shop behind the HTTP adapter", path, maxFile>>20)
	}
	f, err := Parse(data)
	if err != nil {
		return File{}, fmt.Errorf("shop file %s: %w", path, err)
	}
	return f, nil
}

// Clock is the file's fixed clock, or fallback where it has none.
func (f File) Clock(fallback func() time.Time) func() time.Time {
	at, err := time.Parse(time.RFC3339, f.Now)
	if err != nil {
		return fallback
	}
	return func() time.Time { return at }
}

// FirstCaller is the phone of the file's first order.
func (f File) FirstCaller() string { return f.Orders[0].Phone }
