// Package endpoint is what ships to tell whether a caller's turn is over: a model of how complete a text is, and a small
// network that weighs it against the quiet so far, the digits wanted and what the dialogue expects. Package asr/endpoint
// decides by it; models/recipe/endpoint fits it.
package endpoint

import (
	"math"
	"strings"
	"unicode"
)

// Input is what is known at one step of quiet. Times are in seconds.
type Input struct {
	Text   string  `json:"text"`   // reading so far
	Lang   string  `json:"lang"`   // "zh" or "en"
	Quiet  float64 `json:"quiet"`  // since the last voiced step
	Stable float64 `json:"stable"` // since the reading last changed
	Speech float64 `json:"speech"` // probability that somebody speaks, 0..1, mean of the quiet steps
	End    float64 `json:"end"`    // language model's probability that a sentence ends here, 0..1
	Digits int     `json:"digits"` // length of the digit string at the end of the reading
	Known  bool    `json:"known"`  // that string is a whole number of the caller's

	Asked    bool `json:"asked"` // digits are expected,
	MinAsked int  `json:"min"`   // so many at least (0: open)
	MaxAsked int  `json:"max"`   // and at most
	Waybill  bool `json:"waybill"`
	YesNo    bool `json:"yesno"`
	Name     bool `json:"name"`
}

// Example is a step of quiet of which it is known whether the turn was over.
type Example struct {
	Input
	Over  bool    `json:"over"`
	Class string  `json:"class"` // of the turn
	Turn  int     `json:"turn"`  // its number
	Now   float64 `json:"now"`   // seconds since the recording began
}

// Number says how far a digit string at the end of a reading has come.
type Number int

// The states of a number.
const (
	NoNumber  Number = iota // the reading ends in words, and no digits are expected
	Awaited                 // digits are expected, none came yet
	Full                    // as many as may come, or a number of the caller's
	PhoneLike               // eleven digits that begin as a mobile number does
	OrderLike               // eighteen digits
	ShipLike                // 12 to 15 digits where a waybill is expected or its letters were said
	Within                  // of a length that may be enough
	Short                   // fewer than were asked for
	Tail                    // four or six digits that nobody asked for
	Loose                   // of another length
	numbers
)

// Number is the state of the digit string at the end of the reading.
func (in Input) Number() Number {
	n := in.Digits
	switch {
	case n == 0 && in.Asked:
		return Awaited
	case n == 0:
		return NoNumber
	case in.Known && n >= 8, in.MaxAsked > 0 && n >= in.MaxAsked:
		return Full
	case in.MinAsked > 0 && n < in.MinAsked:
		return Short
	case n == 11 && in.mobile():
		return PhoneLike
	case n == 18:
		return OrderLike
	case n >= 12 && n <= 15 && (in.Waybill || in.lettered()):
		return ShipLike
	case in.MinAsked > 0 && n >= in.MinAsked:
		return Within
	case n == 4 || n == 6:
		return Tail
	}
	return Loose
}

// mobile says that the eleven digits at the end begin as mainland mobile numbers do.
func (in Input) mobile() bool {
	digits := in.tail(11)
	return len(digits) == 11 && digits[0] == '1' && digits[1] >= '3'
}

// lettered says that capital letters stand before the digits at the end.
func (in Input) lettered() bool {
	before := strings.TrimRightFunc(strings.TrimRightFunc(in.Text, unicode.IsDigit), unicode.IsSpace)
	return before != "" && before[len(before)-1] >= 'A' && before[len(before)-1] <= 'Z'
}

// tail are the last n bytes of the reading, spaces left out.
func (in Input) tail(n int) string {
	text := strings.ReplaceAll(in.Text, " ", "")
	return text[max(0, len(text)-n):]
}

// syllables counts hanzi, digits and, in English, words.
func (in Input) syllables() int {
	if in.Lang == "en" {
		return len(strings.Fields(in.Text))
	}
	n := 0
	for _, r := range in.Text {
		if r != ' ' {
			n++
		}
	}
	return n
}

// Inputs is the number of features of the network.
const Inputs = 14 + int(numbers)

// Dense are the features of the network; text is the completeness of the words, as Model.Complete has it.
func (in Input) Dense(text float64) [Inputs]float64 {
	syllables := float64(in.syllables())
	number := in.Number()
	flag := func(on bool) float64 {
		if on {
			return 1
		}
		return 0
	}
	text = min(max(text, -6), 6)
	wordy := flag(in.Digits == 0 && in.Text != "")
	x := [Inputs]float64{
		min(in.Quiet, 2),
		math.Log(in.Quiet + 0.04),
		flag(in.Quiet > 0.3),
		wordy * text / 2,
		wordy * logit(in.End) / 2,
		flag(in.Text == ""),
		min(in.Stable, 1),
		min(syllables, 20) / 10,
		4 * in.Speech,
		flag(in.YesNo),
		flag(in.YesNo && wordy > 0 && syllables <= 4),
		flag(in.Name && wordy > 0),
		flag(in.Lang == "en"),
		wordy * text / 2 * min(in.Quiet, 1),
	}
	x[Inputs-int(numbers)+int(number)] = 1
	return x
}

func logit(p float64) float64 {
	p = min(max(p, 1e-3), 1-1e-3)
	return math.Log(p / (1 - p))
}
