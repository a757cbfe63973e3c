package cache

import (
	"cmp"
	"fmt"
	"strings"

	"voxgate/tts"
	"voxgate/tts/clauses"
	"voxgate/tts/text"
)

// key tells sounds apart: who speaks, at which rate of the line, and what is said and how; not the pause after it. What
// is said is what the voice is given, so that a change of the text front end changes the key.
func (e *Engine) key(u tts.Utterance, clause text.Clause) string {
	var b strings.Builder
	lang := cmp.Or(u.Lang, string(text.Chinese))
	fmt.Fprintf(&b, "%s|%s|%s|%d|", lang, e.cfg.Voices[lang], u.Voice, u.Rate)
	writeClause(&b, clause)
	return b.String()
}

// writeClause writes what a clause says and how.
func writeClause(b *strings.Builder, clause text.Clause) {
	fmt.Fprintf(b, "%.3g %.3g %.3g", clause.Rate, clause.Pitch, clause.Gain)
	for _, part := range clause.Parts {
		fmt.Fprintf(b, "|%s %s", part.Lang, part.Text)
		for _, s := range part.Syllables() {
			b.WriteByte(' ')
			b.WriteString(s)
		}
	}
}

// keys are those of all clauses of u; none where it cannot be planned.
func (e *Engine) keys(u tts.Utterance) []string {
	said, rate, err := clauses.Plan(u)
	if err != nil {
		return nil
	}
	u.Rate = rate
	var out []string
	for _, clause := range said {
		out = append(out, e.key(u, clause))
	}
	return out
}
