package text

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Pauses between clauses, as an engine shall keep them.
const (
	PauseGap   = 220 * time.Millisecond // between groups of digits
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
	Pause time.Duration // silence after it
	Rate  float64       // factor on the voice's usual speed; 1 is the usual one, digits to be written down go slower
	Pitch float64       // factor on the voice's usual pitch (frequency); 1 is the usual one
	Gain  float64       // dB on the voice's usual level; 0 is the usual one
}

// digitRate is how fast digits that the caller may write down are said.
const digitRate = 0.85

// Part is a stretch of a clause in one language: hanzi, English words, or letters that a Chinese sentence spells.
type Part struct {
	Lang    Lang
	Text    string
	Letters bool     // Text is capital letters with spaces, to be said by their Chinese names (S F: ai2 si5 ai2 fu5)
	Fixed   []string // toned pinyin that a mark prescribes for Text; nil where the dictionary reads it
}

// Plan is the clauses in which text is said; none where nothing can be said. Lang is "zh" (also when empty) or "en".
func Plan(text string, lang Lang) []Clause {
	if lang == English {
		return planEnglish(text)
	}
	said, marks := normalise(text)
	p := planner{marks: marks, style: usual}
	for rest := said; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case isPlaceholder(r):
			p.obey(markOf(marks, r))
			rest = rest[size:]
		case r == markGap || r == markComma || r == markStop:
			p.flush(pauseOf(r))
			rest = rest[size:]
		case r == openLatin:
			end := strings.IndexByte(rest, shutLatin)
			p.clause.addEnglish(rest[1:end])
			rest = rest[end+1:]
		default:
			end := strings.IndexFunc(rest, func(r rune) bool { return isPlaceholder(r) || containsRune("{|,.", r) })
			if end < 0 {
				end = len(rest)
			}
			p.addHanzi(rest[:end])
			rest = rest[end:]
		}
	}
	return p.finish()
}

// planner collects clauses.
type planner struct {
	marks  []mark
	style  style
	out    []Clause
	clause Clause
	ended  bool // the last clause ends in a pause that a mark asked for
}

// flush ends the clause with a pause after it.
func (p *planner) flush(pause time.Duration) {
	if len(p.clause.Parts) == 0 {
		return
	}
	p.clause.Pause, p.clause.Rate, p.clause.Pitch, p.clause.Gain = pause, p.style.rate, p.style.pitch, p.style.gain
	if isDigitGroup(p.clause.Parts) {
		p.clause.Rate *= digitRate
	}
	p.out = append(p.out, p.clause)
	p.clause, p.ended = Clause{}, false
}

// obey carries out a mark that is not text.
func (p *planner) obey(m mark) {
	switch m.kind {
	case pauseMark:
		p.flush(0)
		if n := len(p.out); n > 0 {
			p.out[n-1].Pause, p.ended = max(p.out[n-1].Pause, m.pause), true
		}
	case styleMark:
		p.flush(0)
		p.style = m.style
	case fixedMark:
		p.clause.Parts = append(p.clause.Parts, Part{Lang: Chinese, Text: m.text, Fixed: m.syllables})
	}
}

// addHanzi adds a run of hanzi, cut between words where it is too long for one breath.
func (p *planner) addHanzi(hanzi string) {
	pieces := breakLong(hanzi)
	for i, piece := range pieces {
		if i > 0 {
			p.flush(0)
		}
		p.clause.Parts = append(p.clause.Parts, Part{Lang: Chinese, Text: piece})
	}
}

// finish is the plan; after the last clause is silence only where a mark asked for it.
func (p *planner) finish() []Clause {
	p.flush(0)
	if n := len(p.out); n > 0 && !p.ended {
		p.out[n-1].Pause = 0
	}
	return p.out
}

// isDigitGroup tells whether parts are, or end in, digits that are said one by one and are a third of them or more.
func isDigitGroup(parts []Part) bool {
	all, atEnd := 0, 0
	for _, p := range parts {
		var units []string
		if p.Lang == English || p.Letters {
			units = strings.Fields(p.Text)
		} else {
			units = strings.Split(p.Text, "")
		}
		for _, u := range units {
			all++
			atEnd++
			if !strings.Contains("零幺一二三四五六七八九杠0123456789", u) || p.Letters {
				atEnd = 0
			}
		}
	}
	return atEnd >= 2 && atEnd == all || atEnd >= 3 && 3*atEnd >= all
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

// addEnglish adds what was within braces: letters to be spelled, or words, joined to such just before it.
func (c *Clause) addEnglish(marked string) {
	part := Part{Lang: English, Text: strings.ReplaceAll(marked, "_", " ")}
	if len(marked) == 1 || strings.Contains(marked, "_") {
		part.Lang, part.Letters = Chinese, true
	}
	if n := len(c.Parts); n > 0 && c.Parts[n-1].Lang == part.Lang && c.Parts[n-1].Letters == part.Letters {
		c.Parts[n-1].Text += " " + part.Text
		return
	}
	c.Parts = append(c.Parts, part)
}

// Syllables is how a Chinese part is said, in toned pinyin; nil for an English one.
func (p Part) Syllables() []string {
	var out []string
	switch {
	case p.Lang != Chinese:
	case p.Fixed != nil:
		return p.Fixed
	case p.Letters:
		for _, letter := range p.Text {
			out = append(out, letterNames[letter]...)
		}
	default:
		for _, word := range Pinyin(p.Text) {
			out = append(out, word...)
		}
	}
	return out
}

// letterNames are the letters as they are named within Chinese speech.
var letterNames = map[rune][]string{
	'A': {"ei1"}, 'B': {"bi4"}, 'C': {"sei1"}, 'D': {"di4"}, 'E': {"yi4"}, 'F': {"ai2", "fu5"}, 'G': {"ji4"},
	'H': {"ei2", "chi5"}, 'I': {"ai4"}, 'J': {"zhei4"}, 'K': {"kei4"}, 'L': {"ai2", "lou5"}, 'M': {"ai2", "mu5"},
	'N': {"en1"}, 'O': {"ou1"}, 'P': {"pi4"}, 'Q': {"kiu1"}, 'R': {"a4"}, 'S': {"ai2", "si5"}, 'T': {"ti4"},
	'U': {"you1"}, 'V': {"wei1"}, 'W': {"da2", "bu5", "liu5"}, 'X': {"ai2", "ke5", "si5"}, 'Y': {"wai1"}, 'Z': {"zei4"},
}
