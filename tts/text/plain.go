package text

import "strings"

// Plain is marked text as people read it: without its marks, their content left in place, entities written out.
func Plain(marked string) string {
	if !strings.ContainsAny(marked, "<&") {
		return marked
	}
	var out strings.Builder
	for _, t := range tokenise(marked) {
		if t.name == "" {
			out.WriteString(t.text)
		}
	}
	return out.String()
}

// Escape writes text so that nothing in it is taken for a mark where it stands within marked text.
func Escape(plain string) string { return escapes.Replace(plain) }

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
