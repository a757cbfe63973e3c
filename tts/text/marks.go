package text

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// markKind is what a mark asks for.
type markKind uint8

const (
	pauseMark markKind = iota
	styleMark          // from here on speak so
	fixedMark          // say text in these syllables
	typedMark          // say text as the type says
)

// mark is one understood mark; a rune for private use stands for it in the text.
type mark struct {
	kind      markKind
	pause     time.Duration
	style     style
	text      string
	syllables []string
	as        string
}

// style is how a stretch of text is spoken: factors on the usual speed and pitch, dB on the usual level.
type style struct{ rate, pitch, gain float64 }

var usual = style{1, 1, 0}

const (
	firstPlaceholder = '\uE000'
	maxMarks         = 1000
	maxPause         = 10 * time.Second
)

func isPlaceholder(r rune) bool { return r >= firstPlaceholder && r < firstPlaceholder+maxMarks }

func markOf(marks []mark, r rune) mark { return marks[r-firstPlaceholder] }

// A tag of ours is taken out even where it is broken; of others only what has the shape of one.
const attributes = `(?:\s+[A-Za-z][A-Za-z:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'|“[^”<]*”|[^\s<>"'/]*))*\s*`

var (
	tags = regexp.MustCompile(`(?s)<!--.*?-->|<\?[^<>]*\?>|</[A-Za-z-]*$` +
		`|<(/?)(speak|say-as|break|prosody|phoneme|sub)\b(` + attributes + `)(/?)>?` +
		`|<(/?)([A-Za-z][A-Za-z0-9:-]*)(` + attributes + `)(/?)>`)
	attribute = regexp.MustCompile(`([A-Za-z][A-Za-z:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)'|“([^”<]*)”|([^\s<>"'/]*))`)
	entities  = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&amp;", "&")
)

// token is a tag or the text between two.
type token struct {
	text           string // unescaped
	name           string // of a tag
	opens, shuts   bool   // both: it has no content
	attributes     map[string]string
	partner        int // the tag that closes it, or 0
	start, textEnd int // where it stands in the text, in bytes
}

// tokenise cuts marked text into tags and what is between them, and pairs the tags.
func tokenise(marked string) []token {
	out := []token{{}} // no tag has the number 0, which says that a partner is missing
	at := 0
	addText := func(end int) {
		if end > at {
			out = append(out, token{text: entities.Replace(marked[at:end])})
		}
	}
	var open []int
	for _, m := range tags.FindAllStringSubmatchIndex(marked, -1) {
		addText(m[0])
		at = m[1]
		t := tagOf(marked, m)
		if t.name == "" {
			continue
		}
		if t.shuts && !t.opens {
			for i := len(open) - 1; i >= 0; i-- {
				if out[open[i]].name == t.name {
					out[open[i]].partner = len(out)
					open = open[:i]
					break
				}
			}
		}
		if t.opens && !t.shuts {
			open = append(open, len(out))
		}
		out = append(out, t)
	}
	addText(len(marked))
	return out
}

// tagOf is the tag at the places m that the pattern tags found; its name is empty for a comment.
func tagOf(marked string, m []int) token {
	base := 2
	if m[4] < 0 {
		base = 10
	}
	if m[base+2] < 0 {
		return token{}
	}
	group := func(n int) string { return marked[m[base+2*n]:m[base+2*n+1]] }
	t := token{name: group(1), attributes: map[string]string{}, start: m[0], textEnd: m[1]}
	t.opens, t.shuts = group(0) == "", group(0) != "" || group(3) != ""
	for _, a := range attribute.FindAllStringSubmatch(group(2), -1) {
		t.attributes[strings.ToLower(a[1])] = entities.Replace(a[2] + a[3] + a[4] + a[5])
	}
	return t
}

// reader turns tokens into text with placeholders.
type reader struct {
	tokens []token
	lang   Lang
	out    strings.Builder
	marks  []mark
}

// parseMarks takes the marks out of text. Broken and unknown ones leave their content as plain text.
func parseMarks(marked string, lang Lang) (string, []mark) {
	if !strings.ContainsAny(marked, "<&") {
		return marked, nil
	}
	r := reader{tokens: tokenise(marked), lang: lang}
	r.read(1, len(r.tokens), usual)
	return r.out.String(), r.marks
}

func (r *reader) add(m mark) {
	if len(r.marks) < maxMarks {
		r.out.WriteRune(firstPlaceholder + rune(len(r.marks)))
		r.marks = append(r.marks, m)
	}
}

// read writes the tokens from start to end, spoken in the style around them.
func (r *reader) read(start, end int, around style) {
	for i := start; i < end; i++ {
		t := &r.tokens[i]
		switch {
		case t.name == "":
			r.out.WriteString(t.text)
		case t.name == "break" && t.opens:
			if pause, err := pauseOfBreak(t.attributes); err == nil {
				r.add(mark{kind: pauseMark, pause: pause})
			}
		case t.partner == 0:
		default:
			if r.readElement(t, i, around) {
				i = t.partner
			}
		}
	}
}

