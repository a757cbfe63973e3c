package caller

import (
	"math/rand/v2"
	"strings"

	"voxgate/asr"
	"voxgate/dialog"
	"voxgate/dialog/shop"
	"voxgate/models/reading"
)

// Tempers of simulated callers.
const (
	calm  = "calm"
	upset = "upset"
	angry = "angry"
)

// person is a simulated caller.
type person struct {
	words    *words
	rng      *rand.Rand
	lang     string
	goal     string
	order    shop.Order // that the caller has in mind
	number   string     // the number that the network shows
	temper   string
	patience int     // turns before the caller wants a person, or has had enough
	errors   float64 // how often the recogniser mishears a character
	outsider bool    // does not know the name that belongs to the order
	code     func() string

	turns   int
	said    string // what was said last
	leaving bool
	opened  bool
}

// newPerson makes a caller up: one of the shop's customers from their own phone, from another one or from a withheld
// number, or somebody who only claims to be one.
func newPerson(w *words, rng *rand.Rand, file shop.File) *person {
	p := &person{words: w, rng: rng, lang: "zh", temper: calm, order: file.Orders[rng.IntN(len(file.Orders))], patience: 4 + rng.IntN(14)}
	p.goal = w.intents[rng.IntN(len(w.intents))]
	if rng.IntN(4) == 0 {
		p.lang = "en"
	}
	switch rng.IntN(10) {
	case 0, 1:
		p.temper = upset
	case 2:
		p.temper = angry
	}
	p.number = p.order.Phone
	switch rng.IntN(10) {
	case 0, 1:
		p.number = "13100000009"
	case 2:
		p.number = ""
	case 3:
		p.number, p.outsider = "13100000009", true
	}
	p.errors = []float64{0, 0, 0.02, 0.06, 0.12}[rng.IntN(5)]
	return p
}

// says is a line of what is meant, its fields filled, as the recogniser hears it.
func (p *person) says(line string) dialog.Turn {
	line = p.fill(line)
	p.said = line
	heard := line
	turn := dialog.Turn{Kind: dialog.Speech, Heard: 1, Confidence: 0.6 + 0.39*p.rng.Float64()}
	if p.lang == "zh" && p.errors > 0 {
		heard = p.words.mishear(p.rng, line, p.errors)
		turn.Others = append(turn.Others, asr.Hypothesis{Text: p.words.mishear(p.rng, line, p.errors), Confidence: turn.Confidence - 0.05})
	}
	turn.Text = heard
	if p.rng.IntN(12) == 0 {
		turn.Heard = p.rng.Float64() // the answer before was cut off
	}
	return turn
}

// fill puts the order's facts and made-up values into the fields of a line.
func (p *person) fill(line string) string {
	for strings.Contains(line, "{") {
		before, rest, _ := strings.Cut(line, "{")
		name, after, _ := strings.Cut(rest, "}")
		line = before + p.value(name) + after
	}
	return line
}

// value is what a caller says for a slot or a field.
func (p *person) value(name string) string {
	switch name {
	case "product", "which":
		if p.lang == "en" {
			return p.order.ProductEN
		}
		word, _, _ := strings.Cut(p.order.Product, " ")
		return word
	case "tail", "phone_tail":
		return spell(shop.Tail(p.order.Phone), p.lang)
	case "name":
		name := p.order.Name
		if p.outsider {
			name = "王大锤"
		}
		if p.lang == "en" {
			return inLatin(name)
		}
		return name
	case "order_no", "number":
		return spell(p.order.Number, p.lang)
	case "sms_code", "code":
		if code := p.code(); code != "" {
			return spell(code, p.lang)
		}
		return spell("135790", p.lang)
	}
	return pick(p.rng, p.words.values[name][p.lang])
}

// tempered is a line of another sort than the caller's matter.
func (p *person) tempered(what string) dialog.Turn {
	return p.says(pick(p.rng, p.words.temper[what][p.lang]))
}

// opening says what the caller wants, sometimes with more than was asked, sometimes with two matters at once.
func (p *person) opening() dialog.Turn {
	p.opened = true
	line := pick(p.rng, p.words.goals[p.goal][p.lang])
	switch p.rng.IntN(8) {
	case 0:
		line += map[string]string{"zh": " 手机尾号{tail} 我叫{name}", "en": ", the phone ends in {tail} and I am {name}"}[p.lang]
	case 1:
		other := p.words.intents[p.rng.IntN(len(p.words.intents))]
		line += map[string]string{"zh": " 另外 ", "en": " and also "}[p.lang] + pick(p.rng, p.words.goals[other][p.lang])
	}
	return p.says(line)
}

// inLatin is how a Chinese name is said in English: its family name first, in pinyin.
func inLatin(name string) string {
	var family, given string
	for i, s := range reading.Of(name) {
		if s.Kind != reading.Hanzi {
			return name
		}
		part := strings.ReplaceAll(strings.TrimRight(s.Pinyin, "12345"), "v", "u")
		switch i {
		case 0:
			family = strings.ToUpper(part[:1]) + part[1:]
		case 1:
			given = strings.ToUpper(part[:1]) + part[1:]
		default:
			given += part
		}
	}
	return strings.TrimSpace(family + " " + given)
}
