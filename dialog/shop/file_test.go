package shop

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestParseErrors(t *testing.T) {
	order := `{"order_no":"123456789012","phone":"13901286634","product":"x","status":"运输中"%s}`
	with := func(more string) string { return `{"orders":[` + strings.Replace(order, "%s", more, 1) + `]}` }
	for _, c := range []struct{ text, want string }{
		{`{"orders":[`, "line 1"},
		{"{\n\n\"orders\": 3}", "line 3: orders must be a list"},
		{`{}`, `no "orders"`},
		{`{"now":"tomorrow","orders":[{"order_no":"123456789012"}]}`, "now"},
		{with(`,"eta":"soon"`), "orders[0]: order 123456789012: eta"},
		{with(`,"refund":{"due":"soon"}`), "refund.due"},
		{with(`,"amount":-1`), "orders[0]"},
		{`{"orders":[{"order_no":"12a456","phone":"1"}]}`, "order_no"},
		{`{"orders":[{"order_no":"123456789012","phone":"x"}]}`, "phone"},
		{`{"orders":[{"order_no":"123456789012","phone":"13901286634"}]}`, "product is missing"},
		{`{"orders":[{"order_no":"123456789012","phone":"13901286634","product":"x"}]}`, "status is missing"},
		{`{"orders":[` + strings.Replace(order, "%s", "", 1) + `,` + strings.Replace(order, "%s", "", 1) + `]}`, "order_no: entries 0 and 1 have the same"},
		{strings.TrimSuffix(with(""), "}") + `,"tickets":[{"ticket_no":"x"}]}`, "tickets[0]"},
		{"{\n\"policy\": {\"return_window_days\": -1}}", "line 2: policy: return_window_days: -1 is not between"},
		{`{"policy":{"appointment_parts":["半夜"]}}`, "上午, 下午 or 晚上"},
		{`{"policy":{"invoice_hours":"soon"}}`, "invoice_hours must be a whole number, not a string"},
		{"{\n\"fees\": [\n{\"to\": [\"*\"], \"first\": 1, \"days\": 1},\n{\"to\": [\"月球\"], \"first\": 1, \"days\": 1}]}", `line 4: fees[1]: to: "月球" is neither`},
		{`{"fees":[{"to":["*"]}]}`, `fees[0]: "first" and "days"`},
		{`{"goods":[{"words":["刀"],"verdict":"maybe"}]}`, "goods[0]: verdict"},
		{`{"goods":[{"words":["刀"],"verdict":"conditional"}]}`, `its "condition"`},
		{`{"products":[{"name":"x","specs":[{"spec":"L","stock":-1}]}]}`, "products[0]: x: specs[0]"},
		{`{"products":[{"name":"x","services":["cook"]}]}`, "repair or install"},
		{`{"customers":[{"phone":"13901286634","coupons":[{"name":"x"}]}]}`, "customers[0]: coupons[0]"},
		{`{"customers":[{"phone":"13901286634","account":{"state":"gone"}}]}`, "ok, locked or frozen"},
		{`{"charges":[{"phone":"13901286634"}]}`, "charges[0]"},
		{`{"bookings":[{"booking_no":"202605140003","phone":"13901286634","state":"booked","slot":"soon"}]}`, "bookings[0]: slot"},
		{with(`,"slots_available":["tomorrow"]`), "slots_available[0]"},
		{with(`,"items":[{"amount":1}]`), "items[0]"},
	} {
		if _, err := Parse([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.text, err, c.want)
		}
	}
}

func TestReadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.json")
	if _, err := ReadFile(path); err == nil {
		t.Error("a missing file was read")
	}
	text := `{"now":"2026-03-20T15:30:00+08:00","unknown":{"key":1},"orders":[{"order_no":"510023347781902266","phone":"13711029846","name":"许文强",
		"product":"空气炸锅","amount":329.0,"status":"运输中","eta":null,"insured":1}]}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := ReadFile(path)
	if err != nil || f.FirstCaller() != "13711029846" || f.Orders[0].ETA != "" {
		t.Fatalf("got %+v, %v", f, err)
	}
	if got := f.Clock(nil)(); !got.Equal(time.Date(2026, 3, 20, 7, 30, 0, 0, time.UTC)) {
		t.Errorf("clock is %s", got)
	}
	f.Now = ""
	if f.Clock(nil) != nil {
		t.Error("a file without now has a clock")
	}
}

func TestDemo(t *testing.T) {
	f, err := Demo()
	if err != nil {
		t.Fatal(err)
	}
	moving := 0
	for _, o := range f.Orders {
		if o.Phone == f.FirstCaller() && o.Status == "运输中" && o.ETA != "" {
			moving++
		}
	}
	if moving != 1 {
		t.Errorf("the first customer has %d parcels on their way, want 1", moving)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"orders":[{"order_no":"510023347781902266","phone":"13711029846","product":"x","status":"运输中","signed":"2026-03-18 11:05 快递柜"}]}`))
	f.Add([]byte(`{"now":"","orders":[null]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse(data)
		if err != nil {
			return
		}
		for _, o := range file.Orders {
			if o.Number == "" || o.Phone == "" || o.Status == "" {
				t.Errorf("accepted %+v", o)
			}
			o.SignedAt()
		}
		_ = file.FirstCaller()
	})
}
