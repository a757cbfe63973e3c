// Package waybill knows what the numbers of couriers look like. The forms are what their customers see, gathered by hand;
// couriers change them without notice. So a form is a hint, which ranks readings and tells when a number is whole, and
// never a reason to refuse one: the look-up decides.
package waybill

import (
	"slices"
	"strings"
)

// Form is one shape of a courier's numbers: letters, then Least to Most digits, then letters again.
type Form struct {
	Courier     string
	Letters     string   // before the digits, "SF"; empty for none
	Least, Most int      // digits
	Begins      []string // what the digits begin with; none for anything
	After       string   // letters after the digits, "CN"; '?' for the two letters of any country
}

var forms = []Form{
	{"顺丰", "SF", 12, 13, nil, ""},
	{"顺丰", "", 12, 12, nil, ""},
	{"圆通", "YT", 13, 13, nil, ""},
	{"圆通", "", 18, 18, []string{"6", "7", "8", "9"}, ""},
	{"京东", "JD", 13, 15, nil, ""},
	{"京东", "JDX", 12, 12, nil, ""},
	{"京东", "JDK", 12, 12, nil, ""},
	{"京东", "JDV", 12, 13, nil, ""},
	{"京东", "JDVA", 11, 11, nil, ""},
	{"京东", "JDVB", 11, 11, nil, ""},
	{"京东", "JDVC", 11, 11, nil, ""},
	{"京东", "JDVD", 11, 11, nil, ""},
	{"京东", "JDVE", 11, 11, nil, ""},
	{"极兔", "JT", 12, 13, nil, ""},
	{"德邦", "DPK", 11, 12, nil, ""},
	{"德邦", "", 8, 10, nil, ""},
	{"中通", "", 14, 14, nil, ""},
	{"中通", "", 12, 12, nil, ""},
	{"中通", "ZTO", 12, 14, nil, ""},
	{"申通", "", 15, 15, []string{"77", "88", "99"}, ""},
	{"申通", "", 12, 13, nil, ""},
	{"申通", "STO", 12, 15, nil, ""},
	{"韵达", "", 13, 13, []string{"43", "46"}, ""},
	{"韵达", "", 15, 15, nil, ""},
	{"EMS", "", 13, 13, []string{"10", "11", "12", "95", "97", "98", "99"}, ""},
	{"邮政", "", 13, 13, []string{"96", "98", "99"}, ""},
	{"EMS", "??", 9, 9, nil, "??"},
}

// Forms are all that are known, those of one courier from the usual to the rare.
func Forms() []Form { return slices.Clone(forms) }

// Letters are the groups of letters with which numbers begin, each once.
func Letters() []string {
	var out []string
	for _, f := range forms {
		if f.Letters != "" && f.Letters[0] != '?' && !slices.Contains(out, f.Letters) {
			out = append(out, f.Letters)
		}
	}
	return out
}

// Couriers are those whose numbers look like this one, each once; none where nobody's do. A mail item whose check digit
// (Universal Postal Union, S10) is wrong is nobody's.
func Couriers(number string) []string {
	letters, digits, after := Split(number)
	var out []string
	for _, f := range forms {
		if f.fits(letters, digits, after) && !slices.Contains(out, f.Courier) {
			out = append(out, f.Courier)
		}
	}
	return out
}

// Split cuts a number into the letters before its digits, the digits, and what follows. Letters become upper case, spaces
// and hyphens are passed over.
func Split(number string) (letters, digits, after string) {
	number = strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(number))
	from := strings.IndexAny(number, "0123456789")
	if from < 0 {
		return number, "", ""
	}
	to := from
	for to < len(number) && number[to] >= '0' && number[to] <= '9' {
		to++
	}
	return number[:from], number[from:to], number[to:]
}

func (f Form) fits(letters, digits, after string) bool {
	if len(digits) < f.Least || len(digits) > f.Most {
		return false
	}
	if f.Letters == "??" {
		return latin(letters) && latin(after) && len(letters) == 2 && len(after) == 2 && mailCheck(digits)
	}
	if letters != f.Letters || after != f.After {
		return false
	}
	begins := func(b string) bool { return strings.HasPrefix(digits, b) }
	return len(f.Begins) == 0 || slices.ContainsFunc(f.Begins, begins)
}

func latin(text string) bool {
	return strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// mailCheck verifies the last of nine digits: weights 8 6 4 2 3 5 9 7, modulo 11.
func mailCheck(digits string) bool {
	sum := 0
	for i, weight := range []int{8, 6, 4, 2, 3, 5, 9, 7} {
		sum += int(digits[i]-'0') * weight
	}
	check := 11 - sum%11
	switch check {
	case 10:
		check = 0
	case 11:
		check = 5
	}
	return int(digits[8]-'0') == check
}

// Complete adds the letters that customers leave out after the courier's name: those of the courier's usual numbers, where
// some of the courier's numbers that begin so have as many digits. A number that has letters, or whose courier's usual
// numbers have none, comes back as Split reads it.
func Complete(number, courier string) string {
	letters, digits, after := Split(number)
	whole := letters + digits + after
	usual := slices.IndexFunc(forms, func(f Form) bool { return f.Courier == courier })
	if letters != "" || after != "" || usual < 0 || forms[usual].Letters == "" {
		return whole
	}
	first := forms[usual].Letters
	for _, f := range forms {
		if f.Courier == courier && strings.HasPrefix(f.Letters, first) && len(digits) >= f.Least && len(digits) <= f.Most {
			return first + digits
		}
	}
	return whole
}
