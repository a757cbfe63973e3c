package asr

import (
	"errors"
	"reflect"
	"testing"
)

func TestParseHints(t *testing.T) {
	for _, c := range []struct {
		expect, known string
		want          Hints
	}{
		{"", "", Hints{}},
		{"digits", "", Hints{Digits: true}},
		{"digits:11", " 13711029846 | SF1562204478319 |", Hints{Digits: true, MinDigits: 11, MaxDigits: 11, Known: []string{"13711029846", "SF1562204478319"}}},
		{"digits:4-18", "", Hints{Digits: true, MinDigits: 4, MaxDigits: 18}},
		{" digits:11-19 + waybill ", "", Hints{Digits: true, Waybill: true, MinDigits: 11, MaxDigits: 19}},
		{"waybill+only", "", Hints{Digits: true, Waybill: true, Only: true}},
		{"yesno", "", Hints{YesNo: true}},
		{"name+words:郭晓梅|空气炸锅", "", Hints{Name: true, Words: []string{"郭晓梅", "空气炸锅"}}},
	} {
		got, err := ParseHints(c.expect, c.known)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q, %q: %+v, %v", c.expect, c.known, got, err)
		}
	}
	for _, bad := range []string{"digit", "digits:", "digits:0", "digits:9-4", "digits:4-99", "digits:x", "yesno:1", "only", "digits:4-5-6", "name+only"} {
		if got, err := ParseHints(bad, ""); !errors.Is(err, ErrBadHints) || !reflect.DeepEqual(got, Hints{}) {
			t.Errorf("%q: %+v, %v", bad, got, err)
		}
	}
}

func FuzzParseHints(f *testing.F) {
	f.Add("digits:4-18+waybill", "13711029846|SF1562204478319")
	f.Add("words:|a+only", "||")
	f.Fuzz(func(t *testing.T, expect, known string) {
		h, err := ParseHints(expect, known)
		if err == nil && (h.MinDigits < 0 || h.MaxDigits > longestNumber || h.MinDigits > h.MaxDigits || h.Only && !h.Digits) {
			t.Errorf("%q: %+v", expect, h)
		}
	})
}