// readElement writes the element that begins with token i; false leaves its content to be read as plain text.
func (r *reader) readElement(t *token, i int, around style) bool {
	content := r.content(i+1, t.partner)
	switch t.name {
	case "say-as":
		m, ok := typed(t.attributes["interpret-as"], content, r.lang)
		if !ok {
			return false
		}
		r.add(m)
	case "sub":
		if strings.TrimSpace(t.attributes["alias"]) == "" {
			return false
		}
		r.out.WriteString(t.attributes["alias"])
	case "phoneme":
		syllables, err := fixedSyllables(t.attributes, content)
		if err != nil {
			return false
		}
		r.add(mark{kind: fixedMark, text: hanziOf(content), syllables: syllables})
	case "prosody":
		inner, err := around.with(t.attributes)
		if err != nil {
			return false
		}
		r.add(mark{kind: styleMark, style: inner})
		r.read(i+1, t.partner, inner)
		r.add(mark{kind: styleMark, style: around})
	default:
		return false
	}
	return true
}

// content is the text between two tags without the tags within.
func (r *reader) content(start, end int) string {
	var b strings.Builder
	for _, t := range r.tokens[start:end] {
		b.WriteString(t.text)
	}
	return b.String()
}

// hanziOf is the text that stands for fixed syllables where it is shown: its hanzi, or all of it without signs of ours.
func hanziOf(content string) string {
	return strings.Map(func(r rune) rune {
		if !isHanzi(r) {
			return -1
		}
		return r
	}, content)
}

// named are values of attributes that have a name.
var (
	rates   = map[string]float64{"x-slow": 0.6, "slow": 0.8, "medium": 1, "default": 1, "fast": 1.25, "x-fast": 1.6}
	pitches = map[string]float64{"x-low": 0.75, "low": 0.88, "medium": 1, "default": 1, "high": 1.14, "x-high": 1.3}
	gains   = map[string]float64{"x-soft": -12, "soft": -6, "medium": 0, "default": 0, "loud": 4, "x-loud": 6}
	breaks  = map[string]time.Duration{
		"none": 0, "x-weak": 60 * time.Millisecond, "weak": 120 * time.Millisecond, "medium": PauseComma,
		"strong": PauseStop, "x-strong": 2 * PauseStop,
	}
)

func names[V any](of map[string]V) string { return strings.Join(slices.Sorted(maps.Keys(of)), ", ") }

func pauseOfBreak(attributes map[string]string) (time.Duration, error) {
	if value, ok := attributes["time"]; ok {
		d, err := time.ParseDuration(strings.ToLower(strings.TrimSpace(value)))
		if err != nil || d < 0 || d > maxPause {
			return 0, badValue("break", "time", value, "write 0ms to 10s, such as 500ms or 1.5s")
		}
		return d, nil
	}
	value, ok := attributes["strength"]
	if !ok {
		return PauseStop, nil
	}
	d, ok := breaks[value]
	if !ok {
		return 0, badValue("break", "strength", value, "one of "+names(breaks))
	}
	return d, nil
}

// with is the style of a prosody element within a stretch of style s.
func (s style) with(attributes map[string]string) (style, error) {
	if value, ok := attributes["rate"]; ok {
		f, ok := relative(value, rates)
		if !ok || f < 0.3 || f > 3 {
			return s, badValue("prosody", "rate", value, "30% to 300%, or one of "+names(rates))
		}
		s.rate = min(max(s.rate*f, 0.3), 3)
	}
	if value, ok := attributes["pitch"]; ok {
		f, ok := relative(value, pitches)
		if !ok || f < 0.5 || f > 2 {
			return s, badValue("prosody", "pitch", value, "-50% to +100%, or one of "+names(pitches))
		}
		s.pitch = min(max(s.pitch*f, 0.5), 2)
	}
	if value, ok := attributes["volume"]; ok {
		db, ok := gains[value]
		if number, isDB := strings.CutSuffix(strings.ToLower(value), "db"); isDB {
			f, err := strconv.ParseFloat(number, 64)
			db, ok = f, err == nil
		}
		if !ok || !(db >= -20 && db <= 6) {
			return s, badValue("prosody", "volume", value, "-20dB to +6dB, or one of "+names(gains))
		}
		s.gain = min(max(s.gain+db, -20), 6)
	}
	return s, nil
}

// relative reads a named value, a percentage (80%; +10% and -10% are changes) or a plain factor.
func relative(value string, named map[string]float64) (float64, bool) {
	if f, ok := named[value]; ok {
		return f, true
	}
	percentage, isPercent := strings.CutSuffix(strings.TrimSpace(value), "%")
	f, err := strconv.ParseFloat(percentage, 64)
	if err != nil || f != f {
		return 0, false
	}
	if isPercent {
		f /= 100
		if percentage[0] == '+' || percentage[0] == '-' {
			f++
		}
	}
	return f, true
}
