package shop

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// checkFacts says which fact of a service is not as its type wants.
func (s Spec) checkFacts(f Facts) error {
	for name, value := range f {
		if t, ok := s.Gives[name]; ok && value != "" {
			if err := t.check(value); err != nil {
				return fmt.Errorf("fact %s: %w", name, err)
			}
		}
	}
	return nil
}

// checkReceipt says what is wrong with the receipt of a service.
func (s Spec) checkReceipt(r Receipt) error {
	if r.Refused != "" && !slices.Contains(s.Refusals, r.Refused) {
		return fmt.Errorf("refused %q is not among the codes of this kind", r.Refused)
	}
	return s.checkFacts(r.Facts)
}

func (t Type) check(value string) error {
	bad := fmt.Errorf("%.40q is not of type %s", value, t)
	switch t {
	case TypeMoney:
		_, err := ParseCents(value)
		return err
	case TypeNumber:
		if !digits(value, 1, 9) {
			return bad
		}
	case TypeDigits:
		if !digits(strings.ReplaceAll(value, "-", ""), 1, 32) { // a virtual number has its extension after a dash
			return bad
		}
	case TypeMoment:
		_, err := ParseMoment(value, time.UTC)
		return err
	case TypePeriod, TypePeriods:
		for _, one := range strings.Split(value, "|") {
			if _, err := ParsePeriod(one, time.UTC); err != nil {
				return err
			}
		}
	case TypeYesNo:
		if value != "yes" && value != "no" {
			return bad
		}
	}
	return nil
}
