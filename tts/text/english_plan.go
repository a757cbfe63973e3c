package text

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

var englishStops = regexp.MustCompile(`[,.;:!?|"]+(?:[\s,.;:!?]+|$)|\|`)

// planEnglish is Plan for English text.
func planEnglish(written string) []Clause {
	plain, marks := parseMarks(limitBytes(written), English)
	p := planner{marks: marks, style: usual}
	rest := inlined(normaliseEnglish(plain), marks)
	for rest != "" {
		r, size := utf8.DecodeRuneInString(rest)
		if isPlaceholder(r) {
			p.obey(markOf(marks, r))
			rest = rest[size:]
			continue
		}
		end := strings.IndexFunc(rest, isPlaceholder)
		if end < 0 {
			end = len(rest)
		}
		p.addEnglishText(rest[:end])
		rest = rest[end:]
	}
	return p.finish()
}

// inlined puts the text of typed marks into their places, after the rules, which shall not touch it.
func inlined(s string, marks []mark) string {
	if len(marks) == 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if isPlaceholder(r) && markOf(marks, r).kind == typedMark {
			b.WriteString(markOf(marks, r).text)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// addEnglishText adds clauses of English up to the end of s; what follows its last stop stays open.
func (p *planner) addEnglishText(s string) {
	for s != "" {
		at := englishStops.FindStringIndex(s)
		if at == nil {
			p.addEnglishWords(s)
			return
		}
		p.addEnglishWords(s[:at[0]])
		p.flush(englishPause(s[at[0]:at[1]]))
		s = s[at[1]:]
	}
}

// addEnglishWords adds words, and hanzi among them as Chinese parts.
func (p *planner) addEnglishWords(s string) {
	for s != "" {
		r, _ := utf8.DecodeRuneInString(s)
		chinese := isHanzi(r)
		end := strings.IndexFunc(s, func(r rune) bool { return isHanzi(r) != chinese })
		if end < 0 {
			end = len(s)
		}
		words := strings.Join(strings.Fields(s[:end]), " ")
		switch {
		case chinese:
			p.clause.Parts = append(p.clause.Parts, Part{Lang: Chinese, Text: words})
		case hasSpeech(words):
			p.clause.Parts = append(p.clause.Parts, Part{Lang: English, Text: words})
		}
		s = s[end:]
	}
}

func englishPause(mark string) time.Duration {
	switch {
	case mark == "|":
		return PauseGap
	case strings.ContainsAny(mark, ".!?;"):
		return PauseStop
	}
	return PauseComma
}

func hasSpeech(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) >= 0
}

// englishAs says written as a type of say-as in English.
func englishAs(as, written string) (string, bool) {
	switch as {
	case "characters", "spell-out":
		return spaced(strings.ReplaceAll(written, " ", "")), true
	case "digits", "telephone":
		return englishDigits(written)
	case "cardinal", "number":
		plain := strings.ReplaceAll(written, ",", "")
		return englishCardinal(plain), plainNumber.MatchString(plain)
	case "ordinal":
		n, err := strconv.Atoi(written)
		return englishOrdinalOf(n), err == nil && n >= 0
	case "currency":
		m := sum.FindStringSubmatch(strings.ReplaceAll(written, ",", ""))
		if m == nil {
			said := normaliseEnglish(written)
			return said, said != written
		}
		return englishMoney(m[1], "yuan", "yuan", ""), true
	case "date":
		if m := compactDate.FindStringSubmatch(written); m != nil {
			written = m[1] + "-" + m[2] + "-" + m[3]
		}
		said := normaliseEnglish(written)
		return said, hasSpeech(said)
	case "fraction":
		m := fraction.FindStringSubmatch(written)
		if m == nil {
			return "", false
		}
		return m[1] + " over " + m[2], true
	case "time", "unit", "address", "name":
		said := normaliseEnglish(written)
		return said, hasSpeech(said)
	}
	return "", false
}

// englishDigits says digits in the groups in which they are written, or in the usual ones.
func englishDigits(written string) (string, bool) {
	if !digitGroups.MatchString(strings.TrimPrefix(written, "+")) {
		return "", false
	}
	groups := strings.FieldsFunc(written, func(r rune) bool { return !isASCIIDigit(r) })
	for i, g := range groups {
		groups[i] = englishGroups(g)
	}
	return strings.Join(groups, "|"), true
}
