package reply

import (
	"regexp"
	"strings"
)

var (
	phoneShape = regexp.MustCompile(`\b(1[3-9]\d)\d{4}(\d{4})\b`)
	longNumber = regexp.MustCompile(`\d{6,}`)
	houseShape = regexp.MustCompile(`(\p{Han}+(?:路|街|道|巷|弄|小区|村|镇))[\p{Han}\d\-]*\d[\p{Han}\d\-]*`)
)

// MaskPhone hides the middle of a phone number: 138****3721.
func MaskPhone(phone string) string {
	switch {
	case phone == "":
		return ""
	case len(phone) == 11:
		return phone[:3] + "****" + phone[7:]
	case len(phone) > 4:
		return strings.Repeat("*", len(phone)-4) + phone[len(phone)-4:]
	}
	return strings.Repeat("*", len(phone))
}

// MaskName hides all but the family name, and keeps the last character of a longer one: 李*, 李*国.
func MaskName(name string) string {
	runes := []rune(strings.TrimSpace(name))
	switch {
	case len(runes) < 2:
		return string(runes)
	case len(runes) == 2:
		return string(runes[0]) + "*"
	}
	return string(runes[0]) + strings.Repeat("*", len(runes)-2) + string(runes[len(runes)-1])
}

// MaskText hides what may identify a person in a line: phone numbers, the inside of long numbers, house numbers, and the names given.
func MaskText(text string, names ...string) string {
	text = phoneShape.ReplaceAllString(text, "$1****$2")
	text = longNumber.ReplaceAllStringFunc(text, func(n string) string {
		return strings.Repeat("*", len(n)-4) + n[len(n)-4:]
	})
	text = houseShape.ReplaceAllString(text, "$1***")
	for _, name := range names {
		if len([]rune(name)) >= 2 {
			text = strings.ReplaceAll(text, name, MaskName(name))
		}
	}
	return text
}
