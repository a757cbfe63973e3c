package nlu

import (
	"slices"
	"strings"
)

// piece is one item of a number as said: a digit, a repeated digit, a cardinal.
type piece struct {
	digits   string
	cardinal bool
	from, to int // in runes
}

// piecesAt reads the items of a number from i on, over pauses.
func piecesAt(runes []rune, i int) []piece {
	var out []piece
	for at := i; at < len(runes); {
		digits, cardinal, n := digitsAt(runes, at)
		if n == 0 {
			break
		}
		out = append(out, piece{digits, cardinal, at, at + n})
		at += n
		at += pauseAt(runes, at)
	}
	return out
}

// longPhone is the length of a mobile number.
const longPhone = 11

// mobileNumber reports whether digits are a mobile number of the mainland.
func mobileNumber(digits string) bool {
	return len(digits) == longPhone && digits[0] == '1' && digits[1] >= '3'
}

// shortestBefore is how many digits make a number that a count of something may follow.
const shortestBefore = 3

// withoutCount drops a last item that counts what follows it and is none of the number: the 三 of 七二幺 三天没动.
func withoutCount(runes []rune, all []piece) []piece {
	n := len(all)
	if n < 2 {
		return all
	}
	last, before := all[n-1], joinPieces(all[:n-1])
	if len(before) < shortestBefore || len(last.digits) > 2 && !last.cardinal {
		return all
	}
	rest := string(runes[last.to:min(len(runes), last.to+12)])
	if !otherAfter.MatchString(rest) && !wordOfOne.MatchString(rest) {
		return all
	}
	gap := string(runes[all[n-2].to:last.from])
	switch {
	case gap != "" && !strings.ContainsAny(gap, "-—杠"),
		gap == "" && runes[last.from] == '两',
		gap == "" && runes[last.from] == '一' && wordOfOne.MatchString(rest),
		mobileNumber(before):
		return all[:n-1]
	}
	return all
}

// begunAgain leaves what was said behind a hesitation, where the caller began the number again: 幺三三 呃 幺三三零 九九….
// Without a word of hesitation only a whole mobile number is taken to be one.
func begunAgain(runes []rune, all []piece) []piece {
	whole := joinPieces(all)
	for k := 1; k < len(all); k++ {
		gap := string(runes[all[k-1].to:all[k].from])
		if gap == "" {
			continue
		}
		first, again := joinPieces(all[:k]), joinPieces(all[k:])
		same := min(len(first), shortestBefore)
		if same < 2 || len(again) < len(first) || len(first) == 2 && len(again) == 2 || !strings.HasPrefix(again, first[:same]) {
			continue
		}
		if mobileNumber(again) || thinks(gap) && !mobileNumber(whole) {
			return all[k:]
		}
	}
	return all
}

func thinks(gap string) bool {
	return slices.ContainsFunc(hesitations, func(w string) bool { return strings.Contains(gap, w) })
}

// hesitations are those of the pauses that a caller thinks in.
var hesitations = []string{"呃", "嗯", "额", "啊", "uh", "um", "er"}

func joinPieces(all []piece) string {
	var out strings.Builder
	for _, p := range all {
		out.WriteString(p.digits)
	}
	return out.String()
}

// falseStart reports whether a number that nothing names is only the beginning of one that the caller then said whole.
func (l *line) falseStart(c candidate, found map[string][]candidate) bool {
	for slot, all := range found {
		for _, whole := range all {
			same := len(c.value) >= 2 && len(whole.value) > len(c.value) && whole.start >= c.end && slot != "number"
			if same && (strings.HasPrefix(whole.value, c.value) || whole.value[:2] == c.value[:2] && instead.MatchString(l.whole[c.end:whole.start])) {
				return true
			}
		}
	}
	return false
}
