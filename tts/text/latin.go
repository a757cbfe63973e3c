package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// sayAddress says a web or mail address or the name of an account: names in English, signs by name.
func sayAddress(_ *scanner, m []string) (string, bool) {
	address := strings.TrimPrefix(strings.TrimPrefix(m[0], "https://"), "http://")
	address = strings.TrimRight(address, "/.")
	var b strings.Builder
	for len(address) > 0 {
		i := strings.IndexAny(address, ".@-_/")
		if i < 0 {
			i = len(address)
		}
		b.WriteString(sayName(address[:i]))
		if i < len(address) {
			b.WriteString(addressSigns[address[i]])
			i++
		}
		address = address[i:]
	}
	return b.String(), true
}

var addressSigns = map[byte]string{'.': "点", '@': "{at}", '-': "杠", '_': "下划线", '/': "斜杠"}

// sayName says letters and digits mixed: digits one by one, letters as a word or by name.
func sayName(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, _ := utf8.DecodeRuneInString(s)
		n := strings.IndexFunc(s, func(x rune) bool { return isASCIIDigit(x) != isASCIIDigit(r) })
		if n < 0 {
			n = len(s)
		}
		if isASCIIDigit(r) {
			b.WriteString(digits(s[:n], "幺"))
		} else {
			b.WriteString(latin(s[:n]))
		}
		s = s[n:]
	}
	return b.String()
}

// sayLatin says a run of letters; a single letter at the end of a compound is one by itself (Type-C).
func sayLatin(_ *scanner, m []string) (string, bool) {
	if head, last, ok := strings.Cut(m[0], "-"); ok && len(last) == 1 {
		return latin(head) + latin(last), true
	}
	return latin(m[0]), true
}

// latin marks English: short runs of capitals, or without a vowel, are said by letter, the rest as words.
func latin(s string) string {
	capitals := strings.ToUpper(s) == s && !capitalWords[s]
	if len(s) == 1 || len(s) <= 4 && (capitals || !strings.ContainsAny(s, "aeiouyAEIOUY")) {
		return letters(s)
	}
	return string(openLatin) + strings.ReplaceAll(s, "’", "'") + string(shutLatin)
}

// capitalWords are written in capitals but said as words.
var capitalWords = map[string]bool{
	"NIKE": true, "IKEA": true, "ZARA": true, "VIVO": true, "OPPO": true, "SIM": true, "MUJI": true, "FILA": true, "PLUS": true,
	"TOP": true, "SAVE": true, "SALE": true, "NEW": true, "HOT": true, "MAX": true, "PRO": true, "MINI": true, "AIR": true,
	"SONY": true, "ASUS": true, "ACER": true, "DELL": true, "BOSE": true, "GIFT": true, "FREE": true, "BABY": true, "HOME": true,
	"WIFI": true, "COOL": true, "LUCK": true, "LOVE": true, "PLAY": true, "WORD": true, "YES": true, "BYE": true, "SOHO": true, "FAX": true,
}

// letters marks letters to be said by name.
func letters(s string) string {
	var names []string
	for _, r := range s {
		if unicode.IsLetter(r) {
			names = append(names, string(unicode.ToUpper(r)))
		}
	}
	return string(openLatin) + strings.Join(names, "_") + string(shutLatin)
}
