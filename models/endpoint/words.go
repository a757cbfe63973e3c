package endpoint

import (
	"strconv"
	"strings"
	"unicode"
)

// Buckets is the number of weights of the model of complete texts.
const Buckets = 1 << 13

// Features are the buckets that a text falls into: its last words (in Chinese characters), its first ones, the whole of
// a short one, its length. Digit strings count as one sign whatever their digits.
func Features(lang, text string) []int {
	units := split(lang, text)
	n := len(units)
	at := func(i int) string {
		if i < 0 || i >= n {
			return "|"
		}
		return units[i]
	}
	joined := func(from, to int) string {
		var b strings.Builder
		for i := from; i < to; i++ {
			b.WriteString(at(i))
			b.WriteByte('_')
		}
		return b.String()
	}
	tails, whole := 4, 6
	if lang == "en" {
		tails, whole = 3, 4
	}
	keys := []string{"bias"}
	for k := 1; k <= tails; k++ {
		keys = append(keys, "t"+joined(n-k, n))
	}
	head := "h" + joined(0, 2)
	keys = append(keys, head, head+"t"+at(n-1), "s"+at(n-3)+"_"+at(n-1), "l"+strconv.Itoa(min(n, 12)))
	if n <= whole {
		keys = append(keys, "w"+joined(0, n))
	}
	out := make([]int, len(keys))
	for i, k := range keys {
		out[i] = bucket(lang + k)
	}
	return out
}

// split cuts a text into characters or, in English, words, with "#" for a digit string.
func split(lang, text string) []string {
	var units []string
	digits := false
	word := func(w string) {
		if number := strings.TrimFunc(w, unicode.IsDigit) == ""; number {
			if !digits {
				units = append(units, "#")
			}
			digits = true
			return
		}
		digits = false
		units = append(units, strings.ToLower(w))
	}
	if lang == "en" {
		for w := range strings.FieldsSeq(text) {
			word(w)
		}
		return units
	}
	for _, r := range text {
		if !unicode.IsSpace(r) {
			word(string(r))
		}
	}
	return units
}

// bucket is the FNV-1a hash of a key, folded.
func bucket(key string) int {
	h := uint32(2166136261)
	for i := range len(key) {
		h = (h ^ uint32(key[i])) * 16777619
	}
	return int((h ^ h>>15) & (Buckets - 1))
}
