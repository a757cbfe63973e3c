package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lookBack is how many bytes before a number may say what it is.
const lookBack = 64

// scanner walks over prepared text and writes the spoken form.
type scanner struct {
	text string
	at   int // offset of what is not yet said
	out  strings.Builder
}

// left is the end of the written text before the scanner, as much as a rule looks back; right is what follows n bytes on.
func (s *scanner) left() string         { return s.text[max(0, s.at-lookBack):s.at] }
func (s *scanner) right(n int) string   { return s.text[s.at+n:] }
func (s *scanner) say(said string)      { s.out.WriteString(said) }
func (s *scanner) rune() (rune, int)    { return utf8.DecodeRuneInString(s.text[s.at:]) }
func (s *scanner) before() (rune, bool) { return lastRune(s.left()) }

func lastRune(s string) (rune, bool) {
	r, size := utf8.DecodeLastRuneInString(s)
	return r, size > 0
}

// copyRune says what stands by itself: hanzi, signs with a name, pauses; it drops the rest.
func (s *scanner) copyRune() {
	r, size := s.rune()
	switch {
	case unicode.Is(unicode.Han, r) && r >= 0x3400:
		s.out.WriteRune(r)
	case strings.ContainsRune(".。!?;", r):
		s.out.WriteRune(markStop)
	case strings.ContainsRune(",、:\"“”‘’()[]<>《》【】「」『』·_/\\", r):
		s.out.WriteRune(markComma)
	case r == ' ':
		if s.spaceIsPause() {
			s.out.WriteRune(markComma)
		}
	case strings.ContainsRune("-~～—–", r):
		s.sayDash()
	default:
		s.say(signs[r])
	}
	s.at += size
}

var signs = map[rune]string{'+': "加", '=': "等于", '&': "和", '#': "井号", '×': "乘", '÷': "除以", '≥': "大于等于", '≤': "小于等于", '〇': "零", '○': "零"}

// spaceIsPause tells whether a space parts clauses (hanzi on both sides) or just a name from its number.
func (s *scanner) spaceIsPause() bool {
	before, _ := s.before()
	after, _ := utf8.DecodeRuneInString(s.right(1))
	return unicode.Is(unicode.Han, before) && unicode.Is(unicode.Han, after)
}

// sayDash says 到 between two times, days or numbers and pauses elsewhere.
func (s *scanner) sayDash() {
	before, _ := s.before()
	after, _ := utf8.DecodeRuneInString(s.right(1))
	ends := unicode.IsDigit(before) || strings.ContainsRune("日号月点分年半%天元", before)
	if ends && unicode.IsDigit(after) {
		s.say("到")
		return
	}
	s.out.WriteRune(markComma)
}

// applyRule says what the first matching rule takes at the scanner and moves on; false where none does.
func (s *scanner) applyRule() bool {
	r, _ := s.rune()
	if !unicode.IsDigit(r) && !isLatin(r) && !strings.ContainsRune("-$¥￥#*", r) {
		return false
	}
	rest := s.text[s.at:]
	for i := range rules {
		rule := &rules[i]
		m := rule.pattern.FindStringSubmatch(rest)
		if m == nil || rule.whole && continues(m[0], rest) {
			continue
		}
		said, ok := rule.say(s, m)
		if !ok {
			continue
		}
		s.say(said)
		s.at += len(m[0])
		return true
	}
	return false
}

// continues tells whether a run of digits or of letters goes on after the match.
func continues(match, rest string) bool {
	last, _ := lastRune(match)
	next, size := utf8.DecodeRuneInString(rest[len(match):])
	if size == 0 {
		return false
	}
	return unicode.IsDigit(last) && isASCIIDigit(next) || isLatin(last) && isLatin(next)
}

func isLatin(r rune) bool      { return r < 0x80 && unicode.IsLetter(r) }
func isASCIIDigit(r rune) bool { return r >= '0' && r <= '9' }
