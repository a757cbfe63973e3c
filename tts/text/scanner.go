package text

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lookBack is how many bytes before a number may say what it is.
const lookBack = 96

// scanner walks over prepared text and writes the spoken form.
type scanner struct {
	text    string
	at      int // offset of what is not yet said
	out     strings.Builder
	marks   []mark // what the placeholders in text stand for
	address bool   // text is known to be a postal address

	labelAt int // one more than the offset where label was found out
	label   bool
}

// speak is the spoken form of prepared text; placeholders for marks that are not said themselves stay in it.
func speak(prepared string, marks []mark, address bool) string {
	s := scanner{text: prepared, marks: marks, address: address}
	for s.at < len(s.text) {
		if !s.applyRule() {
			s.copyRune()
		}
	}
	return s.out.String()
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
	case isHanzi(r):
		s.out.WriteRune(r)
	case isPlaceholder(r):
		s.sayMark(r, size)
	case containsRune(".。!?;", r):
		s.out.WriteRune(markStop)
	case r == ':':
		if !nameLabel.MatchString(s.left()) {
			s.out.WriteRune(markComma)
		}
	case r == '/':
		s.saySlash()
	case containsRune(",、()[]【】·_\\", r):
		s.out.WriteRune(markComma)
	case r == ' ':
		if s.spaceIsPause() {
			s.out.WriteRune(markComma)
		}
	case containsRune("-~～—–", r):
		s.sayDash(size)
	case r == '<' || r == '>':
		s.sayComparison(r)
	default:
		s.say(signs[r])
	}
	s.at += size
}

// nameLabel announces a name, which is then read with the label (its surname may be a polyphone).
var nameLabel = regexp.MustCompile(`(?:[收寄发]件人|收货人|联系人|签收人|姓名|户主|机主)$`)

// signs are said by name; quotation marks are not said at all.
var signs = map[rune]string{
	'+': "加", '=': "等于", '&': "和", '#': "井号", '×': "乘", '÷': "除以", '≥': "大于等于", '≤': "小于等于", '〇': "零", '○': "零",
	'±': "正负", '≈': "约等于",
}

// spaceIsPause tells whether a space parts clauses (hanzi on both sides) or just a name from its number.
func (s *scanner) spaceIsPause() bool {
	before, _ := s.before()
	return unicode.Is(unicode.Han, before) && startsHanzi(s.right(1))
}

var nextDay = regexp.MustCompile(`^(?:次日|翌日|第二天|当日|当天|明天|明日)`)

// sayDash says 到 between two times, days or numbers and pauses elsewhere.
func (s *scanner) sayDash(size int) {
	before, _ := s.before()
	right := s.right(size)
	after, _ := utf8.DecodeRuneInString(right)
	ends := unicode.IsDigit(before) || containsRune("日号月点分年半%天元", before)
	if ends && (unicode.IsDigit(after) || nextDay.MatchString(right)) {
		s.say("到")
		return
	}
	if (isASCIIDigit(before) || isLatin(before)) && block.MatchString(right) {
		s.say("杠")
		return
	}
	s.out.WriteRune(markComma)
}

// block is a part of a place that is named by a letter.
var block = regexp.MustCompile(`^[A-Z](?:栋|座|区|幢|\d)`)

var (
	counted = regexp.MustCompile(`(?:元|块|角|分|升|克|斤|米|[¥￥$]\d[\d.]*万?|\d ?(?:` + latinUnit + `))$`)
	perUnit = regexp.MustCompile(`^(` + latinUnit + `|天|月|年|周|日|晚|小时|分钟|秒|次|件|个|单|人|位|瓶|斤|公斤|克|米|张|台|套|包|箱|盒|份|升|平米|平方米|立方米|双|袋|只|条|票)`)
)

// saySlash says 每 between a quantity and a unit (5元/件) and pauses elsewhere.
func (s *scanner) saySlash() {
	right := s.right(1)
	if m := perUnit.FindString(right); m != "" && counted.MatchString(s.left()) && !continues(m, right) {
		s.say("每")
		if unit, ok := units[strings.ToLower(m)]; ok {
			s.say(unit)
			s.at += len(m)
		}
		return
	}
	s.out.WriteRune(markComma)
}

// sayComparison says < and > beside a number.
func (s *scanner) sayComparison(r rune) {
	if !startsDigit(strings.TrimLeft(s.right(1), " =")) {
		s.out.WriteRune(markComma)
		return
	}
	s.say(map[rune]string{'<': "小于", '>': "大于"}[r])
}

// applyRule says what the first matching rule takes at the scanner and moves on; false where none does.
func (s *scanner) applyRule() bool {
	r, _ := s.rune()
	if !unicode.IsDigit(r) && !isLatin(r) && !containsRune("-$¥￥€£#*+(", r) {
		return false
	}
	rest := s.text[s.at:]
	near := rest[:lookAhead(rest)]
	for i := range rules {
		rule := &rules[i]
		m := rule.pattern.FindStringSubmatch(near)
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

// lookAhead is how many bytes a rule sees, so that no text takes long: enough for an address, and all of a run of digits.
func lookAhead(rest string) int {
	n := min(len(rest), 192)
	for n < len(rest) && (isASCIIDigit(rune(rest[n])) || !utf8.RuneStart(rest[n])) {
		n++
	}
	return n
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
func isHanzi(r rune) bool      { return r >= 0x3400 && unicode.Is(unicode.Han, r) }

// containsRune is strings.ContainsRune that does not find the rune of a missing or broken character.
func containsRune(set string, r rune) bool {
	return r > 0 && r != utf8.RuneError && strings.ContainsRune(set, r)
}
