package shop

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
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
	Now     string   `json:"now"` // RFC 3339; when given, the dialogue's clock stands still at it
	Orders  []Order  `json:"orders"`
	Tickets []Ticket `json:"tickets"`
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

// Parse reads and checks the text of a shop file. An error names the line or the entry.
func Parse(data []byte) (File, error) {
	var f File
	if err := json.Unmarshal(data, &f); err != nil {
		return File{}, placed(data, err)
	}
	if len(f.Orders) == 0 {
		return File{}, errors.New(`it has no "orders": write at least one, shaped like the built-in demo shop`)
	}
	if f.Now != "" {
		if _, err := time.Parse(time.RFC3339, f.Now); err != nil {
			return File{}, fmt.Errorf(`now: %q is no RFC 3339 time such as "2026-05-14T10:20:00+08:00"`, f.Now)
		}
	}
	seen := map[string]int{}
	for i, o := range f.Orders {
		if err := o.check(); err != nil {
			return File{}, fmt.Errorf("orders[%d]: %w", i, err)
		}
		if j, twice := seen[o.Number]; twice {
			return File{}, fmt.Errorf("orders[%d] and orders[%d] have the same order_no %s", j, i, o.Number)
		}
		seen[o.Number] = i
	}
	for i, t := range f.Tickets {
		if !digits(t.Number, 6, 20) || !digits(t.Phone, 5, 15) {
			return File{}, fmt.Errorf("tickets[%d]: ticket_no and phone must be digits", i)
		}
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
	}
	signed, _ := o.SignedAt()
	moments := []struct{ key, text string }{
		{"placed", o.Placed}, {"ship_by", o.ShipBy}, {"last_time", o.LastTime}, {"eta", o.ETA}, {"signed", signed},
	}
	if o.Refund != nil {
		moments = append(moments, []struct{ key, text string }{
			{"refund.due", o.Refund.Due}, {"refund.warehouse_signed", o.Refund.WarehouseSigned},
		}...)
	}
	for _, m := range moments {
		if m.text == "" {
			continue
		}
		if _, err := ParseMoment(m.text, time.UTC); err != nil {
			return fmt.Errorf("order %s: %s: %w", o.Number, m.key, err)
		}
	}
	return nil
}

// placed adds line and key to an error of the JSON decoder.
func placed(data []byte, err error) error {
	var syntax *json.SyntaxError
	var typed *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d: %w", line(data, syntax.Offset), err)
	case errors.As(err, &typed):
		return fmt.Errorf("line %d: %s must be a %s, not a %s", line(data, typed.Offset), typed.Field, typed.Type, typed.Value)
	}
	return err
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
