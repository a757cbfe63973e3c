package evaluation

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// SlotScores is how exactly values were read, over the cases whose slots are known.
type SlotScores struct {
	Precision *Rate       `json:"precision"`
	Recall    *Rate       `json:"recall"`
	F1        float64     `json:"f1"`
	Numbers   *Rate       `json:"numbers_exact,omitempty"` // of the slots that are numbers: read, and each digit right
	Each      []SlotScore `json:"each"`
	Wrong     []SlotError `json:"wrong,omitempty"`
}

// SlotScore is the figures of one slot.
type SlotScore struct {
	Slot      string  `json:"slot"`
	Said      int     `json:"said"`
	Found     int     `json:"found"`
	Right     int     `json:"right"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// SlotError is one value that was missed, read otherwise, or not said.
type SlotError struct {
	Line int    `json:"line"`
	Text string `json:"text"`
	Slot string `json:"slot"`
	Want string `json:"want"`
	Got  string `json:"got"`
}

// numeric are the slots in which each digit counts.
var numeric = []string{"order_no", "waybill_no", "phone", "phone_tail", "order_tail", "waybill_tail", "number", "pickup_code", "ticket_no", "amount", "tax_no"}

func measureSlots(cases []Case, got []Understood, drawn [][]int) *SlotScores {
	precision, recall, numbers := make([]Count, len(cases)), make([]Count, len(cases)), make([]Count, len(cases))
	each := map[string]*SlotScore{}
	of := func(slot string) *SlotScore {
		if each[slot] == nil {
			each[slot] = &SlotScore{Slot: slot}
		}
		return each[slot]
	}
	out := &SlotScores{}
	any := false
	for i, c := range cases {
		if c.Slots == nil {
			continue
		}
		any = true
		for slot, want := range c.Slots {
			of(slot).Said++
			value := got[i].Slots[slot]
			right := sameValue(want, value)
			count := share(right)
			recall[i].Part, recall[i].Of = recall[i].Part+count.Part, recall[i].Of+1
			if slices.Contains(numeric, slot) {
				numbers[i].Part, numbers[i].Of = numbers[i].Part+count.Part, numbers[i].Of+1
			}
			if right {
				of(slot).Right++
			} else {
				out.Wrong = append(out.Wrong, SlotError{c.Line, c.Text, slot, want, value})
			}
		}
		for slot, value := range got[i].Slots {
			of(slot).Found++
			precision[i].Of++
			if want, ok := c.Slots[slot]; ok && sameValue(want, value) {
				precision[i].Part++
			} else if !ok {
				out.Wrong = append(out.Wrong, SlotError{c.Line, c.Text, slot, "", value})
			}
		}
	}
	if !any {
		return nil
	}
	out.Precision, out.Recall, out.Numbers = rate(precision, drawn), rate(recall, drawn), rate(numbers, drawn)
	right, said, found := 0, 0, 0
	for _, s := range each {
		s.Precision, s.Recall, s.F1 = part(s.Right, s.Found), part(s.Right, s.Said), part(2*s.Right, s.Found+s.Said)
		right, said, found = right+s.Right, said+s.Said, found+s.Found
		out.Each = append(out.Each, *s)
	}
	out.F1 = part(2*right, said+found)
	slices.SortFunc(out.Each, func(a, b SlotScore) int { return cmp.Or(cmp.Compare(b.Said, a.Said), cmp.Compare(a.Slot, b.Slot)) })
	slices.SortFunc(out.Wrong, func(a, b SlotError) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Slot, b.Slot)) })
	return out
}

func part(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// sameValue compares values without spaces, marks and case; numbers by what they are worth.
func sameValue(want, got string) bool {
	a, errA := strconv.ParseFloat(want, 64)
	b, errB := strconv.ParseFloat(got, 64)
	if errA == nil && errB == nil && !strings.HasPrefix(want, "0") && len(want) < 15 {
		return math.Abs(a-b) < 1e-6
	}
	return bare(want) == bare(got)
}

func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) && r != '-' && r != '.' && r != '@' {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}
