package decode

import (
	"testing"

	"voxgate/asr"
)

// FuzzKnownNumbers hears a number while others are known: whatever they are, the result is a reading.
func FuzzKnownNumbers(f *testing.F) {
	f.Add("13711029846", "SF1562204478319", true)
	f.Add("3721", "98213722", false)
	f.Add("0", "", true)
	f.Fuzz(func(t *testing.T, said, known string, waybill bool) {
		zh := language(t, "zh")
		digits := onlyOf(said, "0123456789")
		digits = digits[:min(len(digits), 12)]
		if digits == "" {
			return
		}
		h := asr.Hints{Digits: true, Waybill: waybill, MaxDigits: 4 * (len(known) % 5), Known: []string{known, said}}
		got := decodeRows(zh, h, rows(t, zh, spoken(digits), 0.7))
		if got.Text == "" || got.Confidence < 0 || got.Confidence > 1 {
			t.Errorf("%q of %q: %+v", digits, known, got)
		}
	})
}
