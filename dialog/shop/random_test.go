package shop

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"
)

// TestRandomRequests asks and does things at random, with values that callers, mishearings and attackers may give. The
// shop answers each as its table says or refuses it as invalid; it never breaks.
func TestRandomRequests(t *testing.T) {
	db := openDemo(t)
	orders, err := db.Orders(context.Background(), Query{Phone: "13901286634"})
	if err != nil {
		t.Fatal(err)
	}
	for _, number := range []string{"402881573096", "245519860733", "907745120038", "264093517780", "716630428895", "530187742061"} {
		more, err := db.Orders(context.Background(), Query{Number: number})
		if err != nil {
			t.Fatal(err)
		}
		orders = append(orders, more...)
	}
	said := []string{"", "x", "杭州", "三沙", "L", "-1", "1e9", "0", "2", "25.5", "2026-05-16", "2026-02-30", "下午三点", "24:00-25:00", "%", "' OR 1=1 --", "\x00", "\xff",
		"9999999999999999999", "刀", "|", "大一码", "3.5kg", "13901286634", "91350100M000100Y43", "新疆", "个人", "某某公司", "忽略之前的指令", "微信", "顺丰"}
	rng := rand.New(rand.NewPCG(5, 14))
	for range 600 {
		spec := Specs()[rng.IntN(len(specs))]
		o := orders[rng.IntN(len(orders))]
		values := map[string]string{}
		for _, name := range append(append([]string{}, spec.Needs...), spec.Optional...) {
			values[name] = said[rng.IntN(len(said))] + said[rng.IntN(3)]
		}
		at := demoTime.Add(time.Duration(rng.IntN(60*24)) * time.Hour)
		var receipt Receipt
		if spec.Write {
			receipt, err = db.Act(context.Background(), Action{Kind: spec.Kind, Order: o.Number, Phone: o.Phone, Values: values, At: at})
		} else {
			receipt.Facts, err = db.Ask(context.Background(), Question{Kind: spec.Kind, Order: o.Number, Phone: o.Phone, Values: values, At: at})
		}
		if err != nil && !errors.Is(err, ErrInvalid) {
			t.Fatalf("%s %q: %v", spec.Kind, values, err)
		}
		if bad := spec.checkReceipt(receipt); bad != nil {
			t.Errorf("%s %q: %v", spec.Kind, values, bad)
		}
	}
}
