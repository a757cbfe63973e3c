package shop

import (
	"slices"
	"testing"
)

func TestSpecsAreWhole(t *testing.T) {
	types := []Type{TypeMoney, TypeNumber, TypeDigits, TypeMoment, TypePeriod, TypePeriods, TypeYesNo, TypeCode, TypePlace, TypeCourier,
		TypeProduct, TypeName, TypeText, TypeTexts}
	used := map[string]bool{}
	for _, s := range Specs() {
		if !slices.Contains([]string{OnOrder, OnPhone, OnNone}, s.On) {
			t.Errorf("%s is about %q", s.Kind, s.On)
		}
		for name, kind := range s.Gives {
			if !slices.Contains(types, kind) {
				t.Errorf("%s: %s has the unknown type %q", s.Kind, name, kind)
			}
		}
		for _, code := range s.Refusals {
			used[code] = true
			if Reasons()[code] == "" {
				t.Errorf("%s: refusal %q has no meaning", s.Kind, code)
			}
		}
		if _, ok := s.Gives[FactEligible]; !s.Write && ok != (len(s.Refusals) > 0) {
			t.Errorf("%s: refusals and the fact %q go together", s.Kind, FactEligible)
		}
		if s.Any && len(s.Optional) == 0 {
			t.Errorf("%s wants any of no values", s.Kind)
		}
	}
	for code := range Reasons() {
		if !used[code] {
			t.Errorf("no kind refuses with %q", code)
		}
	}
	if n := len(byKind(checks, lookups, acts)); n != len(checks)+len(lookups)+len(acts) || n != len(Specs()) {
		t.Errorf("%d kinds of %d: one is there twice", n, len(checks)+len(lookups)+len(acts))
	}
}

func TestCents(t *testing.T) {
	for text, want := range map[string]Cents{"0": 0, "12": 1200, "12.5": 1250, "12.50": 1250, "0.07": 7, "79.8": 7980, "100000000": mostCents} {
		got, err := ParseCents(text)
		if err != nil || got != want {
			t.Errorf("%s: got %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-1", "+1", "1.", ".5", "1.234", "1e3", "99999999999", "100000000.01", "１２"} {
		if got, err := ParseCents(text); err == nil {
			t.Errorf("%q was taken as %d", text, got)
		}
	}
	if got := Cents(-1205).String(); got != "-12.05" {
		t.Errorf("got %s", got)
	}
}
