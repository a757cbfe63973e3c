package asr

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrBadHints says that a description of hints cannot be read. The error that wraps it names the part and what may stand there.
var ErrBadHints = errors.New("hints cannot be read")

// longestNumber bounds the digits that can be asked for; no number of the trade is longer.
const longestNumber = 24

// ParseHints reads hints from text, as manifests and command lines give them. expect is a list of terms joined by '+':
// "digits" (of any length), "digits:11", "digits:4-18", "waybill", "yesno", "name", "words:A|B", "only" (nothing but the
// number); empty expects anything. known lists likely numbers, with '|' between them. Spaces around terms are ignored.
func ParseHints(expect, known string) (Hints, error) {
	var h Hints
	for term := range strings.SplitSeq(expect, "+") {
		name, arg, given := strings.Cut(strings.TrimSpace(term), ":")
		if given && name != "digits" && name != "words" {
			return Hints{}, fmt.Errorf("%w: %q takes nothing after ':'", ErrBadHints, name)
		}
		switch name {
		case "":
		case "digits":
			h.Digits = true
			if !given {
				break
			}
			var err error
			if h.MinDigits, h.MaxDigits, err = parseLengths(arg); err != nil {
				return Hints{}, err
			}
		case "waybill":
			h.Digits, h.Waybill = true, true
		case "yesno":
			h.YesNo = true
		case "name":
			h.Name = true
		case "words":
			h.Words = append(h.Words, splitList(arg)...)
		case "only":
			h.Only = true
		default:
			return Hints{}, fmt.Errorf("%w: %q is none of digits, digits:N, digits:N-M, waybill, yesno, name, words:A|B, only", ErrBadHints, name)
		}
	}
	if h.Only && !h.Digits {
		return Hints{}, fmt.Errorf("%w: \"only\" needs digits or waybill beside it", ErrBadHints)
	}
	h.Known = splitList(known)
	return h, nil
}

// parseLengths reads "11" or "4-18".
func parseLengths(text string) (least, most int, err error) {
	low, high, ranged := strings.Cut(text, "-")
	if !ranged {
		high = low
	}
	least, err1 := strconv.Atoi(strings.TrimSpace(low))
	most, err2 := strconv.Atoi(strings.TrimSpace(high))
	if err1 != nil || err2 != nil || least < 1 || most < least || most > longestNumber {
		return 0, 0, fmt.Errorf("%w: digits:%s: give a length from 1 to %d or two of them, as digits:4-18", ErrBadHints, text, longestNumber)
	}
	return least, most, nil
}

// splitList splits at '|' and leaves out what is empty.
func splitList(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, "|") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
