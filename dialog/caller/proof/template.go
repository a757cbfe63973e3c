package proof

import (
	"regexp"
	"strings"

	"voxgate/dialog/reply"
)

// template is one wording of a prompt: its own words, and what stands in its fields.
type template struct {
	id      string
	lang    string
	pattern *regexp.Regexp
	own     string // its own words, the fields left out
}

// mark stands in the place of a field while a wording is taken apart.
const mark = "\x01"

// between is the border of two fields that nothing parts: they are read as one, for where one ends cannot be told.
var between = regexp.MustCompile(mark + mark + `[a-z_]+` + mark)

// Read takes all wordings of a book apart.
func Read(book *reply.Book) Prompts {
	var out Prompts
	for _, id := range book.IDs() {
		marks := reply.Facts{}
		for _, f := range book.Fields(id) {
			marks = marks.With(reply.Heard(f, mark+f+mark, "zh"))
		}
		for _, lang := range []string{"zh", "en"} {
			for n := range book.Wordings(id, lang) {
				text, err := book.Say(id, lang, n, marks)
				if err == nil {
					out = append(out, newTemplate(id, lang, text.Text))
				}
			}
		}
	}
	return out
}

func newTemplate(id, lang, text string) template {
	t := template{id: id, lang: lang}
	var pattern strings.Builder
	pattern.WriteString(`(?s)^`)
	for i, piece := range strings.Split(between.ReplaceAllString(text, mark), mark) {
		if i%2 == 0 {
			pattern.WriteString(regexp.QuoteMeta(piece))
			t.own += piece + " "
			continue
		}
		pattern.WriteString(`(.+?)`)
	}
	pattern.WriteString(`$`)
	t.pattern = regexp.MustCompile(pattern.String())
	return t
}

// match gives what stands in the fields of a text that may be this wording.
func (t template) match(text, lang string) (fields []string, ok bool) {
	if t.lang != lang {
		return nil, false
	}
	m := t.pattern.FindStringSubmatch(text)
	if m == nil {
		return nil, false
	}
	return m[1:], true
}
