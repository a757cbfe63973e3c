package text

import (
	"regexp"
	"strings"

	"voxgate/models/reading"

	"golang.org/x/text/unicode/norm"
)

// kinds are the values of interpret-as, each with an example.
var kinds = map[string]string{
	"characters": "SF1562", "spell-out": "SF1562", "cardinal": "12345", "number": "12345", "digits": "804213",
	"telephone": "010-62345678", "date": "2026-11-22", "time": "18:00", "currency": "45.90", "ordinal": "2", "fraction": "3/4",
	"unit": "2.5kg", "address": "人民路12号3-402", "name": "单晓明",
}

// sayAs says written, folded and trimmed, as a type; left and right are what stands beside it. ok is false where written
// is not of the type.
func sayAs(as, written, left, right string) (said string, ok bool) {
	switch as {
	case "characters", "spell-out":
		return sayCharacters(written)
	case "cardinal", "number":
		return sayCardinal(written, right)
	case "digits":
		return sayDigits(written)
	case "telephone":
		return telephone(written)
	case "date":
		return sayDate(written)
	case "time":
		return sayTime(written, left)
	case "currency":
		return sayCurrency(written)
	case "ordinal":
		return sayOrdinal(written, left)
	case "fraction":
		return sayShare(written)
	case "unit":
		return sayPlain(written)
	case "address":
		said = tidy(speak(prepare(written), nil, true))
		return said, said != ""
	}
	return "", false
}

// typed is the mark for content said as a type; ok false where the type is unknown or the content is not of it.
func typed(as, content string, lang Lang) (mark, bool) {
	written := strings.TrimSpace(norm.NFKC.String(content))
	if written == "" {
		return mark{}, false
	}
	if lang == English {
		said, ok := englishAs(as, written)
		return mark{kind: typedMark, as: as, text: said}, ok
	}
	if as == "name" {
		return nameMark(written)
	}
	_, ok := sayAs(as, written, "", "")
	return mark{kind: typedMark, as: as, text: written}, ok
}

// nameMark fixes the reading of a person's name, whose first character is read as a surname.
func nameMark(name string) (mark, bool) {
	name = hanziOf(name)
	label := []rune("姓名是")
	var syllables []string
	for _, s := range reading.Of(string(label) + name) {
		if s.Start >= len(label) && s.Kind == reading.Hanzi {
			syllables = append(syllables, s.Pinyin)
		}
	}
	return mark{kind: fixedMark, text: name, syllables: syllables}, len(syllables) > 0
}

// sayMark says what a typed mark holds at its place; other marks stay for the plan.
func (s *scanner) sayMark(r rune, size int) {
	m := markOf(s.marks, r)
	if m.kind != typedMark {
		s.out.WriteRune(r)
		return
	}
	said, _ := sayAs(m.as, m.text, s.left(), s.right(size))
	s.say(said)
}

var characterNames = map[rune]string{
	'-': "杠", '.': "点", '_': "下划线", '/': "斜杠", '#': "井号", '*': "星号", '@': "{at}", '+': "加", '&': "和",
}

func sayCharacters(written string) (string, bool) {
	var b strings.Builder
	for _, run := range characterRuns.FindAllString(written, -1) {
		switch r := []rune(run); {
		case isLatin(r[0]):
			b.WriteString(letters(run))
		case isASCIIDigit(r[0]):
			b.WriteString(grouped(run))
		case isHanzi(r[0]):
			b.WriteString(run)
		default:
			b.WriteString(characterNames[r[0]])
		}
	}
	return b.String(), b.Len() > 0
}

var characterRuns = regexp.MustCompile(`[A-Za-z]+|[0-9]+|.`)

var (
	digitGroups = regexp.MustCompile(`^\d+(?:[ -]\d+)*$`)
	plainNumber = regexp.MustCompile(`^-?\d+(?:\.\d+)?$`)
	sum         = regexp.MustCompile(`^(?:¥|RMB|CNY)? ?(-?\d+(?:\.\d+)?) ?元?$`)
	fraction    = regexp.MustCompile(`^(\d{1,6})/(\d{1,6})$`)
	compactDate = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
	compactTime = regexp.MustCompile(`^(\d{2})(\d{2})$`)
)

func sayDigits(written string) (string, bool) {
	if !digitGroups.MatchString(written) {
		return "", false
	}
	groups := strings.FieldsFunc(written, func(r rune) bool { return !isASCIIDigit(r) })
	for i, g := range groups {
		groups[i] = grouped(g)
	}
	return strings.Join(groups, "|"), true
}

func sayCardinal(written, right string) (string, bool) {
	written = strings.ReplaceAll(written, ",", "")
	if !plainNumber.MatchString(written) {
		return "", false
	}
	if measureFollows(right) {
		return quantity(written, right), true
	}
	return decimal(written), true
}

func sayOrdinal(written, left string) (string, bool) {
	written = strings.TrimPrefix(written, "第")
	if !plainNumber.MatchString(written) || strings.ContainsAny(written, "-.") {
		return "", false
	}
	if strings.HasSuffix(left, "第") {
		return cardinal(written), true
	}
	return "第" + cardinal(written), true
}

// sayDate says a whole date with its year, or what else the rules take as one.
func sayDate(written string) (string, bool) {
	if m := compactDate.FindStringSubmatch(written); m != nil {
		written = m[1] + "-" + m[2] + "-" + m[3]
	}
	said, ok := sayPlain(written)
	return said, ok && (strings.Contains(said, "月") || strings.Contains(said, "年") || strings.HasSuffix(said, "号"))
}

func sayTime(written, left string) (string, bool) {
	if m := compactTime.FindStringSubmatch(written); m != nil {
		written = m[1] + ":" + m[2]
	}
	s := scanner{text: left + prepare(written), at: len(left)}
	for s.at < len(s.text) {
		if !s.applyRule() {
			s.copyRune()
		}
	}
	said := tidy(s.out.String())
	return said, strings.Contains(said, "点") && strings.IndexFunc(written, isASCIIDigit) >= 0 && !strings.Contains(written, ".")
}

func sayCurrency(written string) (string, bool) {
	if m := sum.FindStringSubmatch(strings.ReplaceAll(written, ",", "")); m != nil {
		if rest, negative := strings.CutPrefix(m[1], "-"); negative {
			return "负" + money(rest), true
		}
		return money(m[1]), true
	}
	said, ok := sayPlain(written)
	return said, ok && (strings.HasSuffix(said, "元") || strings.HasSuffix(said, "币") || strings.HasSuffix(said, "镑"))
}

func sayShare(written string) (string, bool) {
	m := fraction.FindStringSubmatch(written)
	if m == nil {
		return "", false
	}
	return cardinal(m[2]) + "分之" + cardinal(m[1]), true
}

func sayPlain(written string) (string, bool) {
	said := tidy(speak(prepare(written), nil, false))
	return said, said != ""
}
