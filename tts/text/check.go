package text

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// MarkError is something wrong with the marks of a text. A call speaks on without the mark; its author should mend it.
type MarkError struct {
	Line, Column int    // where the mark begins, counted from 1, columns in characters
	What         string // what is wrong
	Advice       string // what to write instead
}

func (e *MarkError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s: %s", e.Line, e.Column, e.What, e.Advice)
}

// badValue is the error of an attribute; the place is added by Check.
func badValue(element, name, value, advice string) *MarkError {
	what := fmt.Sprintf("<%s> has %s=%q", element, name, value)
	if value == "" {
		what = fmt.Sprintf("<%s> lacks %s", element, name)
	}
	return &MarkError{What: what, Advice: advice}
}

// allowed are the attributes of each element.
var allowed = map[string][]string{
	"speak": {"version", "xmlns", "xml:lang"}, "say-as": {"interpret-as", "format", "detail"}, "break": {"time", "strength"},
	"prosody": {"rate", "pitch", "volume"}, "phoneme": {"alphabet", "ph"}, "sub": {"alias"},
}

var (
	loneTag    = regexp.MustCompile(`<\s*/?\s*[A-Za-z]`)
	loneEntity = regexp.MustCompile(`&(?:lt|gt|quot|apos|amp);|&`)
	quoted     = regexp.MustCompile(`=\s*[^"'\s]`)
)

// Check tells the author of a prompt what is wrong with its marks: nil, or *MarkErrors joined in the order of their
// places. Text without marks is never wrong.
func Check(marked string) error {
	marked = limitBytes(marked)
	if !strings.Contains(marked, "<") {
		return nil
	}
	tokens := tokenise(marked)
	var found []error
	report := func(at int, e *MarkError) {
		e.Line, e.Column = place(marked, at)
		found = append(found, e)
	}
	closers := map[int]bool{}
	at := 0
	for i := range tokens {
		t := &tokens[i]
		if t.name == "" {
			continue
		}
		checkPlain(marked, at, t.start, report)
		at = t.textEnd
		closers[t.partner] = true
		if e := checkTag(t, tokens, i, marked, closers); e != nil {
			report(t.start, e)
		}
	}
	checkPlain(marked, at, len(marked), report)
	return errors.Join(found...)
}

// checkPlain reports signs between marks that only look like the beginning of one.
func checkPlain(marked string, start, end int, report func(int, *MarkError)) {
	plain := tags.ReplaceAllStringFunc(marked[start:end], func(comment string) string { return strings.Repeat(" ", len(comment)) })
	if m := loneTag.FindStringIndex(plain); m != nil {
		report(start+m[0], &MarkError{What: "this < begins no mark", Advice: "write &lt; for the sign, or no space after the <"})
	}
	for _, m := range loneEntity.FindAllStringIndex(plain, -1) {
		if m[1]-m[0] == 1 && len(plain) < len(marked) {
			report(start+m[0], &MarkError{What: "a bare & beside marks", Advice: "write &amp;"})
		}
	}
}

func checkTag(t *token, tokens []token, i int, marked string, closers map[int]bool) *MarkError {
	known, ok := allowed[t.name]
	if !ok {
		return &MarkError{What: fmt.Sprintf("no mark is called <%s>", t.name), Advice: "use one of " + names(allowed)}
	}
	written := marked[t.start:t.textEnd]
	switch {
	case !strings.HasSuffix(written, ">"):
		return &MarkError{What: fmt.Sprintf("<%s> is not ended", t.name), Advice: `write a > after its attributes, which look like name="value"`}
	case quoted.MatchString(written):
		return &MarkError{What: fmt.Sprintf("a value of <%s> is not in straight quotes", t.name), Advice: `write name="value"`}
	case !t.opens && !closers[i]:
		return &MarkError{What: fmt.Sprintf("</%s> closes nothing", t.name), Advice: "take it out, or open the mark before it"}
	case !t.opens:
		return nil
	case t.name != "break" && !t.shuts && t.partner == 0:
		return &MarkError{What: fmt.Sprintf("<%s> is never closed", t.name), Advice: fmt.Sprintf("write </%s> after its text", t.name)}
	}
	for name := range t.attributes {
		if !slices.Contains(known, name) {
			return &MarkError{What: fmt.Sprintf("<%s> knows no %s", t.name, name), Advice: "it has " + strings.Join(known, ", ")}
		}
	}
	content := ""
	if t.partner > 0 {
		content = (&reader{tokens: tokens}).content(i+1, t.partner)
	}
	return checkMeaning(t, content)
}

// checkMeaning holds the attributes of an element against its text.
func checkMeaning(t *token, content string) *MarkError {
	var err error
	switch t.name {
	case "break":
		_, err = pauseOfBreak(t.attributes)
	case "prosody":
		_, err = usual.with(t.attributes)
	case "phoneme":
		_, err = fixedSyllables(t.attributes, content)
	case "sub":
		if strings.TrimSpace(t.attributes["alias"]) == "" {
			return badValue("sub", "alias", "", `write what is said: <sub alias="中国邮政">EMS</sub>`)
		}
	case "say-as":
		as := t.attributes["interpret-as"]
		if _, ok := kinds[as]; !ok {
			return badValue("say-as", "interpret-as", as, "one of "+names(kinds))
		}
		if _, ok := typed(as, content, Chinese); !ok {
			return &MarkError{What: fmt.Sprintf("%q cannot be said as %s", content, as), Advice: "such as " + kinds[as]}
		}
	}
	var wrong *MarkError
	if errors.As(err, &wrong) {
		return wrong
	}
	return nil
}

// place is the line and the column of a byte of s.
func place(s string, at int) (line, column int) {
	before := s[:at]
	line = strings.Count(before, "\n") + 1
	return line, utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
}
