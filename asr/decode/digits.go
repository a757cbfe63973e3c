package decode

import "math"

// maxDigits bounds a digit string; no number of the trade is longer.
const maxDigits = 24

// endOdds[n] is how likely a string ends after n digits: tails of 4, codes of 6, phones of 11, waybills of 12 to 15,
// orders of 15, 18 and 19.
var endOdds = [maxDigits + 1]float64{
	0, .01, .02, .06, .5, .06, .2, .06, .15, .08, .1, .6, .5, .5, .35, .5, .2, .2, .7, .7, .8, .9, .9, .95, .99,
}

// lengths scores the length of a digit string.
type lengths struct{ end, more [maxDigits + 1]float32 }

// newLengths prefers minimum..maximum digits (0: open). Where only those are allowed it rules out all else; otherwise
// a caller who is asked for four digits may still say eleven.
func newLengths(minimum, maximum int, only bool) *lengths {
	l := &lengths{}
	for n := range endOdds {
		p := endOdds[n]
		asked := (minimum > 0 || maximum > 0) && n >= minimum && (maximum == 0 || n <= maximum)
		switch {
		case only && n < minimum:
			p = 0.0005
		case only && maximum > 0 && n >= maximum:
			p = 0.9995
		case n < minimum:
			p /= 8
		case asked && n == maximum:
			p = max(p, 0.85)
		case asked:
			p = max(p, 0.3)
		}
		l.end[n], l.more[n] = float32(math.Log(max(p, 1e-6))), float32(math.Log(max(1-p, 1e-6)))
	}
	return l
}

// knownTree is a prefix tree over the digit strings that the caller is likely to say.
type knownTree struct {
	next [][10]int32
	leaf []bool
}

// newKnownTree takes numbers in any spelling: letters and signs are passed over. Their last four and six digits are
// likely as well, for callers give tails.
func newKnownTree(numbers []string) *knownTree {
	t := &knownTree{next: make([][10]int32, 1), leaf: make([]bool, 1)}
	for _, n := range numbers {
		var digits []byte
		for i := range len(n) {
			if n[i] >= '0' && n[i] <= '9' {
				digits = append(digits, n[i]-'0')
			}
		}
		if len(digits) < 3 || len(digits) > maxDigits {
			continue
		}
		t.add(digits)
		for _, tail := range []int{4, 6} {
			if len(digits) > tail {
				t.add(digits[len(digits)-tail:])
			}
		}
	}
	return t
}

func (t *knownTree) add(digits []byte) {
	at := int32(0)
	for _, d := range digits {
		if t.next[at][d] == 0 {
			t.next = append(t.next, [10]int32{})
			t.leaf = append(t.leaf, false)
			t.next[at][d] = int32(len(t.next) - 1)
		}
		at = t.next[at][d]
	}
	t.leaf[at] = true
}

// walk follows ASCII digits from a place; -1 is "no known number".
func (t *knownTree) walk(at int32, digits string) int32 {
	for i := 0; i < len(digits) && at >= 0; i++ {
		next := t.next[at][digits[i]-'0']
		if next == 0 {
			return -1
		}
		at = next
	}
	return at
}
