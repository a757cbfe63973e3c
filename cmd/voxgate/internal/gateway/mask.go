package gateway

import (
	"regexp"
	"strings"
)

var (
	mobileNumber = regexp.MustCompile(`\b1[3-9]\d{9}\b`)
	longNumber   = regexp.MustCompile(`[0-9]{7,}`)
	emailAddress = regexp.MustCompile(`[\w.+-]+@[\w-]+\.[\w.-]+`)
	roomAndHouse = regexp.MustCompile(`\d+(号楼|号院|号|栋|幢|单元|室|弄)[0-9-]*`)
)

// Mask hides personal data in text for logs, records and captions: the middle of telephone and long numbers, e-mail
// addresses, and house and room numbers of addresses.
func Mask(text string) string {
	text = emailAddress.ReplaceAllString(text, "***@***")
	text = mobileNumber.ReplaceAllStringFunc(text, MaskNumber)
	text = longNumber.ReplaceAllStringFunc(text, MaskNumber)
	return roomAndHouse.ReplaceAllString(text, "*$1")
}

// maxStars bounds what hides a number: a caller's number may have thousands of characters, and every log line shows it.
const maxStars = 16

// MaskNumber keeps the first three and last four digits: 138****3721. Shorter numbers keep the last two.
func MaskNumber(number string) string {
	switch n := len(number); {
	case n >= 8:
		return number[:3] + strings.Repeat("*", min(n-7, maxStars)) + number[n-4:]
	case n > 2:
		return strings.Repeat("*", n-2) + number[n-2:]
	}
	return number
}
