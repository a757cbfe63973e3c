package places

import (
	"slices"
	"testing"
)

func TestKnown(t *testing.T) {
	g := Known()
	if len(g.Provinces) != 34 {
		t.Errorf("%d provinces, want 34", len(g.Provinces))
	}
	names := map[string]bool{}
	for _, p := range g.Provinces {
		if names[p.Name] || p.Name == "" || p.Municipal() != (len(p.Cities) == 0) {
			t.Errorf("%+v", p)
		}
		names[p.Name] = true
		for _, city := range slices.Concat(p.Cities, p.Counties) {
			if n := len([]rune(city)); n < 2 || n > 5 {
				t.Errorf("%s: city %q", p.Name, city)
			}
		}
	}
	for _, want := range []string{"内蒙古", "新疆", "湖北", "香港", "重庆"} {
		if !names[want] {
			t.Errorf("%s is missing", want)
		}
	}
	for _, c := range g.Cities {
		if c.Name == "" || len(c.Districts) == 0 {
			t.Errorf("%+v", c)
		}
	}
}
