package text

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Pauses between clauses, as an engine shall keep them.
const (
	PauseGap   = 140 * time.Millisecond // between groups of digits
	PauseComma = 180 * time.Millisecond
	PauseStop  = 320 * time.Millisecond
)

// maxClause is how many hanzi a clause may have before it is cut between words.
const maxClause = 40

// Lang is the language that a part is spoken in.
type Lang string

// The languages of parts.
const (
	Chinese Lang = "zh"
	English Lang = "en"
)

// Clause is what is said in one breath.
type Clause struct {
	Parts []Part
	Pause time.Duration // after it
}

// Part is a stretch of a clause in one language: hanzi only, or English words and spelled letters ("S F" is Letters).
type Part struct {
	Lang    Lang
	Text    string
	Letters bool // Text is capital letters with spaces, to be said by their names
}

// Plan is the clauses in which text is said; none where nothing can be said. Lang is "zh" (also when empty) or "en".
func Plan(text string, lang Lang) []Clause {
	if lang == English {
		return planEnglish(text)
	}
	var out []Clause
	var clause Clause
	flush := func(pause time.Duration) {
		if len(clause.Parts) > 0 {
			clause.Pause = pause
			out = append(out, clause)
			clause = Clause{}
		}
	}
	rest := Normalise(text)
	for rest != "" {
		r, size := utf8.DecodeRuneInString(rest)
		switch r {
		case markGap, markComma, markStop:
			flush(pauseOf(r))
			rest = rest[size:]
		case openLatin:
			end := strings.IndexByte(rest, shutLatin)
			clause.addEnglish(rest[1:end])
			rest = rest[end+1:]
		default:
			end := strings.IndexAny(rest, "{|,.")
			if end < 0 {
				end = len(rest)
			}
			pieces := breakLong(rest[:end])
			for _, piece := range pieces[:len(pieces)-1] {
				clause.Parts = append(clause.Parts, Part{Lang: Chinese, Text: piece})
				flush(0)
			}
			clause.Parts = append(clause.Parts, Part{Lang: Chinese, Text: pieces[len(pieces)-1]})
			rest = rest[end:]
		}
	}
	flush(0)
	if len(out) > 0 {
		out[len(out)-1].Pause = 0
	}
	return out
}

func pauseOf(mark rune) time.Duration {
	switch mark {
	case markGap:
		return PauseGap
	case markStop:
		return PauseStop
	}
	return PauseComma
}

// addEnglish adds what was within braces, joined to English just before it.
func (c *Clause) addEnglish(marked string) {
	part := Part{Lang: English, Text: strings.ReplaceAll(marked, "_", " ")}
	part.Letters = len(marked) == 1 || strings.Contains(marked, "_")
	if n := len(c.Parts); n > 0 && c.Parts[n-1].Lang == English && c.Parts[n-1].Letters == part.Letters {
		c.Parts[n-1].Text += " " + part.Text
		return
	}
	c.Parts = append(c.Parts, part)
}
