package decode

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of an operator's list.
const (
	MaxListSize = 8 << 20 // bytes of the file
	maxWords    = 50_000
	maxLine     = 1000 // bytes
	maxWord     = 60   // characters
)

// WordClasses are what an operator's words may be. The sentences of the language model speak of the first four; the
// others may stand wherever one of those may.
var WordClasses = []string{"product", "courier", "city", "name", "store", "brand", "other"}

// ListedWord is one line of an operator's list.
type ListedWord struct {
	Line    int // counted from 1
	Class   string
	Word    string
	Reading string // toned pinyin or ARPAbet as it was given; empty: made by dictionary
}

// WordList is an operator's list of words, read-only.
type WordList struct {
	Name  string // of the file
	Words []ListedWord
}

// BadLine says what is wrong with a line of a list and what to do about it.
type BadLine struct {
	Name   string
	Line   int // 0: the file as a whole
	What   string
	Advice string
}

func (b BadLine) Error() string {
	if b.Line == 0 {
		return fmt.Sprintf("%s: %s; %s", b.Name, b.What, b.Advice)
	}
	return fmt.Sprintf("%s:%d: %s; %s", b.Name, b.Line, b.What, b.Advice)
}

// BadLines are all that is wrong with a list.
type BadLines []BadLine

// shownFaults bounds a message; a list with one fault in every line is told by its first ones.
const shownFaults = 20

func (b BadLines) Error() string {
	var out []string
	for i, line := range b {
		if i == shownFaults {
			out = append(out, fmt.Sprintf("and %d more lines", len(b)-i))
			break
		}
		out = append(out, line.Error())
	}
	return strings.Join(out, "\n")
}

// ParseWords reads a list: a line each of CLASS TAB WORD, where wanted followed by TAB READING. A reading is toned
// pinyin ("ti4 xu4") or, for English words, ARPAbet ("Z EH F ER"); a word with several readings has several lines.
// Empty lines and those that begin with # are passed over. The error is of type BadLines; name stands in it.
func ParseWords(name string, data []byte) (*WordList, error) {
	p := wordParser{list: &WordList{Name: name}, seen: map[ListedWord]bool{}}
	if len(data) > MaxListSize {
		p.fault(0, fmt.Sprintf("more than %d MB", MaxListSize>>20), "a list of words is much smaller: is it the right file?")
		return nil, p.bad
	}
	if bytes.HasPrefix(data, []byte{0xFF, 0xFE}) || bytes.HasPrefix(data, []byte{0xFE, 0xFF}) {
		p.fault(0, "saved as UTF-16", "save it as UTF-8")
		return nil, p.bad
	}
	n := 0
	for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\uFEFF"))) {
		n++
		p.line(n, bytes.TrimRight(line, "\r\n"))
	}
	switch {
	case len(p.bad) > 0:
	case len(p.list.Words) == 0:
		p.fault(0, "holds no words", "write lines such as product<TAB>云雾茶, or name no list in the configuration")
	case len(p.list.Words) > maxWords:
		p.fault(0, fmt.Sprintf("holds %d words, at most %d are taken", len(p.list.Words), maxWords), "leave out what callers never name")
	}
	if len(p.bad) > 0 {
		return nil, p.bad
	}
	return p.list, nil
}

type wordParser struct {
	list *WordList
	seen map[ListedWord]bool // without line numbers
	bad  BadLines
}

func (p *wordParser) fault(line int, what, advice string) {
	p.bad = append(p.bad, BadLine{p.list.Name, line, what, advice})
}

func (p *wordParser) line(n int, raw []byte) {
	switch {
	case len(raw) > maxLine:
		p.fault(n, fmt.Sprintf("a line of %d bytes, at most %d are taken", len(raw), maxLine), "write one word a line")
		return
	case !utf8.Valid(raw):
		p.fault(n, "not UTF-8", "save the file as UTF-8 (it may be GBK)")
		return
	}
	text := strings.TrimSpace(string(raw))
	if text == "" || text[0] == '#' {
		return
	}
	columns := strings.Split(text, "\t")
	for i := range columns {
		columns[i] = strings.Join(strings.Fields(columns[i]), " ")
	}
	switch {
	case len(columns) < 2:
		p.fault(n, fmt.Sprintf("no TAB in %q", cut(text)), "write CLASS<TAB>WORD, e.g. product<TAB>云雾茶")
		return
	case len(columns) > 3:
		p.fault(n, fmt.Sprintf("%d columns", len(columns)), "write CLASS<TAB>WORD<TAB>READING and nothing after it")
		return
	}
	w := ListedWord{Class: columns[0], Word: columns[1]}
	if len(columns) == 3 {
		w.Reading = columns[2]
	}
	switch {
	case !slices.Contains(WordClasses, w.Class):
		p.fault(n, fmt.Sprintf("unknown class %q", cut(w.Class)), "use one of "+strings.Join(WordClasses, ", "))
		return
	case w.Word == "":
		p.fault(n, "no word after the class", "write CLASS<TAB>WORD, e.g. product<TAB>云雾茶")
		return
	case utf8.RuneCountInString(w.Word) > maxWord:
		p.fault(n, fmt.Sprintf("a word of %d characters, at most %d are taken", utf8.RuneCountInString(w.Word), maxWord), "write what callers say, not the whole title")
		return
	}
	if !p.seen[w] {
		p.seen[w] = true
		w.Line = n
		p.list.Words = append(p.list.Words, w)
	}
}

// cut shortens what a message quotes.
func cut(text string) string {
	const most = 24
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}
